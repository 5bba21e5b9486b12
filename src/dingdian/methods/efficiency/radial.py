"""Radial scores against a frontier: by what factor all inputs could shrink, or all outputs grow, and which slack is left after that.

The two stages of data envelopment analysis for one unit after another, any unit against any reference set. It knows no words, no advice and
no status: `dea` and `malmquist` add those.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from dingdian.methods.efficiency.frontier import Frontier, Vertex
from dingdian.methods.efficiency.units import WEIGHT_SUM, Floats, Integers, Orientation, Returns, Units

TIE = 1e-9  # a score so near to 1 is 1, a weight below is none
NO_SLACK = 1e-8  # a slack of less than this share of the unit's own size is none
STRICT = 1e-7  # a multiplier above this is not zero: its constraint has no slack in any best answer
# By how much the second stage widens the first one's answer where rounding has made that impossible:
ROUNDING = (0.0, 1e-10, 1e-9, 1e-8)


@frozen(eq=False)
class Radial:
    """What the first stage found.

    Attributes
    ----------
    factor : float
        θ (input) or φ (output).
    multipliers : float64 array, shape (m + s + 1,)
        v ≥ 0 of the inputs, u ≥ 0 of the outputs, w of the sum of weights: v·x = 1 and θ = u·y + w (input), u·y = 1 and
        φ = v·x − w (output) at the unit, u·y + w ≤ v·x at every reference unit, in units of measure.
    strict : bool
        Whether v and u are all above zero, so that there is no slack.
    gap : float
        No other factor can be better by more.
    """

    factor: float
    multipliers: Floats
    strict: bool
    gap: float
    vertex: Vertex


@frozen(eq=False)
class Target:
    """What the second stage found.

    Attributes
    ----------
    slack : float64 array, shape (m + s,)
        Inputs first, in units of measure.
    unit, weight : int64 and float64 array
        Peers: reference units that together are the target, and their weights λ.
    largest : bool
        False where rounding left nothing to search in: the slack is one of those possible, not proven to be the largest.
    """

    slack: Floats
    unit: Integers
    weight: Floats
    largest: bool


class Technology:
    """What the reference units show to be possible.

    Parameters
    ----------
    reference : Units
    scale : float64 array, shape (m + s,)
        Figures are divided by it before they reach the solver.
    """

    def __init__(self, reference: Units, returns: Returns, orientation: Orientation, scale: Floats) -> None:
        self._scale, self._sum, self._k = scale, WEIGHT_SUM[returns], len(scale)
        self._is_input = np.arange(self._k) < reference.m
        self._moved = self._is_input if orientation == "input" else ~self._is_input
        self._sign = np.where(self._is_input, 1.0, -1.0)  # less of an input is better, more of an output
        self._figures = reference.together() / scale
        # Each column is divided by the size of its unit, so that a village clinic and a great hospital are alike to the solver.
        self._size = self._figures.mean(axis=1)
        self._columns = np.column_stack((self._figures, np.ones(len(reference)))) / self._size[:, np.newaxis]
        head, cost = np.zeros((1, self._k + 1)), np.array([1.0 if orientation == "input" else -1.0])
        self._first = Frontier(self._columns, np.zeros(len(reference)), head, cost, self._outstanding())
        self._slack: Frontier | None = None

    def score(self, figures: Floats, without: int | None = None) -> Radial | None:
        """First stage: the factor of a unit with these inputs and outputs; None where no reference unit can reach it,
        or (output) where they can make none of its outputs: at a factor of zero there is no score.

        Parameters
        ----------
        figures : float64 array, shape (m + s,)
            In units of measure.
        without : int, optional
            A reference unit that is left out.
        """
        unit = figures / self._scale
        size = float(unit.mean())
        unit /= size
        for row in np.flatnonzero(self._moved):
            self._first.set(int(row), 0, -unit[row])
        ends = np.where(self._moved, 0.0, unit)
        self._ask(self._first, ends, size)
        found = self._first.solve(without)
        if found is None or found.head[0] <= TIE:
            return None
        strict = bool((np.abs(found.dual[: self._k]) > STRICT).all())
        multipliers = np.append(np.abs(found.dual[: self._k]) / self._scale, found.dual[self._k]) / size
        factor = float(found.head[0])
        factor = 1.0 if abs(factor - 1.0) <= TIE else factor
        return Radial(factor, multipliers, strict, self._gap(found, unit, ends, size), found)

    def own(self, figures: Floats) -> Radial:
        """First stage of a reference unit, which has a factor because it is there itself."""
        found = self.score(figures)
        if found is None:
            raise ArithmeticError("HiGHS found no answer where the unit itself is one")
        return found

    def target(self, figures: Floats, radial: Radial, without: int | None = None) -> Target:
        """Second stage: the largest sum of slacks, in units of measure, beyond the factor; and the peers that show it.

        Where the multipliers of the first stage are strict no answer has any slack, and the first one stands.
        """
        goal = figures / self._scale
        own = float(goal.mean())
        goal[self._moved] *= radial.factor
        if radial.strict:
            return self._reached(goal, radial.vertex, own, largest=True)
        size = float(goal.mean())
        found = self._most(goal, size, radial, without)
        if found is None:
            return self._reached(goal, radial.vertex, own, largest=False)
        return self._reached(goal, found, size, largest=True)

    def _reached(self, goal: Floats, found: Vertex, size: float, *, largest: bool) -> Target:
        weight = found.weight * size / self._size[found.unit]
        slack = (goal - weight @ self._figures[found.unit]) * self._sign
        slack[slack < NO_SLACK * goal.mean()] = 0.0
        seen = found.weight > TIE
        return Target(slack * self._scale, found.unit[seen], weight[seen], largest)

    def _most(self, goal: Floats, size: float, radial: Radial, without: int | None) -> Vertex | None:
        frontier = self._second()
        frontier.join(radial.vertex.unit)
        for widened in ROUNDING:
            self._ask(frontier, goal / size * (1.0 + self._sign * widened), size)
            found = frontier.solve(without)
            if found is not None:
                return found
        return None

    def _second(self) -> Frontier:
        """Minimise inputs used less outputs made: what is left of the target is slack. Made when first asked for."""
        if self._slack is None:
            cost = self._columns[:, : self._k] @ (self._sign * self._scale / self._scale.max())
            nothing = np.empty((0, self._k + 1))
            self._slack = Frontier(self._columns, cost, nothing, np.empty(0), self._outstanding())
        return self._slack

    def _ask(self, frontier: Frontier, ends: Floats, size: float) -> None:
        """Inputs at most, outputs at least these; the sum of weights as the returns to scale say. All divided by the size."""
        low, high = np.where(self._is_input, -np.inf, ends), np.where(self._is_input, ends, np.inf)
        frontier.between(np.append(low, self._sum[0] / size), np.append(high, self._sum[1] / size))

    def _outstanding(self) -> Integers:
        """Units that use least or make most of something, absolutely or for their size: likely to be on the frontier."""
        absolute, relative = self._figures * self._sign, self._columns[:, : self._k] * self._sign
        return np.concatenate((absolute.argmin(axis=0), relative.argmin(axis=0)))

    def _gap(self, found: Vertex, unit: Floats, ends: Floats, size: float) -> float:
        """Difference of value and dual value, and what the broken rows and multipliers may be worth."""
        dual, of_sum = found.dual[: self._k], float(found.dual[self._k])
        end_of_sum = self._sum[0 if of_sum > 0.0 else 1]
        proven = float(dual @ ends) + (of_sum * end_of_sum / size if np.isfinite(end_of_sum) else 0.0)
        made = found.weight @ self._columns[found.unit, : self._k] - np.where(self._moved, unit * found.head[0], 0.0)
        lacking = float(np.abs(dual) @ np.maximum((made - ends) * self._sign, 0.0))
        return abs(found.value - proven) + found.broken * float(found.weight.sum()) + lacking
