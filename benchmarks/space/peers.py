"""The peers' side: the same questions put to scipy, routingkit-cch, pandana, PySAL access, spopt and PySCIPOpt.

Runs in an environment of its own (see ``peers.txt``): some of them are GPL or AGPL, and none is a dependency. Each is
used as its documentation shows, with what it can prepare prepared before the clock starts; the time of that is told
apart. Conversions of a peer's answer into arrays are not timed, which is in the peer's favour.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
from serving import Arrays, Bench, Task, alone_on_one_core, serve

# --- searches along streets -------------------------------------------------------------------------------------


def _graph(data: Arrays) -> Any:
    """Both directions of every edge in whole decimetres, as scipy wants them."""
    from scipy.sparse import coo_array

    u, v, n = data["u"], data["v"], data["x"].size
    cost = np.rint(data["length"] * 10.0)
    ends = np.concatenate((u, v)), np.concatenate((v, u))
    return coo_array((np.concatenate((cost, cost)), ends), shape=(n, n)).tocsr()


def scipy_nearest(bench: Bench, data: str, limit: float, sites: int | None = None, extra: int = 0) -> Task:
    """Distance of the nearest site to every node; scipy is not asked which site it is."""
    from scipy.sparse.csgraph import dijkstra

    graph = bench.once("scipy graph", data, _graph)
    streets = bench.data[data]
    sources = np.concatenate((streets["sites"][:sites], streets["candidates"][:extra]))
    return Task(
        run=lambda: dijkstra(graph, indices=sources, min_only=True, limit=limit * 10.0),
        answer=lambda metres: {"distance": metres / 10.0},
    )


def _hierarchy(data: Arrays) -> Any:
    from routingkit_cch import CCH, CCHMetric, CCHOneToMany, compute_order_inertial

    n = int(data["x"].size)
    tail = np.concatenate((data["u"], data["v"])).tolist()
    head = np.concatenate((data["v"], data["u"])).tolist()
    order = compute_order_inertial(n, tail, head, data["lat"].tolist(), data["lon"].tolist())
    hierarchy = CCH(order, tail, head, False)
    metric = CCHMetric(hierarchy, np.rint(np.tile(data["length"], 2) * 10.0).astype(np.int64).tolist())
    return CCHOneToMany(metric, list(range(n))), metric, hierarchy


def routingkit_nearest(bench: Bench, data: str, limit: float) -> Task:
    """One sweep of the hierarchy from all sites to all nodes; it knows no limit, which is applied afterwards."""
    sweep, *_ = bench.once("routingkit hierarchy", data, _hierarchy, "routingkit_cch")
    sources = [(int(site), 0) for site in bench.data[data]["sites"]]

    def answer(found: list[int | None]) -> Arrays:
        metres = np.array([np.inf if one is None else one / 10.0 for one in found])
        return {"distance": np.where(metres <= limit, metres, np.inf)}

    return Task(run=lambda: sweep.distances_from_multi(sources), answer=answer)


def _pandana(data: Arrays) -> Any:
    import pandana
    import pandas as pd

    frame = pd.DataFrame({"u": data["u"], "v": data["v"], "metres": data["length"]})
    return pandana.Network(pd.Series(data["x"]), pd.Series(data["y"]), frame["u"], frame["v"], frame[["metres"]])


def pandana_nearest(bench: Bench, data: str, limit: float, one_core: bool = False) -> Task:
    import pandas as pd

    network = bench.once("pandana network", data, _pandana, "pandana")
    streets = bench.data[data]
    at = streets["sites"]
    network.set_pois("sites", limit, 1, pd.Series(streets["x"][at]), pd.Series(streets["y"][at]))
    held = alone_on_one_core if one_core else nullcontext

    def run() -> Any:
        with held():
            return network.nearest_pois(limit, "sites", num_pois=1, max_distance=np.inf)

    return Task(
        run=run,
        answer=lambda frame: {"distance": frame[1].to_numpy(dtype=np.float64)},
    )


def pandana_pairs(bench: Bench, data: str, limit: float) -> Task:
    """All nodes in range of each site."""
    network = bench.once("pandana network", data, _pandana, "pandana")
    sites = bench.data[data]["sites"]
    position = np.zeros(bench.data[data]["x"].size, dtype=np.int64)
    position[sites] = np.arange(sites.size)

    def answer(frame: Any) -> Arrays:
        source = position[frame["source"].to_numpy()]
        return {"source": source, "target": frame["destination"].to_numpy(), "distance": frame["metres"].to_numpy(np.float64)}

    return Task(run=lambda: network.nodes_in_range(sites, limit), answer=answer)


# --- access and straight lines ----------------------------------------------------------------------------------


def pysal_two_step(bench: Bench, data: str, steps: list[tuple[float, float]]) -> Task:
    """E2SFCA by PySAL's access."""
    import pandas as pd
    from access import Access, weights

    given = bench.data[data]
    demand = pd.DataFrame({"place": np.arange(given["demand"].size), "people": given["demand"]})
    supply = pd.DataFrame({"site": np.arange(given["supply"].size), "beds": given["supply"]})
    cost = pd.DataFrame({"place": given["source"], "site": given["target"], "metres": given["distance"]})
    books = Access(
        demand_df=demand, demand_index="place", demand_value="people", supply_df=supply, supply_index="site",
        supply_value="beds", cost_df=cost, cost_origin="place", cost_dest="site", cost_name="metres",
    )
    decay, largest = weights.step_fn(dict(steps)), max(edge for edge, _ in steps)

    def answer(found: Any) -> Arrays:
        column = found.iloc[:, -1].reindex(np.arange(given["demand"].size)).fillna(0.0)
        return {"access": column.to_numpy(dtype=np.float64)}

    return Task(
        run=lambda: books.enhanced_two_stage_fca(name="e2sfca", max_cost=largest, weight_fn=decay), answer=answer
    )


