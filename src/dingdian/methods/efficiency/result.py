"""What a data envelopment analysis says of each unit, with the multipliers that prove it."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from attrs import field, frozen
from scipy.sparse import csr_array

from dingdian.methods.efficiency.economies import Scale, scale
from dingdian.methods.efficiency.second import Checked
from dingdian.methods.efficiency.units import WEIGHT_SUM, Floats, Orientation, Returns, Units
from dingdian.terms import Text

DUST = 1e-12
Status: TypeAlias = Literal["efficient", "weakly_efficient", "inefficient", "infeasible"]


@frozen(eq=False)
class Efficiency:
    """Scores of n units with m inputs and s outputs.

    Attributes
    ----------
    score : float64 array, shape (n,)
        Input orientation: θ, the share of its inputs that would do. Output orientation: 1/φ, the share that its outputs are of what
        could be made. At most 1, but for super-efficiency. NaN where the status is ``infeasible``, nowhere else.
    status : tuple of str, length n
        ``efficient`` (score 1 or above and no slack), ``weakly_efficient`` (score 1 with slack), ``inefficient``, ``infeasible``
        (super-efficiency: at no factor above zero can the others make its outputs, or do with its inputs).
    slacks_in, slacks_out : float64 array, shape (n, m) and (n, s)
        What could be saved or gained beyond the score, in units of measure: of all best answers one with the largest sum of slacks.
        NaN where the status is ``infeasible``.
    weights : csr array, shape (n, n)
        λ: the peers of each unit (a row) and their weights. One best choice where there are several.
    multipliers_in, multipliers_out, intercept : float64 array, shape (n, m), (n, s) and (n,)
        v, u and w: see `verify`. NaN where the status is ``infeasible``.
    gaps : float64 array, shape (n,)
        No unit's score can be better by more: the proof by multipliers, in units of the score.
    checked : Checked
        What a second solver says of a sample.
    advice : tuple of Text
        What stands against drawing conclusions, in words.
    returns, orientation, super_efficiency
        As asked for.
    units : Units
        The figures.
    """

    score: Floats
    status: tuple[Status, ...] = field(repr=False)
    slacks_in: Floats = field(repr=False)
    slacks_out: Floats = field(repr=False)
    weights: csr_array = field(repr=False)
    multipliers_in: Floats = field(repr=False)
    multipliers_out: Floats = field(repr=False)
    intercept: Floats = field(repr=False)
    gaps: Floats = field(repr=False)
    checked: Checked
    advice: tuple[Text, ...]
    returns: Returns
    orientation: Orientation
    super_efficiency: bool
    units: Units = field(repr=False)

    @property
    def gap(self) -> float:
        """The largest of `gaps`."""
        return float(np.nanmax(self.gaps, initial=0.0))

    @property
    def peers(self) -> tuple[tuple[tuple[int, float], ...], ...]:
        """For each unit its peers with their weights, in order of position."""
        rows = self.weights
        cuts = [slice(*ends) for ends in zip(rows.indptr[:-1], rows.indptr[1:])]
        return tuple(tuple(zip(rows.indices[cut].tolist(), rows.data[cut].tolist())) for cut in cuts)

    @property
    def target_in(self) -> Floats:
        """Inputs of each unit's target: score · inputs − slacks (input), inputs − slacks (output)."""
        factor = self.score[:, np.newaxis] if self.orientation == "input" else 1.0
        return _swept(self.units.inputs * factor - self.slacks_in, self.units.inputs)

    @property
    def target_out(self) -> Floats:
        """Outputs of each unit's target: outputs + slacks (input), outputs / score + slacks (output)."""
        factor = self.score[:, np.newaxis] if self.orientation == "output" else 1.0
        return _swept(self.units.outputs / factor + self.slacks_out, self.units.outputs)

    @cached_property
    def scale(self) -> Scale:
        """Scores under constant, variable and non-increasing returns side by side, worked out when first asked for."""
        return scale(self.units.inputs, self.units.outputs, orientation=self.orientation)

    @property
    def returns_to_scale(self) -> tuple[str, ...]:
        """``increasing``, ``constant`` or ``decreasing`` for each unit, by the convention of `scale`."""
        return self.scale.returns_to_scale

    def verify(self) -> float:
        """How far the result is from proving itself: plain arithmetic on figures, weights and multipliers, no solver.

        For each unit the weights must make its target (primal), the multipliers must satisfy u·y + w ≤ v·x at every reference unit
        (dual), and both must give the same factor: θ = u·y + w with v·x = 1 (input), φ = v·x − w with u·y = 1 (output). Then no
        other factor is better.

        Returns
        -------
        float
            The largest violation: of the dual as a share of v·x + u·y + |w| of the unit that breaks it, of the
            primal as a share of the indicator's mean or the unit's own figure, whichever is larger, of the factor as a share.
        """
        found = np.flatnonzero(np.isfinite(self.score))
        return max((self._violation(unit) for unit in found.tolist()), default=0.0)

    def _violation(self, unit: int) -> float:
        figures, v, u, w = self.units, self.multipliers_in[unit], self.multipliers_out[unit], self.intercept[unit]
        used, made = figures.inputs @ v, figures.outputs @ u
        virtual = used + made + abs(w)
        broken = np.divide(made + w - used, virtual, out=np.zeros_like(virtual), where=virtual > 0.0)
        if self.super_efficiency:
            broken[unit] = 0.0
        ours, proven = (
            (self.score[unit], made[unit] + w) if self.orientation == "input" else (1.0 / self.score[unit], used[unit] - w)
        )
        row = self.weights[[unit]]
        short_in = np.abs(row @ figures.inputs - self.target_in[unit]) / np.maximum(figures.inputs.mean(axis=0), figures.inputs[unit])
        short_out = np.abs(row @ figures.outputs - self.target_out[unit]) / np.maximum(
            figures.outputs.mean(axis=0), self.target_out[unit]
        )
        low, high = WEIGHT_SUM[self.returns]
        total = float(row.sum())
        off = max(low - total, total - high, 0.0)
        return float(max(broken.max(), abs(ours - proven) / max(1.0, ours), short_in.max(), short_out.max(), off))


def _swept(target: Floats, figures: Floats) -> Floats:
    """Targets without the dust of a subtraction: what is nothing beside the indicator's largest figure is zero."""
    found: Floats = np.where(np.abs(target) <= DUST * figures.max(axis=0), 0.0, target)
    return found
