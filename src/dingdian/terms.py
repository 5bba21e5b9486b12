"""The shared vocabulary: every code that a table, a pack or a result may carry, with its Chinese and English name.

The words are those of the glossary (docs/reference/glossary.md is generated from here). This module computes
nothing and imports nothing of the house; a code that is not listed here is refused everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from attrs import frozen


@frozen
class Text:
    """One sentence or name in the two languages of the interface."""

    zh: str
    en: str

    def __call__(self, lang: str) -> str:
        """The text in ``lang`` (``zh`` or ``en``)."""
        return self.en if lang == "en" else self.zh

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@frozen
class Term:
    """A code with its names; ``group`` and ``external`` carry what a code list adds (type group, WS/T 218 code)."""

    code: str
    name: Text
    group: str = ""
    external: str = ""


@frozen
class CodeList:
    """A closed list of codes. Chinese names are accepted as aliases on import, never in results."""

    name: str
    title: Text
    terms: Mapping[str, Term]

    def __contains__(self, code: object) -> bool:
        return code in self.terms

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms)

    def __getitem__(self, code: str) -> Term:
        return self.terms[code]

    def label(self, code: str, lang: str = "zh") -> str:
        """The name of ``code``; an unknown code is shown as it is."""
        term = self.terms.get(code)
        return term.name(lang) if term else code

    def resolve(self, text: str) -> str | None:
        """The code meant by ``text``: the code itself or its Chinese name; None when neither."""
        if text in self.terms:
            return text
        return next((term.code for term in self.terms.values() if term.name.zh == text), None)


def _codes(name: str, zh: str, en: str, rows: str) -> CodeList:
    """A code list from lines of ``code | 中文 | English [| group [| external]]``."""
    terms: dict[str, Term] = {}
    for line in rows.strip().splitlines():
        code, *rest = (cell.strip() for cell in line.split("|"))
        assert code not in terms, f"{name}: {code} twice"
        terms[code] = Term(code, Text(rest[0], rest[1]), *rest[2:])
    return CodeList(name, Text(zh, en), MappingProxyType(terms))


LEVELS = _codes("level", "等级", "level", """
tertiary  | 三级   | tertiary
secondary | 二级   | secondary
primary   | 一级   | primary
ungraded  | 未定级 | ungraded
""")

PROVIDER_CLASSES = _codes("provider_class", "规划类别", "provider class", """
inpatient          | 住院机构       | inpatient
outpatient_pooling | 门诊统筹机构   | outpatient pooling
personal_account   | 个人账户机构   | personal account
pharmacy           | 零售药店       | pharmacy
""")

# Groups say what "same type" (同类型) means; the fourth cell is the WS/T 218 class (capital letter and first
# digits), the fifth left out where the standard has no class of its own.
KINDS = _codes("kind", "机构类型", "kind", """
general_hospital             | 综合医院           | general hospital             | general      | A1
tcm_hospital                 | 中医医院           | TCM hospital                 | tcm          | A2
integrated_hospital          | 中西医结合医院     | integrated hospital          | tcm          | A3
ethnic_hospital              | 民族医院           | ethnic-medicine hospital     | tcm          | A4
psychiatric_hospital         | 精神病医院         | psychiatric hospital         | psychiatric  | A5
infectious_disease_hospital  | 传染病医院         | infectious-disease hospital  | infectious   | A5
oncology_hospital            | 肿瘤医院           | oncology hospital            | oncology     | A5
paediatric_hospital          | 儿童医院           | paediatric hospital          | paediatric   | A5
maternity_hospital           | 妇产医院           | maternity hospital           | maternity    | A5
rehabilitation_hospital      | 康复医院           | rehabilitation hospital      | rehabilitation | A5
dental_hospital              | 口腔医院           | dental hospital              | dental       | A5
eye_hospital                 | 眼科医院           | eye hospital                 | eye          | A5
specialised_hospital         | 其他专科医院       | other specialised hospital   | specialised  | A5
maternal_child_health        | 妇幼保健院         | maternal and child health    | maternity    | G1
nursing_home                 | 护理院             | nursing home                 | nursing      | A7
hospice_centre               | 安宁疗护中心       | hospice centre               | hospice      | A7
dialysis_centre              | 血液透析中心       | dialysis centre              | dialysis     | P
emergency_centre             | 急救中心           | emergency centre             | emergency    | E
community_health_centre      | 社区卫生服务中心   | community health centre      | primary_care | B1
community_health_station     | 社区卫生服务站     | community health station     | primary_care | B2
township_health_centre       | 乡镇卫生院         | township health centre       | primary_care | C2
village_clinic               | 村卫生室           | village clinic               | village      | D6
outpatient_department        | 门诊部             | outpatient department        | outpatient   | D1
clinic                       | 诊所               | clinic                       | clinic       | D2
tcm_clinic                   | 中医诊所           | TCM clinic                   | tcm_clinic   | D2
dental_clinic                | 口腔诊所           | dental clinic                | dental_clinic | D2
university_clinic            | 高校内设医疗机构   | university clinic            | in_house     | D4
infirmary                    | 医务室             | infirmary                    | in_house     | D4
blind_massage_clinic         | 盲人医疗按摩机构   | blind-massage clinic         | massage      | D2
elder_care_clinic            | 养老机构内设医疗机构 | elder-care clinic          | elder_care   | D4
internet_hospital            | 互联网医院         | internet hospital            | internet     | A
pharmacy                     | 零售药店           | pharmacy                     | pharmacy     |
chain_pharmacy               | 连锁零售药店       | chain pharmacy               | pharmacy     |
""")

SPECIALTIES = _codes("specialty", "专科", "specialty", """
all            | 合计     | total
general        | 综合     | general
psychiatric    | 精神     | psychiatry
paediatric     | 儿科     | paediatrics
oncology       | 肿瘤     | oncology
rehabilitation | 康复     | rehabilitation
tcm            | 中医     | traditional Chinese medicine
infectious     | 传染     | infectious disease
dental         | 口腔     | dentistry
eye            | 眼科     | ophthalmology
maternity      | 妇产     | obstetrics and gynaecology
nursing        | 护理     | nursing
hospice        | 安宁疗护 | hospice
dialysis       | 血液透析 | dialysis
""")

TAGS = _codes("tags", "标签", "tags", """
key_project           | 政府重点建设项目       | government key project
public_health_duty    | 承担基本公共卫生服务   | basic public-health duty
infectious            | 传染病专业公卫机构     | public-health institution for infectious disease
psychiatric           | 精神类专业公卫机构     | public-health institution for psychiatry
internal_only         | 仅对内部人员服务       | serves insiders only
university            | 高校                   | university
enterprise            | 机关企事业单位         | organ, enterprise or institution
elder_care            | 养老机构               | elder-care home
blind_massage         | 盲人医疗按摩           | blind massage
hospice               | 安宁疗护               | hospice
village_integrated    | 镇村一体化             | village clinic integrated with its township
tertiary_branch       | 三级医院分院           | branch of a tertiary hospital
government_relocation | 政府规划迁址           | relocation by government plan
dual_channel          | 双通道药店             | dual-channel pharmacy
""")

STATUSES = _codes("status", "定点状态", "status", """
undesignated | 未定点   | undesignated
designated   | 定点     | designated
coaching     | 政策辅导期 | coaching
trial        | 试运行   | trial
suspended    | 中止     | suspended
terminated   | 解除     | terminated
""")

# A suspended agreement still holds its place: suspension releases nothing (releases.reason says the same).
HOLDS_A_PLACE = ("designated", "coaching", "trial", "suspended")

ACTIONS = _codes("action", "申请事项", "action", """
designate | 新增定点 | designation
relocate  | 变更地址 | change of address
branch    | 新建分院 | new branch
add_beds  | 增加床位 | more beds
convert   | 转型     | conversion
""")

FRAMES = _codes("frame", "坐标系", "coordinate frame", """
wgs84    | WGS84      | WGS84
cgcs2000 | CGCS2000   | CGCS2000
gcj02    | GCJ-02     | GCJ-02
bd09     | BD-09      | BD-09
""")

UNIT_LEVELS = _codes("unit_level", "单元层级", "unit level", """
pooling_area | 统筹区     | pooling area
district     | 区县       | district or county
zone         | 功能区     | functional zone
township     | 乡镇街道   | township or street
""")

RESOURCE_CLASSES = _codes("resource_class", "资源分类", "resource class", """
rich     | 富集 | rich
moderate | 较富集 | moderate
weak     | 薄弱 | weak
""")

OWNERS = _codes("owner", "管理主体", "owner", """
local | 地方 | local
xpcc  | 兵团 | XPCC
""")

OWNERSHIPS = _codes("ownership", "经营性质", "ownership", """
public  | 公立 | public
private | 民营 | private
""")

ROLES = _codes("role", "人员类别", "role", """
insured_doctor | 医保医师 | insured doctor
physician      | 医师     | physician
nurse          | 护士     | nurse
pharmacist     | 药师     | pharmacist
""")

SCHEMES = _codes("scheme", "险种", "scheme", """
employee | 职工基本医疗保险   | employee scheme
resident | 城乡居民基本医疗保险 | resident scheme
""")

BASES = _codes("basis", "人口口径", "population basis", """
insured  | 参保人   | insured persons
resident | 常住人口 | residents
""")

RELEASE_REASONS = _codes("reason", "退出原因", "reason of exit", """
termination     | 解除协议     | termination
cancellation    | 注销         | cancellation
non_renewal     | 不再续签     | non-renewal
voluntary_exit  | 主动退出     | voluntary exit
licensed_bed_cut | 核减床位    | cut of licensed beds
conversion      | 转型         | conversion
suspension      | 中止协议     | suspension
""")

EVENT_TYPES = _codes("event_type", "事件类型", "event type", """
breach           | 违约     | breach
suspension       | 中止     | suspension
resumption       | 恢复     | resumption
termination      | 解除     | termination
licence_revoked  | 吊销执照 | licence revoked
inspection       | 检查     | inspection
complaint        | 投诉     | complaint
assessment       | 考核     | assessment
relocation       | 迁址     | relocation
change           | 变更     | change
notice_published | 公示     | notice published
accepted         | 受理     | accepted
evaluated        | 评估     | evaluated
""")

SEVERITIES = _codes("severity", "严重程度", "severity", """
minor    | 轻微 | minor
serious  | 严重 | serious
criminal | 涉刑 | criminal
""")

DENSITIES = _codes("density", "人口密度类别", "density class", """
dense | 人口高度密集 | very dense
other | 其他         | other
""")

SUPPLY_DEMAND = _codes("supply_demand", "供需状态", "supply and demand", """
short    | 需求大于供给 | demand above supply
balanced | 供需平衡     | balanced
surplus  | 供给大于需求 | supply above demand
""")

FINDING_STATUSES = _codes("finding_status", "判定结果", "finding status", """
holds          | 符合   | holds
fails          | 不符合 | fails
not_applicable | 不适用 | not applicable
undetermined   | 无法判定 | undetermined
""")

EFFECTS = _codes("effect", "作用", "effect", """
gate        | 门槛 | gate
exemption   | 例外 | exemption
priority    | 优先 | priority
quota       | 额度 | quota
condition   | 条件 | condition
information | 信息 | information
""")

OUTCOMES = _codes("outcome", "审查结论", "outcome", """
eligible | 符合规划，可进入评估 | eligible
refused  | 不予新增             | refused
review   | 转人工审查           | review
""")

# What a limit of the plan is about: an exemption "in number only" lifts limits of number and place, nothing else.
NATURES = _codes("nature", "限制的性质", "nature of a limit", """
number    | 数量   | number
place     | 位置   | place
fund      | 基金   | fund
condition | 条件   | condition
bar       | 禁入   | bar
procedure | 程序   | procedure
other     | 其他   | other
""")

# Words of the texts that draw a line; the third cell after the names is what the word says of a number against the line.
# ``band``, ``about`` and ``reference`` draw it through a reading; ``or_less`` is read both ways and needs a reading of its own.
BOUNDARY_WORDS = _codes("boundary_word", "边界用语", "boundary word", """
or_more    | 以上       | or more, included       | >=
not_below  | 不低于     | not below               | >=
at_least   | 至少       | at least                | >=
full       | 满         | full                    | >=
not_above  | 不超过     | not above               | <=
within     | 以内       | within                  | <=
before     | 以前       | on or before            | <=
fits       | 符合总量   | fits the total          | <=
above      | 超过       | above                   | >
higher     | 高于       | higher than             | >
greater    | 大于       | greater than            | >
exists     | 已有       | there is one already    | >
below      | 低于       | below                   | <
short_of   | 不足       | short of                | <
less       | 少于       | less than               | <
smaller    | 小于       | smaller than            | <
deficit    | 收不抵支   | spends more than it takes in | <
band       | 稳定在区间 | stays inside a band     | band
about      | 左右       | about                   | band
reference  | 参照       | with reference to       | band
or_less    | 以下       | or less                 | open
""")

BOUNDARY_SIDES = _codes("boundary_side", "边界一侧的后果", "what the word says of that side", """
allowed | 予以允许 | allowed
stopped | 予以限制 | stopped
""")

GOVERNING_DATES = _codes("governing_date", "依据日期", "governing date", """
decision        | 审查之日   | day of the decision
application     | 申请之日   | day of the application
agreement       | 签约之日   | day of the agreement
assessment_year | 考核年度末 | end of the assessed year
""")

# In which ways a plan may say that a fund is in deficit.
FUND_CONDITIONS = _codes("fund_condition", "基金赤字情形", "fund condition", """
current_deficit          | 当期赤字         | current deficit
last_year_deficit        | 上年度收不抵支   | deficit of last year
cumulative_deficit       | 累计赤字         | cumulative deficit
forecast_flow_deficit    | 预计全年收不抵支 | forecast deficit of the year's income against spending
forecast_balance_deficit | 预计年末结余赤字 | forecast deficit of the year-end balance
""")

# Where the rows of a provision stand in the annual plan.
ANNUAL_SECTIONS = _codes("annual_section", "年度计划分项", "part of the annual plan", """
target     | 资源配置目标与现状 | targets and state
quota      | 退出释放与新增额度 | releases and quotas
register   | 医保床位核定       | insured beds by rule
settlement | 超床日结算扣减     | settlement beyond insured bed-days
assessment | 年度考核与末位     | assessment and tail
merit      | 择优评分           | scores of the merit order
coaching   | 辅导、试运行与处理 | coaching, trial and sanctions
calendar   | 时限与报备         | deadlines and filing
monitor    | 监测与预警         | monitoring and alerts
indicators | 监测指标           | indicators watched
""")

POSITIONS = _codes("position", "比对结果", "position", """
short        | 不足     | short
within       | 达标     | within target
over         | 超标     | over
undetermined | 无法判定 | undetermined
information  | 仅供参考 | information only
""")

# To whom something is filed or reported.
AUTHORITIES = _codes("authority", "机关", "authority", """
city_bureau     | 市级医保部门   | city bureau
regional_bureau | 自治区医保部门 | bureau of the region
xpcc_bureau     | 兵团医保部门   | bureau of the XPCC
provincial_bureau | 省级医保部门 | provincial bureau
""")

UNITS_OF_MEASURE = _codes("unit_of_measure", "计量单位", "unit of measure", """
bed                  | 张            | beds
provider             | 家            | providers
person               | 人            | persons
place                | 个            | places
township             | 个            | townships
yuan                 | 元            | yuan
percent              | %             | %
day                  | 天            | days
m                    | 米            | m
bed_per_1000_insured | 张/千名参保人 | beds per 1000 insured
bed_per_1000_residents | 张/千名常住人口 | beds per 1000 residents
doctor_per_1000_insured | 名/千名参保人 | doctors per 1000 insured
provider_per_10000_insured | 家/万名参保人 | providers per 10,000 insured
doctor               | 名            | doctors
ratio                | 比值          | ratio
month                | 个月          | months
working_day          | 个工作日      | working days
year                 | 年            | years
point                | 分            | points
bed_day              | 床日          | bed-days
visit                | 人次          | visits
event                | 起            | events
provider_per_10000_residents | 家/万名常住人口 | providers per 10,000 residents
staff_per_1000_insured | 名/千名参保人 | staff per 1000 insured
staff_per_1000_residents | 名/千名常住人口 | staff per 1000 residents
person_per_bed       | 人次/床       | persons per bed
index                | 指数          | index
""")

CODE_LISTS: tuple[CodeList, ...] = (
    LEVELS, PROVIDER_CLASSES, KINDS, SPECIALTIES, TAGS, STATUSES, ACTIONS, FRAMES, UNIT_LEVELS, RESOURCE_CLASSES,
    OWNERS, OWNERSHIPS, ROLES, SCHEMES, BASES, RELEASE_REASONS, EVENT_TYPES, SEVERITIES, DENSITIES, SUPPLY_DEMAND,
    FINDING_STATUSES, EFFECTS, OUTCOMES, NATURES, BOUNDARY_WORDS, BOUNDARY_SIDES, GOVERNING_DATES, FUND_CONDITIONS, POSITIONS, AUTHORITIES,
    ANNUAL_SECTIONS, UNITS_OF_MEASURE,
)
