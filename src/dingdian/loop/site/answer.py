"""One siting from question to answer: people, candidates, limits, search, a second look, words.

Pure: no clock of its own, no file. An answer that the second look does not confirm says so in its certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import ceil, floor
from typing import Any

import numpy as np
from attrs import evolve, frozen
from scipy.sparse import csr_array

from dingdian.city.model import City
from dingdian.city.places import degrees
from dingdian.loop.ground import city_note, ground, latest_day, notes, plan_note
from dingdian.loop.options import ADD, COVER, RELEASE, Certificate, Held, LeftOut, Options, Place
from dingdian.loop.results import CityNote, PlanNote
from dingdian.loop.site import solve, verify, words
from dingdian.loop.site.ask import STREETS, Ask, Point, asked
from dingdian.loop.site.choices import candidates as candidates_of
from dingdian.loop.site.demand import Demand, demand
from dingdian.loop.site.rules import Rules, rules, surpluses
from dingdian.plans.model import Plan
from dingdian.provisions.case import Case
from dingdian.provisions.ground import Ground
from dingdian.provisions.kinds.coverage import Coverage
from dingdian.provisions.newcomers import Integers, Newcomers
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
        return found is not None and found.status != "infeasible" and found.verified is not False

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
    step = progress or (lambda stage, done, total: None)
    facts = ground(city, plan, on)
    step(STEPS[0], 0, len(STEPS))
    coverage = next((p for p in plan.provisions if isinstance(p, Coverage) and ask.provider_class in p.counts), None)
    people = demand(facts, coverage, ask)
    bare = Options(provider_class=ask.provider_class, mode=ask.mode, asked=ask.asked, candidates_from="present" if ask.mode == RELEASE else ask.source)
    if isinstance(people, Text):
        return evolve(bare, reason=people)
    bare = _with_people(bare, facts, people)
    if ask.mode == RELEASE:
        return _release(plan, facts, ask, people, bare, step)
    return _additions(city, plan, facts, ask, people, bare, step)


def _with_people(bare: Options, facts: Ground, people: Demand) -> Options:
    cells = facts.places.cells
    assert cells is not None
    before = people.people(people.covered)
    return evolve(
        bare, covered_before=before, covered_after=before, considered=people.considered, people=round(people.everybody), basis=people.who.basis,
        uncovered=tuple(sorted(str(cell) for cell in cells.cell[people.cell[~people.covered]])), walk_m=Decimal(str(people.limit_m)),
        present_before=len(people.present), present_after=len(people.present), persons=people.who, readings=people.readings, notes=people.notes)


# --- additions ----------------------------------------------------------------------------------------------------------


def _additions(city: City, plan: Plan, facts: Ground, ask: Ask, people: Demand, bare: Options, step: Progress) -> Options:
    step(STEPS[1], 1, len(STEPS))
    found = candidates_of(city, plan, facts, ask, people)
    newcomers, cover, idle = _useful(facts, ask, people, found.newcomers)
    step(STEPS[2], 2, len(STEPS))
    allowed = rules(plan, facts, newcomers)
    shut = sorted({*allowed.allowed.left_out, *idle.tolist()})
    step(STEPS[3], 3, len(STEPS))
    said = evolve(
        bare, candidates=len(newcomers) - len(shut), left_out=(*found.left_out, *allowed.left_out, *_idle(newcomers, allowed, idle)),
        limits=allowed.limits, not_modelled=allowed.not_modelled, method=words.method(ask, people.limit_m, allowed.limits),
        readings={**bare.readings, **allowed.allowed.readings}, notes=(*bare.notes, *allowed.allowed.notes))
    answer = solve.choose(ask, people, cover, allowed.allowed.limits, shut)
    if answer is None:
        return evolve(said, certificate=_no_choice(ask, plan, people))
    if answer.siting.status == "infeasible":
        return evolve(said, certificate=_infeasible(ask, plan, answer))
    step(STEPS[4], 4, len(STEPS))
    return _added(plan, facts, ask, people, newcomers, allowed, answer, said)


def _useful(facts: Ground, ask: Ask, people: Demand, newcomers: Newcomers) -> tuple[Newcomers, csr_array, Integers]:
    """Newcomers, whom each reaches, and who of them reaches nobody new: of street nodes those are none at all."""
    cover = solve.reach(facts, people, newcomers.node, newcomers.offset_m)
    gains = cover[people.wanted].sum(axis=0)
    if ask.candidates != STREETS:
        return newcomers, cover, np.flatnonzero(gains == 0)
    keep = np.flatnonzero(gains)
    return newcomers.only(keep), csr_array(cover[:, keep]), np.empty(0, dtype=np.int64)


def _idle(newcomers: Newcomers, allowed: Rules, idle: Integers) -> tuple[LeftOut, ...]:
    """Applications and listed points that would reach nobody new."""
    count = sum(i not in allowed.allowed.left_out for i in idle.tolist())
    reason = Text("步行范围内没有尚未覆盖的人", "nobody without one is within the walk")
    return (LeftOut(count=count, provision="", reason=reason),) if count else ()


def _added(
    plan: Plan, facts: Ground, ask: Ask, people: Demand, newcomers: Newcomers, allowed: Rules, answer: solve.Answer, said: Options
) -> Options:
    chosen = [newcomers.cases[i] for i in answer.order.tolist()]
    at = [(int(newcomers.node[i]), float(newcomers.offset_m[i])) for i in answer.order.tolist()]
    checked = verify.additions(facts, people, allowed.kept, chosen, at, answer.covered)
    covered = [round(float(n)) for n in answer.covered]
    places = []
    for rank, case in enumerate(chosen, start=1):
        held = _held(plan, facts, allowed, case, tuple(chosen[:rank - 1]))
        places.append(_place(facts, ask, rank, case, held, covered[rank] - covered[rank - 1], covered[rank]))
    return evolve(
        said, places=tuple(places), gained=_cells(facts, people, checked), covered_after=covered[-1], present_after=len(people.present) + len(places),
        certificate=_certificate(ask, people, answer, covered, checked))


def _cells(facts: Ground, people: Demand, checked: verify.Checked) -> tuple[str, ...]:
    """Codes of the cells that change hands."""
    cells = facts.places.cells
    assert cells is not None
    return tuple(sorted(str(cell) for cell in cells.cell[people.cell[checked.changed]]))


def _held(plan: Plan, facts: Ground, allowed: Rules, case: Case, before: tuple[Case, ...]) -> tuple[Held, ...]:
    """How the place stands against each limit when those before it are taken, in the words of the rulings."""
    found = []
    for provision in allowed.kept:
        ruling = verify.judged(facts, provision, case, before)
        if isinstance(ruling.value, (int, Decimal)) and isinstance(ruling.threshold, (int, Decimal)):
            found.append(Held(provision=provision.id, locator=plan.locator(provision), nature=provision.nature,
                              value=ruling.value, threshold=ruling.threshold))
    return tuple(found)


def _place(facts: Ground, ask: Ask, rank: int, case: Case, held: tuple[Held, ...], gain: int, covered: int) -> Place:
    name = facts.snapshot.unit_name(case.district) if case.district else ""
    assert case.lon is not None
    assert case.lat is not None
    circle = next((h for h in held if h.nature == "place" and h.threshold > 0), None)
    return Place(
        rank=rank, lon=case.lon, lat=case.lat, district=case.district, district_name=name, gain=gain, covered_after=covered,
        candidate=case.application, saturation_after=0 if circle is None else int(circle.value), cap=0 if circle is None else int(circle.threshold),
        limits=held, sentence=words.place(ask, name, gain, circle, case.application))


def _certificate(ask: Ask, people: Demand, answer: solve.Answer, covered: list[int], checked: verify.Checked) -> Certificate:
    siting, chosen = answer.siting, len(answer.order)
    common = _proof(siting, checked)
    if ask.mode == COVER:
        share = Decimal(ask.asked)
        bound = max(0, ceil(siting.bound - 1 - 1e-9))
        met = solve.is_reached(share, covered[-1], people.considered)
        sentence = words.fewest_places(chosen, bound, share, siting.status)
        return evolve(common, counts="places", value=Decimal(chosen), bound=Decimal(bound), sentence=sentence, verified=bool(common.verified and met))
    value = covered[-1] - covered[0]
    bound = max(value, _whole(people, siting.bound))
    return evolve(common, counts="persons", value=Decimal(value), bound=Decimal(bound),
                  sentence=words.most_people(int(ask.asked), chosen, value, bound, siting.status))


def _whole(people: Demand, bound: float) -> int:
    """A bound on people in whole numbers: where every cell holds whole people, so does every choice of them."""
    return floor(bound + 1e-6) if bool((people.persons == np.rint(people.persons)).all()) else ceil(bound - 1e-6)


def _proof(siting: Any, checked: verify.Checked | None) -> Certificate:
    return Certificate(
        counts="", status=siting.status, sentence=Text("", ""), gap=_share(siting.gap),
        seconds=None if siting.seconds is None else Decimal(str(round(siting.seconds, 1))),
        verified=None if checked is None else _confirmed(siting, checked), blocked_by=tuple(getattr(siting, "blocked_by", ())))


def _confirmed(siting: Any, checked: verify.Checked) -> bool:
    """Whether the search's own check and the second look agree with the answer."""
    try:
        siting.verify()
    except ValueError:
        return False
    return not checked.faults


