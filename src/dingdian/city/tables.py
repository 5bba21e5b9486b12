"""Every table of a city, defined once.

A column added here appears in validation, in the Excel template, in the reference page and in the content hash
without another line. Personal data has no column: the system holds counts, never insured persons.
"""

from __future__ import annotations

from typing import Any

from dingdian.city.schema import Column, Table, Type
from dingdian.terms import (
    ACTIONS,
    BASES,
    EVENT_TYPES,
    FRAMES,
    KINDS,
    LEVELS,
    OWNERS,
    OWNERSHIPS,
    PROVIDER_CLASSES,
    RELEASE_REASONS,
    RESOURCE_CLASSES,
    ROLES,
    SCHEMES,
    SEVERITIES,
    SPECIALTIES,
    STATUSES,
    TAGS,
    UNIT_LEVELS,
    CodeList,
    Text,
)


def _text(name: str, zh: str, zh_doc: str, en_doc: str, **more: Any) -> Column:
    return Column(name=name, zh=zh, type=Type.TEXT, doc=Text(zh_doc, en_doc), **more)


def _code(name: str, zh: str, codes: CodeList, zh_doc: str, en_doc: str, **more: Any) -> Column:
    return Column(name=name, zh=zh, type=Type.CODE, codes=codes, doc=Text(zh_doc, en_doc), **more)


def _codes(name: str, zh: str, codes: CodeList, zh_doc: str, en_doc: str, **more: Any) -> Column:
    return Column(name=name, zh=zh, type=Type.CODES, codes=codes, doc=Text(zh_doc, en_doc), **more)


def _reference(name: str, zh: str, table: str, zh_doc: str, en_doc: str, **more: Any) -> Column:
    return Column(name=name, zh=zh, type=Type.REFERENCE, table=table, doc=Text(zh_doc, en_doc), **more)


def _integer(name: str, zh: str, zh_doc: str, en_doc: str, unit: str = "", **more: Any) -> Column:
    more = {"minimum": 0, **more}
    return Column(name=name, zh=zh, type=Type.INTEGER, doc=Text(zh_doc, en_doc), unit_of_measure=unit, **more)


def _real(name: str, zh: str, zh_doc: str, en_doc: str, unit: str = "", **more: Any) -> Column:
    return Column(name=name, zh=zh, type=Type.REAL, doc=Text(zh_doc, en_doc), unit_of_measure=unit, **more)


def _money(name: str, zh: str, zh_doc: str, en_doc: str, **more: Any) -> Column:
    return Column(name=name, zh=zh, type=Type.MONEY, doc=Text(zh_doc, en_doc), unit_of_measure="yuan", **more)


def _date(name: str, zh: str, zh_doc: str, en_doc: str, **more: Any) -> Column:
    return Column(name=name, zh=zh, type=Type.DATE, doc=Text(zh_doc, en_doc), **more)


def _year(zh_doc: str = "统计年度", en_doc: str = "calendar year of the figures") -> Column:
    return Column(
        name="year", zh="年度", type=Type.YEAR, doc=Text(zh_doc, en_doc), required=True, minimum=1990, maximum=2100
    )


def _longitude(name: str = "lon", zh: str = "经度", **more: Any) -> Column:
    return _real(name, zh, "经度（度），坐标系见“坐标系”列", "longitude in the row's frame", "degree",
                 minimum=-180, maximum=180, **more)


def _latitude(name: str = "lat", zh: str = "纬度", **more: Any) -> Column:
    return _real(name, zh, "纬度（度），坐标系见“坐标系”列", "latitude in the row's frame", "degree",
                 minimum=-90, maximum=90, **more)


def _frame(**more: Any) -> Column:
    return _code("frame", "坐标系", FRAMES, "该行坐标所用坐标系；留空则用 city.yaml 声明的工作坐标系",
                 "frame of the row's coordinates; empty means the city's declared working frame", **more)


def _age_band() -> Column:
    return _text("age_band", "年龄段", "年龄段，如 0-14；全部人口写 all", "age band such as 0-14, or all", required=True)


