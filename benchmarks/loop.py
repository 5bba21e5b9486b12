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
from dingdian.loop.cases import application_ids, case_of
from dingdian.loop.findings import Desk
from dingdian.loop.ground import snapshot
from dingdian.space.neighbours import Sites
from dingdian.space.plane import LocalPlane

RUNS = 5
SPATIAL = ("radius_cap", "service_circle", "coverage", "sizing", "zone_quota", "population_cap", "minimum_presence")
ON = date(2026, 9, 1)


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
    city, plan, on = dd.read_city("jinan-demo"), dd.load_plan("jinan-2026"), ON
    return [
        ("read the demo city", median_ms(lambda: dd.read_city("jinan-demo"), 3)),
        ("content hash", median_ms(lambda: dd.read_city("jinan-demo").content_hash, 3)),
        ("measure everything (snapshot ready)", median_ms(lambda: dd.measure(city, plan, on))),
        ("one pharmacy, all readings", median_ms(lambda: dd.check(city, plan, "A001", on=on))),
        ("one hospital, all readings", median_ms(lambda: dd.check(city, plan, "A033", on=on))),
        ("the whole loop, 40 applications", median_ms(lambda: dd.run(city, plan, on), 3)),
    ]


def spatial_rows() -> list[tuple[str, float]]:
    """Each application against the provisions that look at the map, asked once: nothing about it is remembered yet.

    The first application of a provider class builds what its class needs (indexes, walks) and is told apart.
    """
    city, plan = dd.read_city("jinan-demo"), dd.load_plan("jinan-2026")
    spatial = [provision for provision in plan.provisions if provision.kind in SPATIAL]
    loading: dict[str, float] = {}
    taken = []
    for application in application_ids(city):
        case = case_of(city, application, ON)
        begun = time.perf_counter()
        desk = Desk(city, plan, case, ON, ())
        for provision in spatial:
            desk.finding(provision)
        milliseconds = (time.perf_counter() - begun) * 1000
        if case.provider_class in loading:
            taken.append(milliseconds)
        else:
            loading[case.provider_class] = milliseconds
    return [
        (f"the {len(spatial)} spatial provisions: first application of each class, all indexes, together", sum(loading.values())),
        (f"the same for one more application, median of {len(taken)}", statistics.median(taken)),
        ("the slowest of these", max(taken)),
    ]


def kernel_rows() -> list[tuple[str, float, float]]:
    """(job, ours, scipy) on the demo city's streets and providers."""
    city = dd.read_city("jinan-demo")
    places = snapshot(city, ON).places
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
    arcs, n = streets.graph.out, streets.n_nodes
    graph = csr_array((np.asarray(arcs.packed >> 32, dtype=float), arcs.packed & (2**32 - 1), arcs.starts), shape=(n, n))
    at = streets.graph.new[sources]
    nearest = (
        f"nearest of {len(sources)} sources within 1,035 m from every street node (ours names the owner exactly)",
        median_ms(lambda: streets.nearest(sources, 1035.0)),
        median_ms(lambda: dijkstra(graph, indices=at, min_only=True, limit=10350.0)),
    )
    return [near, nearest]


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    print("| job | median ms |\n| --- | ---: |")
    for job, ours in (*loop_rows(), *spatial_rows()):
        print(f"| {job} | {ours:,.1f} |")
    print("\n| kernel | ours, ms | scipy, ms | ours ÷ scipy |\n| --- | ---: | ---: | ---: |")
    for job, ours, peer in kernel_rows():
        print(f"| {job} | {ours:,.1f} | {peer:,.1f} | {ours / peer:.2f} |")


if __name__ == "__main__":
    main()
