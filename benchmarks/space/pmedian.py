"""p-median and p-centre on the classic recipe, ours and, with ``--peer PYTHON``, pbp-pmedian in that interpreter on the same data.

The recipe: n²/50 random streets of length 1 to 100 that hang together, all shortest paths as costs, p = 5, 10, n/10, n/5, n/3. The
instances are made here from fixed seeds; no optimum is written down anywhere. Prints a Markdown table.

    python benchmarks/space/pmedian.py --peer /path/to/python --seconds 120
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

SIZES = (100, 200, 300, 400, 500, 600, 700, 800, 900)
SUMS = 1e-6  # the peer adds in floating point; all values are whole numbers
Matrix = npt.NDArray[np.float64]
Row = dict[str, Any]


def costs(n: int, seed: int) -> Matrix:
    """All shortest paths of one random graph of the recipe."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import shortest_path

    rng = np.random.default_rng(seed)
    mixed = rng.permutation(n)
    streets = {tuple(sorted((int(mixed[k]), int(mixed[rng.integers(0, k)])))) for k in range(1, n)}
    while len(streets) < n * n // 50:
        u, v = sorted(rng.integers(0, n, 2).tolist())
        if u != v:
            streets.add((u, v))
    u, v = np.array(sorted(streets)).T
    return shortest_path(csr_array((rng.integers(1, 101, u.size), (u, v)), shape=(n, n)), directed=False)


def instances(sizes: tuple[int, ...]) -> list[tuple[int, int]]:
    """(n, p) of the recipe, each once."""
    return [(n, p) for n in sizes for p in dict.fromkeys((5, 10, n // 10, n // 5, n // 3))]


def ours(n: int, p: int, seconds: float) -> Row:
    """Our value, status and seconds, the answer checked again."""
    from dingdian.space.siting.center import p_center
    from dingdian.space.siting.median import p_median

    cost = costs(n, n + p)
    median = p_median(cost, np.ones(n), p, seconds=seconds, clock=time.monotonic)
    center = p_center(cost, p, seconds=seconds, clock=time.monotonic)
    median.verify()
    center.verify()
    return {
        "value": median.value, "status": median.status, "seconds": median.seconds,
        "radius": center.value, "center": center.status, "center seconds": center.seconds,
    }  # fmt: skip


def answer_as_peer(question: Path, answer: Path) -> None:
    """Runs in the peer's interpreter: one instance, solved as the peer's documentation shows."""
    from pbp_pmedian import solve

    asked = json.loads(question.read_text())
    cost = costs(asked["n"], asked["n"] + asked["p"])
    solve(costs(20, 1), 2, time_limit=10.0)  # imports and first calls are not timed
    begun = time.perf_counter()
    value, _, _, status, engine = solve(cost, asked["p"], time_limit=asked["seconds"])
    took = time.perf_counter() - begun
    proven = "optimal" if status == 0 else "not proven"
    answer.write_text(
        json.dumps({"value": value, "status": proven, "engine": engine, "seconds": took}, default=float)
    )


def peers(python: str, n: int, p: int, seconds: float) -> Row:
    """The peer's value, status and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        question, answer = Path(folder) / "question.json", Path(folder) / "answer.json"
        question.write_text(json.dumps({"n": n, "p": p, "seconds": seconds}))
        subprocess.run([python, __file__, "--answer", question, answer], check=True, stdout=subprocess.DEVNULL)
        return json.loads(answer.read_text())


HEAD = ("n", "p", "value ours", "value peer", "agree", "status", "status peer", "s ours", "s peer", "centre", "status", "s")


def line(n: int, p: int, own: Row, peer: Row | None) -> str:
    """One row of the table."""
    value, told, took, agree = "–", "–", "–", "–"
    if peer is not None:
        value = "–" if peer["value"] is None else f"{peer['value']:.0f}"
        told, took = peer["status"], f"{peer['seconds']:.2f}"
        agree = ("yes" if abs(peer["value"] - own["value"]) < SUMS else "NO") if told == "optimal" else "–"
    cells = (
        n, p, f"{own['value']:.0f}", value, agree, own["status"], told, f"{own['seconds']:.2f}", took,
        f"{own['radius']:.0f}", own["center"], f"{own['center seconds']:.2f}",
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    """Print the table as it comes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--peer", help="interpreter that has pbp-pmedian")
    parser.add_argument("--seconds", type=float, default=120.0, help="time limit of each answer")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--answer", type=Path, nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.answer:
        answer_as_peer(*asked.answer)
        return
    ours(20, 2, asked.seconds)  # kernels are loaded before the clock starts
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    took: list[float] = []
    for n, p in instances(tuple(asked.sizes)):
        own = ours(n, p, asked.seconds)
        took.append(own["seconds"])
        print(line(n, p, own, peers(asked.peer, n, p, asked.seconds) if asked.peer else None), flush=True)
    print(f"\np-median, ours: median {statistics.median(took):.2f} s, longest {max(took):.2f} s, {len(took)} instances")


if __name__ == "__main__":
    sys.exit(main())