def _unit(required: bool = True, zh: str = "规划单元") -> Column:
    return _reference("unit", zh, "units", "所属规划单元代码", "planning unit", required=required)


# What describes a provider stands in `providers` and, for a provider that is new, inline in `applications`.
_PROVIDER_FACTS: tuple[Column, ...] = (
    _text("name", "机构名称", "机构名称", "name"),
    _code("kind", "机构类型", KINDS, "机构类型", "kind of provider"),
    _code("level", "等级", LEVELS, "医疗机构等级；药店不填", "level of a medical institution; empty for pharmacies"),
    _code("provider_class", "规划类别", PROVIDER_CLASSES, "规划类别", "class by which the plan counts"),
    _text("services", "服务项目", "开展的服务项目，自由文本", "services, free text"),
    _codes("specialties", "专科", SPECIALTIES, "专科，多个用;分隔", "specialties, separated by ;"),
    _code("ownership", "经营性质", OWNERSHIPS, "公立或民营", "public or private"),
    _code("owner", "管理主体", OWNERS, "地方或兵团", "local or XPCC"),
    _codes("tags", "标签", TAGS, "规划提到的属性，多个用;分隔", "attributes that plans speak of, separated by ;"),
    _unit(required=False),
    _reference("counts_in", "计入单元", "units", "床位计入的单元（与所在地不同时填写）",
               "unit whose totals include this provider, where it is not the unit of the site"),
    _reference("campus_of", "主院区", "providers", "分院区所属的主机构", "main provider of a campus"),
    _longitude(), _latitude(), _frame(),
    _real("accuracy_m", "定位误差", "坐标误差（米）", "error of the coordinates", "m", minimum=0),
    _date("licensed_on", "执业许可日期", "执业（经营）许可证日期", "date of the licence"),
    _date("opened_on", "正式运营日期", "正式运营日期", "first day of formal operation"),
)

UNITS = Table(
    name="units", zh="规划单元", key=("unit",), required=True,
    doc=Text("规划所依据的统筹区、区县、功能区、乡镇街道，一棵树", "pooling area, districts, zones, townships: one tree"),
    columns=(
        _text("unit", "单元代码", "单元代码（区县用 GB/T 2260）", "code; GB/T 2260 for districts", required=True),
        _text("name", "单元名称", "单元名称", "name", required=True),
        _code("level", "单元层级", UNIT_LEVELS, "单元层级", "level in the tree", required=True),
        _reference("parent", "上级单元", "units", "上级单元；统筹区为空", "parent; empty for the pooling area"),
        _text("zone", "定点区域", "规划合并计算的区域", "group of units that a plan counts as one"),
        _code("resource_class", "资源分类", RESOURCE_CLASSES, "资源富集、较富集、薄弱", "rich, moderate or weak in resources"),
        _real("land_km2", "土地面积", "土地面积（平方千米）", "land area", "km²", minimum=0),
        _real("built_up_km2", "建成区面积", "建成区面积（平方千米）", "built-up area", "km²", minimum=0),
        _code("owner", "管理主体", OWNERS, "地方或兵团", "local or XPCC"),
        _date("valid_from", "生效日期", "代码生效日期", "first day of validity"),
        _date("valid_to", "失效日期", "代码失效前最后一日", "last day of validity"),
    ),
)

PROVIDERS = Table(
    name="providers", zh="医药机构", key=("provider",), required=True,
    doc=Text("医院、诊所、药店等，含未定点机构", "hospitals, clinics, pharmacies, designated or not"),
    columns=(
        _text("provider", "机构代码", "机构代码", "code of the provider", required=True),
        *_PROVIDER_FACTS,
        _code("status", "定点状态", STATUSES, "定点状态", "state of the agreement", required=True),
        _date("designated_on", "定点日期", "首次定点日期", "date of designation"),
        _real("floor_area_m2", "建筑面积", "建筑面积（平方米）", "floor area", "m²", minimum=0),
        _text("uscc", "统一社会信用代码", "统一社会信用代码", "unified social credit code", aliases=("社会信用代码",)),
    ),
)