def _share(gap: float) -> Decimal:
    return Decimal(str(round(gap, 6)))


def _no_choice(ask: Ask, plan: Plan, people: Demand) -> Certificate:
    """No candidate at all: nothing to add, or nothing to add it at."""
    if ask.mode == COVER and not solve.is_reached(Decimal(ask.asked), people.people(people.covered), people.considered):
        return Certificate(counts="places", status="infeasible", blocked_by=("candidates",), sentence=words.impossible(ask, plan, ()))
    if ask.mode == ADD and ask.asked and len(people.wanted):
        return Certificate(counts="persons", status="infeasible", blocked_by=("candidates",), sentence=words.nobody(ask, people))
    counts = "places" if ask.mode == COVER else "persons"
    return Certificate(counts=counts, status="optimal", value=Decimal(0), bound=Decimal(0), gap=Decimal(0), sentence=words.nobody(ask, people))


def _infeasible(ask: Ask, plan: Plan, answer: solve.Answer) -> Certificate:
    siting = answer.siting
    return evolve(_proof(siting, None), counts="places" if ask.mode == COVER else "persons", gap=None,
                  sentence=words.impossible(ask, plan, tuple(siting.blocked_by)))


# --- removals -----------------------------------------------------------------------------------------------------------


def _release(plan: Plan, facts: Ground, ask: Ask, people: Demand, bare: Options, step: Progress) -> Options:
    step(STEPS[2], 2, len(STEPS))
    rows = people.present
    found = surpluses(plan, facts, rows)
    if isinstance(found, Text):
        return evolve(bare, reason=found)
    limits, notes_ = found
    on_streets = facts.places.is_on_streets[rows]
    beyond = np.ones(len(rows), dtype=np.bool_)
    for cap in limits.caps:
        if cap.when is not None and cap.most == 0:
            beyond[cap.when] = False
    kept = np.flatnonzero(~(beyond & on_streets)).tolist()
    doors = facts.places.on_foot
    cover = solve.reach(facts, people, doors.node[rows], doors.offset[rows])
    step(STEPS[3], 3, len(STEPS))
    off = int((beyond & ~on_streets).sum())
    left_out = (LeftOut(count=off, provision="", reason=Text("不在路网上，无法计量其服务的人", "off the streets: nobody can say whom they serve")),) if off else ()
    said = evolve(bare, candidates=len(rows) - len(kept), left_out=left_out, limits=notes_, method=words.method(ask, people.limit_m, notes_))
    answer = solve.spare(ask, people, cover, limits, kept)
    if answer is None or answer.siting.status == "infeasible":
        names = ("candidates",) if answer is None else tuple(answer.siting.blocked_by)
        return evolve(said, certificate=Certificate(
            counts="persons", status="infeasible", blocked_by=names, sentence=words.impossible(ask, plan, names)))
    step(STEPS[4], 4, len(STEPS))
    return _left(facts, ask, people, answer, said)


