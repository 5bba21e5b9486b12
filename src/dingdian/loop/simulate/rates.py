"""How often something happens in a year in each zone, from what is on file, with the doubt that so few events leave.

Events are taken as a Poisson stream. Each run draws the whole area's rate from its gamma posterior (shape events + ½), and how it is
shared among the zones from the zones' own events and exposure, with two events of the whole area's rate put beside each zone's own;
so the area's doubt is that of all its events, and a zone without any is drawn towards the area. Without any event there is no rate.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from attrs import frozen

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

POOLED = 2.0  # events of the whole area's rate beside a zone's own; a test measures what the bands cover with it


@frozen(kw_only=True, eq=False)
class Rate:
    """Events by zone over the exposure in which they could happen.

    Attributes
    ----------
    events, exposure
        One number for each zone; the events add up to more than zero. Exposure is in provider-years, or in years times a zone's share.
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

    def draw(self, rng: np.random.Generator) -> Floats:
        """One rate for each zone.

        μ ~ Gamma(Σ events + ½) ÷ Σ exposure; gᵢ ~ Gamma(eventsᵢ + 2) ÷ (exposureᵢ + 2 ÷ overall); rateᵢ = μ gᵢ Σ exposure ÷ Σ gⱼ exposureⱼ.
        """
        whole = rng.gamma(float(self.events.sum()) + 0.5)  # events that the area's rate would make of its exposure
        shares = rng.gamma(self.events + POOLED) / (self.exposure + POOLED / self.overall)
        drawn: Floats = whole * shares / float(np.dot(shares, self.exposure))
        return drawn

    def weigh(self, rng: np.random.Generator) -> Floats:
        """How often each size on file comes in one run, cumulated: weights of the Bayesian bootstrap, so that few sizes leave doubt."""
        drawn: Floats = np.cumsum(rng.dirichlet(np.ones(len(self.sizes)))) if len(self.sizes) else np.zeros(0)
        return drawn

    def sized(self, counts: Integers, weights: Floats, rng: np.random.Generator) -> Integers:
        """Beds of so many events in each zone, drawn from those on file by the weights of the run."""
        places = np.searchsorted(weights, rng.random(int(counts.sum())), side="right")
        drawn = self.sizes[np.minimum(places, len(self.sizes) - 1)]
        ends = np.cumsum(counts)
        running = np.concatenate(([0], np.cumsum(drawn)))
        return np.asarray(running[ends] - running[ends - counts], dtype=np.int64)
