"""芜湖: what the drafting note of its plan publishes, and everything that is invented around it.

Published: 2,044 designated institutions in July 2025 (155 inpatient, 695 outpatient, 1,194 pharmacies), 23,950 insured
beds and 10,151 insured doctors in September 2025; 5.56 institutions per 10,000, 6.51 beds and 2.76 doctors per 1000
insured, from which the number of insured persons here follows (any number from 3,676,132 to 3,679,568 rounds so).
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

JINGHU, JIUJIANG, YIJIANG = "340202", "340207", "340209"
WANZHI, FANCHANG, NANLING, WUWEI = "340210", "340212", "340223", "340281"
PUBLISHED_ON = date(2025, 7, 31)
BEDS_ON = date(2025, 9, 30)

DISTRICTS = (
    District(code=JINGHU, name="镜湖区", short="镜湖", seat=(118.385, 31.340), coverage=1.04, employee=0.58, beds=13.5,
             use=0.872, doctors=5.4, resource_class="rich"),
    District(code=JIUJIANG, name="鸠江区", short="鸠江", seat=(118.392, 31.370), coverage=0.99, employee=0.46, beds=6.4,
             use=0.806, doctors=2.6, resource_class="moderate"),
    District(code=YIJIANG, name="弋江区", short="弋江", seat=(118.372, 31.300), coverage=1.02, employee=0.50, beds=7.2,
             use=0.815, doctors=3.3, resource_class="rich"),
    District(code=WANZHI, name="湾沚区", short="湾沚", seat=(118.576, 31.134), coverage=1.00, employee=0.34, beds=5.4,
             use=0.811, doctors=2.4, resource_class="moderate",
             spent={("resident", 2025): 0.992, ("resident", 2026): 1.021}),
    District(code=FANCHANG, name="繁昌区", short="繁昌", seat=(118.199, 31.082), coverage=1.01, employee=0.36, beds=6.1,
             use=0.724, doctors=2.5, resource_class="moderate"),
    District(code=NANLING, name="南陵县", short="南陵", seat=(118.334, 30.915), coverage=1.02, employee=0.22, beds=4.6,
             use=0.774, doctors=1.9, resource_class="weak"),
    District(code=WUWEI, name="无为市", short="无为", seat=(117.902, 31.303), coverage=1.01, employee=0.20, beds=4.2,
             use=0.846, doctors=1.9, resource_class="weak"),
)

COUNTS: dict[Sort, int] = {
    ("general_hospital", "inpatient", "tertiary"): 8,
    ("tcm_hospital", "inpatient", "tertiary"): 3,
    ("maternal_child_health", "inpatient", "tertiary"): 1,
    ("psychiatric_hospital", "inpatient", "tertiary"): 1,
    ("oncology_hospital", "inpatient", "tertiary"): 1,
    ("eye_hospital", "inpatient", "tertiary"): 1,
    ("general_hospital", "inpatient", "secondary"): 14,
    ("tcm_hospital", "inpatient", "secondary"): 7,
    ("integrated_hospital", "inpatient", "secondary"): 1,
    ("psychiatric_hospital", "inpatient", "secondary"): 4,
    ("infectious_disease_hospital", "inpatient", "secondary"): 1,
    ("rehabilitation_hospital", "inpatient", "secondary"): 3,
    ("maternal_child_health", "inpatient", "secondary"): 5,
    ("maternity_hospital", "inpatient", "secondary"): 1,
    ("eye_hospital", "inpatient", "secondary"): 2,
    ("dental_hospital", "inpatient", "secondary"): 1,
    ("specialised_hospital", "inpatient", "secondary"): 2,
    ("general_hospital", "inpatient", "primary"): 8,
    ("tcm_hospital", "inpatient", "primary"): 3,
    ("rehabilitation_hospital", "inpatient", "primary"): 2,
    ("general_hospital", "inpatient", "ungraded"): 6,
    ("rehabilitation_hospital", "inpatient", "ungraded"): 3,
    ("specialised_hospital", "inpatient", "ungraded"): 3,
    ("psychiatric_hospital", "inpatient", "ungraded"): 2,
    ("eye_hospital", "inpatient", "ungraded"): 2,
    ("township_health_centre", "inpatient", "primary"): 52,
    ("community_health_centre", "inpatient", "primary"): 10,
    ("nursing_home", "inpatient", "ungraded"): 6,
    ("hospice_centre", "inpatient", "ungraded"): 2,
    ("community_health_centre", "outpatient_pooling", "primary"): 12,
    ("community_health_station", "outpatient_pooling", "primary"): 78,
    ("village_clinic", "outpatient_pooling", "ungraded"): 300,
    ("outpatient_department", "outpatient_pooling", "ungraded"): 70,
    ("clinic", "outpatient_pooling", "ungraded"): 120,
    ("tcm_clinic", "outpatient_pooling", "ungraded"): 45,
    ("dental_clinic", "outpatient_pooling", "ungraded"): 40,
    ("elder_care_clinic", "outpatient_pooling", "ungraded"): 8,
    ("university_clinic", "outpatient_pooling", "ungraded"): 6,
    ("infirmary", "outpatient_pooling", "ungraded"): 14,
    ("dialysis_centre", "outpatient_pooling", "ungraded"): 2,
}

WITHOUT_PLACE: dict[Sort, tuple[int, int]] = {
    ("pharmacy", "pharmacy", ""): (168, 8),
    ("clinic", "outpatient_pooling", "ungraded"): (52, 5),
    ("tcm_clinic", "outpatient_pooling", "ungraded"): (24, 1),
    ("dental_clinic", "outpatient_pooling", "ungraded"): (30, 1),
    ("outpatient_department", "outpatient_pooling", "ungraded"): (18, 1),
    ("general_hospital", "inpatient", "ungraded"): (5, 1),
    ("rehabilitation_hospital", "inpatient", "ungraded"): (5, 1),
    ("nursing_home", "inpatient", "ungraded"): (4, 1),
}

BEFORE = {"licensed_on": date(2026, 2, 12), "opened_on": date(2026, 3, 2)}
IN_TRANSITION = {**BEFORE, "applied_on": date(2026, 6, 18)}
OPEN_LONG = {"licensed_on": date(2025, 11, 3), "opened_on": date(2025, 12, 1)}

ASKS: tuple[Ask, ...] = (
    pharmacy(JINGHU, "many pharmacies within 800 m in the old town", near=6, urban=True),
    pharmacy(NANLING, "no pharmacy within 800 m in the country: coverage would gain", near=0, urban=False),
    pharmacy(WUWEI, "one pharmacy within 800 m", near=1),
    pharmacy(JIUJIANG, "no coordinates: no distance can be measured", placed=False),
    pharmacy(WANZHI, "free of neighbours, while the resident fund of the district runs a deficit", near=0),
    pharmacy(JINGHU, "crowded place, but licensed before the plan and applied for on 18 June: transition", near=5,
             urban=True, **IN_TRANSITION),
    pharmacy(YIJIANG, "licensed before the plan, applied for on the last day of the transition", near=4,
             **{**IN_TRANSITION, "applied_on": date(2026, 6, 30)}),
    pharmacy(YIJIANG, "licensed before the plan, applied for a day after the transition", near=4,
             **{**IN_TRANSITION, "applied_on": date(2026, 7, 1)}),
    pharmacy(FANCHANG, "a pharmacy on file moves within its district to a place with two others", action="relocate",
             near=2, on_file={"provider_class": "pharmacy", "status": "designated"}),
    clinic(JINGHU, "clinic", "district with a surplus of insured doctors", near=2, **OPEN_LONG),
    clinic(YIJIANG, "tcm_clinic", "district slightly above 3.06 doctors per 1000", near=0, **OPEN_LONG),
    clinic(WUWEI, "clinic", "district short of doctors, none of its type near", near=0, **OPEN_LONG),
    clinic(NANLING, "outpatient_department", "district short of doctors, one of its type near", near=1, **OPEN_LONG),
    clinic(WUWEI, "dental_clinic", "dentistry is to be controlled strictly: a person decides", near=0, **OPEN_LONG),
    clinic(JINGHU, "blind_massage_clinic", "blind-massage clinic: outside the plan's numbers despite the surplus",
           tags="blind_massage", facts=SIGNED, **OPEN_LONG),
    clinic(YIJIANG, "community_health_station", "public-health duty: outside the plan's numbers", level="primary",
           ownership="public", tags="public_health_duty", facts=SIGNED, **OPEN_LONG),
    clinic(JINGHU, "community_health_station", "the same in the old town, nobody has signed", level="primary",
           ownership="public", tags="public_health_duty", **OPEN_LONG),
    clinic(JINGHU, "clinic", "an undesignated clinic on file: surplus of doctors",
           on_file={"kind": "clinic", "status": "undesignated"}),
    hospital(WUWEI, "oncology_hospital", "secondary", 180, "short county, scarce specialty, but no exit is named for its beds", near=0,
             **OPEN_LONG),
    hospital(WUWEI, "general_hospital", "secondary", 60, "short county, paired with 60 beds freed in the same county",
             **OPEN_LONG),
    hospital(NANLING, "general_hospital", "primary", 40,
             "short county with bed use below 79 %: additions are suspended", **OPEN_LONG),
    hospital(WUWEI, "tcm_hospital", "secondary", 80, "paired with beds freed in 镜湖区, both districts consent",
             **OPEN_LONG),
    hospital(WUWEI, "general_hospital", "secondary", 80, "paired with beds freed in 弋江区 without its consent",
             **OPEN_LONG),
    hospital(FANCHANG, "general_hospital", "secondary", 120, "bed use 72 %: suspended", **OPEN_LONG),
    hospital(WANZHI, "general_hospital", "secondary", 100, "the resident fund of the district runs a deficit",
             **OPEN_LONG),
    hospital(JINGHU, "general_hospital", "tertiary", 500, "district far above 5.97 beds per 1000", ownership="public",
             **OPEN_LONG),
    hospital(JIUJIANG, "psychiatric_hospital", "secondary", 150, "psychiatry is to be controlled strictly", near=0,
             **OPEN_LONG),
    hospital(WUWEI, "rehabilitation_hospital", "secondary", 100, "rehabilitation is to be controlled strictly", near=0,
             **OPEN_LONG),
    hospital(YIJIANG, "general_hospital", "tertiary", 800, "provincial key project with its document", ownership="public",
             tags="key_project", grounds="省级重点建设项目 示例发改〔2026〕7号（合成）", documents="立项批复;申请表;执业许可证",
             facts=SIGNED, **OPEN_LONG),
    hospital(JIUJIANG, "general_hospital", "tertiary", 300, "calls itself a key project without a document",
             tags="key_project", **OPEN_LONG),
    hospital(NANLING, "general_hospital", "tertiary", 300, "branch of a tertiary hospital in a weak county",
             action="branch", tags="tertiary_branch", moved_from=JINGHU, ownership="public", facts=SIGNED,
             on_file={"kind": "general_hospital", "level": "tertiary"}),
    hospital(YIJIANG, "general_hospital", "tertiary", 200, "branch of a tertiary hospital in a rich district",
             action="branch", tags="tertiary_branch", moved_from=JINGHU, ownership="public",
             on_file={"kind": "general_hospital", "level": "tertiary"}),
    hospital(JIUJIANG, "hospice_centre", "ungraded", 40, "hospice centre: outside the plan's numbers", tags="hospice",
             facts=SIGNED, **OPEN_LONG),
    hospital(FANCHANG, "township_health_centre", "primary", 20,
             "primary institution with public-health duty where additions are suspended", ownership="public",
             tags="public_health_duty", facts=SIGNED, **OPEN_LONG),
    hospital(WUWEI, "general_hospital", "secondary", 50, "more beds for a hospital on file in a short county",
             action="add_beds", on_file={"kind": "general_hospital", "level": "secondary"}),
    hospital(JINGHU, "general_hospital", "tertiary", 100, "more beds where there are too many", action="add_beds",
             on_file={"kind": "general_hospital", "level": "tertiary"}),
    hospital(FANCHANG, "nursing_home", "ungraded", 0, "a small hospital with idle beds turns into a nursing home",
             action="convert", on_file={"kind": "township_health_centre"}, tags="elder_care"),
    hospital(WUWEI, "general_hospital", "primary", 60, "applied for in the transition, licensed before the plan",
             near=0, **IN_TRANSITION),
)


def adjust(_: Town, rows: pd.DataFrame) -> pd.DataFrame:
    """Eight pharmacies came after July 2025, as many as left since: both days count 1,194."""
    shops = rows.index[(rows["provider_class"] == "pharmacy") & (rows["status"] == "designated")][5:800:100]
    days = [date(2025, 9 + n, 16) if n < 4 else date(2026, n - 3, 16) for n in range(len(shops))]
    for position, day in zip(shops, days):
        rows.loc[position, "designated_on"] = day
    return rows


# Beds freed in the plan period by providers who stay: unit, class, level, day, reason, beds, places, exempt.
BED_CUTS: tuple[history.Exit, ...] = (
    (WUWEI, "inpatient", "secondary", date(2026, 7, 8), "licensed_bed_cut", 60, 0, False),
    (JINGHU, "inpatient", "secondary", date(2026, 7, 15), "licensed_bed_cut", 80, 0, False),
    (YIJIANG, "inpatient", "secondary", date(2026, 7, 22), "licensed_bed_cut", 80, 0, False),
    (JINGHU, "inpatient", "tertiary", date(2026, 7, 30), "licensed_bed_cut", 120, 0, False),
    (FANCHANG, "inpatient", "primary", date(2026, 8, 10), "conversion", 24, 0, False),
    (JIUJIANG, "inpatient", "primary", date(2026, 8, 12), "suspension", None, 1, False),
)
SUPPLY = {
    "oncology": "short", "paediatric": "short", "nursing": "short", "general": "balanced", "tcm": "balanced",
    "psychiatric": "surplus", "rehabilitation": "surplus", "dental": "surplus",
}


def tables(world: World) -> dict[str, pd.DataFrame]:
    before = (date(2025, 1, 10), date(2025, 6, 28))
    exits = history.releases(
        world.ground, world.providers, world.beds,
        {"inpatient": before, "outpatient_pooling": before, "pharmacy": (date(2025, 8, 10), date(2026, 6, 20))}, BED_CUTS)
    pairs = {"A020": (WUWEI, 60), "A022": (JINGHU, 80), "A023": (YIJIANG, 80)}
    found = [
        (code, "swap_with", date(2026, 8, 20), history.release_of(exits, unit, beds)) for code, (unit, beds) in pairs.items()
    ]
    found += [("A022", f"consent_{unit}", date(2026, 8, 20), "示例同意函（合成）") for unit in (JINGHU, WUWEI)]
    found += [("A023", f"consent_{WUWEI}", date(2026, 8, 20), "示例同意函（合成）")]
    found += [(subject, "supply_demand", date(2026, 6, 30), value) for subject, value in SUPPLY.items()]
    return {
        "releases": exits,
        "events": history.events(world.ground, world.providers, {
            "inspection": 60, "complaint": 30, "breach": 24, "assessment": 20, "relocation": 8, "change": 12}, exits),
        "warnings": money.letters((NANLING, date(2024, 10, 15), "示例医保预警〔2024〕2号（合成）", date(2025, 5, 20))),
        "facts": history.facts(found),
    }


WUHU = Town(
    id="wuhu-demo", name="芜湖示例城（部分数据为合成）", folder="wuhu", city="340200", city_name="芜湖市", seed=3402,
    centre=(118.2, 31.1), districts=DISTRICTS,
    census_parts={"340208": YIJIANG, "340271": JIUJIANG, "安徽芜湖长江大桥经济开发区": JIUJIANG},
    townships_of={"340271": JIUJIANG, "340272": YIJIANG},
    census_note="；原三山区并入弋江区，两个开发区的人口计入鸠江区（假设）",
    bed_note="：全市合计 2025 年 9 月末 23950 张与公布数一致",
    insured_total=3_678_214, bed_dates=(BEDS_ON, date(2024, 12, 31), date(2026, 6, 30)), beds_total=23_950,
    tier_share=(0.571, 0.291, 0.138), cost=0.62, staff_on=BEDS_ON, doctors_total=10_151,
    counts=COUNTS, pharmacies=1_194, without_place=WITHOUT_PLACE, status={"suspended": (7, 6)},
    designated_until=PUBLISHED_ON, recent=(date(2026, 1, 1), date(2026, 6, 30)), adjust=adjust,
    dual_channel={JINGHU: 6, JIUJIANG: 5, YIJIANG: 4, WANZHI: 2, FANCHANG: 2, NANLING: 2, WUWEI: 3},
    income={"employee": 3250.0, "resident": 1060.0}, through=date(2026, 7, 31), asks=ASKS, history=tables,
)
