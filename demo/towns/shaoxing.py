"""绍兴: about 7 insured beds per 1000, open against licensed beds, bed-days beyond insured beds, townships without a pharmacy.

Everything is invented except boundaries, census and the names of townships. Three city hospitals stand in 柯桥区 and 上虞区 and
count in 越城区, as the plan has it. Which township a place lies in is invented: no township has a polygon.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from towns import history, money
from towns.asking import SIGNED, clinic, hospital, pharmacy
from towns.spec import Ask, District, Sort, Town

if TYPE_CHECKING:
    from towns.assemble import World

YUECHENG, KEQIAO, SHANGYU, XINCHANG, ZHUJI, SHENGZHOU = "330602", "330603", "330604", "330624", "330681", "330683"
CLOSED, CURRENT = date(2025, 12, 31), date(2026, 6, 30)
# 岭南乡, 陈溪乡, 东茗乡, 五泄镇, 下王镇, 贵门乡
WITHOUT_PHARMACY = frozenset({"330604200", "330604201", "330624201", "330681112", "330683110", "330683200"})

DISTRICTS = (
    District(code=YUECHENG, name="越城区", short="越城", seat=(120.582, 30.005), coverage=0.97, employee=0.58, beds=9.6, use=0.86,
             doctors=4.0, resource_class="rich", pull=1.1),
    District(code=KEQIAO, name="柯桥区", short="柯桥", seat=(120.493, 30.081), coverage=0.92, employee=0.49, beds=6.3, use=0.79,
             doctors=2.8, resource_class="moderate"),
    District(code=SHANGYU, name="上虞区", short="上虞", seat=(120.872, 30.033), coverage=0.95, employee=0.46, beds=6.6, use=0.80,
             doctors=2.7, resource_class="moderate"),
    District(code=XINCHANG, name="新昌县", short="新昌", seat=(120.904, 29.500), coverage=0.96, employee=0.42, beds=7.3, use=0.77,
             doctors=2.6, resource_class="moderate"),
    District(code=ZHUJI, name="诸暨市", short="诸暨", seat=(120.240, 29.712), coverage=0.94, employee=0.44, beds=6.4, use=0.82,
             doctors=2.5, resource_class="weak"),
    District(code=SHENGZHOU, name="嵊州市", short="嵊州", seat=(120.831, 29.588), coverage=0.95, employee=0.37, beds=5.9, use=0.75,
             doctors=2.3, resource_class="weak", spent={("employee", 2025): 0.996, ("employee", 2026): 1.018}),
)

COUNTS: dict[Sort, int] = {
    ("general_hospital", "inpatient", "tertiary"): 9,
    ("tcm_hospital", "inpatient", "tertiary"): 4,
    ("maternal_child_health", "inpatient", "tertiary"): 1,
    ("psychiatric_hospital", "inpatient", "tertiary"): 1,
    ("eye_hospital", "inpatient", "tertiary"): 1,
    ("general_hospital", "inpatient", "secondary"): 22,
    ("tcm_hospital", "inpatient", "secondary"): 6,
    ("integrated_hospital", "inpatient", "secondary"): 2,
    ("psychiatric_hospital", "inpatient", "secondary"): 5,
    ("infectious_disease_hospital", "inpatient", "secondary"): 1,
    ("maternal_child_health", "inpatient", "secondary"): 6,
    ("rehabilitation_hospital", "inpatient", "secondary"): 4,
    ("eye_hospital", "inpatient", "secondary"): 2,
    ("specialised_hospital", "inpatient", "secondary"): 2,
    ("general_hospital", "inpatient", "primary"): 14,
    ("tcm_hospital", "inpatient", "primary"): 4,
    ("rehabilitation_hospital", "inpatient", "primary"): 4,
    ("general_hospital", "inpatient", "ungraded"): 10,
    ("tcm_hospital", "inpatient", "ungraded"): 4,
    ("rehabilitation_hospital", "inpatient", "ungraded"): 6,
    ("specialised_hospital", "inpatient", "ungraded"): 6,
    ("psychiatric_hospital", "inpatient", "ungraded"): 2,
    ("eye_hospital", "inpatient", "ungraded"): 3,
    ("township_health_centre", "inpatient", "primary"): 62,
    ("community_health_centre", "inpatient", "primary"): 26,
    ("nursing_home", "inpatient", "ungraded"): 12,
    ("hospice_centre", "inpatient", "ungraded"): 2,
    ("community_health_centre", "outpatient_pooling", "primary"): 24,
    ("community_health_station", "outpatient_pooling", "primary"): 210,
    ("village_clinic", "outpatient_pooling", "ungraded"): 320,
    ("outpatient_department", "outpatient_pooling", "ungraded"): 140,
    ("clinic", "outpatient_pooling", "ungraded"): 260,
    ("tcm_clinic", "outpatient_pooling", "ungraded"): 110,
    ("dental_clinic", "outpatient_pooling", "ungraded"): 130,
    ("elder_care_clinic", "outpatient_pooling", "ungraded"): 16,
    ("university_clinic", "outpatient_pooling", "ungraded"): 8,
    ("infirmary", "outpatient_pooling", "ungraded"): 34,
    ("dialysis_centre", "outpatient_pooling", "ungraded"): 5,
}

WITHOUT_PLACE: dict[Sort, tuple[int, int]] = {
    ("pharmacy", "pharmacy", ""): (260, 34),
    ("clinic", "outpatient_pooling", "ungraded"): (70, 20),
    ("tcm_clinic", "outpatient_pooling", "ungraded"): (24, 5),
    ("dental_clinic", "outpatient_pooling", "ungraded"): (36, 5),
    ("outpatient_department", "outpatient_pooling", "ungraded"): (16, 4),
    ("general_hospital", "inpatient", "ungraded"): (6, 4),
    ("rehabilitation_hospital", "inpatient", "ungraded"): (5, 2),
    ("nursing_home", "inpatient", "ungraded"): (6, 1),
}

OPEN_LONG = {"licensed_on": date(2025, 10, 20), "opened_on": date(2025, 12, 8)}

ASKS: tuple[Ask, ...] = (
    pharmacy(YUECHENG, "pharmacies within 800 m in the old town", near=5, urban=True),
    pharmacy(KEQIAO, "no pharmacy within 800 m", near=0),
    pharmacy(ZHUJI, "two pharmacies within 800 m", near=2),
    pharmacy(SHANGYU, "one pharmacy on the limit of 800 m, none nearer", near=0, at_limit=True),
    pharmacy(YUECHENG, "no coordinates: no distance can be measured", placed=False),
    pharmacy(SHANGYU, "a township without any designated pharmacy may have one", township="330604201", near=0),
    pharmacy(ZHUJI, "another township without any", township="330681112", near=0),
    pharmacy(SHENGZHOU, "a township without any, but the county's employee fund runs a deficit: the stop is absolute",
             township="330683200", near=0),
    pharmacy(XINCHANG, "a township without any, but a warning letter is in force", township="330624201", near=0),
    pharmacy(ZHUJI, "a pharmacy on file moves within the city to a place without others", action="relocate", near=0,
             on_file={"provider_class": "pharmacy", "status": "designated"}),
    pharmacy(KEQIAO, "terminated in coaching in February 2026: barred for a year",
             on_file={"role": "barred", "provider_class": "pharmacy"}),
    pharmacy(SHANGYU, "terminated in coaching in March 2025: the year is over",
             on_file={"role": "bar_over", "provider_class": "pharmacy"}),
    clinic(YUECHENG, "clinic", "outpatient total exceeded in the city, one of its type near", near=1, **OPEN_LONG),
    clinic(KEQIAO, "clinic", "none of its type within 800 m, places freed in the plan period", near=0, **OPEN_LONG),
    clinic(ZHUJI, "tcm_clinic", "none of its type within 800 m", near=0, **OPEN_LONG),
    clinic(SHENGZHOU, "outpatient_department", "county with a deficit", near=0, **OPEN_LONG),
    clinic(SHANGYU, "dental_clinic", "one of its type near", near=1, **OPEN_LONG),
    clinic(ZHUJI, "clinic", "terminated in coaching in February 2026: barred for a year",
           on_file={"role": "barred", "provider_class": "outpatient_pooling"}),
    clinic(YUECHENG, "university_clinic", "clinic inside a university: outside the plan's numbers", ownership="public",
           tags="university", facts=SIGNED, **OPEN_LONG),
    clinic(KEQIAO, "infirmary", "infirmary of an enterprise: outside the plan's numbers", tags="enterprise;internal_only",
           facts=SIGNED, **OPEN_LONG),
    clinic(SHANGYU, "elder_care_clinic", "clinic inside an elder-care home: outside the plan's numbers", tags="elder_care",
           facts=SIGNED, **OPEN_LONG),
    clinic(SHENGZHOU, "blind_massage_clinic", "outside the plan's numbers, but in a county with a deficit", tags="blind_massage",
           facts=SIGNED, **OPEN_LONG),
    clinic(ZHUJI, "village_clinic", "village clinic: outside the plan's numbers", ownership="public",
           tags="public_health_duty;village_integrated", facts=SIGNED, urban=False, **OPEN_LONG),
    hospital(SHENGZHOU, "general_hospital", "secondary", 120, "short county with a deficit",
             facts=(("approved_beds", "130"),), **OPEN_LONG),
    hospital(ZHUJI, "general_hospital", "secondary", 200, "county somewhat below 7 per 1000",
             facts=(("approved_beds", "180"),), **OPEN_LONG),
    hospital(KEQIAO, "rehabilitation_hospital", "secondary", 100, "rehabilitation is to be supported within the total", near=0,
             facts=(("approved_beds", "100"),), **OPEN_LONG),
    hospital(YUECHENG, "general_hospital", "secondary", 300, "district far above 7 per 1000",
             facts=(("approved_beds", "250"),), **OPEN_LONG),
    hospital(KEQIAO, "general_hospital", "tertiary", 800, "city key project: its beds count and first offset reductions",
             ownership="public", tags="key_project", grounds="市级重点建设项目 示例发改〔2026〕33号（合成）",
             documents="立项批复;申请表;执业许可证", facts=(*SIGNED, ("approved_beds", "900")), **OPEN_LONG),
    hospital(ZHUJI, "general_hospital", "tertiary", 400, "calls itself a key project without a document", tags="key_project",
             **OPEN_LONG),
    hospital(YUECHENG, "psychiatric_hospital", "secondary", 180, "psychiatric hospital: normally outside the plan's limits",
             facts=(*SIGNED, ("approved_beds", "180")), near=0, **OPEN_LONG),
    hospital(SHANGYU, "infectious_disease_hospital", "secondary", 120, "infectious-disease hospital, public", ownership="public",
             tags="infectious", facts=(*SIGNED, ("approved_beds", "120")), near=0, **OPEN_LONG),
    hospital(ZHUJI, "general_hospital", "tertiary", 150, "more beds for a tertiary hospital", action="add_beds",
             on_file={"kind": "general_hospital", "level": "tertiary"}),
    hospital(KEQIAO, "general_hospital", "secondary", 60, "more beds for a secondary hospital where beds were cut in the plan period",
             action="add_beds", on_file={"kind": "general_hospital", "level": "secondary"}),
    hospital(SHANGYU, "general_hospital", "tertiary", 240, "branch of a hospital of 越城区", action="branch", moved_from=YUECHENG,
             ownership="public", tags="tertiary_branch", on_file={"kind": "general_hospital", "level": "tertiary"}),
    hospital(XINCHANG, "rehabilitation_hospital", "secondary", 0, "a general hospital with spare beds turns to rehabilitation",
             action="convert", on_file={"kind": "general_hospital", "level": "secondary"}),
    hospital(ZHUJI, "nursing_home", "ungraded", 0, "a small hospital turns into a nursing home", action="convert",
             on_file={"kind": "general_hospital", "level": "primary"}, tags="elder_care"),
)


def adjust(_: Town, rows: pd.DataFrame) -> pd.DataFrame:
    """City hospitals elsewhere count in 越城区; some in coaching were extended; three were terminated in their coaching."""
    large = (rows["level"] == "tertiary") & rows["kind"].isin(["general_hospital", "tcm_hospital"])
    for district, count in ((KEQIAO, 2), (SHANGYU, 1)):
        chosen = rows.index[large & (rows["district"] == district)][:count]
        rows.loc[chosen, "ownership"], rows.loc[chosen, "counts_in"] = "public", YUECHENG
    coached = rows.index[rows["status"] == "coaching"][:4]
    rows.loc[coached, "designated_on"] = [date(2025, 12, 20), date(2026, 1, 8), date(2026, 1, 8), date(2026, 2, 1)]
    rows.loc[coached, "opened_on"] = date(2025, 8, 12)
    rows.loc[coached, "licensed_on"] = date(2025, 7, 16)
    rows.loc[coached, "role"] = "extended"
    for role, district, sort, day in (
        ("barred", KEQIAO, "pharmacy", date(2025, 10, 15)), ("barred", ZHUJI, "outpatient_pooling", date(2025, 10, 15)),
        ("bar_over", SHANGYU, "pharmacy", date(2024, 11, 4)),
    ):
        gone = rows.index[(rows["status"] == "terminated") & (rows["district"] == district) & (rows["provider_class"] == sort)]
        rows.loc[gone[0], ["role", "designated_on"]] = [role, day]
        rows.loc[gone[0], ["opened_on", "licensed_on"]] = [date(2024, 5, 6), date(2024, 4, 2)]
    return rows


BED_CUTS: tuple[history.Exit, ...] = (
    (KEQIAO, "inpatient", "secondary", date(2026, 2, 10), "licensed_bed_cut", 90, 0, False),
    (KEQIAO, "inpatient", "primary", date(2026, 5, 6), "conversion", 36, 0, False),
    (YUECHENG, "inpatient", "tertiary", date(2026, 3, 18), "licensed_bed_cut", 120, 0, False),
    (ZHUJI, "inpatient", "secondary", date(2026, 4, 2), "licensed_bed_cut", 55, 0, False),
    (SHANGYU, "inpatient", "primary", date(2025, 12, 20), "licensed_bed_cut", 20, 0, False),
    (SHENGZHOU, "outpatient_pooling", "ungraded", date(2026, 6, 12), "suspension", None, 1, False),
    (YUECHENG, "outpatient_pooling", "ungraded", date(2026, 2, 26), "cancellation", None, 1, True),
)


def tables(world: World) -> dict[str, pd.DataFrame]:
    role = world.providers.set_index("provider")["role"]
    fixed = {code: date(2026, 2, 20) for code in role.index[role == "barred"]}
    fixed |= {code: date(2025, 3, 14) for code in role.index[role == "bar_over"]}
    days = (date(2025, 2, 10), date(2026, 8, 14))
    exits = history.releases(world.ground, world.providers, world.beds,
                             dict.fromkeys(("inpatient", "outpatient_pooling", "pharmacy"), days), BED_CUTS, fixed=fixed)
    named = [(code, pd.Timestamp(day).date() - pd.Timedelta(days=18), "breach", "serious") for code, day in fixed.items()]
    named += [(code, date(2026, 4, 16), "breach", "minor") for code in role.index[role == "extended"][:3]]
    named += [(code, date(2026, 6, 30), "breach", severity) for code, severity in zip(_coached(world), ("minor", "serious", None))]
    return {
        "releases": exits,
        "events": history.events(world.ground, world.providers, {
            "inspection": 90, "complaint": 40, "breach": 30, "assessment": 24, "relocation": 10, "change": 16}, exits, named),
        "warnings": money.letters(
            (XINCHANG, date(2026, 5, 26), "示例医保预警〔2026〕4号（合成）", None),
            (SHANGYU, date(2025, 4, 8), "示例医保预警〔2025〕2号（合成）", date(2026, 1, 12))),
        "facts": history.facts([
            *history.causes(fixed, "serious_breach"),
            ("outpatient_pooling", "plan_total", date(2026, 1, 31), "1220"), ("pharmacy", "plan_total", date(2026, 1, 31), "1440"),
            *((subject, "supply_demand", CURRENT, value) for subject, value in (
                ("psychiatric", "short"), ("rehabilitation", "short"), ("tcm", "short"), ("general", "balanced"),
                ("dental", "surplus")))]),
    }


def _coached(world: World) -> list[str]:
    """Providers in coaching that were not extended, by code."""
    rows = world.providers
    return sorted(rows.loc[(rows["status"] == "coaching") & (rows["role"] == ""), "provider"])


SHAOXING = Town(
    id="shaoxing-demo", name="绍兴示例城（部分数据为合成）", folder="shaoxing", city="330600", city_name="绍兴市", seed=3306,
    centre=(120.6, 29.8), districts=DISTRICTS, by_township=True, without_pharmacy=WITHOUT_PHARMACY, insured_total=4_987_320,
    bed_dates=(CLOSED, date(2024, 12, 31), CURRENT), beds_total=35_260, tier_share=(0.520, 0.300, 0.180), cost=0.6,
    over_licence=0.18, over_bed_days=0.12, staff_on=CLOSED, doctors_total=14_410, counts=COUNTS, pharmacies=1_480,
    without_place=WITHOUT_PLACE, status={"coaching": (18, 14), "suspended": (9, 8)}, designated_until=date(2025, 9, 30),
    recent=(date(2026, 3, 5), date(2026, 6, 25)), adjust=adjust, dual_channel=dict.fromkeys(
        (YUECHENG, KEQIAO, SHANGYU, XINCHANG, ZHUJI, SHENGZHOU), 3),
    income={"employee": 3620.0, "resident": 1290.0}, through=date(2026, 7, 31), asks=ASKS, history=tables,
    bed_note="：医保床位取开放床位与核定床位 115% 的较小者",
)
