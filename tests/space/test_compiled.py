"""A kernel answers as its Python does, where code can be kept on disk and where it cannot."""

import numba
import pytest

from dingdian.space import searches
from dingdian.space.compiled import compiled


def double(value):
    return value + value


def test_a_kernel_answers_as_its_python():
    assert compiled(double)(21) == double(21) == 42


def test_where_nothing_may_be_written_kernels_still_compile(monkeypatch):
    usual = numba.njit

    def nowhere(**options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return usual(**options)

    monkeypatch.setattr(numba, "njit", nowhere)
    assert compiled(double)(21) == 42


@pytest.mark.parametrize("word", [1, 5, 2**40])
def test_kernels_let_go_of_the_interpreters_lock(word):
    assert searches.heap_push.targetoptions["nogil"]
    assert compiled(double)(word) == 2 * word
