"""The 40 pending applications of the demo city, each made for one known outcome under the Jinan plan.

``DRAFTS`` says what is applied for and what should come of it; ``desk`` finds a place where that is true in
the built city, ``filing`` writes the row. The intent is a comment for people and tests: it never enters the
shipped tables, and no rule is evaluated here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import frozen

from dingdian.terms import KINDS

ELIGIBLE, REFUSED, REVIEW = "eligible", "refused", "review"


@frozen(kw_only=True)
class Draft:
    """One application as designed: the request, the kind of place, and the intended outcome with its clauses.

    ``outcome`` holds under the default readings on 2026-09-01 with the plan published on 2026-06-15 (so
    that JN-43 binds everyone opened after 2026-03-15); ``review`` where evidence is missing or a person
    must sign.
    """

    id: str
    action: str = "designate"
    kind: str
    provider_class: str
    level: str | None = None
    place: str
    outcome: str
    clauses: str
    intent: str
    word: str = ""
    beds: int | None = None
    ownership: str = "private"
    specialties: str | None = None
    tags: str | None = None
    grounds: str | None = None
    documents: str | None = "申请表;许可证"
    opened_on: date | None = None
    sign_off: str | None = None
    density: str | None = None


def _pharmacy(id: str, place: str, outcome: str, clauses: str, intent: str, **more: Any) -> Draft:
    return Draft(
        id=id,
        kind="pharmacy",
        provider_class="pharmacy",
        place=place,
        outcome=outcome,
        clauses=clauses,
        intent=intent,
        word="药店",
        **more,
    )


def _clinic(
    id: str,
    kind: str,
    provider_class: str,
    place: str,
    outcome: str,
    clauses: str,
    intent: str,
    **more: Any,
) -> Draft:
    more = {"level": "ungraded", "word": KINDS[kind].name.zh, "specialties": "general", **more}
    return Draft(
        id=id,
        kind=kind,
        provider_class=provider_class,
        place=place,
        outcome=outcome,
        clauses=clauses,
        intent=intent,
        **more,
    )


def _hospital(
    id: str, kind: str, level: str, place: str, outcome: str, clauses: str, intent: str, **more: Any
) -> Draft:
    more = {"word": KINDS[kind].name.zh, "documents": "申请表;执业许可证;基金使用预测", **more}
    return Draft(
        id=id,
        kind=kind,
        level=level,
        provider_class="inpatient",
        place=place,
        outcome=outcome,
        clauses=clauses,
        intent=intent,
        **more,
    )


SIGNED = "示例医保函〔2026〕%d号（合成）"

DRAFTS: tuple[Draft, ...] = (
    # Pharmacies
    _pharmacy("A001", "dense_with_3", REFUSED, "JN-19 JN-21", "fourth within 800 m in a dense cell (cap 3)"),
    _pharmacy(
        "A002", "other_with_2", REFUSED, "JN-20 JN-21", "third within 800 m outside dense cells (cap 2)"
    ),
    _pharmacy(
        "A003", "other_with_1", ELIGIBLE, "JN-20", "second within 800 m: fits both caps", density="other"
    ),
    _pharmacy(
        "A004",
        "dense_with_2",
        ELIGIBLE,
        "JN-19",
        "third within 800 m in a dense cell: at the cap, not over it",
    ),
    _pharmacy(
        "A005",
        "other_at_limit",
        REVIEW,
        "JN-20 (AMB-10)",
        "one pharmacy clearly near, one at 800 m give or take its error: second or third, a person decides",
    ),
    _pharmacy(
        "A006", "no_coordinates", REVIEW, "JN-18 JN-20", "no coordinates: the radius cannot be measured"
    ),
    _pharmacy(
        "A007",
        "gangcheng_free",
        REFUSED,
        "JN-27",
        "room enough, but 钢城区's employee fund runs a deficit in 2026",
    ),
    _pharmacy(
        "A008", "pingyin_free", REFUSED, "JN-27", "room enough, but a warning letter is in force for 平阴县"
    ),
    _pharmacy(
        "A009",
        "dense_with_3",
        ELIGIBLE,
        "JN-43 (JN-19)",
        "fourth in a dense cell, but open since 2026-01-05: JN-43 frees it when the plan was published on or "
        "after 2026-04-05, and is undetermined while the draft leaves that date open",
        opened_on=date(2026, 1, 5),
    ),
    _pharmacy(
        "A010",
        "rival_a",
        ELIGIBLE,
        "JN-19",
        "rival of A011: two on file nearby, so either fits alone, not both",
    ),
    _pharmacy(
        "A011",
        "rival_b",
        ELIGIBLE,
        "JN-19",
        "rival of A010, a street away: whoever comes second is the fourth",
    ),
    _pharmacy(
        "A012",
        "zone_with_1",
        ELIGIBLE,
        "JN-20",
        "in 济南高新区, which is short and has no polygon: second within 800 m, fits either density class",
        density="other",
    ),
    # Changes of address
    _pharmacy(
        "A013",
        "move_to_saturated",
        REFUSED,
        "JN-26 JN-19",
        "moves within its district to a place with three others",
        action="relocate",
    ),
    _pharmacy(
        "A014",
        "move_next_door",
        ELIGIBLE,
        "JN-26 JN-19",
        "moves a few hundred metres: third when its own old site is left out, fourth if it were counted",
        action="relocate",
    ),
    _clinic(
        "A015",
        "clinic",
        "outpatient_pooling",
        "move_clinic_same_unit",
        ELIGIBLE,
        "JN-26",
        "moved by government plan, same district, fits: the exception of JN-26 holds (no fresh application)",
        action="relocate",
        tags="government_relocation",
        grounds="示例征收公告〔2026〕8号（合成）",
        sign_off=SIGNED % 15,
    ),
    _pharmacy(
        "A016",
        "move_across",
        ELIGIBLE,
        "JN-26 JN-19",
        "moved by government plan but into another district: the exception fails and a fresh application is "
        "needed; it fits as a third: the published class (dense) goes before the modelled cell (other)",
        action="relocate",
        tags="government_relocation",
        grounds="示例征收公告〔2026〕9号（合成）",
        density="dense",
    ),
    # Outpatient institutions
    _clinic(
        "A017",
        "clinic",
        "outpatient_pooling",
        "near_same_clinic",
        REFUSED,
        "JN-13 JN-24",
        "a clinic of the same class and type a few minutes' walk away",
    ),
    _clinic(
        "A018",
        "tcm_clinic",
        "outpatient_pooling",
        "clear_of_same",
        ELIGIBLE,
        "JN-13 JN-24",
        "no other TCM clinic under outpatient pooling within the circle, by any way of measuring",
        specialties="tcm",
    ),
    _clinic(
        "A019",
        "clinic",
        "outpatient_pooling",
        "beyond_streets",
        REVIEW,
        "JN-13 JN-24",
        "in 章丘区 beyond the street extent, a clinic of its type some hundred metres off: walk unknown",
    ),
    _clinic(
        "A020",
        "dental_clinic",
        "personal_account",
        "clear_of_same",
        REFUSED,
        "JN-30",
        "alone in its circle, but dentistry is found to be in surplus",
        specialties="dental",
    ),
    _clinic(
        "A021",
        "clinic",
        "personal_account",
        "shanghe_on_file",
        REFUSED,
        "JN-27",
        "on file in 商河县, whose resident fund runs a deficit in 2026: either scheme suffices",
    ),
    _clinic(
        "A022",
        "community_health_station",
        "outpatient_pooling",
        "near_same_clinic",
        ELIGIBLE,
        "JN-15 (JN-13 JN-24)",
        "same type next door, but it carries public-health duty: outside the plan's limits",
        level="primary",
        ownership="public",
        tags="public_health_duty",
        sign_off=SIGNED % 22,
    ),
    _hospital(
        "A023",
        "township_health_centre",
        "primary",
        "gangcheng_town",
        ELIGIBLE,
        "JN-15 JN-27 (AMB-13)",
        "township health centre with public-health duty in 钢城区: the fund gate yields to the sign-off",
        beds=20,
        ownership="public",
        specialties="general",
        tags="public_health_duty",
        sign_off=SIGNED % 23,
    ),
    _hospital(
        "A024",
        "township_health_centre",
        "primary",
        "gangcheng_town_2",
        REVIEW,
        "JN-15 JN-27 (AMB-13)",
        "the same without a sign-off: a person must sign before the gate yields",
        beds=20,
        ownership="public",
        specialties="general",
        tags="public_health_duty",
    ),
    _clinic(
        "A025",
        "university_clinic",
        "outpatient_pooling",
        "near_same_clinic",
        ELIGIBLE,
        "JN-17",
        "clinic inside a university: outside the limits and not counted",
        ownership="public",
        tags="university",
        sign_off=SIGNED % 25,
    ),
    _clinic(
        "A026",
        "infirmary",
        "outpatient_pooling",
        "near_same_clinic",
        ELIGIBLE,
        "JN-17",
        "infirmary that serves insiders only: outside the limits and not counted",
        tags="enterprise;internal_only",
        sign_off=SIGNED % 26,
    ),
    _clinic(
        "A027",
        "infirmary",
        "outpatient_pooling",
        "near_same_clinic",
        REFUSED,
        "JN-17 JN-13 JN-24",
        "infirmary open to all: JN-17 does not cover it, and one of its type is in the circle",
        tags="enterprise",
    ),
    # Hospitals
    _hospital(
        "A028",
        "general_hospital",
        "tertiary",
        "clear_in_licheng",
        ELIGIBLE,
        "JN-14 (JN-10)",
        "provincial key project with its document: outside the limits, though its tier is over its share",
        beds=1500,
        ownership="public",
        specialties="general",
        tags="key_project",
        grounds="省级重点建设项目 示例发改〔2026〕15号（合成）",
        documents="立项批复;申请表;执业许可证",
        sign_off=SIGNED % 28,
    ),
    _hospital(
        "A029",
        "general_hospital",
        "tertiary",
        "clear_in_licheng",
        REVIEW,
        "JN-14 (JN-10)",
        "claims to be a key project without a document: the exemption is open, JN-10 stands against it",
        beds=600,
        specialties="general",
        tags="key_project",
    ),
    _hospital(
        "A030",
        "psychiatric_hospital",
        "tertiary",
        "clear_in_licheng",
        ELIGIBLE,
        "JN-16 (JN-10)",
        "public psychiatric hospital: specialised public-health institution, outside the limits",
        beds=400,
        ownership="public",
        specialties="psychiatric",
        tags="psychiatric",
        sign_off=SIGNED % 30,
    ),
    _hospital(
        "A031",
        "psychiatric_hospital",
        "secondary",
        "near_same_hospital",
        ELIGIBLE,
        "JN-16 (JN-24, AMB-05)",
        "private psychiatric hospital beside another: JN-16 frees it under the default reading (any owner), "
        "it is refused when JN-16 frees public institutions only; not robust",
        beds=120,
        specialties="psychiatric",
    ),
    _hospital(
        "A032",
        "general_hospital",
        "secondary",
        "near_same_hospital",
        REFUSED,
        "JN-24",
        "a general hospital of the same level within the circle",
        beds=150,
        specialties="general",
    ),
    _hospital(
        "A033",
        "paediatric_hospital",
        "secondary",
        "clear_in_licheng",
        ELIGIBLE,
        "JN-11 JN-29 (JN-09 JN-10 JN-24)",
        "small paediatric hospital: passes every gate and comes first, since paediatrics is short",
        beds=120,
        specialties="paediatric",
    ),
    _hospital(
        "A034",
        "general_hospital",
        "secondary",
        "clear_in_licheng",
        REFUSED,
        "JN-06 JN-09 JN-22",
        "2,900 beds would lift the city above 9.0 per 1000 insured",
        beds=2900,
        specialties="general",
    ),
    _hospital(
        "A035",
        "general_hospital",
        "secondary",
        "gangcheng_free",
        REFUSED,
        "JN-27",
        "hospital in 钢城区 while its employee fund runs a deficit",
        beds=100,
        specialties="general",
    ),
    _hospital(
        "A036",
        "general_hospital",
        "tertiary",
        "on_file_shizhong_tertiary",
        REFUSED,
        "JN-10",
        "300 more beds for a tertiary hospital: that tier is over its share",
        action="add_beds",
        beds=300,
    ),
    _hospital(
        "A037",
        "general_hospital",
        "primary",
        "on_file_licheng_primary",
        ELIGIBLE,
        "JN-09 JN-10",
        "30 more beds for a primary hospital: below its tier's share, room in the city",
        action="add_beds",
        beds=30,
    ),
    _hospital(
        "A038",
        "general_hospital",
        "secondary",
        "branch_in_jiyang",
        ELIGIBLE,
        "JN-25",
        "branch with 200 beds in 济阳区, which is short of beds",
        action="branch",
        beds=200,
        specialties="general",
    ),
    _hospital(
        "A039",
        "general_hospital",
        "secondary",
        "branch_in_shizhong",
        REFUSED,
        "JN-25",
        "branch with 150 beds in 市中区, whose beds are above its total",
        action="branch",
        beds=150,
        specialties="general",
    ),
    _hospital(
        "A040",
        "rehabilitation_hospital",
        "secondary",
        "on_file_to_convert",
        ELIGIBLE,
        "JN-40 JN-24",
        "general hospital turns to rehabilitation, which the plan names as scarce; none alike in its circle",
        action="convert",
        beds=0,
        specialties="rehabilitation",
    ),
)
