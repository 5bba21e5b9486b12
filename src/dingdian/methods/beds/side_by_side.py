"""Every method of bed need beside the others for one unit: which beds, whose norm, from which inputs, and what is missing.

No row is taken for another and none is an average of them. A row whose inputs are not all there is undetermined and says what it lacks; a
gap is stated only against beds of the kind that the row's method speaks of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import frozen

from dingdian.methods.beds.need import need_by_bed_days, need_by_setting_guideline, need_by_use
from dingdian.methods.beds.norms import gap, need
from dingdian.methods.fund import affordable_beds
from dingdian.methods.rounding import Number
from dingdian.terms import Text

Value: TypeAlias = Number | tuple[Number, ...]

BEDS: Mapping[str, Text] = {
    "approved": Text("核定床位", "approved beds"), "open": Text("平均开放床位", "beds open on average"),
    "insured": Text("医保床位", "insured beds"), "ltc": Text("长护床位", "long-term-care beds"),
}
PERSONS: Mapping[str, Text] = {
    "insured": Text("参保人", "insured persons"), "resident": Text("常住人口", "residents"),
    "as_given": Text("以分年龄组人口的来源为准", "those of the persons by age group, insured or residents"),
    "users": Text("实际住院者，含外来病人", "whoever was admitted, patients from elsewhere among them"),
}
INPUTS: Mapping[str, Text] = {
    "norm_per_1000_insured": Text("每千名参保人床位标准", "norm of beds per 1000 insured"),
    "insured": Text("参保人数", "insured persons"),
    "norm_per_1000_residents": Text("每千常住人口床位标准", "norm of beds per 1000 residents"),
    "residents": Text("常住人口", "residents"),
    "population_by_age": Text("分年龄组人口", "persons by age group"),
    "admission_rate_by_age": Text("分年龄组年住院率", "admissions per person and year by age group"),
    "inflow": Text("流入病人（人次/年）", "patients a year from elsewhere"),
    "outflow": Text("流出病人（人次/年）", "patients a year who go elsewhere"),
    "average_stay": Text("平均住院日（天）", "average stay in days"),
    "target_occupancy": Text("目标床位使用率", "target occupancy"),
    "bed_days": Text("全年实际占用床日", "occupied bed-days of a year"),
    "bed_use_rate": Text("床位使用率", "bed use rate"),
    "turnover": Text("床位周转次数（次/年）", "patients per bed and year"),
    "fund_income": Text("住院统筹基金收入", "income of the fund for inpatient care"),
    "surplus_rate": Text("结余率", "surplus rate"),
    "fund_spending": Text("住院统筹基金支出", "spending of the fund on inpatient care"),
    "open_beds": Text("平均开放床位", "beds open on average"),
}
PUBLISHED = Text("规划或标准公布的数，不是测算", "as a plan or a standard publishes it; nothing is measured")
PRESENT = Text("卫生规划按年末实有床位公布，这里以平均开放床位对照", "health plans publish it in beds present at the year's end; held here against beds open on average")
MODEL = Text("模型结果，不是国家测算方法", "a model, not the national method")


@frozen(kw_only=True)
class Stated:
    """An input with its date and source; ``value`` None when nobody stated it, a tuple where it goes by age group."""

    value: Value | None
    as_of: date | None = None
    source: str = ""


@frozen(kw_only=True)
class BedMethod:
    """A method: its formula, the inputs it takes in that order, and the beds (a key of `BEDS`) and persons (of `PERSONS`) it is about."""

    id: str
    title: Text
    formula: str
    convention: Text
    inputs: tuple[str, ...]
    beds: str
    persons: str
    compute: Callable[..., Fraction]


_BY_AGE = ("population_by_age", "admission_rate_by_age")
METHODS: tuple[BedMethod, ...] = (
    BedMethod(id="norm_insured", title=Text("按千名参保人床位标准", "by the norm per 1000 insured"), formula="norm * insured / 1000",
              convention=PUBLISHED, inputs=("norm_per_1000_insured", "insured"), beds="insured", persons="insured", compute=need),
    BedMethod(id="norm_residents", title=Text("按千人口床位标准", "by the norm per 1000 residents"), formula="norm * residents / 1000",
              convention=PRESENT, inputs=("norm_per_1000_residents", "residents"), beds="open", persons="resident", compute=need),
    BedMethod(id="use_by_age", title=Text("使用法：分年龄住院率", "by use: admission rates by age"),
              formula="(sum(population * rate) + inflow - outflow) * stay / 365 / occupancy", convention=MODEL,
              inputs=(*_BY_AGE, "average_stay", "target_occupancy", "inflow", "outflow"), beds="open", persons="as_given",
              compute=need_by_use),
    BedMethod(id="use_by_bed_days", title=Text("使用法：实际床日", "by use: actual bed-days"), formula="bed_days / 365 / occupancy",
              convention=MODEL, inputs=("bed_days", "target_occupancy"), beds="open", persons="users",
              compute=need_by_bed_days),
    BedMethod(id="setting_guideline", title=Text("1994年设置规划指导原则的形式", "the form of the 1994 setting guideline"),
              formula="(sum(population * rate) + inflow - outflow) / (bed_use_rate * turnover)", convention=MODEL,
              inputs=(*_BY_AGE, "inflow", "outflow", "bed_use_rate", "turnover"), beds="open", persons="as_given",
              compute=need_by_setting_guideline),
    BedMethod(id="fund", title=Text("筹资可承担", "what the fund can carry"),
              formula="open_beds * income * (1 - surplus_rate) / spending", convention=MODEL,
              inputs=("fund_income", "surplus_rate", "fund_spending", "open_beds"), beds="open", persons="insured", compute=affordable_beds),
)


@frozen(kw_only=True)
class BedNeed:
    """What one method says of one unit.

    Attributes
    ----------
    method : BedMethod
    inputs : dict of name to Stated
        Those of the method's inputs that were given, with date and source.
    missing : tuple of str
        Names of those that were not.
    need : Fraction or None
        Beds of the kind ``method.beds``; None when something is missing.
    supply, gap : Fraction or None
        Beds of the same kind that there are, and supply − need; None when either is not known.
    """

    method: BedMethod
    inputs: dict[str, Stated]
    missing: tuple[str, ...]
    need: Fraction | None
    supply: Fraction | None
    gap: Fraction | None

    @property
    def status(self) -> str:
        return "undetermined" if self.need is None else "determined"

    def reason(self) -> Text | None:
        """What is missing, in words; None when nothing is."""
        if not self.missing:
            return None
        names = [INPUTS[name] for name in self.missing]
        return Text(f"缺少{'、'.join(name.zh for name in names)}", f"missing: {', '.join(name.en for name in names)}")


def bed_needs(inputs: Mapping[str, Stated], supply: Mapping[str, Stated] | None = None) -> tuple[BedNeed, ...]:
    """All methods side by side for one unit, one row each in the order of `METHODS`.

    Parameters
    ----------
    inputs : mapping of name to Stated
        Names are those of `INPUTS`. Shares and rates are fractions of 1; money is all integer fen or all Decimal.
    supply : mapping of kind of beds to Stated, optional
        Kinds are those of `BEDS`: what there is.

    Raises
    ------
    ValueError
        A name that is not known, or an input that its method refuses.
    """
    held = supply or {}
    for given, known, what in ((inputs, INPUTS, "inputs"), (held, BEDS, "kinds of beds")):
        if unknown := sorted(set(given) - set(known)):
            raise ValueError(f"unknown {what}: {', '.join(unknown)}; known are {', '.join(known)}")
    return tuple(_row(method, inputs, held) for method in METHODS)


def _row(method: BedMethod, inputs: Mapping[str, Stated], supply: Mapping[str, Stated]) -> BedNeed:
    given = {name: inputs[name] for name in method.inputs if name in inputs and inputs[name].value is not None}
    missing = tuple(name for name in method.inputs if name not in given)
    arguments: list[Any] = [stated.value for stated in given.values()]
    needed = None if missing else _computed(method, arguments)
    beds: Any = supply[method.beds].value if method.beds in supply else None
    return BedNeed(method=method, inputs=given, missing=missing, need=needed, supply=None if beds is None else gap(beds, 0),
                   gap=None if needed is None or beds is None else gap(beds, needed))


def _computed(method: BedMethod, arguments: list[Any]) -> Fraction:
    try:
        return method.compute(*arguments)
    except ValueError as error:
        raise ValueError(f"{method.id}: {error}") from error
