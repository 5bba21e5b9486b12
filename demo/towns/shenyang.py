"""沈阳: six zones, far more beds than the fund carries in the main urban one, exits of two years zone by zone.

Everything is invented except boundaries, census and the grouping of the 13 districts into zones, which is the plan's. The facts of
the affordable-beds formula are rounded from the invented tables, the income so that the norm comes to about 6.6 per 1000.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from towns import history, money
from towns.asking import clinic, hospital, pharmacy
from towns.spec import Ask, District, Sort, Town

if TYPE_CHECKING:
    from towns.assemble import World

MAIN, SUBURBAN = "main_urban", "suburban"
HEPING, SHENHE, DADONG, HUANGGU, TIEXI = "210102", "210103", "210104", "210105", "210106"
SUJIATUN, HUNNAN, SHENBEI, YUHONG = "210111", "210112", "210113", "210114"
LIAOZHONG, KANGPING, FAKU, XINMIN = "210115", "210123", "210124", "210181"
CLOSED, CURRENT = date(2025, 12, 31), date(2026, 6, 30)
AFFORDABLE_PER_1000 = 6.6
SURPLUS_RATE = 0.05
WEIGHTS = {"tier": 10, "specialty": 15, "quality": 20, "price": 15, "location": 15, "conduct": 15, "capability": 10}
TIED = ("A011", "A021", "A022")  # a clinic, a public community centre, a clinic of an elder-care home in one zone

DISTRICTS = (
    District(code=HEPING, name="和平区", short="和平", seat=(123.398, 41.786), coverage=0.98, employee=0.66, beds=16.6, use=0.80,
             doctors=6.4, zone=MAIN, resource_class="rich", pull=1.80),
    District(code=SHENHE, name="沈河区", short="沈河", seat=(123.460, 41.795), coverage=0.97, employee=0.63, beds=13.8, use=0.78,
             doctors=5.6, zone=MAIN, resource_class="rich", pull=1.80),
    District(code=DADONG, name="大东区", short="大东", seat=(123.470, 41.808), coverage=0.95, employee=0.60, beds=10.4, use=0.74,
             doctors=4.0, zone=MAIN, resource_class="rich", pull=1.65),
    District(code=HUANGGU, name="皇姑区", short="皇姑", seat=(123.420, 41.828), coverage=0.95, employee=0.61, beds=10.0, use=0.76,
             doctors=3.9, zone=MAIN, resource_class="rich", pull=1.65),
    District(code=TIEXI, name="铁西区", short="铁西", seat=(123.352, 41.798), coverage=0.93, employee=0.58, beds=9.2, use=0.72,
             doctors=3.3, zone=MAIN, resource_class="rich", pull=1.60),
    District(code=SUJIATUN, name="苏家屯区", short="苏家屯", seat=(123.344, 41.665), coverage=0.86, employee=0.45, beds=6.0, use=0.70,
             doctors=2.5, zone=SUBURBAN, resource_class="moderate", pull=0.85),
    District(code=HUNNAN, name="浑南区", short="浑南", seat=(123.450, 41.715), coverage=0.90, employee=0.56, beds=5.7, use=0.75,
             doctors=2.8, zone=SUBURBAN, resource_class="moderate", pull=0.85),
    District(code=SHENBEI, name="沈北新区", short="沈北", seat=(123.523, 42.053), coverage=0.86, employee=0.44, beds=4.9, use=0.68,
             doctors=2.2, zone=SUBURBAN, resource_class="weak", pull=0.80),
    District(code=YUHONG, name="于洪区", short="于洪", seat=(123.308, 41.794), coverage=0.89, employee=0.48, beds=5.3, use=0.71,
             doctors=2.4, zone=MAIN, resource_class="moderate", pull=1.55),
    District(code=LIAOZHONG, name="辽中区", short="辽中", seat=(122.731, 41.513), coverage=0.85, employee=0.24, beds=6.0, use=0.66,
             doctors=1.9, zone="liaozhong", resource_class="moderate", pull=0.90),
    District(code=KANGPING, name="康平县", short="康平", seat=(123.352, 42.741), coverage=0.84, employee=0.21, beds=7.7, use=0.58,
             doctors=1.8, zone="kangping", resource_class="weak", pull=1.30,
             spent={("resident", 2025): 1.014, ("resident", 2026): 0.991}),
    District(code=FAKU, name="法库县", short="法库", seat=(123.416, 42.506), coverage=0.84, employee=0.21, beds=4.8, use=0.69,
             doctors=1.7, zone="faku", resource_class="weak", pull=0.80),
    District(code=XINMIN, name="新民市", short="新民", seat=(122.829, 41.997), coverage=0.85, employee=0.23, beds=7.3, use=0.62,
             doctors=1.9, zone="xinmin", resource_class="moderate", pull=1.00, forecast={"employee": 1.012}),
)

COUNTS: dict[Sort, int] = {
    ("general_hospital", "inpatient", "tertiary"): 18,
    ("tcm_hospital", "inpatient", "tertiary"): 4,
    ("integrated_hospital", "inpatient", "tertiary"): 1,
    ("maternal_child_health", "inpatient", "tertiary"): 2,
    ("psychiatric_hospital", "inpatient", "tertiary"): 2,
    ("oncology_hospital", "inpatient", "tertiary"): 2,
    ("infectious_disease_hospital", "inpatient", "tertiary"): 1,
    ("paediatric_hospital", "inpatient", "tertiary"): 1,
    ("maternity_hospital", "inpatient", "tertiary"): 1,
    ("eye_hospital", "inpatient", "tertiary"): 2,
    ("dental_hospital", "inpatient", "tertiary"): 1,
    ("rehabilitation_hospital", "inpatient", "tertiary"): 1,
    ("general_hospital", "inpatient", "secondary"): 38,
    ("tcm_hospital", "inpatient", "secondary"): 12,
    ("integrated_hospital", "inpatient", "secondary"): 3,
    ("psychiatric_hospital", "inpatient", "secondary"): 8,
    ("infectious_disease_hospital", "inpatient", "secondary"): 1,
    ("oncology_hospital", "inpatient", "secondary"): 2,
    ("maternity_hospital", "inpatient", "secondary"): 4,
    ("maternal_child_health", "inpatient", "secondary"): 10,
    ("rehabilitation_hospital", "inpatient", "secondary"): 4,
    ("eye_hospital", "inpatient", "secondary"): 4,
    ("dental_hospital", "inpatient", "secondary"): 2,
    ("specialised_hospital", "inpatient", "secondary"): 2,
    ("general_hospital", "inpatient", "primary"): 40,
    ("tcm_hospital", "inpatient", "primary"): 10,
    ("rehabilitation_hospital", "inpatient", "primary"): 6,
    ("specialised_hospital", "inpatient", "primary"): 4,
    ("general_hospital", "inpatient", "ungraded"): 30,
    ("tcm_hospital", "inpatient", "ungraded"): 6,
    ("rehabilitation_hospital", "inpatient", "ungraded"): 10,
    ("specialised_hospital", "inpatient", "ungraded"): 8,
    ("psychiatric_hospital", "inpatient", "ungraded"): 4,
    ("eye_hospital", "inpatient", "ungraded"): 4,
    ("township_health_centre", "inpatient", "primary"): 70,
    ("community_health_centre", "inpatient", "primary"): 40,
    ("nursing_home", "inpatient", "ungraded"): 16,
    ("hospice_centre", "inpatient", "ungraded"): 6,
    ("community_health_centre", "outpatient_pooling", "primary"): 60,
    ("community_health_station", "outpatient_pooling", "primary"): 170,
    ("village_clinic", "outpatient_pooling", "ungraded"): 150,
    ("outpatient_department", "outpatient_pooling", "ungraded"): 190,
    ("clinic", "outpatient_pooling", "ungraded"): 410,
    ("tcm_clinic", "outpatient_pooling", "ungraded"): 150,
    ("dental_clinic", "outpatient_pooling", "ungraded"): 80,
    ("elder_care_clinic", "outpatient_pooling", "ungraded"): 24,
    ("university_clinic", "outpatient_pooling", "ungraded"): 26,
    ("infirmary", "outpatient_pooling", "ungraded"): 30,
    ("dialysis_centre", "outpatient_pooling", "ungraded"): 8,
    ("clinic", "personal_account", "ungraded"): 150,
    ("tcm_clinic", "personal_account", "ungraded"): 80,
    ("dental_clinic", "personal_account", "ungraded"): 130,
    ("outpatient_department", "personal_account", "ungraded"): 20,
    ("blind_massage_clinic", "personal_account", "ungraded"): 10,
    ("infirmary", "personal_account", "ungraded"): 10,
}

WITHOUT_PLACE: dict[Sort, tuple[int, int]] = {
    ("pharmacy", "pharmacy", ""): (230, 56),
    ("clinic", "outpatient_pooling", "ungraded"): (60, 24),
    ("tcm_clinic", "outpatient_pooling", "ungraded"): (24, 8),
    ("outpatient_department", "outpatient_pooling", "ungraded"): (20, 8),
    ("community_health_station", "outpatient_pooling", "primary"): (6, 4),
    ("dental_clinic", "personal_account", "ungraded"): (50, 10),
    ("clinic", "personal_account", "ungraded"): (30, 6),
    ("general_hospital", "inpatient", "ungraded"): (8, 5),
    ("general_hospital", "inpatient", "primary"): (4, 4),
    ("rehabilitation_hospital", "inpatient", "ungraded"): (5, 2),
    ("nursing_home", "inpatient", "ungraded"): (4, 1),
}

OPEN_LONG = {"licensed_on": date(2025, 10, 9), "opened_on": date(2025, 11, 20)}

ASKS: tuple[Ask, ...] = (
    pharmacy(HEPING, "pharmacies within 800 m, as nearly everywhere in the centre", near=4, urban=True),
    pharmacy(SHENBEI, "no pharmacy within 800 m, no hall with one either", near=0),
    pharmacy(TIEXI, "one pharmacy on the limit of 800 m, none nearer", near=0, at_limit=True),
    pharmacy(FAKU, "no coordinates: no distance can be measured", placed=False),
    pharmacy(KANGPING, "no pharmacy near, but the county's resident fund closed 2025 with a deficit", near=0),
    pharmacy(XINMIN, "no pharmacy near, but the county's employee fund is forecast to fall short this year", near=0),
    pharmacy(HUNNAN, "a pharmacy on file moves to a place without others", action="relocate", near=0,
             on_file={"provider_class": "pharmacy", "status": "designated"}),
    pharmacy(HUANGGU, "a pharmacy terminated for a breach applies again", on_file={"role": "barred", "provider_class": "pharmacy"}),
    clinic(HEPING, "clinic", "zone with more institutions than its share, one of its type near", near=1, **OPEN_LONG),
    clinic(DADONG, "clinic", "zone with more institutions than its share, none of its type within 800 m", near=0, **OPEN_LONG),
    clinic(TIEXI, "tcm_clinic", "none of its type within 800 m: one of the places of the main urban zone", near=0, **OPEN_LONG),
    clinic(YUHONG, "clinic", "main urban zone by the plan, on the edge of the city", near=0, **OPEN_LONG),
    clinic(HUNNAN, "clinic", "suburban zone, fewer institutions than its share: full release", near=0, **OPEN_LONG),
    clinic(SHENBEI, "outpatient_department", "suburban zone, weak area", near=0, **OPEN_LONG),
    clinic(FAKU, "clinic", "short zone that nobody left: its quota is nothing", near=0, **OPEN_LONG),
    clinic(LIAOZHONG, "tcm_clinic", "a district by name, counted with the counties", near=0, **OPEN_LONG),
    clinic(SUJIATUN, "dental_clinic", "personal-account dentist where none is near", "personal_account", near=0, **OPEN_LONG),
    clinic(SHENHE, "dental_clinic", "personal-account dentist beside another", "personal_account", near=1, **OPEN_LONG),
    clinic(HEPING, "university_clinic", "clinic inside a university: outside the plan", ownership="public", tags="university",
           **OPEN_LONG),
    clinic(XINMIN, "village_clinic", "integrated village clinic: outside the plan, though the fund is forecast to fall short",
           ownership="public", tags="public_health_duty;village_integrated", **OPEN_LONG),
    clinic(TIEXI, "community_health_centre", "public community centre: preferred when equal", level="primary", ownership="public",
           tags="public_health_duty", near=0, **OPEN_LONG),
    clinic(TIEXI, "elder_care_clinic", "clinic inside a medical-care-for-elderly home: preferred when equal", tags="elder_care",
           near=0, **OPEN_LONG),
    clinic(HUANGGU, "clinic", "departments below the standard of its level", near=0,
           facts=(("checklist", "staff_standard=met;departments_standard=unmet;it_standard=met"),), **OPEN_LONG),
    clinic(DADONG, "clinic", "terminated during coaching for a serious breach in 2026: barred for two years",
           on_file={"role": "barred", "provider_class": "outpatient_pooling"}),
    hospital(SHENHE, "general_hospital", "tertiary", 600, "main urban zone far above the norm: half of the released beds",
             ownership="public", **OPEN_LONG),
    hospital(TIEXI, "rehabilitation_hospital", "secondary", 40, "small hospital within what the main urban zone released", near=0,
             **OPEN_LONG),
    hospital(YUHONG, "general_hospital", "primary", 60, "main urban zone, few beds at its own place", **OPEN_LONG),
    hospital(HUNNAN, "general_hospital", "secondary", 150, "suburban zone below the norm: by merit within the gap", **OPEN_LONG),
    hospital(SHENBEI, "tcm_hospital", "secondary", 120, "suburban zone, weak area", near=0, **OPEN_LONG),
    hospital(FAKU, "general_hospital", "tertiary", 300, "a county tertiary hospital, which the plan's directions want",
             ownership="public", tags="key_project", grounds="市级重点建设项目 示例发改〔2026〕21号（合成）", **OPEN_LONG),
    hospital(XINMIN, "general_hospital", "primary", 30, "primary beds where the plan cuts them", **OPEN_LONG),
    hospital(KANGPING, "general_hospital", "primary", 30, "primary beds where the plan cuts them, deficit last year", **OPEN_LONG),
    hospital(LIAOZHONG, "psychiatric_hospital", "secondary", 100, "county below the norm", near=0, **OPEN_LONG),
    hospital(HEPING, "general_hospital", "tertiary", 200, "more beds for a tertiary hospital in the centre", action="add_beds",
             on_file={"kind": "general_hospital", "level": "tertiary"}),
    hospital(SHENBEI, "general_hospital", "tertiary", 400, "branch of a central hospital: counted where it stands", action="branch",
             moved_from=SHENHE, ownership="public", tags="tertiary_branch",
             on_file={"kind": "general_hospital", "level": "tertiary"}),
    hospital(DADONG, "nursing_home", "ungraded", 0, "a small general hospital turns into a nursing home", action="convert",
             on_file={"kind": "general_hospital", "level": "primary"}, tags="elder_care"),
)


def adjust(_: Town, rows: pd.DataFrame) -> pd.DataFrame:
    """New ones are coached for six months and on trial after; one was terminated within its coaching."""
    new = rows["status"].isin(["coaching", "trial"])
    here = new & (rows["district"] == FAKU)  # nobody came to 法库 lately: it has no quota to come by
    rows.loc[here, ["status", "designated_on"]] = ["designated", date(2025, 3, 4)]
    rows.loc[here, ["opened_on", "licensed_on"]] = [date(2024, 8, 1), date(2024, 6, 3)]
    new &= ~here
    late = np.array([day is not None and day > date(2026, 2, 28) for day in rows["designated_on"]])
    rows.loc[new, "status"] = np.where(late[new], "coaching", "trial")
    for provider_class, district, day in (("outpatient_pooling", DADONG, date(2025, 9, 22)), ("pharmacy", HUANGGU, date(2022, 3, 1))):
        gone = rows.index[(rows["status"] == "terminated") & (rows["district"] == district)
                          & (rows["provider_class"] == provider_class)]
        rows.loc[gone[0], ["role", "designated_on"]] = ["barred", day]
    return rows


# Beds cut by providers who stay: unit, class, level, day, reason, beds, places, exempt. 法库 has none, nor any other exit.
BED_CUTS: tuple[history.Exit, ...] = (
    (HEPING, "inpatient", "tertiary", date(2025, 6, 30), "licensed_bed_cut", 160, 0, False),
    (SHENHE, "inpatient", "tertiary", date(2025, 11, 18), "licensed_bed_cut", 90, 0, False),
    (TIEXI, "inpatient", "secondary", date(2026, 3, 12), "licensed_bed_cut", 75, 0, False),
    (HUNNAN, "inpatient", "secondary", date(2025, 9, 4), "licensed_bed_cut", 41, 0, False),
    (SUJIATUN, "inpatient", "primary", date(2026, 5, 20), "licensed_bed_cut", 20, 0, False),
    (XINMIN, "inpatient", "primary", date(2025, 10, 9), "licensed_bed_cut", 33, 0, False),
    (KANGPING, "inpatient", "primary", date(2026, 1, 27), "conversion", 18, 0, False),
    (LIAOZHONG, "inpatient", "primary", date(2025, 4, 15), "licensed_bed_cut", 12, 0, False),
    (LIAOZHONG, "outpatient_pooling", "ungraded", date(2025, 8, 8), "cancellation", None, 1, False),
    (XINMIN, "outpatient_pooling", "ungraded", date(2025, 7, 1), "voluntary_exit", None, 1, False),
    (KANGPING, "outpatient_pooling", "ungraded", date(2025, 12, 31), "non_renewal", None, 1, False),
    (KANGPING, "outpatient_pooling", "ungraded", date(2026, 1, 1), "non_renewal", None, 1, False),
    (HUANGGU, "outpatient_pooling", "ungraded", date(2025, 5, 12), "voluntary_exit", None, 1, False),
    (DADONG, "outpatient_pooling", "ungraded", date(2025, 6, 23), "termination", None, 1, False),
    (HEPING, "outpatient_pooling", "ungraded", date(2025, 7, 28), "non_renewal", None, 1, False),
    (SHENHE, "outpatient_pooling", "primary", date(2025, 11, 3), "cancellation", None, 1, False),
    (YUHONG, "outpatient_pooling", "ungraded", date(2025, 12, 8), "termination", None, 1, False),
    (TIEXI, "outpatient_pooling", "ungraded", date(2025, 9, 9), "cancellation", None, 1, True),
    (HEPING, "outpatient_pooling", "ungraded", date(2025, 10, 10), "suspension", None, 1, False),
)


def tables(world: World) -> dict[str, pd.DataFrame]:
    barred = dict.fromkeys(world.providers[world.providers["role"] == "barred"]["provider"], date(2026, 2, 16))
    two_years = (date(2025, 1, 15), date(2026, 8, 10))
    exits = history.releases(
        world.ground, world.providers, world.beds,
        dict.fromkeys(("inpatient", "outpatient_pooling", "personal_account", "pharmacy"), two_years), BED_CUTS, skipped=[FAKU],
        fixed=barred)
    return {
        "releases": exits,
        "events": history.events(world.ground, world.providers, {
            "inspection": 110, "complaint": 60, "breach": 44, "assessment": 40, "relocation": 16, "change": 24}, exits,
            [*((code, date(2026, 1, 21), "breach", "serious") for code in barred), *_of_the_new(world.providers)]),
        "warnings": money.letters((LIAOZHONG, date(2025, 3, 11), "示例医保预警〔2025〕1号（合成）", date(2025, 12, 24))),
        "scores": _scores(world.tables["scores"], world.providers),
        "facts": history.facts([*_affordable(world), *_merit(world), *history.causes(barred, "serious_breach"), ("elder_care", "supply_demand", CURRENT, "short"),
                                ("dental", "supply_demand", CURRENT, "surplus"), ("pharmacy", "supply_demand", CURRENT, "surplus")]),
    }


def _of_the_new(providers: pd.DataFrame) -> list[tuple[str, date, str, str | None]]:
    """Breaches while coached: minor ones extend, a serious one ends the agreement, one whose severity nobody stated."""
    new = providers[providers["status"] == "coaching"].sort_values("provider")
    severities = ("minor", "minor", "serious", None)
    return [(code, day + pd.Timedelta(days=40), "breach", severity)
            for code, day, severity in zip(new["provider"], new["designated_on"], severities)]


def _scores(scores: pd.DataFrame, providers: pd.DataFrame) -> pd.DataFrame:
    """In every group of class and level a tie runs across the edge of the last 5 %; two stand at exactly 60."""
    group = providers.set_index("provider").loc[scores["provider"], ["provider_class", "level"]].fillna("").agg("/".join, axis=1)
    scores = scores.assign(score=np.maximum(scores["score"], 60.5))
    for _, rows in scores.groupby(group.to_numpy()):
        order = rows.sort_values(["score", "provider"]).index
        tail = int(0.05 * len(order))
        if tail < 1:
            continue
        scores.loc[order[tail], "score"] = scores.loc[order[tail - 1], "score"]
        scores.loc[order[: tail // 3], "score"] = np.round(np.linspace(48.5, 59.9, tail // 3), 1)
    pharmacy = scores.index[scores["provider"].str.startswith("P")]
    scores.loc[pharmacy[[40, 400]], "score"] = 60.0
    return scores


def _merit(world: World) -> list[tuple[str, str, date, str]]:
    """A published table of weights, and marks for all applications but the last two; those of a tie are alike."""
    found = [(criterion, "merit_weight", CURRENT, str(weight)) for criterion, weight in WEIGHTS.items()]
    rows, rng = world.tables["applications"], world.ground.rng("merit")
    asked = rows.loc[rows["action"].isin(["designate", "branch"]), "application"].tolist()
    for code in asked[:-2]:
        marks = rng.integers(58, 96, len(WEIGHTS))
        for criterion, mark in zip(WEIGHTS, [80] * len(WEIGHTS) if code in TIED else marks):
            found.append((f"{code}:{criterion}", "merit_mark", date(2026, 8, 20), str(mark)))
    return found


def _affordable(world: World) -> list[tuple[str, str, date, str]]:
    """Surplus rate, ratio, cost of a bed and inpatient income of 2025, as a bureau would publish them."""
    town = world.town
    used = world.tables["activity"].query("year == 2025")
    open_beds = used["open_bed_days"].sum() / 365
    cost = round(used["inpatient_cost"].sum() / open_beds, -2)
    ratio = round(used["inpatient_fund"].sum() / used["inpatient_cost"].sum(), 3)
    income = round(AFFORDABLE_PER_1000 * cost * town.insured_total / 1000 * ratio / (1 - SURPLUS_RATE), -6)
    stated = (("surplus_rate", f"{SURPLUS_RATE}"), ("reimbursement_ratio", f"{ratio}"), ("cost_per_bed", f"{cost:.0f}"),
              ("pooled_fund_income", f"{income:.0f}"))
    found = [(town.city, key, CLOSED, value) for key, value in stated]
    for scheme, more, less in (("employee", 1.09, 1.12), ("resident", 0.86, 0.85)):
        found += [(scheme, "reimbursement_ratio", CLOSED, f"{ratio * more:.3f}"), (scheme, "cost_per_bed", CLOSED, f"{cost * less:.0f}")]
    return found


SHENYANG = Town(
    id="shenyang-demo", name="沈阳示例城（部分数据为合成）", folder="shenyang", city="210100", city_name="沈阳市", seed=2101,
    centre=(123.2, 42.0), districts=DISTRICTS, insured_total=8_212_406,
    bed_dates=(CLOSED, date(2024, 12, 31), CURRENT), beds_total=71_236, tier_share=(0.640, 0.235, 0.125), cost=0.55,
    staff_on=CLOSED, doctors_total=27_480, counts=COUNTS, pharmacies=1_650, without_place=WITHOUT_PLACE,
    status={"coaching": (0, 30), "suspended": (12, 9)}, designated_until=date(2025, 8, 31),
    recent=(date(2025, 9, 15), date(2026, 6, 20)), adjust=adjust,
    dual_channel=dict.fromkeys((HEPING, SHENHE, DADONG, HUANGGU, TIEXI, YUHONG), 6) | dict.fromkeys(
        (SUJIATUN, HUNNAN, SHENBEI, LIAOZHONG, KANGPING, FAKU, XINMIN), 2),
    income={"employee": 3390.0, "resident": 1075.0}, through=date(2026, 7, 31), asks=ASKS, history=tables,
)
