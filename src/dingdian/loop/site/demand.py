"""Who is to be reached: the people of the population cells that the streets cover, and who of them has a provider already.

Where the question is about insured persons and the grid counts residents, each cell's residents are taken times insured ÷ residents
of its district: an estimate, and said so. A district without either number makes the answer undetermined; no ratio is made up.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen

from dingdian.loop.options import Persons
from dingdian.loop.site.ask import Ask
from dingdian.methods.rounding import round_half_even
from dingdian.provisions.counting import PERSONS, persons_of, show
from dingdian.provisions.ground import Ground
from dingdian.provisions.kinds.coverage import Coverage, walk_to_nearest
from dingdian.provisions.nearby import walk_limit_m
from dingdian.provisions.newcomers import Floats, Integers, Mask
from dingdian.terms import Text

ESTIMATE = "cell residents * insured of the district / residents of the district"


@frozen(eq=False)
class Demand:
    """Cells that the streets reach, as arrays of one length.

    Attributes
    ----------
    cell
        Rows of the population table.
    persons
        People of each, of those who count.
    node, offset_m
        Street node of each and the metres to it.
    covered
        Whether somebody serves it today.
    limit_m
        Metres of the walk.
    present
        Rows of `Places.located` that serve.
    everybody
        People of the whole grid, of those who count.
    """

    cell: Integers
    persons: Floats
    node: Integers
    offset_m: Floats
    covered: Mask
    limit_m: float
    present: Integers
    everybody: float
    who: Persons
    readings: dict[str, str]
    notes: tuple[Text, ...] = ()

    @cached_property
    def wanted(self) -> Integers:
        """Positions of the cells with people whom nobody serves yet."""
        return np.flatnonzero(~self.covered & (self.persons > 0))

    def people(self, keep: Mask) -> int:
        return round(float(self.persons[keep].sum()))

    @property
    def considered(self) -> int:
        return round(float(self.persons.sum()))


def demand(ground: Ground, coverage: Coverage | None, ask: Ask) -> Demand | Text:
    """The people of a question, or why nobody can say who is reached."""
    if coverage is None:
        return Text("本规划未定该类别的覆盖测算", "the plan measures no coverage of this class")
    if ground.places.cells is None:
        return Text("缺少人口格网（population 表）", "the population table is missing")
    if not ground.places.has_streets or ground.snapshot.city.streets_extent is None:
        return Text("缺少路网或其覆盖范围", "the streets or their extent are missing")
    weighed = _weighed(ground, ask.people)
    return weighed if isinstance(weighed, Text) else _reached(ground, coverage, *weighed)


def _reached(ground: Ground, coverage: Coverage, persons: Floats, who: Persons, notes: tuple[Text, ...]) -> Demand:
    choices = ground.choices(coverage)
    limit, places = float(walk_limit_m(choices["walk"])), ground.places
    present = serving(ground, coverage)
    metres = walk_to_nearest(ground, present, limit)
    considered = np.flatnonzero(~np.isnan(metres) & ~np.isnan(persons))
    cells = places.cells
    assert cells is not None
    node, offset = places.streets.snap(cells.lon[considered], cells.lat[considered])
    return Demand(
        cell=considered, persons=persons[considered], node=node, offset_m=offset, covered=metres[considered] <= limit, limit_m=limit,
        present=present, everybody=float(np.nansum(persons)), who=who, readings=dict(choices.used), notes=notes)


def serving(ground: Ground, coverage: Coverage) -> Integers:
    """Rows of `Places.located` of those who serve: designated, of a class that the coverage counts."""
    stock = ground.stock
    codes = set(stock["provider"][stock["provider_class"].isin(coverage.counts)])
    return np.array([row for code, row in ground.places.row_of.items() if code in codes], dtype=np.int64)


# --- whose number counts -----------------------------------------------------------------------------------------------


def _weighed(ground: Ground, people: str) -> tuple[Floats, Persons, tuple[Text, ...]] | Text:
    """People of each cell of the grid; nan where a cell cannot be told."""
    cells = ground.places.cells
    assert cells is not None
    if people in ("", cells.basis):
        return cells.persons, Persons(basis=cells.basis), ()
    if (people, cells.basis) == ("insured", "resident"):
        return _insured(ground, cells)
    return Text(f"人口格网不是按{PERSONS[people].zh}统计的，不能换算", f"the population grid does not count {PERSONS[people].en}, and they cannot be derived from it")


def _insured(ground: Ground, cells: Any) -> tuple[Floats, Persons, tuple[Text, ...]] | Text:
    """Residents times insured ÷ residents of the district of each cell."""
    ratio, inputs = np.full(len(cells.persons), np.nan), []
    for district in ground.snapshot.districts:
        mine = ground.snapshot.cells_of(district)
        if mine is None or not mine.any():
            continue
        insured, residents = (persons_of(ground, district, per) for per in ("insured", "resident"))
        missing = (*insured.missing, *residents.missing)
        if missing or insured.value is None or not residents.value:
            return missing[0].phrase if missing else Text(f"{ground.snapshot.unit_name(district)}没有常住人口", f"{district} has no residents")
        ratio[mine] = insured.value / residents.value
        inputs.append(_input(district, insured, residents))
    lost = round(float(cells.persons[np.isnan(ratio)].sum()))
    note = Text(f"{show(lost)} 名常住人口所在格网不在任何区县边界内，无法换算，未计入。",
                f"{show(lost)} residents live in cells outside every district: they cannot be converted and are not counted.")
    return cells.persons * ratio, _estimate(inputs), (note,) if lost else ()


def _input(district: str, insured: Any, residents: Any) -> dict[str, Any]:
    ratio = round_half_even(Fraction(insured.value, residents.value), 4)
    return {"unit": district, "insured": insured.value, "insured_as_of": insured.as_of, "residents": residents.value,
            "residents_as_of": residents.as_of, "ratio": Decimal(ratio)}


def _estimate(inputs: list[dict[str, Any]]) -> Persons:
    return Persons(
        basis="insured", is_estimate=True, formula=ESTIMATE, inputs=tuple(inputs), note=Text(
            "参保人数为估算：格网常住人口 × 所在区县参保人数 ÷ 常住人口。",
            "Insured persons are estimated: residents of the cell times insured over residents of its district."))
