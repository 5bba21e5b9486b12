"""Several kernels at once: chunks of work on a few threads, results in the order of the chunks.

The number of threads changes how long a search takes and nothing else: each chunk is computed by itself and put in its place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")

MOST = 16  # threads: beyond this the memory is the limit, not the cores


def cores() -> int:
    """Threads that are worth starting: the cores that this process may use."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(MOST, allowed))


def side_by_side(work: Callable[[Work], Result], chunks: Sequence[Work], threads: int | None = None) -> list[Result]:
    """``work`` of each chunk, in the order of ``chunks``; with one thread or one chunk in the caller's own."""
    wanted = min(len(chunks), cores() if threads is None else max(1, threads))
    found: dict[int, Result] = {}
    waiting = iter(range(len(chunks)))  # whoever is free takes the next

    def some() -> None:
        for number in waiting:
            found[number] = work(chunks[number])

    if wanted <= 1:
        some()
    else:
        with ThreadPoolExecutor(wanted - 1) as pool:  # the caller works too instead of waiting
            others = [pool.submit(some) for _ in range(wanted - 1)]
            some()
            for other in others:
                other.result()
    return [found[number] for number in range(len(chunks))]
