"""What plots of a city are drawn from: Lorenz curves of every resource, scores of every peer group. The figures of the indicators, as arrays."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from dingdian.city.model import City
from dingdian.loop.ground import ground
from dingdian.methods.inequality import gini, lorenz
from dingdian.plans.model import Plan
from dingdian.provisions.indicators.efficiency import PeerScores, scores
from dingdian.provisions.indicators.equity import BASES, spreads
from dingdian.terms import Text


@frozen(eq=False)
class Curve:
    """One Lorenz curve: cumulative shares from (0, 0) to (1, 1), by districts in order of their level."""

    name: Text
    base: str
    weight_share: npt.NDArray[np.float64] = field(repr=False)
    resource_share: npt.NDArray[np.float64] = field(repr=False)
    gini: float


def lorenz_curves(city: City, plan: Plan, base: str, on: date | None = None) -> tuple[Curve, ...]:
    """A curve for each resource that every district has on file, by ``base``: insured, resident or land.

    Raises
    ------
    ValueError
        A base that nobody knows.
    """
    if base not in BASES:
        raise ValueError(f"base must be one of {', '.join(BASES)}, not {base}")
    found = []
    for resource, spread in spreads(ground(city, plan, on or city.meta.as_of), base):
        if spread.known:
            curve = lorenz(spread.levels, spread.weights)
            found.append(Curve(resource.name, base, curve.weight_share, curve.resource_share, gini(spread.levels, spread.weights)))
    return tuple(found)


def peer_scores(city: City, plan: Plan, on: date | None = None) -> tuple[PeerScores, ...]:
    """Scores of the peer groups of inpatient institutions; none without a closed year of activity."""
    return scores(ground(city, plan, on or city.meta.as_of)) or ()
