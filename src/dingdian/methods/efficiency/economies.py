"""Scale: whether a unit is of the size at which most is made of the inputs, or too small, or too large for that."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from dingdian.methods.efficiency.radial import Technology
from dingdian.methods.efficiency.units import Floats, Orientation, Returns, Units, chosen

SAME = 1e-7  # scores that differ by no more are the same


@frozen(eq=False)
class Scale:
    """Scores under three technologies.

    Attributes
    ----------
    constant, variable, non_increasing : float64 array, shape (n,)
        Scores under constant (CCR), variable (BCC) and non-increasing returns.
    returns_to_scale : tuple of str, length n
        ``constant`` where the first two agree; otherwise ``increasing`` where constant and non-increasing agree (too small),
        ``decreasing`` where they do not (too large).
    """

    constant: Floats = field(repr=False)
    variable: Floats = field(repr=False)
    non_increasing: Floats = field(repr=False)
    returns_to_scale: tuple[str, ...]

    @property
    def scale_efficiency(self) -> Floats:
        """Constant over variable: 1 at the most productive size."""
        return self.constant / self.variable


def scale(inputs: npt.ArrayLike, outputs: npt.ArrayLike, *, orientation: Orientation = "input") -> Scale:
    """Scale efficiency and returns to scale.

    Parameters
    ----------
    inputs, outputs : array-like, shape (n, m) and (n, s)
        As in `dea`.

    Notes
    -----
    Scale efficiency is θ(CCR) / θ(BCC) (Banker, Charnes & Cooper 1984). Returns to scale are read from the comparison of three scores
    (Färe, Grosskopf & Lovell 1985), not from the sum of the weights or the sign of w, which are not unique. For an inefficient unit
    the answer belongs to its target, and may differ between orientations.
    """
    chosen(orientation, ("input", "output"), "orientation")
    units = Units.of(inputs, outputs)
    constant, variable, lean = (_scores(units, returns, orientation) for returns in ("crs", "vrs", "nirs"))
    at_scale, small = np.abs(variable - constant) <= SAME, np.abs(lean - constant) <= SAME
    words = np.where(at_scale, "constant", np.where(small, "increasing", "decreasing"))
    return Scale(constant, variable, lean, tuple(words.tolist()))


def _scores(units: Units, returns: Returns, orientation: Orientation) -> Floats:
    technology = Technology(units, returns, orientation, units.scale())
    factor = np.array([technology.own(figures).factor for figures in units.together()])
    return factor if orientation == "input" else 1.0 / factor
