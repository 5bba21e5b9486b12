"""How often something happens in a year in each zone, from what is on file, with the doubt that so few events leave.

Events are taken as a Poisson stream whose rate is drawn anew in each run from its gamma posterior. A zone's own few events are drawn
towards the rate of the whole area, which counts as five events beside them; without any event there is no rate.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from attrs import frozen

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

POOLED = 5.0  # what the whole area's rate counts for beside a zone's own events


@frozen(kw_only=True, eq=False)
class Rate:
    """Events by zone over their exposure (provider-years; years for applications).

    Attributes
    ----------
    events, exposure
        One number for each zone; the events add up to more than zero.
    sizes
        Beds of each event on file, from which later ones are drawn; empty where an event has no size.
    """

    events: Integers
    exposure: Floats
    sizes: Integers

    @property
    def overall(self) -> float:
        """Events per unit of exposure in the whole area."""
        return float(self.events.sum() / self.exposure.sum())

    @property
    def means(self) -> Floats:
        """The posterior mean by zone."""
        shape, rate = self._posterior()
        means: Floats = shape / rate
        return means

    def draw(self, rng: np.random.Generator) -> Floats:
        """One rate for each zone: gamma with shape events + 5 and rate exposure + 5 ÷ the whole area's rate."""
        shape, rate = self._posterior()
        drawn: Floats = rng.gamma(shape, 1.0 / rate)
        return drawn

    def sized(self, counts: Integers, rng: np.random.Generator) -> Integers:
        """Beds of so many events in each zone, drawn from those on file."""
        drawn = self.sizes[rng.integers(0, len(self.sizes), int(counts.sum()))]
        ends = np.cumsum(counts)
        running = np.concatenate(([0], np.cumsum(drawn)))
        return np.asarray(running[ends] - running[ends - counts], dtype=np.int64)

    def _posterior(self) -> tuple[Floats, Floats]:
        shape: Floats = self.events.astype(np.float64) + POOLED
        return shape, self.exposure + POOLED / self.overall


@frozen(kw_only=True, eq=False)
class Spread:
    """Arrivals over the zones: a total rate a year, and each zone's share by its insured persons."""

    events: Integers
    years: float
    shares: Floats
    sizes: Integers

    def draw(self, rng: np.random.Generator) -> Floats:
        """Arrivals a year in each zone: gamma with shape events + 5 and rate years + 5 ÷ (the area's rate × the zone's share)."""
        overall = float(self.events.sum()) / self.years
        shares = np.maximum(self.shares, 1e-9)
        drawn: Floats = rng.gamma(self.events + POOLED, 1.0 / (self.years + POOLED / (overall * shares)))
        return drawn