def _left(facts: Ground, ask: Ask, people: Demand, answer: solve.Answer, said: Options) -> Options:
    leaving = people.present[answer.order]
    checked = verify.removals(facts, people, leaving, answer.covered)
    covered = [round(float(n)) for n in answer.covered]
    places = tuple(_leaver(facts, rank, int(row), covered[rank] - covered[rank - 1], covered[rank]) for rank, row in enumerate(leaving, start=1))
    lost, bound = covered[0] - covered[-1], max(0, covered[0] - _whole(people, answer.siting.bound))
    bound = min(bound, lost)
    return evolve(
        said, places=places, gained=_cells(facts, people, checked), covered_after=covered[-1], present_after=len(people.present) - len(places), certificate=evolve(
            _proof(answer.siting, checked), counts="persons", value=Decimal(lost), bound=Decimal(bound),
            sentence=words.least_loss(int(ask.asked), len(places), lost, bound, answer.siting.status)))


def _leaver(facts: Ground, rank: int, row: int, gain: int, covered: int) -> Place:
    located = facts.places.located
    code, district = str(located["provider"].iloc[row]), located["counted_district"].astype(object).iloc[row]
    district = district if isinstance(district, str) else ""
    name = facts.snapshot.unit_name(district) if district else ""
    lon, lat = degrees(located["lon"])[row], degrees(located["lat"])[row]
    return Place(
        rank=rank, lon=float(lon), lat=float(lat), district=district, district_name=name, gain=gain, covered_after=covered,
        candidate=code, saturation_after=0, cap=0, sentence=words.leaver(name, facts.snapshot.provider_names.get(code, code), -gain))