BEDS = Table(
    name="beds", zh="床位", key=("provider", "as_of", "specialty"),
    doc=Text("四种床位，各有日期，不可互换", "four counts of beds, each with its date, never interchangeable"),
    columns=(
        _reference("provider", "机构代码", "providers", "机构代码", "provider", required=True),
        _date("as_of", "统计日期", "统计日期", "date of the count", required=True),
        _code("specialty", "专科", SPECIALTIES, "专科；合计写 all", "specialty; all for the total", required=True),
        _integer("approved", "核定床位", "核定（编制）床位", "licensed beds", "bed"),
        _integer("open", "开放床位", "平均开放床位", "beds open on average", "bed"),
        _integer("insured_beds", "医保床位", "纳入协议的医保床位", "beds accepted for insurance in the agreement", "bed"),
        _integer("ltc", "长护床位", "长期护理保险床位", "long-term-care beds", "bed"),
    ),
)

STAFF = Table(
    name="staff", zh="人员", key=("provider", "as_of", "role"),
    doc=Text("各类人员数", "head counts by role"),
    columns=(
        _reference("provider", "机构代码", "providers", "机构代码", "provider", required=True),
        _date("as_of", "统计日期", "统计日期", "date of the count", required=True),
        _code("role", "人员类别", ROLES, "人员类别", "role", required=True),
        _integer("count", "人数", "人数", "persons", "person", required=True),
    ),
)

INSURED = Table(
    name="insured", zh="参保人数", key=("unit", "year", "scheme", "age_band"),
    doc=Text("参保人，不是常住人口", "insured persons, not residents"),
    columns=(
        _unit(), _year(),
        _code("scheme", "险种", SCHEMES, "险种", "scheme", required=True),
        _age_band(),
        _integer("persons", "人数", "年末参保人数", "insured persons at the year's end", "person", required=True),
    ),
)

RESIDENTS = Table(
    name="residents", zh="常住人口", key=("unit", "year", "age_band"),
    doc=Text("常住人口，不是参保人", "residents, not insured persons"),
    columns=(
        _unit(), _year(), _age_band(),
        _integer("persons", "人数", "常住人口数", "residents", "person", required=True),
    ),
)

POPULATION = Table(
    name="population", zh="人口格网", key=("cell",),
    doc=Text("格网或点位人口；边长见 city.yaml 的 population_cell_m", "people by cell; side in city.yaml population_cell_m"),
    columns=(
        _text("cell", "格网编号", "格网编号", "cell", required=True),
        _longitude(required=True), _latitude(required=True), _frame(),
        _real("persons", "人数", "人数", "persons", "person", required=True, minimum=0),
        _code("basis", "人口口径", BASES, "参保人或常住人口", "insured persons or residents", required=True),
    ),
)

FUND = Table(
    name="fund", zh="基金收支", key=("unit", "year", "scheme"),
    doc=Text("统筹基金收支，单位元", "pooled fund accounts in yuan"),
    columns=(
        _unit(), _year(),
        _code("scheme", "险种", SCHEMES, "险种", "scheme", required=True),
        _money("income", "当期收入", "当期收入（元）", "income of the year to `through`"),
        _money("expenditure", "当期支出", "当期支出（元）", "expenditure of the year to `through`"),
        _money("closing_balance", "期末累计结余", "期末累计结余（元）", "cumulative balance"),
        _money("forecast_income", "预计全年收入", "预计全年收入（元）", "forecast income of the whole year"),
        _money("forecast_expenditure", "预计全年支出", "预计全年支出（元）", "forecast expenditure of the whole year"),
        _money("forecast_closing_balance", "预计年末累计结余", "预计年末累计结余（元）", "forecast balance at the year's end"),
        _date("through", "截至日期", "数据截至的最后一日（最近结账月份的月末）", "last day of the last closed month"),
    ),
)

