"""Our side of the comparisons: each question put through the public interface, as a user would put it."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import Any

import numpy as np
from serving import Arrays, Bench, Task, alone_on_one_core, serve

from dingdian.space.network import Network

# --- searches along streets -------------------------------------------------------------------------------------


def _network(data: Arrays) -> Network:
    return Network(data["lon"], data["lat"], data["u"], data["v"], data["length"])


def prepare(bench: Bench, data: str) -> Task:
    """Arrays to a network that has answered its first question: nothing is left for later."""
    streets = bench.data[data]
    return Task(run=lambda: _network(streets).nearest(streets["sites"][:1], 100.0))


def nearest(
    bench: Bench, data: str, limit: float, sites: int | None = None, extra: int = 0, one_core: bool = False
) -> Task:
    """Distance of the nearest site to every node, and which site it is."""
    network = bench.once("network", data, _network)
    streets = bench.data[data]
    sources = np.concatenate((streets["sites"][:sites], streets["candidates"][:extra]))
    held = alone_on_one_core if one_core else nullcontext

    def run() -> Any:
        with held():
            return network.nearest(sources, limit)

    return Task(run=run, answer=lambda raw: {"distance": raw[0], "owner": raw[1]})


def pairs(
    bench: Bench, data: str, limit: float, sources: str = "sites", targets: str | None = None, one_core: bool = False
) -> Task:
    """All nodes (or some) within the limit of each source."""
    network = bench.once("network", data, _network)
    streets = bench.data[data]
    asked, wanted = streets[sources], None if targets is None else streets[targets]
    held = alone_on_one_core if one_core else nullcontext

    def run() -> Any:
        with held():
            return network.pairs(asked, wanted, limit)

    return Task(
        run=run,
        answer=lambda raw: {"source": raw.source, "target": raw.target, "distance": raw.distance},
    )


def catchments(bench: Bench, data: str, limit: float) -> Task:
    """The same kept as catchments, the structure that coverage, access and siting share."""
    from dingdian.space.catchments import Catchments

    network = bench.once("network", data, _network)
    sites = bench.data[data]["sites"]

    def answer(raw: Catchments) -> dict[str, Any]:
        found = raw.pairs()
        return {"source": found.source, "target": found.target, "distance": found.distance}

    return Task(run=lambda: Catchments.of(network, sites, limit, towards=False), answer=answer)


def saved(bench: Bench, data: str) -> Task:
    """A prepared network as bytes."""
    from dingdian.space.stored_network import to_bytes

    network = bench.once("network", data, _network)
    return Task(run=lambda: to_bytes(network), facts=lambda raw: {"megabytes": len(raw) / 1e6})


def loaded(bench: Bench, data: str) -> Task:
    """The same bytes as a network again."""
    from dingdian.space.stored_network import from_bytes, to_bytes

    content = to_bytes(bench.once("network", data, _network))
    streets = bench.data[data]
    sites = streets["sites"]
    return Task(
        run=lambda: from_bytes(content), answer=lambda network: {"distance": network.nearest(sites, 1200.0)[0]}
    )


# --- a finished answer under edits ------------------------------------------------------------------------------


def reach_add(bench: Bench, data: str, limit: float, edits: int) -> Task:
    """One more site, again and again, on a finished answer."""
    from dingdian.space.reach import Reach

    streets = bench.data[data]
    nodes = [int(node) for node in streets["candidates"][:edits]]
    reach = Reach(bench.once("network", data, _network), streets["sites"], limit)
    there: list[int] = []

    def take_back() -> None:
        while there:
            reach.remove(there.pop())
        _ = reach.distance

    def run() -> Any:
        there.extend(reach.add(node) for node in nodes)
        return reach

    return Task(run=run, before=take_back, units=edits, answer=lambda raw: {"distance": raw.distance})


def reach_remove(bench: Bench, data: str, limit: float, edits: int) -> Task:
    """Those sites taken away again, one by one."""
    from dingdian.space.reach import Reach

    streets = bench.data[data]
    nodes = [int(node) for node in streets["candidates"][:edits]]
    reach = Reach(bench.once("network", data, _network), streets["sites"], limit)
    there: list[int] = []

    def put_there() -> None:
        there.extend(reach.add(node) for node in nodes)
        _ = reach.distance

    def run() -> Any:
        while there:
            reach.remove(there.pop())
        return reach

    return Task(run=run, before=put_there, units=edits, answer=lambda raw: {"distance": raw.distance})


def reach_seen(bench: Bench, data: str, limit: float) -> Task:
    """One more site, and the whole answer read afterwards as the caller gets it."""
    from dingdian.space.reach import Reach

    streets = bench.data[data]
    node = int(streets["candidates"][0])
    reach = Reach(bench.once("network", data, _network), streets["sites"], limit)
    there: list[int] = []

    def take_back() -> None:
        while there:
            reach.remove(there.pop())
        _ = reach.distance

    def run() -> Any:
        there.append(reach.add(node))
        return reach.distance, reach.owner

    return Task(run=run, before=take_back, answer=lambda raw: {"distance": raw[0]})


def whatif(bench: Bench, data: str, limit: float, radius: float, room: int, edits: int) -> Task:
    """What a click on the map asks for: one more site, coverage by persons and full circles along streets kept up with it."""
    from dingdian.space.demand import Demand
    from dingdian.space.whatif import StreetCircle, WhatIf

    network = bench.once("network", data, _network)
    streets = bench.data[data]
    people = np.bincount(streets["demand"], minlength=network.n_nodes)
    city = WhatIf(network, streets["sites"], limit=limit, demand=Demand.at_nodes(network, people),
                  circle=StreetCircle(network, radius), caps=room)
    nodes = [int(node) for node in streets["candidates"][:edits]]
    there: list[int] = []

    def take_back() -> None:
        while there:
            city.remove(there.pop())

    def run() -> Any:
        there.extend(city.add(node).site for node in nodes)
        return city

    return Task(
        run=run, before=take_back, units=edits,
        answer=lambda raw: {"distance": raw.reach.distance, "covered": np.array(raw.covered)},
    )


# --- access and straight lines ----------------------------------------------------------------------------------


def two_step(bench: Bench, data: str, steps: list[tuple[float, float]]) -> Task:
    """E2SFCA on pairs that are there already."""
    from dingdian.methods import access
    from dingdian.space.pairs import Pairs

    given = bench.data[data]
    supply, demand = given["supply"], given["demand"]
    reached = Pairs(given["source"], given["target"], given["distance"], demand.size, supply.size)
    decay = access.steps([(edge, weight) for edge, weight in steps])
    return Task(
        run=lambda: access.two_step(supply, demand, reached, decay=decay), answer=lambda raw: {"access": raw}
    )


def straight_counts(bench: Bench, data: str, radius: float, points: str, plane: bool = False) -> Task:
    """Sites within a radius of each point, measured on the ellipsoid or in the plane, in whole decimetres."""
    from dingdian.space.neighbours import GROUND, PLANE, Sites

    streets = bench.data[data]
    first, second = ("x", "y") if plane else ("lon", "lat")
    at, asked = streets["sites"], streets[points]
    sites = Sites(streets[first][at], streets[second][at], metric=PLANE if plane else GROUND)
    east, north = streets[first][asked], streets[second][asked]
    return Task(run=lambda: sites.counts(east, north, radius), answer=lambda raw: {"counts": raw})


# --- siting -----------------------------------------------------------------------------------------------------


def _cover(data: Arrays) -> Any:
    from scipy.sparse import csr_array

    shape = (data["weight"].size, int(data["candidates"]))
    return csr_array((np.ones(data["row"].size, dtype=np.bool_), (data["row"], data["column"])), shape=shape)


def cover(bench: Bench, data: str, p: int, **budget: Any) -> Task:
    """Maximal cover: ``budget`` is what `max_cover` takes (seconds, gap, exact)."""
    from dingdian.space.siting import max_cover

    matrix = bench.once("cover", data, _cover)
    weight = bench.data[data]["weight"]
    # A first answer that compiles kernels is no measure of anything: warm them on the corner of the matrix.
    max_cover(matrix[:200, :50], weight[:200], 2, seconds=5.0, clock=time.monotonic)
    return Task(run=lambda: max_cover(matrix, weight, p, clock=time.monotonic, **budget), facts=_certificate)


def _certificate(answer: Any) -> dict[str, Any]:
    return {
        "value": float(answer.value), "bound": float(answer.bound), "gap": float(answer.gap), "status": answer.status,
        "verified": bool(answer.verify()),
    }


MAKERS = {
    made.__name__: made
    for made in (
        prepare, nearest, pairs, catchments, saved, loaded, reach_add, reach_remove, reach_seen, whatif, two_step,
        straight_counts, cover,
    )
}

if __name__ == "__main__":
    serve(MAKERS)
