"""The answer worked out again, by other code: a fresh walk from each chosen place, and the plan's own rulings on all of them.

Walks are one search for each place, not the table of pairs that the search used. Limits are not read again: every chosen place is
judged as an application, with the others admitted, by the provisions themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import evolve, frozen

from dingdian.loop.site.demand import Demand
from dingdian.provisions.base import Provision
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Judgement
from dingdian.provisions.ground import Ground
from dingdian.provisions.newcomers import Floats, Integers, Mask
from dingdian.terms import Text


@frozen(eq=False)
class Checked:
    """What the second look found: people within reach before the first place and after each, the cells that change, every fault."""

    covered: Floats
    changed: Mask
    faults: tuple[Text, ...]


def walked(ground: Ground, demand: Demand, node: int, offset_m: float) -> Mask:
    """Which cells reach a place on foot, by one search from it."""
    metres, _ = ground.places.streets.nearest(np.array([node]), demand.limit_m)
    return _within(metres[demand.node] + demand.offset_m + offset_m, demand.limit_m)


def served_today(ground: Ground, demand: Demand, rows: Integers) -> Mask:
    """Which cells reach one of the providers in ``rows``, by one search from all of them."""
    if not len(rows):
        return np.zeros(len(demand.persons), dtype=np.bool_)
    metres, _ = ground.places.doors.nearest(ground.places.door_nodes(rows), demand.limit_m)
    return _within(metres[demand.node] + demand.offset_m, demand.limit_m)


def _within(metres: Floats, limit_m: float) -> Mask:
    """The limit itself is within; what cannot be reached is not."""
    return np.asarray(np.round(metres, 1) <= limit_m)


def additions(
    ground: Ground, demand: Demand, kept: Sequence[Provision], chosen: Sequence[Case], at: Sequence[tuple[int, float]], covered: Floats
) -> Checked:
    """People within reach again, and each place judged with all the others admitted."""
    reached = today = served_today(ground, demand, demand.present)
    found = [float(demand.persons[reached].sum())]
    for node, offset in at:
        reached = reached | walked(ground, demand, node, offset)
        found.append(float(demand.persons[reached].sum()))
    again = np.array(found)
    faults = [] if np.allclose(again, covered, rtol=1e-12, atol=1e-6) else [_other_people()]
    for case in chosen:
        others = tuple(other for other in chosen if other is not case)
        faults += [_broken(p, case) for p in kept if judged(ground, p, case, others).status not in (HOLDS, NOT_APPLICABLE)]
    return Checked(again, reached & ~today, tuple(faults))


def removals(ground: Ground, demand: Demand, leaving: Integers, covered: Floats) -> Checked:
    """People within reach again, one provider fewer each time; ``leaving`` are rows of `Places.located`, in order."""
    served = [served_today(ground, demand, demand.present[~np.isin(demand.present, leaving[:n])]) for n in range(len(leaving) + 1)]
    again = np.array([float(demand.persons[reached].sum()) for reached in served])
    return Checked(again, served[0] & ~served[-1], () if np.allclose(again, covered, rtol=1e-12, atol=1e-6) else (_other_people(),))


def cells(ground: Ground, demand: Demand, checked: Checked) -> tuple[str, ...]:
    """Codes of the cells that change hands."""
    known = ground.places.cells
    assert known is not None
    return tuple(sorted(str(cell) for cell in known.cell[demand.cell[checked.changed]]))


def judged(ground: Ground, provision: Provision, case: Case, admitted: tuple[Case, ...]) -> Judgement:
    """What a provision says of a place with others admitted. What is counted on the way is not kept: every set of others is new."""
    there = evolve(ground, admitted=admitted, memory=dict(ground.memory))
    return provision.judge(case, there)


def _other_people() -> Text:
    return Text("按路网重新步行计量的人数与选址结果不同", "people counted again along the streets differ from the answer")


def _broken(provision: Provision, case: Case) -> Text:
    return Text(f"{case.application} 不能通过 {provision.id}", f"{case.application} does not pass {provision.id}")