def tree_counts(bench: Bench, data: str, radius: float, points: str) -> Task:
    """Sites within a radius of each point in the plane, by scipy's k-d tree."""
    from scipy.spatial import cKDTree

    streets = bench.data[data]
    plane = np.column_stack((streets["x"], streets["y"]))
    tree, asked = cKDTree(plane[streets["sites"]]), plane[streets[points]]
    return Task(
        run=lambda: tree.query_ball_point(asked, radius, return_length=True), answer=lambda counts: {"counts": counts}
    )


# --- siting -----------------------------------------------------------------------------------------------------


def _spopt(bench: Bench, data: str, p: int) -> Callable[[], Any]:
    """What builds spopt's model, which wants the whole table of distances: 0 within reach, far beyond it."""
    from spopt.locate import MCLP

    given = bench.data[data]
    cost = np.full((given["weight"].size, int(given["candidates"])), 60_000, dtype=np.uint16)
    cost[given["row"], given["column"]] = 0
    return lambda: MCLP.from_cost_matrix(cost, given["weight"], 1.0, p_facilities=p)


def spopt_model(bench: Bench, data: str, p: int) -> Task:
    """The model alone, before a solver sees it."""
    return Task(run=_spopt(bench, data, p))


def spopt_cover(bench: Bench, data: str, p: int, seconds: float) -> Task:
    """Maximal cover by spopt, solved by HiGHS."""
    import pulp

    build = _spopt(bench, data, p)

    def run() -> Any:
        model = build()
        model.problem.solve(pulp.HiGHS(msg=False, timeLimit=seconds))
        return model

    return Task(
        run=run,
        facts=lambda model: {"value": float(pulp.value(model.problem.objective)), "status": pulp.LpStatus[model.problem.status]},
    )


def scip_cover(bench: Bench, data: str, p: int, seconds: float) -> Task:
    """Maximal cover as a mixed-integer program in SCIP."""
    from pyscipopt import Model, quicksum

    given = bench.data[data]
    n_rows, n_columns = given["weight"].size, int(given["candidates"])
    order = np.argsort(given["row"], kind="stable")
    ends = np.searchsorted(given["row"][order], np.arange(1, n_rows))
    reached = np.split(given["column"][order], ends)

    def run() -> Any:
        model = Model()
        model.hideOutput()
        model.setParam("limits/time", seconds)
        chosen = [model.addVar(vtype="B") for _ in range(n_columns)]
        served = [model.addVar(ub=1.0, obj=-float(w)) for w in given["weight"]]
        for one, columns in zip(served, reached):
            model.addCons(one <= quicksum(chosen[j] for j in columns.tolist()))
        model.addCons(quicksum(chosen) <= p)
        model.optimize()
        return model

    return Task(
        run=run,
        facts=lambda model: {
            "value": -model.getObjVal(), "bound": -model.getDualbound(), "status": model.getStatus(),
        },
    )


MAKERS = {
    made.__name__: made
    for made in (
        scipy_nearest, routingkit_nearest, pandana_nearest, pandana_pairs, pysal_two_step, tree_counts, spopt_model,
        spopt_cover, scip_cover,
    )
}

if __name__ == "__main__":
    serve(MAKERS)
