"""The slacks-based measure: one score for all that could be saved or gained, indicator by indicator, radial or not.

Stricter than a radial score (never above it), and 1 only where nothing at all could be better. It refuses zeros, because the share of
nothing that could be saved has no value.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from dingdian.methods.efficiency.advice import about_figures, about_scores
from dingdian.methods.efficiency.frontier import Frontier, Vertex
from dingdian.methods.efficiency.radial import NO_SLACK, TIE
from dingdian.methods.efficiency.units import WEIGHT_SUM, Floats, Integers, Returns, Units, chosen
from dingdian.terms import Text

Side: TypeAlias = Literal["none", "input", "output"]


@frozen(eq=False)
class SlackBased:
    """Scores of n units.

    Attributes
    ----------
    score : float64 array, shape (n,)
        Above 0, at most 1; 1 exactly where the unit is efficient.
    slacks_in, slacks_out : float64 array, shape (n, m) and (n, s)
        In units of measure; with a side, those of the other side are one answer among several.
    peers : tuple
        For each unit its peers with their weights, in order of position.
    gaps : float64 array, shape (n,)
        No score can be lower by more.
    advice : tuple of Text
    """

    score: Floats
    slacks_in: Floats = field(repr=False)
    slacks_out: Floats = field(repr=False)
    peers: tuple[tuple[tuple[int, float], ...], ...] = field(repr=False)
    gaps: Floats = field(repr=False)
    advice: tuple[Text, ...]

    @property
    def gap(self) -> float:
        """The largest of `gaps`."""
        return float(self.gaps.max())


def sbm(inputs: npt.ArrayLike, outputs: npt.ArrayLike, *, returns: Returns = "crs", orientation: Side = "none") -> SlackBased:
    """Slacks-based measure of efficiency (Tone 2001).

    Parameters
    ----------
    inputs, outputs : array-like, shape (n, m) and (n, s)
        As in `dea`, but all above zero.
    returns : {"crs", "vrs", "nirs", "ndrs"}
    orientation : {"none", "input", "output"}
        Which slacks count: all, or those of one side.

    Raises
    ------
    ValueError
        As `Units.of` says; a zero; an unknown word.

    Notes
    -----
    ρ = min [1 − (1/m) Σ sᵢ⁻/xᵢₒ] / [1 + (1/s) Σ sᵣ⁺/yᵣₒ] subject to xₒ = Σ λⱼ xⱼ + s⁻, yₒ = Σ λⱼ yⱼ − s⁺, all ≥ 0, made linear by the
    transformation of Charnes & Cooper (1962); the denominator is 1 for the input side, the numerator for the output side. Never
    above the radial score of the same side.
    """
    chosen(returns, ("crs", "vrs", "nirs", "ndrs"), "returns")
    chosen(orientation, ("none", "input", "output"), "orientation")
    units = Units.of(inputs, outputs)
    for table, named in ((units.inputs, "inputs"), (units.outputs, "outputs")):
        zero = np.argwhere(table == 0.0)
        if zero.size:
            raise ValueError(f"{named}: row {zero[0][0]}, column {zero[0][1]} is zero: a slacks-based measure needs figures above zero")
    technology = _Technology(units, returns, orientation)
    found = [technology.solve(figures) for figures in units.together()]
    score = np.array([one.score for one in found])
    slack = np.array([one.slack for one in found])
    return SlackBased(
        score=score, slacks_in=slack[:, : units.m], slacks_out=slack[:, units.m :], peers=tuple(one.peers for one in found),
        gaps=np.array([one.gap for one in found]), advice=about_figures(units) + about_scores(score, int((score == 1.0).sum()), []),
    )  # fmt: skip


@frozen(eq=False)
class _Found:
    score: float
    slack: Floats
    peers: tuple[tuple[int, float], ...]
    gap: float


class _Technology:
    """The program of Tone: columns t and one slack for each indicator beside the reference units.

    Slacks are counted in shares of the unit's own figure, so that only coefficients change from unit to unit and costs stay.
    """

    def __init__(self, units: Units, returns: Returns, side: Side) -> None:
        self._scale, self._m, self._k, self._side = units.scale(), units.m, units.m + units.s, side
        self._figures = units.together() / self._scale
        self._size = self._figures.mean(axis=1)
        self._sign = np.where(np.arange(self._k) < units.m, 1.0, -1.0)
        tail = np.column_stack((np.ones(len(units)), np.zeros(len(units)))) / self._size[:, np.newaxis]
        columns = np.hstack((self._figures / self._size[:, np.newaxis], tail))
        share = np.where(self._sign > 0.0, 1.0 / units.m, 1.0 / units.s)
        counts = (self._sign > 0.0) != (side == "output")
        cost = np.append(-1.0 if side == "output" else 1.0, np.where(counts, -share, 0.0))
        head = np.zeros((1 + self._k, self._k + 2))
        head[0, -1] = 1.0
        if side == "none":
            head[1 + self._m :, -1] = share[self._m :]
        begin: Integers = np.concatenate(((self._figures * self._sign).argmin(axis=0), (columns[:, : self._k] * self._sign).argmin(axis=0)))
        self._frontier = Frontier(columns, np.zeros(len(units)), head, cost, begin)
        ends = [np.concatenate((np.zeros(self._k), [0.0 if np.isfinite(end) else end, 1.0])) for end in WEIGHT_SUM[returns]]
        self._frontier.between(*ends)

    def solve(self, figures: Floats) -> _Found:
        unit = figures / self._scale
        size = float(unit.mean())
        unit /= size
        for row in range(self._k):
            self._frontier.set(row, 0, -unit[row])
            self._frontier.set(row, 1 + row, unit[row] * self._sign[row])
        self._frontier.set(self._k, 0, -1.0 / size)
        found = self._frontier.solve()
        if found is None:
            raise ArithmeticError("HiGHS found no answer where the unit itself is one")
        return self._found(found, figures, size)

    def _found(self, found: Vertex, figures: Floats, size: float) -> _Found:
        t = float(found.head[0])
        score = 1.0 / -found.value if self._side == "output" else found.value
        shares = found.head[1:] / t
        shares[shares < NO_SLACK] = 0.0
        unit, weight = found.unit, found.weight * size / self._size[found.unit] / t
        seen = unit[weight > TIE].argsort()
        peers = tuple(zip(unit[weight > TIE][seen].tolist(), weight[weight > TIE][seen].tolist()))
        broken = abs(found.value - found.dual[-1]) + found.broken * float(found.weight.sum())
        gap = broken * (score**2 if self._side == "output" else 1.0)
        return _Found(1.0 if abs(score - 1.0) <= TIE else score, shares * figures, peers, gap)
