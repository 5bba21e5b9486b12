"""What a provision stands on: the city's facts at a date, the plan's dates, and the readings in force.

A Ground counts (stock, beds, people, neighbours) and remembers; it judges nothing. It refuses to look beyond its date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from dingdian.provisions.base import Provision
from dingdian.provisions.case import Case
from dingdian.terms import HOLDS_A_PLACE

if TYPE_CHECKING:
    import pandas as pd

    from dingdian.city.asof import Snapshot
    from dingdian.city.places import Places


Answer = TypeVar("Answer")


def _removing(provisions: Iterable[Provision]) -> list[Provision]:
    """Those of a kind that may take providers out of the counts; the others need not be asked."""
    return [p for p in provisions if type(p).removes_from_counts is not Provision.removes_from_counts]


@frozen
class Choice:
    """The option in force at one slot; ``reading`` is empty where the plan states the option outright."""

    reading: str
    option: str
    parameters: Mapping[str, Decimal]

    def __getitem__(self, parameter: str) -> Decimal:
        return self.parameters[parameter]


class Choices(Mapping[str, Choice]):
    """The choices of one provision, which notes the readings that were looked at: those are the ones that a finding rests on."""

    def __init__(
        self, slots: Mapping[str, Choice], provisions: tuple[Provision, ...] = (), of: Callable[[Provision], Choices] | None = None
    ) -> None:
        self._slots = slots
        self.provisions = provisions
        self._of = of
        self._used: dict[str, str] = {}

    def __getitem__(self, slot: str) -> Choice:
        choice = self._slots[slot]
        if choice.reading:
            self._used[choice.reading] = choice.option
        return choice

    def __iter__(self) -> Iterator[str]:
        return iter(self._slots)

    def __len__(self) -> int:
        return len(self._slots)

    def of(self, provision: Provision) -> Choices:
        """The choices of another provision of the same plan, for kinds that rest on one."""
        assert self._of is not None
        return self._of(provision)

    @property
    def used(self) -> Mapping[str, str]:
        """Reading id → option of every slot looked at so far."""
        return dict(sorted(self._used.items()))


@frozen(eq=False)
class Ground:
    """Facts, dates and readings for one evaluation.

    Attributes
    ----------
    options
        Reading id → the choice in force.
    dates
        Plan date name → value, None while the text leaves it open.
    provisions
        All provisions of the plan, in its order.
    admitted
        Applications taken as admitted before this one (merit order); they count as stock.
    plan_status
        draft, final or superseded, as the plan says of itself.
    memory
        What has been counted on this snapshot so far; shared by all Grounds of one snapshot.
    """

    snapshot: Snapshot
    options: Mapping[str, Choice]
    dates: Mapping[str, date | None]
    provisions: tuple[Provision, ...]
    admitted: tuple[Case, ...] = ()
    memory: dict[Any, Any] = field(factory=dict, repr=False)
    plan_status: str = "final"
    _asked: list[Choices] = field(factory=list, repr=False, init=False)

    def choices(self, provision: Provision) -> Choices:
        """A fresh set of choices of ``provision``."""
        made = Choices({slot: self._choice(provision, slot) for slot in provision.slots}, self.provisions, self.choices)
        self._asked.append(made)
        return made

    def watched(self, answer: Callable[[], Answer]) -> tuple[Answer, frozenset[str]]:
        """An answer, and every reading that was looked at on the way to it, those of other provisions included."""
        counting = self._who_counts
        self._asked.clear()
        said = answer()
        return said, frozenset(counting).union(*(made.used for made in self._asked))

    @cached_property
    def _who_counts(self) -> frozenset[str]:
        """The readings that decide who counts: every count rests on them."""
        self._asked.clear()
        _ = self.not_counted, self.admitted_counted
        return frozenset().union(*(made.used for made in self._asked))

    def _choice(self, provision: Provision, slot: str) -> Choice:
        stated = provision.readings.get(slot)
        if stated is None:
            return Choice("", provision.slots[slot].otherwise, {})
        if isinstance(stated, Mapping):
            numbers = {key: value for key, value in stated.items() if key != "option"}
            return Choice("", str(stated["option"]), numbers)
        return self.options[str(stated)]

    @property
    def on(self) -> date:
        return self.snapshot.on

    @property
    def places(self) -> Places:
        """Where everything is, with straight-line and walking distances."""
        return self.snapshot.places

    @cached_property
    def not_counted(self) -> frozenset[str]:
        """Providers on file that an exemption takes out of every count."""
        removing = [p for p in _removing(self.provisions) if p.removes_from_counts(self)]
        key = tuple((p.id, tuple(c.option for c in self.choices(p).values())) for p in removing)
        found: frozenset[str] = self._shared(("not_counted", key), lambda: frozenset().union(
            *(p.members(self) for p in removing)))
        return found

    @cached_property
    def admitted_counted(self) -> tuple[Case, ...]:
        """The cases of `admitted` that no exemption takes out of the counts."""
        removing = [p for p in _removing(self.provisions) if p.removes_from_counts(self)]
        return tuple(case for case in self.admitted if not any(p.takes_in(case.facts, self) for p in removing))

    @cached_property
    def stock(self) -> pd.DataFrame:
        """Providers that hold a place and count: one row each, as ``Snapshot.providers``."""
        def compute() -> pd.DataFrame:
            providers = self.snapshot.providers
            keep = providers["status"].isin(HOLDS_A_PLACE) & ~providers["provider"].isin(self.not_counted)
            return providers[keep]

        found: pd.DataFrame = self._shared(("stock", self.not_counted), compute)
        return found

    def remember(self, key: Any, compute: Callable[[], Answer]) -> Answer:
        """Compute once for every Ground of this snapshot that counts the same providers and admits the same cases."""
        cases = tuple(case.application for case in self.admitted)
        return self._shared((key, self.not_counted, cases), compute)

    def _shared(self, key: Any, compute: Callable[[], Answer]) -> Answer:
        if key not in self.memory:
            self.memory[key] = compute()
        found: Answer = self.memory[key]
        return found