WARNINGS = Table(
    name="warnings", zh="基金预警函", key=("unit", "issued_on"), may_be_empty=True,
    doc=Text("上级医保部门的基金运行预警函", "warning letters of an upper-level bureau on the fund"),
    columns=(
        _unit(),
        _date("issued_on", "发函日期", "发函日期", "date of issue", required=True),
        _text("reference", "文号", "文号", "reference"),
        _date("lifted_on", "解除日期", "解除日期；留空表示仍有效", "day it was lifted; empty while in force"),
    ),
)

ACTIVITY = Table(
    name="activity", zh="服务量", key=("provider", "year"),
    doc=Text("年度服务量与费用", "yearly activity and cost"),
    columns=(
        _reference("provider", "机构代码", "providers", "机构代码", "provider", required=True), _year(),
        _integer("discharges", "出院人次", "出院人次", "discharges", "person"),
        _integer("bed_days", "实际住院床日", "实际住院床日", "occupied bed-days", "bed-day"),
        _integer("sporadic_bed_days", "零星报销床日", "零星报销床日", "bed-days of sporadic claims", "bed-day"),
        _integer("open_bed_days", "实际开放床日", "实际开放总床日", "open bed-days", "bed-day"),
        _integer("visits", "门诊人次", "门诊人次", "outpatient visits", "visit"),
        _integer("nonlocal_visits", "外地门诊人次", "外地参保人门诊人次", "visits of persons insured elsewhere", "visit"),
        _money("inpatient_cost", "住院费用", "住院总费用（元）", "inpatient cost"),
        _money("inpatient_fund", "住院基金支出", "住院统筹基金支出（元）", "inpatient pooled-fund spending"),
        _money("outpatient_cost", "门诊费用", "门诊总费用（元）", "outpatient cost"),
        _money("outpatient_fund", "门诊基金支出", "门诊统筹基金支出（元）", "outpatient pooled-fund spending"),
        _real("in_policy_rate", "政策范围内费用占比", "政策范围内费用占比（0–1）", "share of cost within policy",
              minimum=0, maximum=1),
        _real("case_mix", "病例组合指数", "DRG/DIP 病例组合指数", "case-mix index", minimum=0),
    ),
)

RELEASES = Table(
    name="releases", zh="退出释放", key=("release",), may_be_empty=True,
    doc=Text("退出定点释放的床位与名额", "beds and places freed by exits"),
    columns=(
        _text("release", "释放编号", "释放编号", "release", required=True),
        _reference("provider", "机构代码", "providers", "退出的机构；不在册时留空", "provider that left; empty when not on file"),
        _unit(),
        _code("provider_class", "规划类别", PROVIDER_CLASSES, "规划类别", "provider class", required=True),
        _code("level", "等级", LEVELS, "等级", "level"),
        _date("effective_on", "生效日期", "退出生效日期", "day the exit takes effect", required=True),
        _code("reason", "退出原因", RELEASE_REASONS, "退出原因；中止不释放", "reason; a suspension releases nothing", required=True),
        _integer("beds", "释放床位", "释放床位数", "beds released", "bed"),
        _integer("places", "释放名额", "释放机构名额", "places released", "place"),
        Column(name="exempt", zh="规划外机构", type=Type.BOOLEAN,
               doc=Text("是否为不计入规划的机构", "whether the provider was outside the plan's counts")),
    ),
)

SCORES = Table(
    name="scores", zh="考核得分", key=("provider", "year"),
    doc=Text("年度考核得分", "yearly assessment score"),
    columns=(
        _reference("provider", "机构代码", "providers", "机构代码", "provider", required=True), _year(),
        _real("score", "得分", "得分", "score", "point", required=True, minimum=0),
        _real("max_score", "满分", "满分", "full marks", "point", required=True, minimum=0),
    ),
)

EVENTS = Table(
    name="events", zh="机构事件", key=("event",), may_be_empty=True,
    doc=Text("违约、中止、检查、投诉、迁址等事件", "breaches, suspensions, inspections, complaints, moves"),
    columns=(
        _text("event", "事件编号", "事件编号", "event", required=True),
        _reference("provider", "机构代码", "providers", "机构代码", "provider", required=True),
        _date("happened_on", "发生日期", "发生日期", "day it happened", required=True),
        _code("type", "事件类型", EVENT_TYPES, "事件类型", "type", required=True),
        _code("severity", "严重程度", SEVERITIES, "严重程度", "severity"),
        _text("reference", "文号", "文号", "reference"),
    ),
)

