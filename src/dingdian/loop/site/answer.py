"""One siting from question to answer: people, candidates, limits, search, a second look, words.

Pure: no clock of its own, no file. An answer that the second look does not confirm says so in its certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from attrs import evolve, frozen

from dingdian.city.model import City
from dingdian.loop.ground import city_note, ground, latest_day, notes, plan_note
from dingdian.loop.options import RELEASE, Certificate, Options, Place
from dingdian.loop.results import CityNote, PlanNote
from dingdian.loop.site.adding import additions
from dingdian.loop.site.ask import Ask, Point, asked
from dingdian.loop.site.demand import Demand, demand
from dingdian.loop.site.sparing import removals
from dingdian.plans.model import Plan
from dingdian.provisions.ground import Ground
from dingdian.provisions.kinds.coverage import Coverage
from dingdian.terms import Text

Progress = Callable[[str, int, int], None]
STEPS = ("demand", "candidates", "limits", "search", "verify")


@frozen(kw_only=True)
class Sited:
    """A siting with the plan, the city and the day that it rests on."""

    plan: PlanNote
    city: CityNote
    date_on: date
    options: Options
    notes: tuple[Text, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        return self.options.places

    @property
    def certificate(self) -> Certificate | None:
        return self.options.certificate

    @property
    def is_met(self) -> bool:
        """Whether there is an answer, and the second look confirmed it."""
        found = self.options.certificate
        return found is not None and found.status != "infeasible" and found.value is not None and found.verified is not False

    def as_json(self) -> dict[str, Any]:
        options = self.options.as_json()
        return {"plan": self.plan.as_json(), "city": self.city.as_json(), "as_of": self.date_on, **options,
                "notes": [*self.notes, *self.options.notes]}


def site(
    city: City, plan: Plan, provider_class: str = "pharmacy", *, add: int | None = None, cover: float | Decimal | str | None = None,
    release: int | None = None, candidates: str | Sequence[Point] = "streets", on: date | None = None,
    readings: Mapping[str, str] | None = None, people: str | None = None, kind: str | None = None, level: str | None = None,
    gap: float | None = None, seconds: float | None = None, clock: Callable[[], float] | None = None, progress: Progress | None = None,
) -> Sited:
    """Where to add providers of a class, or whom to leave out, inside the plan's own limits.

    Parameters
    ----------
    provider_class : str
        A code of PROVIDER_CLASSES, such as ``pharmacy``.
    add : int, optional
        So many places with the most people newly within the walk of the plan's coverage; 10 when nothing is asked.
    cover : float, optional
        The fewest places so that at least this share (0.95) of the people whom the streets reach have one within the walk.
    release : int, optional
        So many of those present to leave out where too many stand, with the fewest people losing theirs.
    candidates : str or list of (name, lon, lat)
        ``streets`` (every node that could serve somebody uncovered), ``applications`` (pending ones of the class), or points in the
        city's working frame.
    on : date, optional
        Day of the question; the latest of the city's as-of date and its applications when left out.
    readings : mapping, optional
        Reading id → option, as in `check`.
    people : {"insured", "residents"}, optional
        Whose number counts; whoever the population grid counts when left out.
    kind, level : str, optional
        What the newcomer would be, where limits ask for its type or level.
    gap, seconds, clock : optional
        When the search may stop: at a proven share from best, or after seconds of a clock that is handed in (``time.monotonic``).

    Returns
    -------
    Sited
        Options with places in order, coverage before and after, and a certificate.

    Raises
    ------
    ValueError
        A question that makes no sense, in one sentence.
    BadData
        An unknown reading or option.
    """
    ask = asked(
        provider_class, add=add, cover=cover, release=release, candidates=candidates, people=people, kind=kind, level=level, gap=gap,
        seconds=seconds, clock=clock)
    chosen, day = plan.with_readings(readings or {}), on or latest_day(city)
    found = options(city, chosen, day, ask, progress)
    return Sited(plan=plan_note(chosen), city=city_note(city), date_on=day, options=found, notes=notes(city, chosen, day))


def options(city: City, plan: Plan, on: date, ask: Ask, progress: Progress | None = None) -> Options:
    """The answer to one question, without the notes of plan and city."""
    def step(name: str) -> None:
        if progress:
            progress(name, STEPS.index(name), len(STEPS))

    facts = ground(city, plan, on)
    step("demand")
    coverage = next((p for p in plan.provisions if isinstance(p, Coverage) and ask.provider_class in p.counts), None)
    people = demand(facts, coverage, ask)
    bare = Options(provider_class=ask.provider_class, mode=ask.mode, asked=ask.asked, candidates_from="present" if ask.mode == RELEASE else ask.source)
    if isinstance(people, Text):
        return evolve(bare, reason=people)
    bare = _with_people(bare, facts, people)
    if ask.mode == RELEASE:
        return removals(plan, facts, ask, people, bare, step)
    return additions(city, plan, facts, ask, people, bare, step)


def _with_people(bare: Options, facts: Ground, people: Demand) -> Options:
    cells = facts.places.cells
    assert cells is not None
    before = people.people(people.covered)
    return evolve(
        bare, covered_before=before, covered_after=before, considered=people.considered, people=round(people.everybody), basis=people.who.basis,
        uncovered=tuple(sorted(str(cell) for cell in cells.cell[people.cell[~people.covered]])), walk_m=Decimal(str(people.limit_m)),
        present_before=len(people.present), present_after=len(people.present), persons=people.who, readings=people.readings, notes=people.notes)
