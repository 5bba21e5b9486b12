"""Removals: where too many stand by the plan's own limits, whom to leave out so that the fewest people lose their walk.

Nobody leaves from a place that is not over its cap, and from no circle more than what it holds beyond it.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve
from scipy.sparse import csr_array

from dingdian.city.places import degrees
from dingdian.loop.options import LeftOut, Options, Place
from dingdian.loop.site import proof, solve, verify, words
from dingdian.loop.site.adding import Step
from dingdian.loop.site.ask import Ask
from dingdian.loop.site.demand import Demand
from dingdian.loop.site.least_loss import spare
from dingdian.loop.site.rules import surpluses
from dingdian.plans.model import Plan
from dingdian.provisions.ground import Ground
from dingdian.provisions.newcomers import Mask
from dingdian.space.siting import Limits
from dingdian.terms import Text

OFF_STREETS = Text("不在路网上，无法计量其服务的人", "off the streets: nobody can say whom they serve")


def removals(plan: Plan, facts: Ground, ask: Ask, people: Demand, bare: Options, step: Step) -> Options:
    """``bare`` with those who can be spared, the clauses that say where too many stand, and the certificate."""
    step("limits")
    rows, doors = people.present, facts.places.on_foot
    found = surpluses(plan, facts, rows)
    if isinstance(found, Text):
        return evolve(bare, reason=found)
    limits, clauses = found
    beyond, on_streets = _beyond(limits, len(rows)), facts.places.is_on_streets[rows]
    kept = np.flatnonzero(~(beyond & on_streets)).tolist()
    off = int((beyond & ~on_streets).sum())
    said = evolve(
        bare, candidates=len(rows) - len(kept), left_out=(LeftOut(count=off, provision="", reason=OFF_STREETS),) if off else (), limits=clauses,
        method=words.method(ask, people.limit_m, clauses))
    if int(ask.asked) > len(rows) - len(kept):
        return evolve(said, certificate=proof.of_no_removal(ask, plan, limits.names()))
    step("search")
    cover = solve.reach(facts, people, doors.node[rows], doors.offset[rows])
    answer = spare(ask, people, cover, limits, kept)
    if answer.status == "infeasible":
        return evolve(said, certificate=proof.of_no_removal(ask, plan, answer.blocked_by))
    if not len(answer.order) and ask.asked:
        return evolve(said, certificate=proof.of_no_answer(ask, answer))
    step("verify")
    said = evolve(said, notes=(*said.notes, *_as_good(people, cover, kept, len(answer.order))))
    return _left(facts, ask, people, answer, said)


def _as_good(people: Demand, cover: csr_array, kept: list[int], chosen: int) -> tuple[Text, ...]:
    """How many could leave, each alone, without anybody losing his walk: among equals the order of codes decides, and that is no reason."""
    missed = cover.T @ np.where(cover.sum(axis=1) == 1, people.persons, 0.0)
    missed[kept] = np.inf
    free = int((missed == 0).sum())
    if free <= chosen:
        return ()
    return (Text(f"单独退出而无人失去服务的共有 {free} 家；同等的按机构代码取，不表示优先。",
                 f"{free} could leave, each alone, without anybody losing a provider; among equals the order of codes decides, which is no reason."),)


def _beyond(limits: Limits, size: int) -> Mask:
    """Who stands in a circle that holds more than its cap, under every clause that speaks of it."""
    beyond = np.ones(size, dtype=np.bool_)
    for cap in limits.caps:
        if cap.when is not None and cap.most == 0:
            beyond[cap.when] = False
    return beyond


def _left(facts: Ground, ask: Ask, people: Demand, answer: solve.Answer, said: Options) -> Options:
    leaving = people.present[answer.order]
    checked = verify.removals(facts, people, leaving, answer.covered)
    covered = [round(float(n)) for n in answer.covered]
    places = tuple(_leaver(facts, rank, int(row), covered[rank] - covered[rank - 1], covered[rank]) for rank, row in enumerate(leaving, start=1))
    return evolve(
        said, places=places, gained=verify.cells(facts, people, checked), covered_after=covered[-1],
        present_after=len(people.present) - len(places), certificate=proof.of_removals(ask, people, answer, covered, checked))


def _leaver(facts: Ground, rank: int, row: int, gain: int, covered: int) -> Place:
    located = facts.places.located
    code, district = str(located["provider"].iloc[row]), located["counted_district"].astype(object).iloc[row]
    district = district if isinstance(district, str) else ""
    name = facts.snapshot.unit_name(district) if district else ""
    lon, lat = degrees(located["lon"])[row], degrees(located["lat"])[row]
    return Place(
        rank=rank, lon=float(lon), lat=float(lat), district=district, district_name=name, gain=gain, covered_after=covered,
        candidate=code, saturation_after=0, cap=0, sentence=words.leaver(name, facts.snapshot.provider_names.get(code, code), -gain))
