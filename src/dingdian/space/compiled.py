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
    try:
        kernel = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder may be written to: the code is compiled anew in each process
        kernel = numba.njit(nogil=True)(function)
    return cast("Callable[P, R]", kernel)
