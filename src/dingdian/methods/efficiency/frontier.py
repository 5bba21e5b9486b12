"""The frontier of a set of units: linear programs that differ only in the unit that is looked at, solved by HiGHS one after the other.

One model is kept and only the figures of the unit change, so that each search starts where the last one ended. The model holds only those
reference units that ever mattered; after every solve all others are priced with the multipliers found, and the one that breaks them most
joins, until none does. So the answer is that of the full program, and the multipliers prove it. Nothing here knows what is measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from attrs import frozen

from dingdian.methods.efficiency.units import INF, Floats, Integers

TOLERANCE = 1e-10  # of the solver, its smallest
ENTERS = 1e-9  # a reduced cost below −ENTERS brings a reference unit into the model
NOTHING = 1e-14  # where there is no answer yet, whatever might help joins
SETTINGS: dict[str, bool | int | float | str] = {
    "output_flag": False, "threads": 1, "random_seed": 0, "presolve": "off", "solver": "simplex", "simplex_strategy": 1,
    "simplex_scale_strategy": 0, "small_matrix_value": 1e-12, "primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE,
}  # fmt: skip
# Where the last search leads nowhere: from nothing with rows and columns scaled by the solver, by primal simplex, by interior point.
ATTEMPTS: tuple[dict[str, bool | int | float | str], ...] = (
    {}, {"simplex_scale_strategy": 4}, {"simplex_scale_strategy": 4, "simplex_strategy": 4}, {"solver": "ipm"},
)  # fmt: skip


@frozen(eq=False)
class Vertex:
    """An optimal answer.

    Attributes
    ----------
    value : float
        Of the objective, which is minimised.
    head : float64 array, shape (n_head,)
        Values of the columns beside the reference units.
    unit, weight : int64 and float64 array
        Reference units with a weight above zero, by position, and the weight.
    dual : float64 array, shape (k,)
        Multiplier of each row.
    broken : float
        By how much the multipliers are broken by the reference unit that breaks them most, zero or more.
    """

    value: float
    head: Floats
    unit: Integers
    weight: Floats
    dual: Floats
    broken: float


class Frontier:
    """Minimise cost · (head, weights) where head columns and reference units together keep every row between its ends.

    Parameters
    ----------
    columns : float64 array, shape (n, k)
        One row of figures a reference unit: its coefficients in the k rows of the program.
    cost : float64 array, shape (n,)
        Cost of each reference unit.
    head : float64 array, shape (n_head, k)
        Coefficients of the other columns, to be changed by `set`.
    head_cost : float64 array, shape (n_head,)
    begin : sequence of int
        Reference units to begin with.

    Notes
    -----
    The same questions in the same order have the same answers; nothing runs in parallel. A value does not depend on the order, but
    where several sets of weights are best the choice among them may.
    """

    def __init__(self, columns: Floats, cost: Floats, head: Floats, head_cost: Floats, begin: Iterable[int] | Integers) -> None:
        import highspy

        self._columns, self._cost, self._n_head = columns, cost, len(head)
        self._known = np.zeros(len(columns), dtype=np.bool_)
        self._members = np.empty(0, dtype=np.int64)
        self._optimal, self._infeasible = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible
        self._rows = np.arange(columns.shape[1], dtype=np.int32)
        self._low, self._high = np.full(columns.shape[1], -INF), np.full(columns.shape[1], INF)
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._option(SETTINGS)
        nothing = np.empty(0)
        for _ in self._rows:
            self._solver.addRow(-INF, INF, 0, nothing.astype(np.int32), nothing)
        for one, its_cost in zip(head, head_cost):
            self._solver.addCol(float(its_cost), 0.0, INF, len(self._rows), self._rows, np.ascontiguousarray(one))
        self.join(begin)

    def set(self, row: int, head: int, value: float) -> None:
        """Change a coefficient of a head column."""
        self._solver.changeCoeff(row, head, float(value))

    def between(self, low: Floats, high: Floats) -> None:
        """Change the ends of all rows."""
        self._low, self._high = low, high
        self._solver.changeRowsBounds(len(self._rows), self._rows, low, high)

    def join(self, units: Iterable[int] | Integers) -> None:
        """Take reference units into the model that are known to matter."""
        for unit in units:
            if not self._known[unit]:
                self._join(int(unit))

    def solve(self, without: int | None = None) -> Vertex | None:
        """The optimum over all reference units but ``without``; None where the rows cannot be kept by any of them.

        Raises
        ------
        ArithmeticError
            The solver stopped without an answer.
        """
        if without is not None and self._known[without]:
            self._bound(without, 0.0)
        found = self._generate(without)
        if without is not None and self._known[without]:
            self._bound(without, INF)
        return found

    def _generate(self, without: int | None) -> Vertex | None:
        while True:
            feasible, dual = self._run()
            price = (self._cost if feasible else 0.0) - self._columns @ dual
            if without is not None:
                price[without] = 0.0
            broken = max(0.0, -float(price.min()))
            price[self._known] = 0.0
            best = int(price.argmin())
            if price[best] < (-ENTERS if feasible else -NOTHING):
                self._join(best)
            else:
                return self._vertex(dual, broken) if feasible else None

    def _run(self) -> tuple[bool, Floats]:
        """Solve what the model holds: whether there is an answer, and the multipliers that prove either.

        Whatever finds the answer, it is priced and proven in the same way.
        """
        for attempt in ATTEMPTS:
            if attempt:
                self._solver.clearSolver()
                self._option(attempt)
            self._solver.run()
            if attempt:
                self._option(SETTINGS)
            status = self._solver.getModelStatus()
            if status == self._optimal:
                return True, np.array(self._solver.getSolution().row_dual)
            proof = self._proof() if status == self._infeasible else None
            if proof is not None:
                return False, proof
        raise ArithmeticError(f"HiGHS stopped without an answer: {self._solver.modelStatusToString(status)}")

    def _vertex(self, dual: Floats, broken: float) -> Vertex:
        values = np.array(self._solver.getSolution().col_value)
        weights = values[self._n_head :]
        used = np.flatnonzero(weights > 0.0)
        value = float(self._solver.getObjectiveValue())
        return Vertex(value, values[: self._n_head], self._members[used], weights[used], dual, broken)

    def _option(self, settings: dict[str, bool | int | float | str]) -> None:
        for name, setting in settings.items():
            self._solver.setOptionValue(name, setting)

    def _proof(self) -> Floats | None:
        """Multipliers by which the rows ask for more than any unit in the model can give: one that gives more may help."""
        _, known, ray = self._solver.getDualRay()
        largest = np.abs(ray).max(initial=0.0) if known else 0.0
        for direction in (ray / largest, -ray / largest) if largest > 0.0 else ():
            if self._asked(direction) > 0.0:
                return np.asarray(direction, dtype=np.float64)
        return None

    def _asked(self, direction: Floats) -> float:
        """The least that the rows ask for along a direction; minus infinity if one of them asks for nothing."""
        used = np.abs(direction) > ENTERS
        ends = np.where(direction > 0.0, self._low, self._high)[used]
        return float(ends @ direction[used]) if np.isfinite(ends).all() else -INF

    def _join(self, unit: int) -> None:
        self._solver.addCol(
            float(self._cost[unit]), 0.0, INF, len(self._rows), self._rows, np.ascontiguousarray(self._columns[unit])
        )
        self._known[unit] = True
        self._members = np.append(self._members, unit)

    def _bound(self, unit: int, most: float) -> None:
        self._solver.changeColBounds(self._n_head + int(np.flatnonzero(self._members == unit)[0]), 0.0, most)
