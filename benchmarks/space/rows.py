"""What is compared: one function for each part of the suite, each giving Markdown and the figures behind it.

All rows of a part use the data that `Stage` wrote once. A part of ours that is not there yet, like a peer that is not
installed, is said in its row.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from contest import (
    Arrays,
    Contest,
    Entry,
    Standing,
    duration,
    progress,
    same_counts,
    same_distances,
    same_pairs,
    same_people,
    same_values,
    spread,
    table,
)
from side import HERE, NoAnswerError, Side

from streets import city, shuffled

NEAR, FAR, STRAIGHT = 1200.0, 3000.0, 800.0  # metres
STEPS = [(400.0, 1.0), (800.0, 0.68), (1200.0, 0.22)]  # E2SFCA
PANDANA_M = 0.05  # pandana adds float32 metres


@dataclass(frozen=True)
class Size:
    """How large everything is; ``tiny`` is for the test that keeps the suite running."""

    nodes: int = 302_000
    sites: int = 2_000
    points: int = 300_000
    candidates: int = 5_000
    clients: int = 100_000
    growth: tuple[tuple[int, tuple[int, ...]], ...] = (
        (10_000, (1_000,)), (100_000, (1_000, 10_000)), (1_000_000, (1_000, 10_000, 100_000)),
    )
    edits: int = 200
    p: int = 50
    small: tuple[int, int, int] = (500, 10_000, 20)  # candidates, clients, p of the cover that SCIP can solve
    seconds: float = 3.0  # budget of ours for a cover
    cap: float = 60.0  # of a peer's cover
    patience: float = 20.0  # of either side's p-median
    medians: tuple[int, ...] = (100, 200, 300, 400, 500, 600, 700, 800, 900)  # nodes of the p-median instances
    judged: bool = True  # whether the targets, which are of the full size, are held against the figures


FULL = Size()
TINY = Size(
    nodes=900, sites=20, points=600, candidates=30, clients=200, growth=((400, (20,)),), edits=5, p=3, small=(20, 100, 3),
    seconds=0.5, cap=5.0, medians=(20,), judged=False,
)


@dataclass
class Stage:
    """Both sides, the folder of exchange, and the data sets that have been written to it."""

    size: Size
    folder: Path
    repeats: int
    ours_python: str
    peers_python: str
    ours: Side = field(init=False)
    peers: Side = field(init=False)
    data: Arrays = field(init=False)

    def __post_init__(self) -> None:
        self.ours, self.peers = Side(self.ours_python, "ours.py"), Side(self.peers_python, "peers.py")
        size = self.size
        self.data = city(size.nodes, size.sites, size.points, size.candidates, size.clients)
        self.data["homes"] = np.unique(self.data["demand"])
        self.write("city", self.data)

    def write(self, name: str, arrays: Arrays) -> None:
        path = self.folder / f"{name}.npz"
        np.savez(path, **arrays)
        for side in (self.ours, self.peers):
            side.load(name, path)

    def contest(self, title: str, *entries: Entry) -> list[Standing]:
        return Contest(title, entries, self.folder).run()

    def entry(self, side: Side, maker: str, label: str, data: str = "city", **rest: Any) -> Entry:
        """An entry on a data set: what `Entry` knows goes there, anything else is an argument of the maker."""
        known = {name: rest.pop(name) for name in list(rest) if name in Entry.__dataclass_fields__}
        known["repeats"] = min(known.get("repeats", self.repeats), self.repeats)
        if not self.size.judged:
            known = {**known, "target": None, "at_most": None, "gap": None}
        return Entry(side, maker, label, {"data": data, **rest}, **known)

    def mine(self, maker: str, label: str = "ours", data: str = "city", **rest: Any) -> Entry:
        return self.entry(self.ours, maker, label, data, **rest)

    def theirs(self, maker: str, label: str, data: str = "city", **rest: Any) -> Entry:
        return self.entry(self.peers, maker, label, data, **rest)

    def found(self, title: str, entry: Entry) -> Arrays:
        """The arrays that one of ours finds, to be handed to both sides.

        Raises
        ------
        NoAnswerError
            When it cannot.
        """
        standing = self.contest(title, entry)[0]
        if standing.excuse:
            raise NoAnswerError(standing.excuse)
        return standing.arrays

    def close(self) -> None:
        self.ours.close()
        self.peers.close()


@dataclass
class Part:
    """A section of the result."""

    title: str
    said: str
    text: str
    standings: list[Standing] = field(default_factory=list)


def _versus(title: str, said: str, standings: list[Standing]) -> Part:
    return Part(title, said, table(standings), standings)


# --- the parts --------------------------------------------------------------------------------------------------


def data(stage: Stage) -> Iterator[Part]:
    made = stage.data
    figures = [
        ("street nodes", f"{made['x'].size:,}"), ("edges", f"{made['u'].size:,}"),
        ("mean edge", f"{made['length'].mean():.1f} m"), ("sites", f"{made['sites'].size:,}"),
        ("demand points", f"{made['demand'].size:,}"), ("nodes with demand", f"{made['homes'].size:,}"),
        ("candidates for siting", f"{made['candidates'].size:,}"), ("demand nodes for siting", f"{made['clients'].size:,}"),
    ]
    rows = [f"| {name} | {figure} |" for name, figure in figures]
    yield Part("Data", "Synthetic, from one seed; node order is that of the grid.", "\n".join(["| what | |", "| --- | ---: |", *rows]))


def prepare(stage: Stage) -> Iterator[Part]:
    said = "From arrays to a network that answers; the peers' own preparation stands in the tables below."
    standings = [
        *stage.contest("prepare", stage.mine("prepare", "ours: `Network(…)` and a first question", at_most=5.0)),
        *stage.contest("save", stage.mine("saved", "ours: `to_bytes`")),
        *stage.contest("load", stage.mine("loaded", "ours: `from_bytes`")),
    ]
    yield _versus("Preparing the streets", said, standings)


def nearest(stage: Stage) -> Iterator[Part]:
    exact, loose = same_distances(limit=NEAR), same_distances(PANDANA_M, NEAR)
    standings = stage.contest(
        "nearest",
        stage.mine("nearest", limit=NEAR, prepared="network city"),
        stage.theirs("scipy_nearest", "scipy `dijkstra(min_only, limit)`", limit=NEAR, agrees=exact, target=4.0),
        stage.theirs("routingkit_nearest", "routingkit-cch, one sweep", limit=NEAR, agrees=exact, target=1.5,
                     prepared="routingkit hierarchy city"),
        stage.theirs("pandana_nearest", "pandana `nearest_pois`", limit=NEAR, agrees=loose, repeats=5, prepared="pandana network city"),
    )
    yield _versus(
        f"Nearest site within {NEAR:,.0f} m from every node",
        "Ours also names the site; the peers are asked for the distance only.", standings,
    )
    alone = stage.contest(
        "nearest on one core", stage.mine("nearest", limit=NEAR, one_core=True),
        stage.theirs("pandana_nearest", "pandana `nearest_pois`", limit=NEAR, one_core=True, agrees=loose, target=100.0, repeats=5),
    )
    yield _versus(
        f"Nearest site within {NEAR:,.0f} m, everybody on one core",
        "pandana shares its search out among the cores as ours does; the target was set against what it takes on one.", alone,
    )
    far = stage.contest(
        "nearest without limit", stage.mine("nearest", limit=np.inf),
        stage.theirs("scipy_nearest", "scipy `dijkstra(min_only)`", limit=np.inf, agrees=same_distances()),
        stage.theirs("routingkit_nearest", "routingkit-cch, one sweep", limit=np.inf, agrees=same_distances(),
                     prepared="routingkit hierarchy city"),
    )
    yield _versus("The same without a limit", "", far)
    stage.write("shuffled", shuffled(stage.data))
    mixed = stage.contest(
        "nearest shuffled", stage.mine("nearest", "ours", "shuffled", limit=NEAR, prepared="network shuffled"),
        stage.theirs("scipy_nearest", "scipy `dijkstra(min_only, limit)`", "shuffled", limit=NEAR, agrees=exact),
    )
    yield _versus(
        "The same streets with their nodes in random order",
        "Random order slows a search that takes nodes as they come; it is in no other table.", mixed,
    )


def growth(stage: Stage) -> Iterator[Part]:
    lines = [
        "| nodes | sites | limit | ours: median (min–max) | scipy: median (min–max) | ÷ ours: median (min–max) | agreement |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    kept = []
    for nodes, numbers in stage.size.growth:
        name = f"n{nodes}"
        stage.write(name, city(nodes, max(numbers), 0, 0, 0))
        for sites in numbers:
            for limit in (NEAR, np.inf):
                both = stage.contest(
                    f"growth {nodes:,} × {sites:,}, {limit}",
                    stage.mine("nearest", "ours", name, limit=limit, sites=sites, repeats=7),
                    stage.theirs("scipy_nearest", "scipy", name, limit=limit, sites=sites, repeats=7, agrees=same_distances(limit=limit)),
                )
                kept += both
                lines.append(_growth_line(nodes, sites, limit, *both))
    yield Part("Growth", "Nearest site from every node, ours against scipy.", "\n".join(lines), kept)


def _growth_line(nodes: int, sites: int, limit: float, ours: Standing, peer: Standing) -> str:
    reach = "none" if np.isinf(limit) else f"{limit:,.0f} m"
    times = [one.excuse or spread(one.seconds, duration) for one in (ours, peer)]
    ratio = spread(peer.ratios, lambda value: f"{value:.3g}") if peer.ratios else ""
    return f"| {nodes:,} | {sites:,} | {reach} | {times[0]} | {times[1]} | {ratio} | {peer.agreement} |"


def pairs(stage: Stage) -> Iterator[Part]:
    n = stage.data["x"].size
    standings = stage.contest(
        "pairs", stage.mine("catchments", "ours: `Catchments`", limit=NEAR),
        stage.theirs("pandana_pairs", "pandana `nodes_in_range`", limit=NEAR, target=25.0, repeats=5,
                     prepared="pandana network city", agrees=same_pairs(n, PANDANA_M, NEAR)),
        stage.mine("pairs", "ours: `Network.pairs`, three columns", limit=NEAR, agrees=same_pairs(n, 0.0, NEAR)),
        stage.mine("pairs", "the same, held to one core", limit=NEAR, one_core=True),
    )
    yield _versus(f"All nodes within {NEAR:,.0f} m of each site", "Sorted by site, distance, node in ours.", standings)


def edits(stage: Stage) -> Iterator[Part]:
    k = stage.size.edits
    again = {"extra": k, "agrees": same_distances(limit=NEAR)}
    adding = stage.contest(
        "one more site", stage.mine("reach_add", "ours: `Reach.add`", limit=NEAR, edits=k, at_most=1e-4),
        stage.mine("nearest", "ours, worked out again", limit=NEAR, **again),
        stage.theirs("scipy_nearest", "scipy, worked out again", limit=NEAR, **again),
    )
    yield _versus(
        "One more site on a finished answer",
        f"Per edit, {k} edits in a row; agreement is that of the answer after all of them.", adding,
    )
    removing = stage.contest(
        "one site less", stage.mine("reach_remove", "ours: `Reach.remove`", limit=NEAR, edits=k, at_most=1e-4),
        stage.theirs("scipy_nearest", "scipy, worked out again", limit=NEAR, agrees=same_distances(limit=NEAR)),
    )
    yield _versus("One site less", "", removing)
    people = np.bincount(stage.data["demand"], minlength=stage.data["x"].size)
    clicks = stage.contest(
        "one more site, all kept up", stage.mine("whatif", "ours: `WhatIf.add`", limit=NEAR, radius=STRAIGHT, room=3, edits=k, at_most=1e-3),
        stage.theirs("scipy_nearest", "scipy, distances only, worked out again", limit=NEAR, extra=k, agrees=same_people(people, NEAR)),
    )
    yield _versus(
        "One more site, with coverage and full circles",
        f"Nearest site, persons within {NEAR:,.0f} m and circles of {STRAIGHT:,.0f} m along the streets above a cap of 3, all kept up. "
        "Agreement covers distances and persons.", clicks,
    )
    seen = stage.contest("one more site, all read", stage.mine("reach_seen", "ours: `Reach.add`, then both arrays read", limit=NEAR))
    yield _versus("One more site, and the whole answer read", "Metres and owners of all nodes as arrays for the caller.", seen)


def access(stage: Stage) -> Iterator[Part]:
    title = "E2SFCA"
    made = stage.data
    reached = stage.found("pairs for access", stage.mine("pairs", limit=NEAR, targets="homes", repeats=1))
    people = np.bincount(made["demand"], minlength=made["x"].size)[made["homes"]].astype(np.float64)
    beds = made["persons"][: made["sites"].size].astype(np.float64)
    beds = np.resize(beds, made["sites"].size)
    order = np.lexsort((reached["source"], reached["distance"], reached["target"]))  # by place, as pairs of places are
    rows = {"source": reached["target"][order], "target": reached["source"][order], "distance": reached["distance"][order]}
    stage.write("access", {**rows, "demand": people, "supply": beds})
    standings = stage.contest(
        title, stage.mine("two_step", "ours: `access.two_step`", "access", steps=STEPS),
        stage.theirs("pysal_two_step", "PySAL `access`", "access", steps=STEPS, target=150.0, repeats=5,
                     agrees=same_values("access", 1e-12)),
    )
    yield _versus(f"E2SFCA on {reached['source'].size:,} pairs", "Steps 400 m: 1, 800 m: 0.68, 1,200 m: 0.22.", standings)


def straight(stage: Stage) -> Iterator[Part]:
    for points, said in (("sites", "each site"), ("demand", "each demand point")):
        standings = stage.contest(
            f"straight {points}", stage.mine("straight_counts", "ours: `Sites.counts`, geodesic", radius=STRAIGHT, points=points),
            stage.mine("straight_counts", "ours in the plane", radius=STRAIGHT, points=points, plane=True,
                       agrees=same_counts("counts", 0.001)),
            stage.theirs("tree_counts", "scipy `cKDTree` in the plane", radius=STRAIGHT, points=points,
                         agrees=same_counts("counts", 0.001)),
        )
        yield _versus(
            f"Sites within {STRAIGHT:,.0f} m of {said}, in a straight line",
            "Nothing to win: the tree is the same. Ours measures each pair that the tree finds on the ellipsoid and rounds it to "
            "whole decimetres; a count differs where rounding brings a site onto the circle.", standings,
        )


def cover(stage: Stage) -> Iterator[Part]:
    size = stage.size
    for radius in (NEAR, FAR):
        name = f"cover{radius:.0f}"
        _write_cover(stage, name, radius, size.candidates, size.clients)
        rivals = [_capped(stage, "spopt_model", "spopt, its model alone (before HiGHS)", name, p=size.p)] if radius == NEAR else []
        standings = stage.contest(
            f"cover {radius:.0f}",
            stage.mine("cover", "ours, first answer", name, p=size.p, exact=False, seconds=0.0, at_most=0.1 if radius == NEAR else None),
            stage.mine("cover", f"ours, {size.seconds:g} s", name, p=size.p, seconds=size.seconds, repeats=3,
                       gap=0.003 if radius == NEAR else None), *rivals,
        )
        _close(rivals)
        entries = stage.data["clients"].size, stage.data["candidates"].size
        yield _versus(
            f"Maximal cover, p = {size.p}, {entries[1]:,} candidates × {entries[0]:,} demand nodes, {radius:,.0f} m", "", standings,
        )
    yield from _small_cover(stage)


def _small_cover(stage: Stage) -> Iterator[Part]:
    """A cover that a general solver can finish: do the proven values agree?"""
    candidates, clients, p = stage.size.small
    _write_cover(stage, "cover small", FAR, candidates, clients)
    rivals = [
        _capped(stage, maker, label, "cover small", p=p, seconds=stage.size.cap)
        for maker, label in (("scip_cover", "PySCIPOpt"), ("spopt_cover", "spopt + HiGHS"))
    ]
    standings = stage.contest("cover small", stage.mine("cover", "ours", "cover small", p=p, seconds=stage.size.cap, repeats=1), *rivals)
    _close(rivals)
    for rival in standings[1:]:
        rival.agreement = _values_agree(standings[0], rival)
    said = "Small enough for a general solver to finish; values are to agree where both are proven."
    yield _versus(f"Maximal cover, p = {p}, {candidates:,} candidates × {clients:,} demand nodes, {FAR:,.0f} m", said, standings)


def _write_cover(stage: Stage, name: str, radius: float, candidates: int, clients: int) -> None:
    made = stage.data
    part = {**made, "candidates": made["candidates"][:candidates], "clients": made["clients"][:clients]}
    stage.write("part", part)
    ask = stage.mine("pairs", data="part", limit=radius, sources="candidates", targets="clients", repeats=1)
    reached = stage.found(f"pairs for {name}", ask)
    stage.write(name, {
        "row": reached["target"], "column": reached["source"], "candidates": np.array(part["candidates"].size),
        "weight": part["persons"][:clients].astype(np.float64),
    })


def _capped(stage: Stage, maker: str, label: str, data: str, **arguments: Any) -> Entry:
    """A peer in a process of its own, which is ended when it takes too long: a model may not even be built by then."""
    side = Side(stage.peers_python, "peers.py")
    side.load(data, stage.folder / f"{data}.npz")
    return Entry(side, maker, label, {"data": data, **arguments}, repeats=1, cap=stage.size.cap)


def _close(entries: list[Entry]) -> None:
    for entry in entries:
        entry.side.close()


def _values_agree(ours: Standing, rival: Standing) -> str:
    if ours.excuse or rival.excuse:
        return ""
    first, second = ours.facts["value"], rival.facts["value"]
    proven = all(str(one.facts["status"]).lower() == "optimal" for one in (ours, rival))
    if abs(first - second) <= 1e-6 * max(first, second):
        return "same value"
    return "**differ**" if proven else "not proven by both"


def medians(stage: Stage) -> Iterator[Part]:
    """The recipe of the OR-Library's p-median instances: a script of its own, which asks one side after the other."""
    progress("p-median")
    command = [stage.ours_python, str(HERE / "pmedian.py"), "--seconds", f"{stage.size.patience:g}"]
    command += ["--sizes", *map(str, stage.size.medians)]
    said = (f"Each instance by ours and by pbp-pmedian, one after the other, at most {stage.size.patience:g} s each; "
            "the p-centre beside it has no peer.")
    lack = _lack_of(stage, "pbp_pmedian")
    if lack:
        said = f"pbp-pmedian: {lack}."
    else:
        command += ["--peer", stage.peers_python]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    text = done.stdout.strip() + ("" if done.returncode == 0 else f"\n\nfailed with exit code {done.returncode}")
    yield Part("p-median and p-centre", said, text)


def _lack_of(stage: Stage, module: str) -> str:
    """Why a module of the peers cannot be asked; empty where it can."""
    if not stage.peers_python:
        return "missing: no environment of peers"
    found = subprocess.run([stage.peers_python, "-c", f"import {module}"], stderr=subprocess.DEVNULL, check=False)
    return "" if found.returncode == 0 else f"missing: {module}"


PARTS: dict[str, Callable[[Stage], Iterator[Part]]] = {
    made.__name__: made for made in (data, prepare, nearest, growth, pairs, edits, access, straight, cover, medians)
}
