"""What a reallocation hands on: who would give and who would take, what passes between districts, how well that is proven.

Frozen, ready for canonical JSON. It recommends beds by district and level; the institutions are those that the data point to, and an
agreement with each of them is not for an optimiser to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from dingdian.loop.results import CityNote, PlanNote
from dingdian.loop.scenario import Scenario
from dingdian.methods.rounding import round_half_even
from dingdian.provisions.counting import show
from dingdian.terms import Text


@frozen(kw_only=True)
class Move:
    """Beds of one institution, before and after; ``bed_use`` in per cent, of the last full year."""

    provider: str
    name: str
    unit: str
    unit_name: str
    level: str
    beds_before: int
    beds_after: int
    bed_use: Decimal

    @property
    def by(self) -> int:
        return self.beds_after - self.beds_before

    def as_json(self) -> dict[str, Any]:
        return {"provider": self.provider, "name": self.name, "unit": self.unit, "unit_name": self.unit_name, "level": self.level,
                "beds_before": self.beds_before, "beds_after": self.beds_after, "by": self.by, "bed_use": self.bed_use}


@frozen(kw_only=True)
class Transfer:
    """Beds that pass from one district's level to another's; ``consents``: districts whose consent it rests on."""

    from_unit: str
    from_name: str
    from_level: str
    to_unit: str
    to_name: str
    to_level: str
    beds: int

    @property
    def consents(self) -> tuple[str, ...]:
        return () if self.from_unit == self.to_unit else (self.from_unit, self.to_unit)

    def as_json(self) -> dict[str, Any]:
        return {"from": self.from_unit, "from_name": self.from_name, "from_level": self.from_level, "to": self.to_unit,
                "to_name": self.to_name, "to_level": self.to_level, "beds": self.beds, "consents": list(self.consents)}


@frozen(kw_only=True)
class Target:
    """One band before and after: beds held, and what the plan wants."""

    name: Text
    units: tuple[str, ...]
    low: int | None
    high: int | None
    before: int
    after: int

    @property
    def outside(self) -> tuple[int, int]:
        """Beds outside the band, before and after."""
        first, second = (max(0, (self.low or 0) - n) + (0 if self.high is None else max(0, n - self.high)) for n in (self.before, self.after))
        return first, second

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "units": list(self.units), "low": self.low, "high": self.high, "before": self.before,
                "after": self.after, "outside_before": self.outside[0], "outside_after": self.outside[1]}


@frozen(kw_only=True)
class Aim:
    """One of the three aims, in beds: as it is, as it would be, and what no reallocation goes below."""

    name: str
    before: Fraction
    value: Fraction
    bound: Fraction

    @property
    def gap(self) -> Fraction:
        """How far the value may be from best, as a share of it; 0 where it is best."""
        return Fraction(0) if self.value == self.bound else (self.value - self.bound) / self.value

    def as_json(self) -> dict[str, Any]:
        return {"aim": self.name, "before": _decimal(self.before), "value": _decimal(self.value), "bound": _decimal(self.bound),
                "gap": round_half_even(self.gap, 4)}


@frozen(kw_only=True)
class Obstacle:
    """A limit, and how many beds would still lie outside the norms without it."""

    limit: str
    words: Text
    without: int
    units: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"limit": self.limit, "words": self.words, "outside_without": self.without, "units": list(self.units)}


@frozen(kw_only=True)
class Reallocation:
    """Which beds could change hands.

    Attributes
    ----------
    reason
        Why there is no answer; None where there is one.
    aims
        Beds outside the bands, beds off the wanted split of levels, beds moved: in the order in which they are looked at.
    status
        optimal, time_limit (best found), or undetermined.
    faults
        What the second look found wrong; empty where it agrees.
    obstacles
        Limits that keep beds outside the norms, each with what remained if it alone were lifted.
    consents_wanted
        Districts whose consent the best reallocation would use if all consented, beyond those given.
    measured
        Every indicator before and after, by the plan's own rules.
    """

    plan: PlanNote
    city: CityNote
    date_on: date
    column: str = ""
    terms: Mapping[str, Any] = field(factory=dict)
    reason: Text | None = None
    status: str = "undetermined"
    seconds: Decimal | None = None
    moves: tuple[Move, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    closed: int = 0
    targets: tuple[Target, ...] = ()
    aims: tuple[Aim, ...] = ()
    faults: tuple[Text, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    consents_wanted: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    left_out: tuple[tuple[Text, int], ...] = ()
    readings: Mapping[str, str] = field(factory=dict)
    notes: tuple[Text, ...] = ()
    measured: Scenario | None = None

    @property
    def moved(self) -> int:
        """Beds that change hands."""
        return sum(-move.by for move in self.moves if move.by < 0)

    @property
    def met(self) -> bool:
        """Whether every norm would be met, and the second look agrees."""
        return bool(self.aims) and not self.aims[0].value and not self.faults

    @property
    def sentence(self) -> Text:
        """The answer in words."""
        if self.reason is not None:
            return Text(f"无法判定：{self.reason.zh}。", f"Undetermined: {self.reason.en}.")
        outside, off, moved = self.aims
        split = Text("", "") if not off.before and not off.value else Text(
            f"，等级结构偏差由 {_short(off.before)} 张变为 {_short(off.value)} 张",
            f", and those off the split of levels from {_short(off.before)} to {_short(off.value)}")
        if not moved.value:
            return Text(f"在所列限制内，没有一张床位可以移动而使标准之外的 {_short(outside.before)} 张减少。",
                        f"Inside the limits listed no bed can move so that fewer than {_short(outside.before)} lie outside the norms.")
        verb = Text(f"由 {_short(outside.before)} 张减为 {_short(outside.value)} 张", f"from {_short(outside.before)} to {_short(outside.value)}")
        return Text(f"移动 {_short(moved.value)} 张床位，标准之外的床位{verb.zh}{split.zh}。",
                    f"Moving {_short(moved.value)} beds takes the beds outside the norms {verb.en}{split.en}.")

    @property
    def certificate(self) -> Text:
        """How well the answer is proven."""
        if self.status == "optimal":
            return Text("在所列限制内，没有别的调剂能使标准之外的床位更少；其次等级偏差更小；再次移动更少。",
                        "Inside the limits listed no other reallocation leaves fewer beds outside the norms; among those none is nearer to the "
                        "split of levels, and among those none moves fewer.")
        bounds = "、".join(f"{_short(aim.value)}/{_short(aim.bound)}" for aim in self.aims)
        return Text(f"时间用完：所得与下界依次为 {bounds}。", f"The time ran out: value and bound of each aim are {bounds}.")

    def as_json(self) -> dict[str, Any]:
        return {
            "plan": self.plan.as_json(), "city": self.city.as_json(), "as_of": self.date_on, "beds": self.column, "terms": dict(self.terms),
            "status": self.status, "seconds": self.seconds, "sentence": self.sentence, "reason": self.reason, "met": self.met,
            "aims": [aim.as_json() for aim in self.aims], "moves": [move.as_json() for move in self.moves],
            "transfers": [one.as_json() for one in self.transfers], "closed": self.closed, "targets": [one.as_json() for one in self.targets],
            "verified": not self.faults, "faults": list(self.faults), "obstacles": [one.as_json() for one in self.obstacles],
            "consents_wanted": list(self.consents_wanted), "clauses": list(self.clauses),
            "left_out": [{"reason": reason, "count": count} for reason, count in self.left_out], "reading": dict(self.readings),
            "notes": list(self.notes), "measures": None if self.measured is None else [row.as_json() for row in self.measured.changed],
            "unchanged": None if self.measured is None else self.measured.unchanged,
        }


def _decimal(value: Fraction) -> Decimal | int:
    return int(value) if value.denominator == 1 else round_half_even(value, 2)


def _short(value: Fraction) -> str:
    return show(_decimal(value))
