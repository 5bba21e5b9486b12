"""昌吉回族自治州 and 五家渠市: one prefecture on one map with two owners, local and XPCC (the corps).

Boundaries, census of 2020 and township names are real. That both are planned as one pooling area is an assumption of the demo;
五家渠 (659004) stands in it as a functional zone of the corps, and the corps' regiments in the counties are townships with the owner
XPCC. Residents of 2025, and all residents of townships, are estimates made for the demo.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from towns import history
from towns.asking import clinic, hospital, pharmacy
from towns.registry import rural_townships
from towns.spec import Ask, District, Sort, Town

if TYPE_CHECKING:
    from towns.assemble import World

CHANGJI, FUKANG, HUTUBI, MANAS = "652301", "652302", "652323", "652324"
QITAI, JIMSAR, MORI, WUJIAQU = "652325", "652327", "652328", "659004"
CLOSED, CURRENT = date(2025, 12, 31), date(2026, 6, 30)

DISTRICTS = (
    District(code=CHANGJI, name="昌吉市", short="昌吉", seat=(87.304, 44.013), coverage=0.95, employee=0.47, beds=9.3, use=0.81,
             doctors=3.9, growth=1.055, pull=1.05),
    District(code=FUKANG, name="阜康市", short="阜康", seat=(87.986, 44.152), coverage=0.93, employee=0.40, beds=6.6, use=0.72,
             doctors=2.8, growth=1.010),
    District(code=HUTUBI, name="呼图壁县", short="呼图壁", seat=(86.889, 44.189), coverage=0.92, employee=0.30, beds=6.2, use=0.70,
             doctors=2.4, growth=0.985),
    District(code=MANAS, name="玛纳斯县", short="玛纳斯", seat=(86.217, 44.303), coverage=0.92, employee=0.29, beds=6.5, use=0.69,
             doctors=2.4, growth=0.980),
    District(code=QITAI, name="奇台县", short="奇台", seat=(89.592, 44.022), coverage=0.92, employee=0.26, beds=5.9, use=0.74,
             doctors=2.2, growth=0.990, spent={("resident", 2025): 0.998, ("resident", 2026): 0.999},
             forecast={"resident": 1.032}, balance={"resident": 0.2}),
    District(code=JIMSAR, name="吉木萨尔县", short="吉木萨尔", seat=(89.181, 43.997), coverage=0.92, employee=0.34, beds=5.6, use=0.71,
             doctors=2.2, growth=1.005),
    District(code=MORI, name="木垒哈萨克自治县", short="木垒", seat=(90.283, 43.835), coverage=0.93, employee=0.25, beds=7.0, use=0.66,
             doctors=2.3, growth=0.970, spent={("resident", 2025): 1.012, ("resident", 2026): 0.996},
             balance={"resident": -0.4}),
    District(code=WUJIAQU, name="五家渠市", short="五家渠", seat=(87.543, 44.167), coverage=0.94, employee=0.45, beds=7.0, use=0.75,
             doctors=2.9, level="zone", owner="xpcc", growth=1.030, spent={("employee", 2025): 0.997, ("employee", 2026): 1.014}),
)

COUNTS: dict[Sort, int] = {
    ("general_hospital", "inpatient", "tertiary"): 3,
    ("tcm_hospital", "inpatient", "tertiary"): 2,
    ("general_hospital", "inpatient", "secondary"): 12,
    ("tcm_hospital", "inpatient", "secondary"): 6,
    ("maternal_child_health", "inpatient", "secondary"): 4,
    ("psychiatric_hospital", "inpatient", "secondary"): 1,
    ("infectious_disease_hospital", "inpatient", "secondary"): 1,
    ("general_hospital", "inpatient", "primary"): 6,
    ("general_hospital", "inpatient", "ungraded"): 6,
    ("tcm_hospital", "inpatient", "ungraded"): 3,
    ("rehabilitation_hospital", "inpatient", "ungraded"): 2,
    ("specialised_hospital", "inpatient", "ungraded"): 2,
    ("eye_hospital", "inpatient", "ungraded"): 2,
    ("township_health_centre", "inpatient", "primary"): 68,
    ("community_health_centre", "inpatient", "primary"): 12,
    ("nursing_home", "inpatient", "ungraded"): 2,
    ("community_health_centre", "outpatient_pooling", "primary"): 12,
    ("community_health_station", "outpatient_pooling", "primary"): 50,
    ("village_clinic", "outpatient_pooling", "ungraded"): 300,
    ("outpatient_department", "outpatient_pooling", "ungraded"): 40,
    ("clinic", "outpatient_pooling", "ungraded"): 110,
    ("tcm_clinic", "outpatient_pooling", "ungraded"): 40,
    ("dental_clinic", "outpatient_pooling", "ungraded"): 45,
    ("university_clinic", "outpatient_pooling", "ungraded"): 5,
    ("infirmary", "outpatient_pooling", "ungraded"): 14,
    ("elder_care_clinic", "outpatient_pooling", "ungraded"): 4,
    ("dialysis_centre", "outpatient_pooling", "ungraded"): 2,
}

WITHOUT_PLACE: dict[Sort, tuple[int, int]] = {
    ("pharmacy", "pharmacy", ""): (110, 14),
    ("clinic", "outpatient_pooling", "ungraded"): (36, 8),
    ("dental_clinic", "outpatient_pooling", "ungraded"): (16, 2),
    ("village_clinic", "outpatient_pooling", "ungraded"): (30, 3),
    ("township_health_centre", "inpatient", "primary"): (2, 0),
    ("general_hospital", "inpatient", "ungraded"): (4, 2),
}

CHEAP = (("cost_per_visit", "46"), ("case_mix", "1"), ("in_policy_rate", "0.95"))
OPEN_LONG = {"licensed_on": date(2025, 9, 15), "opened_on": date(2025, 11, 10)}

ASKS: tuple[Ask, ...] = (
    pharmacy(CHANGJI, "city area with pharmacies within 800 m: the cap is reached", near=4, urban=True),
    pharmacy(CHANGJI, "city area, one pharmacy within 800 m: the second", near=1, urban=True),
    pharmacy(FUKANG, "city area, none within 1000 m", near=0, radius_m=1000.0, urban=True),
    pharmacy(WUJIAQU, "city area of the corps, two within 800 m", near=2, urban=True),
    pharmacy(HUTUBI, "city area, one on the limit of 800 m beside one near", near=1, at_limit=True, urban=True),
    pharmacy(CHANGJI, "no coordinates: no distance can be measured", placed=False),
    pharmacy(HUTUBI, "a township without any pharmacy: the first", township_with=0),
    pharmacy(MANAS, "a township with one pharmacy: a person decides on the second", township_with=1),
    pharmacy(JIMSAR, "a township with two pharmacies: a third is one too many", township_with=2),
    pharmacy(MANAS, "a regiment of the corps without any", township_with=0, owner="xpcc"),
    pharmacy(QITAI, "the county's resident fund is forecast to close the year in deficit", township_with=0),
    pharmacy(MORI, "the county's resident fund has a cumulative deficit, and no dual-channel pharmacy", tags="dual_channel",
             township="652328100"),
    pharmacy(FUKANG, "an area published as saturated", urban=True, facts=(("coverage_class", "saturated"),)),
    pharmacy(FUKANG, "an area published as short", urban=False, facts=(("coverage_class", "short"),)),
    pharmacy(CHANGJI, "a pharmacy on file moves to a place with one other", action="relocate", near=1, urban=True,
             on_file={"provider_class": "pharmacy", "status": "designated"}),
    clinic(CHANGJI, "clinic", "city area, several clinics within 2000 m", near=4, radius_m=2000.0,
           **OPEN_LONG),
    clinic(JIMSAR, "clinic", "one clinic within 2000 m, other institutions too", near=1, radius_m=2000.0, facts=CHEAP, **OPEN_LONG),
    clinic(FUKANG, "clinic", "no clinic within 2000 m", near=0, radius_m=2000.0, facts=CHEAP, **OPEN_LONG),
    clinic(CHANGJI, "dental_clinic", "dental clinics are counted apart", near=1, **OPEN_LONG),
    clinic(HUTUBI, "village_clinic", "qualified village clinic: to be designated", ownership="public",
           tags="public_health_duty;village_integrated", urban=False, **OPEN_LONG),
    clinic(MORI, "village_clinic", "the same where the resident fund has a cumulative deficit", ownership="public",
           tags="public_health_duty;village_integrated", urban=False, **OPEN_LONG),
    clinic(MANAS, "village_clinic", "clinic of a company of a regiment", ownership="public", township="652324520",
           tags="public_health_duty", **OPEN_LONG),
    clinic(WUJIAQU, "clinic", "the corps' employee fund runs a deficit", near=0, **OPEN_LONG),
    clinic(CHANGJI, "clinic", "a clinic terminated for fraud applies again", on_file={"role": "criminal"}),
    hospital(CHANGJI, "general_hospital", "secondary", 150, "city above, prefecture below the national average; states its costs",
             facts=(("cost_per_visit", "5860"), ("case_mix", "0.91"), ("in_policy_rate", "0.93")), **OPEN_LONG),
    hospital(QITAI, "general_hospital", "secondary", 100, "short county whose resident fund is forecast to close in deficit",
             **OPEN_LONG),
    hospital(JIMSAR, "general_hospital", "secondary", 120, "short county with a sound fund", ownership="public", **OPEN_LONG),
    hospital(FUKANG, "rehabilitation_hospital", "ungraded", 60, "none of its type near", near=0, **OPEN_LONG),
    hospital(HUTUBI, "township_health_centre", "primary", 20, "township hospital: to be designated", ownership="public",
             tags="public_health_duty", urban=False, **OPEN_LONG),
    hospital(MANAS, "township_health_centre", "primary", 25, "regiment hospital of the corps: to be designated", ownership="public",
             tags="public_health_duty", township="652324522", **OPEN_LONG),
    hospital(CHANGJI, "eye_hospital", "ungraded", 40, "eye hospitals are set by disease and need", near=0, radius_m=2000.0, **OPEN_LONG),
    hospital(CHANGJI, "general_hospital", "tertiary", 700, "many beds at once where there are most",
             ownership="public", **OPEN_LONG),
    hospital(CHANGJI, "general_hospital", "tertiary", 60, "more beds for a tertiary hospital", action="add_beds",
             on_file={"level": "tertiary"}),
    hospital(FUKANG, "general_hospital", "secondary", 80, "branch of a hospital of 昌吉市", action="branch", moved_from=CHANGJI,
             tags="tertiary_branch", on_file={"level": "tertiary"}),
    hospital(MANAS, "nursing_home", "ungraded", 0, "a township hospital with idle beds turns into a nursing home", action="convert",
             on_file={"kind": "township_health_centre"}, tags="elder_care"),
)


def adjust(_: Town, rows: pd.DataFrame) -> pd.DataFrame:
    """One terminated clinic of 昌吉市 left for fraud."""
    gone = rows.index[(rows["status"] == "terminated") & (rows["district"] == CHANGJI) & (rows["kind"] == "clinic")]
    rows.loc[gone[0], "role"] = "criminal"
    return rows


BED_CUTS: tuple[history.Exit, ...] = (
    (CHANGJI, "inpatient", "tertiary", date(2025, 12, 5), "licensed_bed_cut", 60, 0, False),
    (MANAS, "inpatient", "primary", date(2026, 4, 20), "conversion", 15, 0, False),
    (WUJIAQU, "inpatient", "secondary", date(2026, 3, 2), "licensed_bed_cut", 30, 0, False),
)
ASSUMED = "假设值（示例）：待公布后替换 / assumed for the demo, to be replaced when published"


def tables(world: World) -> dict[str, pd.DataFrame]:
    role = world.providers.set_index("provider")["role"]
    fraud = {code: date(2025, 9, 18) for code in role.index[role == "criminal"]}
    days = (date(2025, 1, 15), date(2026, 8, 10))
    exits = history.releases(world.ground, world.providers, world.beds,
                             dict.fromkeys(("inpatient", "outpatient_pooling", "pharmacy"), days), BED_CUTS, fixed=fraud)
    held = world.providers[world.providers["status"] == "designated"]["provider"].iloc[7:400:45].tolist()
    severities = ("minor", "minor", "serious", "serious", "minor", None, "serious", "minor", "minor")
    named = [(code, date(2026, 3, 3), "breach", severity) for code, severity in zip(held, severities)]
    named += [(held[2], date(2026, 5, 11), "breach", "serious"), (held[3], date(2026, 3, 20), "suspension", None)]
    named += [(code, date(2025, 8, 20), "breach", "criminal") for code in fraud]
    unit = "bed per 1000 residents"
    key = "national_beds_per_1000_residents"
    return {
        "releases": exits,
        "events": history.events(world.ground, world.providers, {
            "inspection": 50, "complaint": 24, "breach": 14, "assessment": 14, "relocation": 6, "change": 8}, exits, named),
        "reference": history.national_beds((key, 2024, 7.32, unit, ASSUMED), (key, 2025, 7.40, unit, ASSUMED)),
        "facts": history.facts([
            *history.causes(fraud, "illegality"), ("dental", "supply_demand", CURRENT, "balanced"), ("eye", "supply_demand", CURRENT, "short"),
            ("652300", "allocation_plan_in_force", date(2025, 12, 16), "yes"), ("652300", "plan_filed", date(2025, 12, 19), "yes"),
            *_settlements(world), *_area_classes(world)]),
    }


def _settlements(world: World) -> list[tuple[str, str, date, str]]:
    """City or township, of every township and regiment, and of every populated cell as of the township that it lies in."""
    rural = set(rural_townships(world.ground))
    units = world.ground.units
    codes = units.loc[units["level"] == "township", "unit"]
    cells = zip(world.ground.population["cell"], world.ground.township)
    places = [*((code, code) for code in codes), *((str(cell), str(township)) for cell, township in cells)]
    return [(place, "settlement", CURRENT, "township" if code in rural else "city") for place, code in places]


def _area_classes(world: World) -> list[tuple[str, str, date, str]]:
    """Published classes: townships without a pharmacy, with one, and the street that has most."""
    rows = world.providers
    counts = rows[rows["held"] & (rows["provider_class"] == "pharmacy")]["unit"].value_counts()
    rural = rural_townships(world.ground)
    none = [code for code in rural if counts.get(code, 0) == 0][:3]
    short = [code for code in rural if counts.get(code, 0) == 1][:3]
    named = {**dict.fromkeys(none, "none"), **dict.fromkeys(short, "short"), str(counts.index[0]): "saturated"}
    return [(code, "coverage_class", CURRENT, value) for code, value in named.items()]


XINJIANG = Town(
    id="xinjiang-demo", name="昌吉示例州（部分数据为合成）", folder="xinjiang", city="652300", city_name="昌吉回族自治州", seed=6523,
    centre=(88.4, 44.2), districts=DISTRICTS, by_township=True, estimates_residents=True,
    township_pharmacies=(1, 2, 0, 1, 2, 1, 3), insured_total=1_640_512,
    bed_dates=(CLOSED, date(2024, 12, 31), CURRENT), beds_total=11_640, tier_share=(0.400, 0.420, 0.180), cost=0.5,
    staff_on=CLOSED, doctors_total=4_890, counts=COUNTS, pharmacies=560, without_place=WITHOUT_PLACE,
    status={"suspended": (4, 4)}, designated_until=date(2025, 11, 30), recent=(date(2026, 1, 1), date(2026, 6, 20)), adjust=adjust,
    dual_channel={CHANGJI: 5, FUKANG: 2, HUTUBI: 1, MANAS: 1, QITAI: 2, JIMSAR: 1, MORI: 0, WUJIAQU: 2},
    income={"employee": 3710.0, "resident": 1150.0}, through=date(2026, 7, 31), asks=ASKS, history=tables,
    known_empty=("warnings",), invented_reference=True, census_note="；五家渠市与昌吉州合为一个示例统筹区（假设）",
)
