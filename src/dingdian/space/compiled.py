"""Compiled kernels: plain loops over arrays, turned into machine code by numba on first use and kept on disk.

A kernel holds no lock of the interpreter (``nogil``), so that a pool of threads can run several at once. None of them runs loops
in parallel by itself or reorders arithmetic: the same input gives the same bits on every machine with IEEE doubles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """``function`` as a compiled kernel with the same signature."""
    return cast("Callable[P, R]", numba.njit(nogil=True, cache=True)(function))
