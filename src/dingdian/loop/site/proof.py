"""Certificates: what a search proved, in whole people and places, and whether the second look agrees.

Only where value and bound meet does a certificate say optimal. Bounds on people are rounded in their own disfavour.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor

import numpy as np
from attrs import evolve

from dingdian.loop.options import ADD, COVER, Certificate
from dingdian.loop.site import solve, verify, words
from dingdian.loop.site.ask import Ask
from dingdian.loop.site.demand import Demand
from dingdian.plans.model import Plan
from dingdian.terms import Text


def of_additions(ask: Ask, people: Demand, answer: solve.Answer, covered: list[int], checked: verify.Checked) -> Certificate:
    """How good the chosen additions are."""
    chosen, common = len(answer.order), _proof(answer, checked)
    if ask.mode == COVER:
        share = Decimal(ask.asked)
        bound = ceil(answer.bound - 1e-9)
        met = solve.is_reached(share, covered[-1], people.considered)
        sentence = words.fewest_places(chosen, bound, share, answer.status)
        return evolve(common, counts="places", value=Decimal(chosen), bound=Decimal(bound), sentence=sentence, verified=bool(common.verified and met))
    value = covered[-1] - covered[0]
    bound = max(value, _whole(people, answer.bound))
    return evolve(common, counts="persons", value=Decimal(value), bound=Decimal(bound),
                  sentence=words.most_people(int(ask.asked), chosen, value, bound, answer.status))


def of_removals(ask: Ask, people: Demand, answer: solve.Answer, covered: list[int], checked: verify.Checked) -> Certificate:
    """How good the chosen removals are."""
    lost, chosen = covered[0] - covered[-1], len(answer.order)
    bound = min(lost, max(0, covered[0] - _whole(people, answer.bound)))
    return evolve(_proof(answer, checked), counts="persons", value=Decimal(lost), bound=Decimal(bound),
                  sentence=words.least_loss(int(ask.asked), chosen, lost, bound, answer.status))


def of_no_removal(ask: Ask, plan: Plan, names: tuple[str, ...]) -> Certificate:
    """So many cannot leave."""
    return Certificate(counts="persons", status="infeasible", blocked_by=names, sentence=words.impossible(ask, plan, names))


def _whole(people: Demand, bound: float) -> int:
    """A bound on people in whole numbers: where every cell holds whole people, so does every choice of them."""
    return floor(bound + 1e-6) if bool((people.persons == np.rint(people.persons)).all()) else ceil(bound - 1e-6)


def _proof(answer: solve.Answer, checked: verify.Checked | None) -> Certificate:
    return Certificate(
        counts="", status=answer.status, sentence=Text("", ""), gap=_share(answer.gap),
        seconds=None if answer.seconds is None else Decimal(str(round(answer.seconds, 1))),
        verified=None if checked is None else answer.is_sound and not checked.faults, blocked_by=answer.blocked_by)


def _share(gap: float) -> Decimal:
    return Decimal(str(round(gap, 6)))


def of_nothing(ask: Ask, plan: Plan, people: Demand) -> Certificate:
    """No candidate at all: nothing to add, or nothing to add it at."""
    if ask.mode == COVER and not solve.is_reached(Decimal(ask.asked), people.people(people.covered), people.considered):
        return Certificate(counts="places", status="infeasible", blocked_by=("candidates",), sentence=words.impossible(ask, plan, ()))
    if ask.mode == ADD and ask.asked and len(people.wanted):
        return Certificate(counts="persons", status="infeasible", blocked_by=("candidates",), sentence=words.nobody(ask, people))
    counts = "places" if ask.mode == COVER else "persons"
    return Certificate(counts=counts, status="optimal", value=Decimal(0), bound=Decimal(0), gap=Decimal(0), sentence=words.nobody(ask, people))


def of_no_answer(ask: Ask, answer: solve.Answer) -> Certificate:
    """The time was over before any choice was found that meets the target, or shown to be impossible."""
    return evolve(_proof(answer, None), counts="places" if ask.mode == COVER else "persons", gap=None, sentence=words.too_late(ask))


def of_failure(ask: Ask, plan: Plan, answer: solve.Answer, reachable: str) -> Certificate:
    """No choice keeps the limits: which of them stand in the way; ``reachable``: the share that all candidates together would reach."""
    most = reachable if answer.blocked_by == ("share",) else ""
    return evolve(_proof(answer, None), counts="places" if ask.mode == COVER else "persons", gap=None,
                  sentence=words.impossible(ask, plan, answer.blocked_by, most))
