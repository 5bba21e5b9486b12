"""The share of people who have a provider of a class inside their 15-minute circle, walking along the streets.

Speaks only of the people that the streets reach, and says how many those are out of how many. Counts people on the cells of
the population grid, never on a drawn polygon. Beside the share of people stands that of the populated cells, each counted once: a few
crowded cells can carry the one and not the other. A target says whose share it is and from when; where it speaks of insured persons and
the grid counts residents, the share of residents stands beside it and is not held against the target. Judges no application.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from attrs import evolve, frozen

from dingdian.methods.coverage import Shares, shares_of
from dingdian.methods.rounding import round_half_even
from dingdian.provisions import fields
from dingdian.provisions.alert import SHORT, Sides
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.counting import PERSONS, show
from dingdian.provisions.finding import Input, Measure, nearest_in_band
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.nearby import OUTSIDE, STRAIGHT, WALK, walk_limit_m
from dingdian.terms import BASES, PROVIDER_CLASSES, Text

STATED, ANY_GRID = "as_stated", "any_grid"


@kind_of_provision
@frozen(kw_only=True)
class Coverage(Provision):
    """Share of people with a designated provider of one of ``counts`` inside their service circle."""

    kind: ClassVar[str] = "coverage"
    title: ClassVar[Text] = Text("15分钟服务圈人口覆盖率", "15-minute coverage of people")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    slots: ClassVar = {
        "walk": WALK, "outside": OUTSIDE,
        "people": Slot(Text("目标按哪种人口计", "whose share the target is"), {
            STATED: Text("按规划所写的人口", "of those that the plan names"), ANY_GRID: Text("按现有人口格网的口径", "of whoever the population grid counts"),
        }, otherwise=STATED),
    }

    counts: tuple[str, ...] = fields.code_list(PROVIDER_CLASSES, "服务提供方类别", "classes that serve")
    target_percent: Decimal | None = fields.number("目标", "target", unit="%", minimum="0", default=None)
    per: str = fields.one_of(PERSONS, "目标以谁为分母", "whose share the target is", default="")
    by: date | None = fields.day("达到目标的日期", "day by which the target is to be met", default=None)

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.counts:
            yield (("counts",), Text("没有指明服务提供方类别", "no class of providers is named"),
                   Text("至少写一个类别", "name at least one class"))
        if self.target_percent is not None and not (self.per and self.by):
            yield (("target_percent",), Text("目标没有写明以谁为分母、何日达到", "the target says neither whose share it is nor by when"),
                   Text("补上 per 与 by", "add per and by"))

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        limit = walk_limit_m(choices["walk"])
        reached = self.reached(ground, choices)
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            yield from self._rows(ground, choices, unit, limit, reached)

    def watched(self) -> Mapping[str, Sides]:
        """The share against its target, where there is one, from the day by which it is to be met."""
        sides: Sides = {SHORT: self.by}
        return {} if self.target_percent is None else {"coverage_share": sides, "coverage_target": sides}

    def reached(self, ground: Ground, choices: Choices) -> Any:
        """(considered, covered) masks over the population cells, or None without cells or streets."""
        cells = ground.places.cells
        if cells is None or (not ground.places.has_streets and choices["outside"].option != STRAIGHT):
            return None
        limit = walk_limit_m(choices["walk"])
        stock = ground.stock
        codes = set(stock["provider"][stock["provider_class"].isin(self.counts)])
        rows = np.array([r for code, r in ground.places.row_of.items() if code in codes], dtype=np.int64)
        return ground.remember(
            ("coverage", self.id, tuple(choices["walk"].parameters.items()), choices["outside"].option),
            lambda: self._reached(ground, choices, cells, rows, float(limit)),
        )

    def _reached(self, ground: Ground, choices: Choices, cells: Any, rows: Any, limit: float) -> Any:
        metres = walk_to_nearest(ground, rows, limit)
        considered, covered = cells.inside & ~np.isnan(metres), metres <= limit
        choice = choices["outside"]
        if choice.option == STRAIGHT and len(rows):
            from dingdian.city.places import degrees
            from dingdian.space.neighbours import Sites

            located = ground.places.located.iloc[rows]
            _, straight = Sites(degrees(located["lon"]), degrees(located["lat"])).nearest(cells.lon, cells.lat)
            beyond = ~considered
            covered = np.where(beyond, straight * float(choice["detour"]) <= limit, covered)
            considered = np.ones(len(considered), dtype=bool)
        return considered, covered & considered

    def _rows(self, ground: Ground, choices: Choices, unit: str, limit: Decimal, reached: Any) -> Iterable[Measure]:
        snapshot = ground.snapshot
        what = PROVIDER_CLASSES[self.counts[0]].name
        basis = ground.places.cells.basis if ground.places.cells is not None else ""
        title = Text(f"{what.zh}15分钟覆盖率", f"15-minute coverage, {what.en}")
        row = Measure(
            measure="coverage_share", title=title, unit=unit, unit_name=snapshot.unit_name(unit),
            provider_class=self.counts[0], subject=basis, unit_of_measure="percent", need_low=self._target(choices, basis),
            formula="covered persons * 100 / considered persons; considered: cells that the streets reach",
            readings=choices.used, as_of=snapshot.city.meta.as_of,
        )
        counted = self._people(ground, unit, reached)
        if isinstance(counted, Text):
            yield evolve(row, status="undetermined", reason=counted)
            return
        covered, considered, people = _whole(counted)
        inputs = (
            Input(name="covered", value=covered, unit_of_measure="person", source="population"),
            Input(name="considered", value=considered, unit_of_measure="person", source="population"),
            Input(name="people", value=people, unit_of_measure="person", source="population"),
            Input(name="walk", value=limit, unit_of_measure="m", source="reading"),
            *_of_cells(counted),
        )
        note = _followed_by(_speaks_of(considered, people, basis), _said_of_cells(counted))
        row = evolve(row, inputs=inputs, readings=choices.used, note=note)
        if considered == 0:
            yield evolve(row, note=None, status="undetermined", reason=_nobody(people))
            return
        share = round_half_even(Fraction(covered * 100, considered), 2)
        need = None if row.need_low is None else nearest_in_band(share, row.need_low, None)
        yield evolve(row, supply=share, need=need, gap=None if need is None else share - need, readings=choices.used)
        if self.target_percent is not None and row.need_low is None:
            yield evolve(row, measure="coverage_target", subject=self.per, inputs=(), note=None, status="undetermined",
                         readings=choices.used, need_low=None, reason=_other_people(self.per, basis))

    def _target(self, choices: Choices, basis: str) -> Decimal | None:
        """The target, unless it speaks of other people than the grid counts."""
        if self.target_percent is None or self.per in ("", basis) or not basis:
            return self.target_percent
        return self.target_percent if choices["people"].option == ANY_GRID else None

    def _people(self, ground: Ground, unit: str, reached: Any) -> Shares | Text:
        cells = ground.places.cells
        if cells is None:
            return Text("缺少人口格网（population 表）", "the population table is missing")
        if reached is None:
            return Text("缺少路网（network_nodes、network_edges）", "the streets are missing")
        mine = ground.snapshot.cells_of(unit)
        if mine is None:
            return Text("该单元没有边界，人口格网无法归属", "the unit has no polygon, so no cell can be attributed to it")
        considered, covered = reached
        return shares_of(covered[mine], considered[mine], cells.persons[mine])

    def read_back(self) -> Text:
        what = "、".join(PROVIDER_CLASSES.label(c) for c in self.counts)
        what_en = ", ".join(PROVIDER_CLASSES.label(c, "en") for c in self.counts)
        whose = PERSONS[self.per] if self.per else Text("人口", "people")
        target = f"，目标 {show(self.target_percent)}% 以上（按{whose.zh}计，{self.by} 起）" if self.target_percent is not None else "，规划未定目标值"
        target_en = f"; target {show(self.target_percent)}% or more of {whose.en} from {self.by}" if self.target_percent is not None else "; no target is set"
        return Text(f"测算步行 15 分钟内有定点机构（{what}）的人口占路网可及人口的比例{target}。",
                    f"Measured: the share of people reached by the streets who have a designated provider ({what_en}) "
                    f"within a 15-minute walk{target_en}.")


def walk_to_nearest(ground: Ground, rows: Any, limit: float) -> Any:
    """Metres from each population cell on foot to the nearest of some located providers; nan where there is no walk.

    A cell's walk starts with the metres from its centre to its street node.
    """
    from dingdian.city.places import SNAP_LIMIT_M

    places = ground.places
    cells = places.cells
    assert cells is not None
    metres = np.full(len(cells.lon), np.nan)
    inside = np.flatnonzero(cells.inside)
    if not len(inside):
        return metres
    node, offset = ground.remember("cell_snap", lambda: places.streets.snap(cells.lon[inside], cells.lat[inside]))
    if len(rows):
        distance, _ = places.doors.nearest(places.door_nodes(rows), limit)
        walk = np.round(distance[node] + offset, 1)  # whole decimetres again: a sum of two tenths may miss its own
    else:
        walk = np.full(len(inside), np.inf)
    walk[offset > SNAP_LIMIT_M] = np.nan
    metres[inside] = walk
    return metres


def _whole(counted: Shares) -> tuple[int, int, int]:
    """Persons covered, considered and in all, to whole ones."""
    return round(counted.persons.covered), round(counted.persons.considered), round(counted.persons.total)


def _of_cells(counted: Shares) -> tuple[Input, ...]:
    """The same three of the cells with anybody in them, each counted once, and their share in percent."""
    share = _percent_of_cells(counted)
    cells = counted.places
    counts = {"covered_cells": cells.covered, "considered_cells": cells.considered, "cells": cells.total}
    stated = tuple(Input(name=name, value=int(count), unit_of_measure="populated_cell", source="population") for name, count in counts.items())
    return stated if share is None else (*stated, Input(name="share_of_cells", value=share, unit_of_measure="percent", source="population"))


def _percent_of_cells(counted: Shares) -> Decimal | None:
    cells = counted.places
    return round_half_even(Fraction(int(cells.covered) * 100, int(cells.considered)), 2) if cells.considered else None


def _said_of_cells(counted: Shares) -> Text:
    share = _percent_of_cells(counted)
    if share is None:
        return Text("", "")
    covered, considered = show(int(counted.places.covered)), show(int(counted.places.considered))
    return Text(f"；按有人口的格网计，每格计一次，为 {show(share)}%（{considered} 格中 {covered} 格）",
                f"; each populated cell counted once, the share is {show(share)}% ({covered} of {considered} cells)")


def _followed_by(first: Text, then: Text) -> Text:
    return Text(first.zh + then.zh, first.en + then.en)


def _other_people(per: str, basis: str) -> Text:
    name = BASES[basis].name if basis in BASES else Text("其他口径", "others")
    return Text(f"目标按{PERSONS[per].zh}计，人口格网为{name.zh}，不能直接比较", f"the target is of {PERSONS[per].en}, the grid counts {name.en}: not compared")


def _nobody(people: int) -> Text:
    if people == 0:
        return Text("人口格网没有覆盖该单元", "the population grid has no people in this unit")
    return Text("路网没有覆盖该单元的人口", "the streets reach no people of this unit")


def _speaks_of(considered: int, people: int, basis: str) -> Text:
    share = round_half_even(Fraction(considered * 100, people), 1) if people else Decimal(0)
    name = BASES[basis].name if basis in BASES else Text("人口", "people")
    if considered == people:
        return Text(f"指该单元全部{name.zh} {show(people)} 人", f"speaks of all {show(people)} {name.en} of the unit")
    return Text(f"仅指路网可及的{name.zh} {show(considered)} 人，占该单元 {show(people)} 人的 {share}%",
                f"speaks of the {show(considered)} {name.en} that the streets reach, {share}% of {show(people)}")
