"""What the plan allows of the candidates: the limits of every provision that has some, as one; and the gates that have none.

Knows no kind of provision. Candidates of whom a provision cannot say what it allows are left out and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import frozen

from dingdian.loop.findings import BINDING
from dingdian.loop.options import LeftOut, LimitNote
from dingdian.plans.model import Plan
from dingdian.provisions.base import Provision
from dingdian.provisions.case import Case
from dingdian.provisions.finding import NOT_APPLICABLE
from dingdian.provisions.ground import Ground
from dingdian.provisions.newcomers import Integers, Newcomers, SiteLimits
from dingdian.space.siting.limits import Limits
from dingdian.terms import Text


@frozen(eq=False)
class Rules:
    """The limits of a siting.

    Attributes
    ----------
    kept
        Provisions whose limits the model keeps.
    allowed
        Those limits together, over the newcomers.
    left_out
        Who was left out, by provision and reason.
    not_modelled
        Gates of such a newcomer that the model does not know.
    """

    kept: tuple[Provision, ...]
    allowed: SiteLimits
    left_out: tuple[LeftOut, ...]
    limits: tuple[LimitNote, ...]
    not_modelled: tuple[LimitNote, ...]


def rules(plan: Plan, ground: Ground, newcomers: Newcomers) -> Rules:
    """Every binding provision of the plan, asked what it allows of the newcomers."""
    binding = [p for p in plan.provisions if p.effect in BINDING and p.in_force(ground.on)]
    said = [(p, p.site_limits(ground, ground.choices(p), newcomers)) for p in binding if p.limits_sites]
    kept = [(p, limits) for p, limits in said if limits is not None]
    allowed = sum((limits for _, limits in kept), SiteLimits())
    others = [p for p in binding if p not in [k for k, _ in kept] and _speaks_of_any(p, newcomers.cases)]
    return Rules(
        kept=tuple(p for p, _ in kept), allowed=allowed, left_out=tuple(_left_out(kept)),
        limits=tuple(_note(plan, p) for p, limits in kept if limits.limits.caps or limits.limits.apart or limits.left_out),
        not_modelled=tuple(_note(plan, p, kept=False) for p in others))


def _left_out(kept: Iterable[tuple[Provision, SiteLimits]]) -> Iterable[LeftOut]:
    """Counts by reason; a candidate counts with the first provision that leaves it out."""
    seen: set[int] = set()
    for provision, limits in kept:
        reasons = Counter(reason for i, reason in limits.left_out.items() if i not in seen)
        seen |= set(limits.left_out)
        for reason, count in reasons.items():
            yield LeftOut(count=count, provision=provision.id, reason=reason)


def _speaks_of_any(provision: Provision, cases: tuple[Case, ...]) -> bool:
    """Whether it may bind the first candidate: all of one question are of one class."""
    said = provision.applies(cases[0]) if cases else None
    return bool(cases) and (said is None or said.status != NOT_APPLICABLE)


def _note(plan: Plan, provision: Provision, *, kept: bool = True) -> LimitNote:
    return LimitNote(provision=provision.id, locator=plan.locator(provision), title=provision.title, rule=provision.read_back(), kept=kept)


def surpluses(plan: Plan, ground: Ground, rows: Integers) -> tuple[Limits, tuple[LimitNote, ...]] | Text:
    """How many may leave where too many stand, and the provisions that say so; why nobody can say where none does."""
    found = [(p, limits) for p in plan.provisions if p.effect in BINDING and p.in_force(ground.on)
             if (limits := p.surplus(ground, ground.choices(p), rows)) is not None]
    if not found:
        return Text("本规划没有可判断过剩的条款", "the plan has no clause by which a place is oversupplied")
    return sum((limits for _, limits in found), Limits()), tuple(_note(plan, p) for p, _ in found)
