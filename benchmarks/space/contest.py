"""Contests: the same question put to ours and to peers in turn, timed, compared, printed.

A repetition asks everybody once, ours first, so that a machine that slows down slows all of them. Ratios are taken
within a repetition. Each contestant has one uncounted run first.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from side import NoAnswerError, Side

Arrays = dict[str, npt.NDArray[Any]]
Agreement = Callable[[Arrays, Arrays], str]


@dataclass
class Entry:
    """Somebody who takes part: a maker on one side with its arguments.

    ``target`` is how many times faster than this peer ours should be, ``at_most`` the most seconds that ours should
    take, ``gap`` the largest gap that it should prove; ``prepared`` names what was built beforehand, as the side tells it; ``cap`` ends the side's process.
    """

    side: Side
    maker: str
    label: str
    arguments: dict[str, Any] = field(default_factory=dict)
    repeats: int = 5
    target: float | None = None
    at_most: float | None = None
    gap: float | None = None
    prepared: str = ""
    cap: float | None = None
    agrees: Agreement | None = None


@dataclass
class Standing:
    """What came of an entry."""

    entry: Entry
    seconds: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)
    preparation: float | None = None
    excuse: str = ""
    agreement: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    ratios: list[float] = field(default_factory=list)
    arrays: Arrays = field(default_factory=dict)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def met(self) -> str:
        """Whether the target was met, in words; empty where there is none."""
        if self.entry.target is not None and self.ratios:
            return _met(f"≥ {self.entry.target:g} ×", statistics.median(self.ratios) >= self.entry.target)
        if self.entry.at_most is not None and self.seconds:
            return _met(f"≤ {duration(self.entry.at_most)}", self.median <= self.entry.at_most)
        if self.entry.gap is not None and "gap" in self.facts:
            return _met(f"gap ≤ {self.entry.gap:.1%}", self.facts["gap"] <= self.entry.gap)
        return ""

    def record(self) -> dict[str, Any]:
        """Everything but the arrays, as plain data."""
        return {
            "maker": self.entry.maker, "label": self.entry.label, "arguments": self.entry.arguments,
            "seconds": self.seconds, "cores": self.cores, "preparation": self.preparation, "excuse": self.excuse,
            "agreement": self.agreement, "facts": self.facts, "ratios": self.ratios, "target": self.met,
        }


def _met(target: str, holds: bool) -> str:
    return f"{target}: {'met' if holds else '**missed**'}"


@dataclass
class Contest:
    """One question: ours first, then the others."""

    title: str
    entries: Sequence[Entry]
    folder: Path
    note: str = ""

    def run(self) -> list[Standing]:
        progress(self.title)
        standings = [Standing(entry) for entry in self.entries]
        for standing in standings:
            self._attempt(standing, self._start)
        for round_ in range(max(entry.repeats for entry in self.entries)):
            for standing in standings:
                if round_ < standing.entry.repeats:
                    self._attempt(standing, self._once)
        for standing in standings:
            self._attempt(standing, self._collect)
        first = standings[0]
        for standing in standings[1:]:
            _compare(first, standing)
        return standings

    def _attempt(self, standing: Standing, step: Callable[[Standing], None]) -> None:
        if standing.excuse:
            return
        try:
            step(standing)
        except NoAnswerError as said:
            standing.excuse = str(said)
            progress(f"  {standing.entry.label}: {said}")

    def _name(self, entry: Entry) -> str:
        return f"{self.title}|{entry.label}"

    def _start(self, standing: Standing) -> None:
        entry = standing.entry
        reply = entry.side.ask("start", name=self._name(entry), maker=entry.maker, arguments=entry.arguments, cap=entry.cap)
        standing.preparation = reply["built"].get(entry.prepared) if entry.prepared else None
        if entry.repeats > 1:
            entry.side.ask("run", name=self._name(entry), cap=entry.cap)

    def _once(self, standing: Standing) -> None:
        entry = standing.entry
        told = entry.side.ask("run", name=self._name(entry), cap=entry.cap)
        standing.seconds.append(told["seconds"])
        standing.cores.append(told["cores"])

    def _collect(self, standing: Standing) -> None:
        entry = standing.entry
        path = self.folder / "answer.npz"
        standing.facts = entry.side.ask("answer", name=self._name(entry), path=str(path))["facts"]
        with np.load(path) as file:
            standing.arrays = dict(file)
        entry.side.ask("end", name=self._name(entry))


def _compare(ours: Standing, other: Standing) -> None:
    """Ratios within each repetition, and whether the answers agree."""
    if ours.excuse or other.excuse:
        return
    if other.entry.side is not ours.entry.side or other.entry.agrees is not None:  # ours in two ways is no contest
        other.ratios = [theirs / own for own, theirs in zip(ours.seconds, other.seconds)]
    if other.entry.agrees is not None:
        other.agreement = other.entry.agrees(ours.arrays, other.arrays)


# --- printing ---------------------------------------------------------------------------------------------------


def table(standings: Iterable[Standing]) -> str:
    """Markdown: who, preparation, time, cores kept busy, peer ÷ ours, agreement, target."""
    lines = [
        "| who | prepared in | time: median (min–max) | cores | ÷ ours: median (min–max) | agreement | target |",
        "| --- | ---: | ---: | ---: | ---: | --- | --- |",
    ]
    for standing in standings:
        cells = [standing.entry.label, *_cells(standing)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cells(standing: Standing) -> list[str]:
    prepared = "" if standing.preparation is None else duration(standing.preparation)
    if standing.excuse:
        return [prepared, standing.excuse, "", "", "", ""]
    ratios = spread(standing.ratios, lambda ratio: f"{ratio:.3g}") if standing.ratios else ""
    facts = ", ".join(f"{name} {_plain(name, value)}" for name, value in standing.facts.items())
    said = "; ".join(part for part in (standing.agreement, facts) if part)
    cores = f"{statistics.median(standing.cores):.1f}"
    return [prepared, spread(standing.seconds, duration), cores, ratios, said, standing.met]


def targets(titled: Iterable[tuple[str, Standing]]) -> str:
    """Markdown: every target with what was measured, in the order of the parts."""
    lines = ["| question | against | target | measured |", "| --- | --- | --- | --- |"]
    for title, standing in titled:
        if standing.met:
            target, verdict = standing.met.rsplit(": ", 1)
            lines.append(f"| {title} | {standing.entry.label} | {target} | {_measured(standing)}: {verdict} |")
    return "\n".join(lines)


def _measured(standing: Standing) -> str:
    if standing.entry.target is not None:
        return spread(standing.ratios, lambda ratio: f"{ratio:.3g}") + " ×"
    if standing.entry.at_most is not None:
        return spread(standing.seconds, duration)
    return f"gap {standing.facts['gap']:.2%}"


def spread(values: Sequence[float], show: Callable[[float], str]) -> str:
    """Median and, where there are several, the extremes."""
    middle = show(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({show(min(values))}–{show(max(values))})"


def duration(seconds: float) -> str:
    """Seconds in the unit that reads best."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds < 1000.0 * size else f"{seconds / size:,.0f} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def _plain(name: str, value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.2%}" if name == "gap" else f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"


