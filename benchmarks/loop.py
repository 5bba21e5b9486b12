"""How long the loop takes on the demo city, and the plain kernels beside scipy's, in one run. Prints a Markdown table.

Not a test: nothing here passes or fails. Each figure is the median of several runs in one process after a warm-up.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from datetime import date

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

import dingdian as dd
from dingdian.loop.ground import snapshot
from dingdian.space.neighbours import Sites
from dingdian.space.plane import LocalPlane

RUNS = 5


def median_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median milliseconds of ``work`` after one uncounted run."""
    work()
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds) * 1000


def loop_rows() -> list[tuple[str, float]]:
    """The verbs on the demo city."""
    city, plan, on = dd.read_city("jinan-demo"), dd.load_plan("jinan-2026"), date(2026, 9, 1)
    return [
        ("read the demo city", median_ms(lambda: dd.read_city("jinan-demo"), 3)),
        ("content hash", median_ms(lambda: dd.read_city("jinan-demo").content_hash, 3)),
        ("measure everything (snapshot ready)", median_ms(lambda: dd.measure(city, plan, on))),
        ("one pharmacy, all readings", median_ms(lambda: dd.check(city, plan, "A001", on=on))),
        ("one hospital, all readings", median_ms(lambda: dd.check(city, plan, "A033", on=on))),
        ("the whole loop, 40 applications", median_ms(lambda: dd.run(city, plan, on), 3)),
    ]


def kernel_rows() -> list[tuple[str, float, float]]:
    """(job, ours, scipy) on the demo city's streets and providers."""
    city = dd.read_city("jinan-demo")
    places = snapshot(city, date(2026, 9, 1)).places
    streets = places.streets
    located = places.located
    lon, lat = (located[name].to_numpy(dtype=float) for name in ("lon", "lat"))
    x, y = LocalPlane.around(lon, lat).project(lon, lat)
    tree, sites = cKDTree(np.column_stack([x, y])), Sites(lon, lat)
    near = (
        "providers within 800 m of each provider (exact geodesic against plane)",
        median_ms(lambda: sites.counts(lon, lat, 800.0)),
        median_ms(lambda: tree.query_ball_point(np.column_stack([x, y]), 800.0, return_length=True)),
    )
    sources = np.unique(streets.snap(lon[:2000], lat[:2000])[0])
    graph = csr_array(streets._graph)
    nearest = (
        f"nearest of {len(sources)} sources within 1,035 m from every street node (ours names the owner exactly)",
        median_ms(lambda: streets.nearest(sources, 1035.0)),
        median_ms(lambda: dijkstra(graph, indices=sources, min_only=True, limit=10350.0)),
    )
    return [near, nearest]


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    print("| job | median ms |\n| --- | ---: |")
    for job, ours in loop_rows():
        print(f"| {job} | {ours:,.1f} |")
    print("\n| kernel | ours, ms | scipy, ms | ours ÷ scipy |\n| --- | ---: | ---: | ---: |")
    for job, ours, peer in kernel_rows():
        print(f"| {job} | {ours:,.1f} | {peer:,.1f} | {ours / peer:.2f} |")


if __name__ == "__main__":
    main()
