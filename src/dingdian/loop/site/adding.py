"""Additions: candidates, limits, search, second look, and each chosen place with what it adds after those before it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
from attrs import evolve
from scipy.sparse import csr_array

from dingdian.city.model import City
from dingdian.loop.options import COVER, Held, LeftOut, Options, Place
from dingdian.loop.site import proof, solve, verify, words
from dingdian.loop.site.ask import STREETS, Ask
from dingdian.loop.site.choices import candidates as candidates_of
from dingdian.loop.site.demand import Demand
from dingdian.loop.site.rules import Rules, rules
from dingdian.plans.model import Plan
from dingdian.provisions.case import Case
from dingdian.provisions.ground import Ground
from dingdian.provisions.newcomers import Integers, Newcomers
from dingdian.terms import Text

Step = Callable[[str], None]


def additions(city: City, plan: Plan, facts: Ground, ask: Ask, people: Demand, bare: Options, step: Step) -> Options:
    """``bare`` with the places, the limits that were kept, who was left out, and the certificate."""
    step("candidates")
    found = candidates_of(city, plan, facts, ask, people)
    newcomers, cover, idle = _useful(facts, ask, people, found.newcomers)
    step("limits")
    allowed = rules(plan, facts, newcomers)
    shut = sorted({*allowed.allowed.left_out, *idle.tolist()})
    step("search")
    said = evolve(
        bare, candidates=len(newcomers) - len(shut), left_out=(*found.left_out, *allowed.left_out, *_idle(newcomers, allowed, idle)),
        limits=allowed.limits, not_modelled=allowed.not_modelled, method=words.method(ask, people.limit_m, allowed.limits),
        readings={**bare.readings, **allowed.allowed.readings}, notes=(*bare.notes, *allowed.allowed.notes))
    answer = solve.choose(ask, people, cover, allowed.allowed.limits, shut)
    if answer is None:
        return evolve(said, certificate=proof.of_nothing(ask, plan, people))
    if answer.status == "infeasible":
        return evolve(said, certificate=proof.of_failure(ask, plan, answer, _reachable(people, cover)))
    if ask.mode == COVER and not len(answer.order) and answer.status == "time_limit":
        return evolve(said, certificate=proof.of_no_answer(ask, answer))
    step("verify")
    return _added(plan, facts, ask, people, newcomers, allowed, answer, said)


def _reachable(people: Demand, cover: csr_array) -> str:
    """Percent of the people that all candidates together would reach."""
    by_anybody = people.covered | (cover.sum(axis=1) > 0)
    return words.percent(people.people(by_anybody), people.considered)


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
        said, places=tuple(places), gained=verify.cells(facts, people, checked), covered_after=covered[-1], present_after=len(people.present) + len(places),
        certificate=proof.of_additions(ask, people, answer, covered, checked))


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