_BEGUN = time.monotonic()


def progress(said: str) -> None:
    print(f"[{time.monotonic() - _BEGUN:6.0f} s] {said}", file=sys.stderr, flush=True)


# --- agreement --------------------------------------------------------------------------------------------------


def same_distances(tolerance: float = 0.0, limit: float = np.inf) -> Agreement:
    """Distances equal up to ``tolerance`` metres, reach equal but for those within the tolerance of the limit."""

    def compare(ours: Arrays, theirs: Arrays) -> str:
        first, second = ours["distance"], theirs["distance"]
        both = np.isfinite(first) & np.isfinite(second)
        worst = float(np.abs(first[both] - second[both]).max(initial=0.0))
        one = np.isfinite(first) != np.isfinite(second)
        nearer = np.minimum(first[one], second[one])
        stray = int(np.count_nonzero(nearer < limit - tolerance))
        return _verdict(worst <= tolerance + 1e-9 and stray == 0, worst, int(one.sum()), "m")

    return compare


def same_people(people: npt.NDArray[np.int64], limit: float) -> Agreement:
    """The same distances, and our persons covered are those whom the other's distances reach."""
    distances = same_distances(limit=limit)

    def compare(ours: Arrays, theirs: Arrays) -> str:
        reached = int(people[np.isfinite(theirs["distance"])].sum())
        persons = "the same persons" if reached == ours["covered"] else f"**{reached:,} persons instead of {ours['covered']:,}**"
        return f"{distances(ours, theirs)}, {persons}"

    return compare


def same_pairs(n_targets: int, tolerance: float, limit: float) -> Agreement:
    """The same pairs with the same distances, but for pairs within the tolerance of the limit."""

    def keyed(found: Arrays) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        key = found["source"].astype(np.int64) * n_targets + found["target"].astype(np.int64)
        order = np.argsort(key)
        return key[order], found["distance"][order]

    def compare(ours: Arrays, theirs: Arrays) -> str:
        (first, one), (second, two) = keyed(ours), keyed(theirs)
        _, a, b = np.intersect1d(first, second, assume_unique=True, return_indices=True)
        worst = float(np.abs(one[a] - two[b]).max(initial=0.0))
        alone = np.concatenate((np.delete(one, a), np.delete(two, b)))
        stray = np.count_nonzero(alone < limit - tolerance)
        return f"{first.size:,} pairs; " + _verdict(worst <= tolerance + 1e-9 and stray == 0, worst, alone.size, "m")

    return compare


def same_values(name: str, relative: float) -> Agreement:
    """Equal up to a relative difference."""

    def compare(ours: Arrays, theirs: Arrays) -> str:
        first, second = ours[name], theirs[name]
        worst = float((np.abs(first - second) / np.maximum(np.abs(second), 1e-300)).max(initial=0.0))
        return f"{'agree' if worst <= relative else '**differ**'}, largest relative difference {worst:.2g}"

    return compare


def same_counts(name: str, share: float) -> Agreement:
    """Whole numbers that may differ for a small share of the entries (other measure, other rounding)."""

    def compare(ours: Arrays, theirs: Arrays) -> str:
        differ = int(np.count_nonzero(ours[name] != theirs[name]))
        holds = differ <= share * ours[name].size
        return f"{'agree' if holds else '**differ**'}, {differ:,} of {ours[name].size:,} counts differ"

    return compare


def _verdict(holds: bool, worst: float, one_sided: int, unit: str) -> str:
    exact = holds and worst == 0.0 and one_sided == 0
    if exact:
        return "identical"
    edge = f", {one_sided:,} at the limit" if one_sided else ""
    return f"{'agree' if holds else '**differ**'}, largest difference {worst:.2g} {unit}{edge}"