REFERENCE = Table(
    name="reference", zh="参照值", key=("key", "year"),
    doc=Text("全国、全省等参照值", "national or provincial values to compare with"),
    columns=(
        _text("key", "参照项", "参照项，如 national_beds_per_1000_residents", "name of the value", required=True), _year(),
        _real("value", "数值", "数值", "value", required=True),
        _text("unit_of_measure", "计量单位", "计量单位", "unit of measure", required=True),
        _text("source", "来源", "来源", "source", required=True),
    ),
)

APPLICATIONS = Table(
    name="applications", zh="申请", key=("application",), may_be_empty=True,
    doc=Text("待审查的申请；机构未在册时，机构信息直接填在本表",
             "applications; a provider that is not on file is described inline"),
    columns=(
        _text("application", "申请编号", "申请编号", "application", required=True),
        _reference("provider", "机构代码", "providers", "在册机构代码", "provider on file"),
        _code("action", "申请事项", ACTIONS, "申请事项", "what is applied for", required=True),
        _date("applied_on", "申请日期", "申请日期", "day of the application", required=True),
        _integer("beds", "申请床位", "申请新增的医保床位", "insured beds applied for", "bed"),
        _longitude("from_lon", "原址经度"), _latitude("from_lat", "原址纬度"),
        _reference("from_unit", "原址单元", "units", "原址所属单元", "unit of the old site"),
        _text("grounds", "申请依据", "依据的文件文号或重点项目级别", "documents relied on, or level of the key project"),
        _text("documents", "申请材料", "已交材料", "documents handed in"),
        *_PROVIDER_FACTS,
    ),
)

FACTS = Table(
    name="facts", zh="其他事实", key=("subject", "key", "as_of"),
    doc=Text("没有专表的事实；键由使用它的规划条款种类声明", "facts without a table of their own; keys are declared by provisions"),
    columns=(
        _text("subject", "对象", "对象（单元、机构、申请、类别或专科）", "unit, provider, application, class or specialty",
              required=True),
        _text("key", "事实键", "事实键", "key", required=True),
        _date("as_of", "截至日期", "截至日期", "date of the fact", required=True),
        _text("value", "值", "值", "value", required=True),
        _text("source", "来源", "来源", "source", required=True),
    ),
)

NETWORK_NODES = Table(
    name="network_nodes", zh="路网节点", key=("node",),
    doc=Text("街道路网节点", "street nodes"),
    columns=(
        _text("node", "节点编号", "节点编号", "node", required=True),
        _longitude(required=True), _latitude(required=True), _frame(),
    ),
)

NETWORK_EDGES = Table(
    name="network_edges", zh="路网路段", key=("edge",),
    doc=Text("街道路段", "street links"),
    columns=(
        _text("edge", "路段编号", "路段编号", "edge", required=True),
        _reference("u", "起点", "network_nodes", "起点节点", "first node", required=True),
        _reference("v", "终点", "network_nodes", "终点节点", "second node", required=True),
        _real("length_m", "长度", "长度（米）", "length", "m", required=True, minimum=0),
        Column(name="walkable", zh="可步行", type=Type.BOOLEAN, doc=Text("行人可否通行", "whether one may walk there")),
        Column(name="oneway", zh="单行", type=Type.BOOLEAN, doc=Text("机动车单行（步行不受限）", "one-way for vehicles; walking is free")),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        UNITS, PROVIDERS, BEDS, STAFF, INSURED, RESIDENTS, POPULATION, FUND, WARNINGS, ACTIVITY, RELEASES, SCORES,
        EVENTS, REFERENCE, APPLICATIONS, FACTS, NETWORK_NODES, NETWORK_EDGES,
    )
}
