"""One side of a comparison: a process that keeps its data and networks, and times single calls when asked.

The driver sends one JSON object a line and gets one back. Time is taken here, around the call alone, so that neither
the pipe nor the other side's Python is in it; garbage collection waits until the call is over. Whatever libraries print
goes to stderr. This file runs in both environments and imports nothing but numpy.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[Any]]

QUICK = 2.5  # seconds


@dataclass
class Task:
    """A call to be timed.

    Attributes
    ----------
    run
        The call; what it returns is the raw answer.
    answer
        Raw answer → arrays in the form in which both sides are compared; not timed.
    before
        Puts things back so that the next call does the same work; not timed.
    units
        Things done in one call, where one is too short to be timed alone; the seconds are divided by it.
    facts
        Raw answer → plain figures to be printed.
    quick
        Whether the latest call took less than `QUICK`.
    """

    run: Callable[[], Any]
    answer: Callable[[Any], Arrays] = field(default=lambda raw: {})
    before: Callable[[], object] = field(default=lambda: None)
    units: int = 1
    facts: Callable[[Any], dict[str, Any]] = field(default=lambda raw: {})
    quick: bool = False


class Bench:
    """Data by name, and what was built from it: a network is prepared once and used by many tasks."""

    def __init__(self) -> None:
        self.data: dict[str, Arrays] = {}
        self.built: dict[tuple[str, str], Any] = {}
        self.seconds: dict[tuple[str, str], float] = {}

    def once(self, what: str, data: str, build: Callable[[Arrays], Any], library: str = "numpy") -> Any:
        """What ``build`` makes of a data set, made once; the seconds of making it, without importing, are kept."""
        key = (what, data)
        import_module(library)
        if key not in self.built:
            with _timed() as taken:
                self.built[key] = build(self.data[data])
            self.seconds[key] = taken()
        return self.built[key]


Maker = Callable[..., Task]


def serve(makers: dict[str, Maker]) -> None:
    """Answer requests from stdin until it ends."""
    replies = _own_stdout()
    bench, tasks, raw = Bench(), dict[str, Task](), dict[str, Any]()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = _handle(request, makers, bench, tasks, raw)
        except ImportError as lack:
            reply = {"missing": _sentence(lack)}
        except Exception as fault:  # noqa: BLE001 -- a peer that fails is a row of the table, not the end of the run
            reply = {"failed": f"{type(fault).__name__}: {_sentence(fault)}"}
        print(json.dumps(reply), file=replies, flush=True)


def _handle(
    request: dict[str, Any], makers: dict[str, Maker], bench: Bench, tasks: dict[str, Task], raw: dict[str, Any]
) -> dict[str, Any]:
    verb, name = request["verb"], request.get("name", "")
    if verb == "load":
        with np.load(request["path"]) as file:
            bench.data[name] = dict(file)
        return {}
    if verb == "versions":
        return {"versions": dict(_versions(request["packages"])), "python": sys.version.split()[0]}
    if verb == "start":
        with _timed() as taken:
            tasks[name] = makers[request["maker"]](bench, **request["arguments"])
        built = {" ".join(key): seconds for key, seconds in bench.seconds.items()}
        return {"seconds": taken(), "built": built}
    if verb == "run":
        return _run(tasks[name], raw, name)
    if verb == "answer":
        np.savez(request["path"], **tasks[name].answer(raw[name]))
        return {"facts": tasks[name].facts(raw[name]), "peak_mb": _peak_mb()}
    if verb == "end":
        tasks.pop(name, None), raw.pop(name, None)
        return {}
    raise ValueError(f"unknown verb {verb}")


def _run(task: Task, raw: dict[str, Any], name: str) -> dict[str, Any]:
    """One counted call. A quick one is made twice and the second counted: the others have just had the caches and the cores to themselves."""
    raw.pop(name, None)
    gc.collect()
    gc.disable()
    try:
        if task.quick:
            task.before()
            task.run()
        task.before()
        busy = time.process_time()
        with _timed() as taken:
            raw[name] = task.run()
        busy = time.process_time() - busy
    finally:
        gc.enable()
    task.quick = taken() < QUICK
    return {"seconds": taken() / task.units, "cores": busy / taken()}


@contextmanager
def _timed() -> Iterator[Callable[[], float]]:
    """Seconds from here to the end of the block."""
    end: list[float] = []
    begun = time.perf_counter()
    try:
        yield lambda: end[0] - begun
    finally:
        end.append(time.perf_counter())


def _versions(packages: list[str]) -> Iterator[tuple[str, str]]:
    for package in packages:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            yield package, "missing"


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def _sentence(fault: BaseException) -> str:
    return (str(fault).splitlines() or [""])[0][:200]


def _own_stdout() -> TextIO:
    """The pipe to the driver, out of reach of libraries that print from C++."""
    pipe = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return pipe


@contextmanager
def alone_on_one_core() -> Iterator[None]:
    """Hold all threads of this process to one core: they then take turns."""
    if not hasattr(os, "sched_setaffinity"):
        raise ImportError("this system cannot hold a process to one core")
    before = os.sched_getaffinity(0)
    _hold({min(before)})
    try:
        yield
    finally:
        _hold(before)


def _hold(cores: set[int]) -> None:
    for thread in os.listdir("/proc/self/task"):
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread), cores)
