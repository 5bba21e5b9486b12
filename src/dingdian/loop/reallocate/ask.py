"""Asks the plan what it says of beds that change hands, finds the best reallocation inside that, and measures the city again.

Knows no kind of provision: limits come from `bed_limits` of each, the second look from the plan's own counting, and every indicator
before and after from a scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attrs import evolve

from dingdian.city.model import City
from dingdian.loop.ground import city_note, ground, notes, plan_note
from dingdian.loop.measure import Progress
from dingdian.loop.reallocate.aims import off_shares, outside_bands
from dingdian.loop.reallocate.answer import Aim, Move, Reallocation, Target, Transfer
from dingdian.loop.reallocate.board import Board, Hospital, Terms, board
from dingdian.loop.reallocate.limits import asked
from dingdian.loop.reallocate.model import STAGES, Solution, solved
from dingdian.loop.reallocate.obstacles import obstacles
from dingdian.loop.reallocate.verify import as_changes, faults
from dingdian.loop.scenario.ask import worked_out
from dingdian.loop.scenario.changes import read_changes
from dingdian.methods.rounding import round_half_even
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.provisions.ground import Ground
from dingdian.terms import Text

EVERYBODY = "all"
Clock = Callable[[], float]


def reallocate(
    city: City, plan: Plan, on: date | None = None, *, at_most_share: Decimal | float = Decimal("0.2"), bed_use: Decimal | float = Decimal("0.85"),
    consent: Iterable[str] = (), keep: int = 1, ward: int = 1, seconds: float | None = None, clock: Clock | None = None,
    progress: Progress | None = None,
) -> Reallocation:
    """Which beds could change hands so that fewest lie outside the plan's norms.

    Parameters
    ----------
    at_most_share
        No institution gives up or takes more than this share of its beds, above 0 and at most 1.
    bed_use
        Target of bed use, a share above 0: an institution below it may give the beds that stand empty at that use, one above it may
        take the beds that it would fill. A convention of planning, not of the plan.
    consent
        Districts that agree to transfers across their border, or ``all``; a transfer needs both sides.
    keep, ward
        Beds that every institution keeps at least; beds move in multiples of ``ward``.
    seconds, clock
        Time for the search; without them its length is limited, and the same question has the same answer.

    Raises
    ------
    ValueError
        A share, use, number or clock that makes no sense.
    BadData
        A district that the city does not have.

    Notes
    -----
    The aims, one after the other: fewest beds outside the bands of the area and of every district (or zone), summed; then fewest beds
    off the wanted split of levels; then fewest beds moved. Doing nothing is always allowed, so there is always an answer.
    """
    day = on or city.meta.as_of
    here = ground(city, plan, day)
    terms = _terms(here, at_most_share, bed_use, consent, keep, ward, seconds, clock)
    said = asked(plan, here)
    found = board(here, said, terms)
    blank = Reallocation(plan=plan_note(plan), city=city_note(city), date_on=day, terms=_stated(terms), notes=notes(city, plan, day))
    if isinstance(found, Text):
        return evolve(blank, reason=found)
    started = clock() if clock else None
    best = solved(found, seconds=seconds, clock=clock)

    def rebuilt(other: Terms, nobody_alone: bool) -> Board:
        freed = [(p, evolve(limits, left_alone={})) for p, limits in said] if nobody_alone else said
        made = board(here, freed, other, tags=not nobody_alone)
        assert isinstance(made, Board)
        return made

    limits, wanted = obstacles(found, rebuilt, int(best.stages[0].value), seconds, clock)
    changes = as_changes(found, best.given, best.taken)
    measured, city2 = worked_out(city, plan, read_changes(changes), day, progress=progress)
    wrong = faults(here, ground(city2, plan, day), said, found, best.given, best.taken, best.passed, best.stages[0].value)
    return evolve(
        blank, column=found.column, status="optimal" if best.proven else "time_limit", moves=tuple(_moves(here, found, best)),
        transfers=tuple(_transfers(here, best)), closed=sum(best.closed.values()), targets=tuple(_targets(found, best)),
        aims=tuple(_aims(found, best)), faults=wrong, obstacles=limits, consents_wanted=wanted,
        clauses=tuple(dict.fromkeys(f"{plan.locator(p)} {p.title.zh}" for p in found.limits.provisions)), left_out=tuple(found.left_out.items()),
        readings=found.limits.readings, measured=measured, notes=(*blank.notes, *found.limits.notes, _AGREED),
        seconds=None if started is None or clock is None else Decimal(str(round(clock() - started, 2))))


_AGREED = Text("调剂只是测算：机构是数据指向的，减增须各自同意并依协议办理；跨区县的须两地书面同意。",
               "A reallocation is a calculation: the institutions are those the data point to, each has to agree, and a transfer between districts "
               "needs both districts' written consent.")


def _terms(
    here: Ground, share: Decimal | float, use: Decimal | float, consent: Iterable[str], keep: int, ward: int, seconds: float | None, clock: Clock | None
) -> Terms:
    stated = Decimal(str(share)), Decimal(str(use))
    if not (stated[0].is_finite() and 0 < stated[0] <= 1):
        raise ValueError(f"at_most_share must be above 0 and at most 1, not {share}")
    if not (stated[1].is_finite() and stated[1] > 0):
        raise ValueError(f"bed_use must be a share above 0, not {use}")
    if keep < 0 or ward < 1:
        raise ValueError(f"keep must be 0 or more and ward 1 or more, not {keep} and {ward}")
    if seconds is not None and clock is None:
        raise ValueError("a limit of seconds needs a clock")
    return Terms(share=stated[0], bed_use=stated[1], keep=keep, ward=ward, consents=_consents(here, (consent,) if isinstance(consent, str) else consent))


def _consents(here: Ground, consent: Iterable[str]) -> frozenset[str]:
    known, named = here.snapshot.districts, set(consent)
    shown = ", ".join(known)
    strange = sorted(named - {EVERYBODY, *known})
    if strange:
        raise BadData([Problem(
            code="unknown_unit", file=here.snapshot.city.meta.id, table="units", column="consent", value=unit,
            message=Text("没有这个区县", "no such district"), remedy=Text(f"写 all 或区县代码：{shown}", f"write all, or a district: {shown}"))
            for unit in strange])
    return frozenset(known) if EVERYBODY in named else frozenset(named)


def _stated(terms: Terms) -> dict[str, object]:
    return {"at_most_share": terms.share, "bed_use": terms.bed_use, "keep": terms.keep, "ward": terms.ward, "consents": sorted(terms.consents)}


def _moves(here: Ground, found: Board, best: Solution) -> Iterable[Move]:
    """Who gives, most first; then who takes."""
    moved = [(h, best.taken.get(h.code, 0) - best.given.get(h.code, 0)) for h in found.hospitals]
    for h, by in sorted((m for m in moved if m[1]), key=lambda m: (m[1] > 0, -abs(m[1]), m[0].code)):
        yield _move(here, h, by)


def _move(here: Ground, h: Hospital, by: int) -> Move:
    return Move(provider=h.code, name=h.name, unit=h.district, unit_name=here.snapshot.unit_name(h.district), level=h.level, beds_before=h.beds,
                beds_after=h.beds + by, bed_use=round_half_even(h.use * 100, 2))


def _transfers(here: Ground, best: Solution) -> Iterable[Transfer]:
    for (giver, taker), beds in sorted(best.passed.items()):
        yield Transfer(from_unit=giver[0], from_name=here.snapshot.unit_name(giver[0]), from_level=giver[1], to_unit=taker[0],
                       to_name=here.snapshot.unit_name(taker[0]), to_level=taker[1], beds=beds)


def _after(found: Board, best: Solution) -> dict[tuple[str, str], int]:
    beds = dict(found.beds)
    for h in found.hospitals:
        beds[h.cell] += best.taken.get(h.code, 0) - best.given.get(h.code, 0)
    return beds


def _targets(found: Board, best: Solution) -> Iterable[Target]:
    after = evolve(found, beds=_after(found, best))
    for band in found.limits.bands:
        yield Target(name=band.name, units=band.districts, low=band.low, high=band.high, before=found.held(band.districts), after=after.held(band.districts))


def _aims(found: Board, best: Solution) -> Iterable[Aim]:
    before = (outside_bands(found, found.beds), off_shares(found, found.beds), Fraction(0))
    for name, then, stage in zip(STAGES, before, best.stages):
        yield Aim(name=name, before=then, value=stage.value, bound=stage.bound)
