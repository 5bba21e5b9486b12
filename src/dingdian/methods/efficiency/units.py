"""Units to be compared: what they use and what they produce, checked, and put on a common scale for the solver.

Refuses what has no meaning in an efficiency comparison (negative or missing figures, a unit without any input or output, an indicator that
is zero everywhere) in one sentence that names row and column; it never fills in or drops anything.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Returns: TypeAlias = Literal["crs", "vrs", "nirs", "ndrs"]
Orientation: TypeAlias = Literal["input", "output"]

INF = float("inf")
WIDEST = 1e8  # largest over smallest figure of an indicator, zeros aside, that arithmetic in 64 bits can tell apart in a program
LARGEST = 1e100
# What the sum of the peers' weights must be: the returns to scale of the technology.
WEIGHT_SUM: dict[str, tuple[float, float]] = {
    "crs": (-INF, INF), "vrs": (1.0, 1.0), "nirs": (-INF, 1.0), "ndrs": (1.0, INF),
}  # fmt: skip


@frozen(eq=False)
class Units:
    """Inputs and outputs of some units, as given.

    Attributes
    ----------
    inputs : float64 array, shape (n, m)
    outputs : float64 array, shape (n, s)
        Finite, zero or more; at least one above zero in each row and each column of both.
    """

    inputs: Floats
    outputs: Floats

    @classmethod
    def of(cls, inputs: npt.ArrayLike, outputs: npt.ArrayLike, named: str = "") -> Units:
        """Checked arrays.

        Parameters
        ----------
        inputs, outputs : array-like, shape (n, m) and (n, s)
            Rows are units, columns are indicators.
        named : str
            What is put behind "inputs" and "outputs" in an error (" of period 1").

        Raises
        ------
        ValueError
            No unit, other than two dimensions, lengths that differ, a figure that is negative, missing or infinite, a row or a
            column without anything above zero, a column whose largest figure is more than 10⁸ times its smallest above zero
            (no solver could be trusted with it) or above 10¹⁰⁰.
        """
        used, produced = _table(inputs, "inputs" + named), _table(outputs, "outputs" + named)
        if len(used) != len(produced):
            raise ValueError(f"{len(used)} rows of inputs{named} but {len(produced)} rows of outputs{named}")
        return cls(used, produced)

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def m(self) -> int:
        """Number of inputs."""
        return int(self.inputs.shape[1])

    @property
    def s(self) -> int:
        """Number of outputs."""
        return int(self.outputs.shape[1])

    def scale(self) -> Floats:
        """Mean of each indicator, inputs first: shape (m + s,). Scores do not depend on units of measure, solvers do."""
        return np.concatenate((self.inputs.mean(axis=0), self.outputs.mean(axis=0)))

    def together(self) -> Floats:
        """Inputs and outputs side by side: shape (n, m + s)."""
        return np.hstack((self.inputs, self.outputs))


def chosen(value: str, among: tuple[str, ...], named: str) -> None:
    """Refuse a word that is not one of those known."""
    if value not in among:
        raise ValueError(f"{named} must be one of {', '.join(among)}, not {value!r}")


def _table(values: npt.ArrayLike, named: str) -> Floats:
    table = np.array(values, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"{named} must have rows (units) and columns (indicators), not {table.ndim} dimensions")
    if not table.size:
        raise ValueError(f"{named} must have at least one unit and one indicator, not the shape {table.shape}")
    bad = np.argwhere(~np.isfinite(table) | (table < 0.0))
    if bad.size:
        row, column = bad[0]
        raise ValueError(f"{named}: row {row}, column {column} is {table[row, column]}: figures must be finite, zero or more")
    for axis, what in ((1, "row"), (0, "column")):
        empty = np.flatnonzero(~(table > 0.0).any(axis=axis))
        if empty.size:
            raise ValueError(f"{named}: {what} {empty[0]} is zero throughout, so nothing can be compared by it")
    _in_range(table, named)
    return table


def _in_range(table: Floats, named: str) -> None:
    least, most = np.where(table > 0.0, table, INF).min(axis=0), table.max(axis=0)
    wide = np.flatnonzero(most / WIDEST > least)
    if wide.size:
        column = wide[0]
        raise ValueError(
            f"{named}: column {column} runs from {least[column]} to {most[column]}, more than 10^8 times: write 0 where there is nothing, "
            "and check the units of measure"
        )
    if (most > LARGEST).any():
        raise ValueError(f"{named}: column {int(most.argmax())} reaches {most.max()}: use a larger unit of measure")
