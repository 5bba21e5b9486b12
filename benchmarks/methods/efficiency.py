"""How long data envelopment analysis takes, beside scipy solving each unit's program by itself. Prints a Markdown table.

Not a test: nothing here passes or fails. Log-normal figures from a fixed seed, variable returns, input orientation; ours with both stages
(scores and slacks), proofs and the second opinion, scipy with the scores alone. Scipy is asked about ``SAMPLE`` units spread over all, and its time
is scaled up: the full loop over 2,000 units takes minutes. "Difference" is the largest between the scores of these units, "gap" what our
own proof leaves open over all units. A first call in a fresh process also loads HiGHS, which is told apart.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog

from dingdian.methods.efficiency import dea, malmquist, sbm, scale

RUNS = 5
SAMPLE = 40
SIZES = ((300, 2, 2), (300, 3, 3), (2000, 2, 2), (2000, 3, 3), (2000, 6, 6))


def median_seconds(work: Callable[[], object]) -> float:
    """Median seconds of ``work`` after one uncounted run."""
    work()
    seconds = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def figures(n: int, m: int, s: int, alike: bool) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and outputs; ``alike``: a common size and little else, as hospitals of a group have it."""
    chance = np.random.default_rng(2026)
    size = chance.normal(size=(n, 1)) if alike else 0.0
    spread = 0.25 if alike else 1.0
    return np.exp(size + spread * chance.normal(size=(n, m))), np.exp(size + spread * chance.normal(size=(n, s)))


def scipy_scores(inputs: np.ndarray, outputs: np.ndarray, units: np.ndarray) -> np.ndarray:
    """θ of some units against all, each as a whole program."""
    n, m, s = len(inputs), inputs.shape[1], outputs.shape[1]
    cost, total = np.r_[1.0, np.zeros(n)], np.r_[0.0, np.ones(n)][np.newaxis]
    found = []
    for unit in units:
        rows = np.vstack((np.c_[-inputs[unit], inputs.T], np.c_[np.zeros(s), -outputs.T]))
        found.append(linprog(cost, A_ub=rows, b_ub=np.r_[np.zeros(m), -outputs[unit]], A_eq=total, b_eq=[1.0]).fun)
    return np.array(found)


def row(n: int, m: int, s: int, alike: bool) -> str:
    """One size: ours, scipy, their ratio, whether they agree."""
    inputs, outputs = figures(n, m, s, alike)
    found = dea(inputs, outputs, returns="vrs")
    ours = median_seconds(lambda: dea(inputs, outputs, returns="vrs"))
    asked = np.linspace(0, n - 1, min(SAMPLE, n)).astype(int)
    begun = time.perf_counter()
    theirs = scipy_scores(inputs, outputs, asked)
    whole = (time.perf_counter() - begun) / asked.size * n
    difference = np.abs(found.score[asked] - theirs).max()
    kind = "alike" if alike else "unlike"
    efficient = found.status.count("efficient")
    return f"| {n} × ({m} + {s}), {kind} | {efficient} | {ours:.3f} | {whole:.1f} | {whole / ours:.0f} | {difference:.0e} | {found.gap:.0e} |"


def others() -> list[tuple[str, float]]:
    """The other measures, 300 hospitals that are alike, 3 + 3 indicators."""
    inputs, outputs = figures(300, 3, 3, alike=True)
    later = outputs * np.linspace(0.9, 1.2, 300)[:, np.newaxis]
    return [
        ("super-efficiency", median_seconds(lambda: dea(inputs, outputs, returns="vrs", super_efficiency=True))),
        ("slacks-based measure", median_seconds(lambda: sbm(inputs, outputs, returns="vrs"))),
        ("scale (three technologies)", median_seconds(lambda: scale(inputs, outputs))),
        ("Malmquist (six technologies)", median_seconds(lambda: malmquist(inputs, outputs, inputs, later))),
    ]


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    begun = time.perf_counter()
    dea(*figures(300, 3, 3, alike=True), returns="vrs")
    print(f"first call of the process, 300 × (3 + 3), HiGHS loaded on the way: {time.perf_counter() - begun:.3f} s\n")
    print("| units × indicators | efficient | ours, s | scipy, s | scipy ÷ ours | difference | gap |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for size in SIZES:
        for alike in (False, True):
            print(row(*size, alike), flush=True)
    print("\n| 300 × (3 + 3) | s |\n| --- | ---: |")
    for job, seconds in others():
        print(f"| {job} | {seconds:.3f} |")


if __name__ == "__main__":
    main()
