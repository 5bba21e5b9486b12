"""A small invented run and its city, so that documents can be tested without the loop.

Nothing here is computed by a rule: numbers are written down so that every branch of a document has a row to show.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pandas as pd
import shapely

from dingdian.city.model import City, CityMeta, SourceNote
from dingdian.city.tables import TABLES
from dingdian.loop import results as r
from dingdian.provisions.finding import Finding, Input, Judgement, Measure, Missing
from dingdian.terms import Text

D = Decimal
DAY = date(2026, 11, 20)
BEDS_DAY = date(2026, 6, 30)
HOSTILE = "<script>alert('药')</script>"

# code, name, west, south, east, north, insured, beds, pharmacies
UNITS = (
    ("990101", "甲区", 116.95, 36.62, 117.05, 36.70, 620_000, 7_130),
    ("990102", "乙区", 117.05, 36.62, 117.15, 36.70, 540_000, 4_320),
    ("990103", "丙区", 116.95, 36.70, 117.15, 36.85, 410_000, 3_567),
    ("990104", "丁县", 117.15, 36.55, 117.40, 36.85, 380_000, 2_204),
    ("990105", "戊县", 116.75, 36.45, 117.15, 36.62, 350_000, None),
)
POOL = ("990100", "某某市")
ZONE = ("990190", "新城功能区")

PLAN = r.PlanNote(
    id="moumou-2026", revision=2, title=Text("某某市定点医药机构资源配置规划（2026-2027年）", "Moumou allocation plan 2026–2027"),
    status="draft", sha256="a1" * 32,
)
CITY = r.CityNote(
    id="moumou-demo", name=POOL[1], as_of=date(2026, 9, 30), sha256="c7" * 32, synthetic=("providers", "beds", "fund", "applications"),
)
SOURCES = (
    SourceNote(table="network_edges", source="OpenStreetMap contributors", licence="ODbL 1.0"),
    SourceNote(table="units", source="天地图行政区划", licence="公开地理信息"),
    SourceNote(table="providers", source="合成（以登记名录结构为参照）", licence="CC0"),
)


def _number(value: float) -> float:
    return round(value, 6)


def city(*, polygons: bool = True, streets: bool = True, applications: bool = True, frame: str = "wgs84") -> City:
    """The city; parts of it can be left out."""
    tables: dict[str, pd.DataFrame] = {"units": _units(), "providers": _providers(), "population": _population()}
    if streets:
        tables["network_nodes"], tables["network_edges"] = _streets()
    if applications:
        tables["applications"] = _applications()
    tables = {name: table.reindex(columns=[c.name for c in TABLES[name].columns]) for name, table in tables.items()}
    boxes = {code: shapely.box(w, s, e, n) for code, _, w, s, e, n, *_ in UNITS} if polygons else {}
    return City(
        meta=CityMeta(id=CITY.id, name=CITY.name, pooling_area=POOL[0], as_of=CITY.as_of, frame=frame,
                      population_cell_m=1000, synthetic=CITY.synthetic, sources=SOURCES),
        tables=tables, polygons=boxes, streets_extent=shapely.box(116.97, 36.63, 117.14, 36.78) if streets else None,
    )


def _units() -> pd.DataFrame:
    rows = [(POOL[0], POOL[1], "pooling_area", None), *((u[0], u[1], "district", POOL[0]) for u in UNITS),
            (ZONE[0], ZONE[1], "zone", POOL[0])]
    return pd.DataFrame(rows, columns=["unit", "name", "level", "parent"])


def _providers() -> pd.DataFrame:
    rows = []
    for i in range(48):
        lon, lat = 116.98 + (i * 37 % 48) / 48 * 0.15, 36.635 + (i * 29 % 48) / 48 * 0.14
        status = "undesignated" if i % 7 == 0 else "suspended" if i == 5 else "designated"
        rows.append((f"P{i:03d}", f"第{i + 1}药店", "pharmacy", None, "pharmacy", "990101", _number(lon), _number(lat), None, status))
    for i in range(14):
        lon, lat = 116.9 + (i * 5 % 14) / 14 * 0.4, 36.55 + (i * 9 % 14) / 14 * 0.25
        level = ("tertiary", "secondary", "primary", "ungraded")[i % 4]
        rows.append((f"H{i:03d}", f"第{i + 1}医院", "general_hospital", level, "inpatient", UNITS[i % 5][0], _number(lon), _number(lat), None, "designated"))
    rows.append(("X999", "没有坐标的诊所", "clinic", "ungraded", "outpatient_pooling", "990102", None, None, None, "designated"))
    table = pd.DataFrame(rows, columns=["provider", "name", "kind", "level", "provider_class", "unit", "lon", "lat", "frame", "status"])
    return table.astype({"lon": "Float64", "lat": "Float64"})


def _population() -> pd.DataFrame:
    rows = []
    for i in range(16):
        for j in range(14):
            persons = 9000 // (1 + abs(i - 7) + abs(j - 6)) - 300
            if persons > 0:
                rows.append((f"c{i:02d}{j:02d}", _number(116.96 + i * 0.0112), _number(36.63 + j * 0.009), None, float(persons), "resident"))
    return pd.DataFrame(rows, columns=["cell", "lon", "lat", "frame", "persons", "basis"])


def _streets() -> tuple[pd.DataFrame, pd.DataFrame]:
    nodes, edges = [], []
    for i in range(18):
        for j in range(16):
            nodes.append((f"n{i:02d}{j:02d}", _number(116.972 + i * 0.0097), _number(36.632 + j * 0.0096), None))
            if i:
                edges.append((f"e{i:02d}{j:02d}x", f"n{i - 1:02d}{j:02d}", f"n{i:02d}{j:02d}", 865.0, True, False))
            if j:
                edges.append((f"e{i:02d}{j:02d}y", f"n{i:02d}{j - 1:02d}", f"n{i:02d}{j:02d}", 1066.0, True, False))
    return (pd.DataFrame(nodes, columns=["node", "lon", "lat", "frame"]),
            pd.DataFrame(edges, columns=["edge", "u", "v", "length_m", "walkable", "oneway"]))


# application, name, action, class, kind, level, unit index, lon, lat, outcome, robust
APPLICATIONS = (
    ("A-001", "仁和堂药店", "designate", "pharmacy", "pharmacy", None, 0, 117.012, 36.662, "refused", True),
    ("A-002", "康民药店", "designate", "pharmacy", "chain_pharmacy", None, 2, 117.098, 36.752, "eligible", True),
    ("A-003", "第九医院", "add_beds", "inpatient", "general_hospital", "tertiary", 0, 117.03, 36.655, "refused", False),
    ("A-004", "安宁康复医院", "designate", "inpatient", "rehabilitation_hospital", "secondary", 1, 117.093, 36.668, "review", False),
    ("A-005", "清泉镇卫生院", "designate", "inpatient", "township_health_centre", "primary", 3, 117.22, 36.71, "eligible", True),
    ("A-006", HOSTILE, "designate", "outpatient_pooling", "clinic", "ungraded", 1, 117.07, 36.69, "review", True),
    ("A-007", "=HYPERLINK(\"http://x\")", "relocate", "pharmacy", "pharmacy", None, 2, 117.105, 36.757, "eligible", True),
    ("A-008", "无址门诊部", "designate", "outpatient_pooling", "outpatient_department", "primary", 4, None, None, "review", True),
)


def _applications() -> pd.DataFrame:
    rows = [(a[0], None, a[2], pd.Timestamp(2026, 10, 12), a[7], a[8], None, a[1], a[4], a[5], a[3], UNITS[a[6]][0]) for a in APPLICATIONS]
    table = pd.DataFrame(rows, columns=["application", "provider", "action", "applied_on", "lon", "lat", "frame", "name", "kind", "level", "provider_class", "unit"])
    return table.astype({"lon": "Float64", "lat": "Float64"})


# --- measures ----------------------------------------------------------------------------------------------------------


def _measures() -> list[Measure]:
    rows: list[Measure] = []
    for code, name, people, beds in [(*POOL, 2_300_000, 17_221), *((u[0], u[1], u[6], u[7]) for u in UNITS), (*ZONE, None, 310)]:
        rows += [_beds(code, name, people, beds), _ratio(code, name, people, beds)]
    for level, target, share in (("tertiary", 60, D("66.2")), ("secondary", 25, D("22.1")), ("primary", 15, D("11.7"))):
        rows.append(_share(*POOL, level, target, share))
        rows.append(attrs.evolve(_share(UNITS[0][0], UNITS[0][1], level, target, share), need=None, need_low=None, need_high=None, gap=None))
    for scheme, balance in (("employee", D("182300000")), ("resident", D("-45120000.5"))):
        rows.append(_fund(scheme, balance))
    rows.append(Measure(
        measure="pharmacy_coverage", title=Text("15分钟服务圈覆盖率", "15-minute coverage"), unit=POOL[0], unit_name=POOL[1],
        unit_of_measure="%", formula="people_within * 100 / people", provision="jn-15min", clause="c-15", locator="二（一）2",
        provider_class="pharmacy", supply=D("81.4"), readings={"JN-A2": "street_network"}, as_of=DAY,
        inputs=(Input(name="people_within", value=412_000, unit_of_measure="person", as_of=DAY, source="population"),),
        note=Text("仅计路网范围内人口", "only people inside the streets' extent"),
    ))
    return rows


def _common(code: str, name: str) -> dict[str, Any]:
    return {"unit": code, "unit_name": name, "provider_class": "inpatient", "provision": "jn-bed-norm", "clause": "c-beds",
            "locator": "二（一）1", "requirements": ("JN-03",), "readings": {"JN-A1": "insured_beds"}, "as_of": BEDS_DAY}


def _inputs(people: int | None, beds: int | None) -> tuple[Input, ...]:
    return (Input(name="beds", value=beds, unit_of_measure="bed", as_of=BEDS_DAY, source="beds.insured_beds"),
            Input(name="insured", value=people, unit_of_measure="person", as_of=date(2025, 12, 31), source="insured.persons"),
            Input(name="low", value=D("8.5"), unit_of_measure="bed per 1000 insured", source="plan"),
            Input(name="high", value=D("9.0"), unit_of_measure="bed per 1000 insured", source="plan"))


def _banded(row: Measure) -> Measure:
    if row.supply is None or row.need_low is None or row.need_high is None:
        return attrs.evolve(row, status="undetermined", reason=Text("缺少床位数（beds 表）", "beds are missing"))
    need = min(max(row.supply, row.need_low), row.need_high)
    return attrs.evolve(row, need=need, gap=row.supply - need)


def _beds(code: str, name: str, people: int | None, beds: int | None) -> Measure:
    low, high = (None, None) if people is None else (-(-people * 17 // 2000), people * 9 // 1000)
    return _banded(Measure(
        measure="insured_beds", title=Text("定点床位数", "designated beds"), unit_of_measure="bed",
        formula="need_low = ceil(low * insured / 1000); need_high = floor(high * insured / 1000); gap = supply - need",
        need_low=low, need_high=high, supply=beds, inputs=_inputs(people, beds), **_common(code, name)))


def _ratio(code: str, name: str, people: int | None, beds: int | None) -> Measure:
    ratio = None if people is None or beds is None else round(D(beds) * 1000 / people, 4)
    return _banded(Measure(
        measure="beds_per_1000_insured", title=Text("千名参保人床位数", "beds per 1000 insured"),
        unit_of_measure="bed per 1000 insured", formula="beds * 1000 / insured", need_low=D("8.5"), need_high=D("9.0"),
        supply=ratio, inputs=_inputs(people, beds), **_common(code, name)))


def _share(code: str, name: str, level: str, target: int, share: D) -> Measure:
    row = Measure(
        measure="bed_share_by_level", title=Text("床位等级占比", "share of beds by level"), level=level, unit_of_measure="%",
        formula="beds_of_level * 100 / beds_total", need_low=D(target - 3), need_high=D(target + 3), supply=share,
        inputs=(Input(name="target", value=target, unit_of_measure="%", source="plan"),), **_common(code, name))
    return _banded(attrs.evolve(row, readings={"JN-A1": "insured_beds", "JN-A5": "points"}))


def _fund(scheme: str, balance: D) -> Measure:
    return Measure(
        measure="fund_balance", title=Text("统筹基金当期收支差", "current balance of the pooled fund"), unit=POOL[0], unit_name=POOL[1],
        subject=scheme, unit_of_measure="yuan", formula="income - expenditure", need=0, need_low=0, supply=balance, gap=balance,
        provision="jn-fund", clause="c-fund", locator="二（三）1", readings={"JN-A7": "running_year"}, as_of=date(2026, 9, 30),
        note=Text("有效预警函：鲁医保函〔2026〕9号", "warning letter in force") if balance < 0 else None,
    )


def _gap(row: Measure) -> r.Gap:
    if row.status != "measured":
        position = "undetermined"
    elif row.gap is None:
        position = "information"
    else:
        position = "short" if row.gap < 0 else "over" if row.gap > 0 and row.need_high is not None else "within"
    zh = {"short": "低于规划目标", "over": "高于规划目标", "within": "符合规划目标", "undetermined": "无法判定", "information": "仅供参考"}[position]
    return r.Gap(measure=row, position=position, sentence=Text(f"{row.unit_name}{row.title.zh}{zh}。", f"{row.unit}: {row.measure} {position}."))


# --- rulings -----------------------------------------------------------------------------------------------------------


def _finding(name: str, status: str, effect: str, locator: str, zh: str, **more: Any) -> Finding:
    return Finding(provision=name, kind=name.replace("-", "_"), effect=effect, clause=f"c-{name}", locator=locator,
                   requirements=("JN-20",), normally=True, excepted_by=more.pop("excepted_by", ""),
                   judgement=Judgement(status=status, sentence=Text(zh, f"{name}: {status}."), **more))


def _findings(outcome: str, provider_class: str) -> tuple[Finding, ...]:
    fails = outcome == "refused"
    first = _finding(
        "saturation-800", "fails" if fails else "holds", "gate", "二（二）", "800米内同类定点机构3家，上限2家。" if fails else "800米内同类定点机构1家，上限2家。",
        value=3 if fails else 1, operator="<=", threshold=2, margin=-1 if fails else 1, unit_of_measure="place", as_of=DAY,
        readings={"JN-A2": "straight_line"}, evidence={"neighbours": [{"provider": "P001", "distance_m": D("312.4")}], "density": "other"},
        would_change=(Text("半径内减少1家", "one fewer within the radius"),) if fails else (),
    ) if provider_class != "inpatient" else _finding(
        "bed-norm", "fails" if fails else "holds", "gate", "二（一）1", "加上申请床位后超过上限。" if fails else "未超过上限。",
        value=D("9.1204") if fails else D("8.7"), operator="<=", threshold=D("9.0"), margin=D("-0.1204") if fails else D("0.3"),
        unit_of_measure="张/千名参保人", as_of=BEDS_DAY, readings={"JN-A1": "insured_beds"}, evidence={"beds": 17_221, "insured": 2_300_000},
    )
    missing = Missing(table="facts", subject="A", column="supply_demand", phrase=Text("缺少供需研判结论", "no supply–demand finding"))
    second = _finding("supply-demand", "undetermined", "gate", "二（三）2", "无法判定：缺少供需研判结论。", missing=(missing,)) \
        if outcome == "review" else _finding("fund", "holds", "gate", "二（三）1", "统筹基金当期未收不抵支。", value=D("182300000"),
                                             operator=">=", threshold=0, margin=D("182300000"), unit_of_measure="yuan",
                                             as_of=date(2026, 9, 30), readings={"JN-A7": "running_year"})
    third = _finding("primary-care", "not_applicable", "exemption", "二（一）3", "本条仅适用于：基层医疗卫生机构。")
    return first, second, third


def _ruling(row: tuple[Any, ...]) -> r.Ruling:
    application, name, action, provider_class, kind, level, unit, lon, lat, outcome, robust = row
    zh = {"eligible": "符合规划要求，可进入评估。", "refused": "不符合规划要求，不予新增。", "review": "依据不足，转人工审查。"}[outcome]
    flips = () if robust else (r.Flip(reading="JN-A1", option="open_beds", outcome="eligible", sentence=Text("若按开放床位计，结论为符合。", "Under open beds: eligible.")),)
    return r.Ruling(
        application=application, name=name, action=action, provider_class=provider_class, kind=kind, level=level,
        district=UNITS[unit][0], district_name=UNITS[unit][1], lon=lon, lat=lat, date_on=DAY, outcome=outcome,
        sentence=Text(f"{name}：{zh}", f"{name}: {outcome}."), deciding=("saturation-800",),
        findings=_findings(outcome, provider_class), robust=robust, flips=flips,
        would_change=(Text("补充供需研判结论", "the supply–demand finding"),) if outcome == "review" else (),
        untranslated=("二（三）3",), receipt={"engine": "0.1.0", "application": application, "outcome": outcome, "plan": PLAN.sha256, "city": CITY.sha256},
    )


# --- options and annual plan -------------------------------------------------------------------------------------------


def _options() -> r.Options:
    spots = ((117.12, 36.77), (116.985, 36.765), (117.13, 36.64), (117.05, 36.745), (117.003, 36.70))
    places = tuple(
        r.Place(rank=i + 1, lon=lon, lat=lat, district="990103", district_name="丙区", gain=9_400 - 1_500 * i, saturation_after=1 + i % 2,
                cap=2, sentence=Text(f"新增后可多覆盖 {9_400 - 1_500 * i:,} 人。", f"{9_400 - 1_500 * i:,} more people covered."))
        for i, (lon, lat) in enumerate(spots))
    return r.Options(
        provider_class="pharmacy", places=places, covered_before=412_000, covered_after=445_000, considered=506_000, people=2_180_000,
        basis="resident", method=Text("最大覆盖：每次取新增覆盖人口最多且不超过半径内上限的位置。", "Maximal cover within the cap."),
        competitions=(r.Competition(applications=("A-002", "A-007"), provision="saturation-800", locator="二（二）",
                                    sentence=Text("A-002 与 A-007 相距不足800米，只能新增一家。", "Only one of A-002 and A-007 fits.")),),
    )


def _annual_plan(gaps: tuple[r.Gap, ...]) -> r.AnnualPlan:
    targets = tuple(g for g in gaps if g.measure.need is not None or g.measure.need_high is not None)
    openings: list[r.Opening] = []
    for i, unit in enumerate(UNITS):
        for level in ("tertiary", "secondary", "primary"):
            state = "undetermined" if unit[7] is None else "closed" if i == 0 or level == "tertiary" else "open"
            openings.append(r.Opening(
                unit=unit[0], unit_name=unit[1], provider_class="inpatient", level=level, state=state,
                room=120 * i + 14 if state == "open" else None, unit_of_measure="bed", locators=("二（一）1",),
                reason={"open": Text("低于测算值", "below the computed value"), "closed": Text("已超过规划目标", "above the target"),
                        "undetermined": Text("缺少床位数", "beds are missing")}[state]))
        openings.append(r.Opening(unit=unit[0], unit_name=unit[1], provider_class="pharmacy", state="open", locators=("二（二）",),
                                  reason=Text("按半径逐案审查", "case by case within the radius")))
    return r.AnnualPlan(
        year=2027, targets=targets, openings=tuple(openings),
        merit=(r.Merit(rank=1, application="A-005", name="清泉镇卫生院", admitted=True, reason=Text("床位余量内", "within the room")),
               r.Merit(rank=2, application="A-002", name="康民药店", admitted=True, reason=Text("半径内未超上限", "within the cap")),
               r.Merit(rank=3, application="A-007", name=APPLICATIONS[6][1], admitted=False, reason=Text("A-002 已占用半径内名额", "A-002 used up the cap"))),
        merit_method=Text("先按重点支持方向，再按新增覆盖人口，最后按申请日期。", "Priority, then people newly covered, then date."),
        priorities=(Text("精神、儿科、肿瘤、康复等需求大于供给的专科。", "Psychiatry, paediatrics, oncology, rehabilitation."),),
    )


def run(*, applications: bool = True, final: bool = False, hostile: bool = True) -> r.Run:
    """The run; without applications it has no ruling, no merit order and no competition."""
    plan = attrs.evolve(PLAN, status="final") if final else PLAN
    measures = r.Measures(plan=plan, city=CITY, date_on=DAY, rows=tuple(_measures()))
    gaps = r.Gaps(plan=plan, city=CITY, date_on=DAY, rows=tuple(_gap(row) for row in measures.rows))
    rulings = tuple(_ruling(row) for row in APPLICATIONS if hostile or row[0] not in ("A-006", "A-007")) if applications else ()
    options, annual = _options(), _annual_plan(gaps.rows)
    if not applications:
        options, annual = attrs.evolve(options, competitions=()), attrs.evolve(annual, merit=())
    return r.Run(plan=plan, city=CITY, date_on=DAY, measures=measures, gaps=gaps, options=options, rulings=rulings, annual_plan=annual,
                 summary=(Text("全市每千名参保人床位 7.4874 张，低于 8.5 张的下限。", "7.4874 beds per 1000 insured, below the lower bound of 8.5."),
                          Text("居民基金当期收不抵支，原则上不再新增。", "The resident fund runs a deficit: normally no additions.")))
