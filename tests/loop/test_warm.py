"""Warming up runs every compiled kernel of the rooms that compute, so that none is left to the first question."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import dingdian.methods
import dingdian.space


def kernels():
    """Every compiled kernel by its dotted name."""
    for room in (dingdian.space, dingdian.methods):
        for found in walk_packages(room.__path__, room.__name__ + "."):
            module = import_module(found.name)
            for name, value in vars(module).items():
                if hasattr(value, "targetoptions") and value.py_func.__module__ == found.name:
                    yield f"{found.name}.{name}", value


def cold():
    """Kernels that Python calls and that nothing has run yet; a kernel that another one calls is compiled with it."""
    found = dict(kernels())
    inner = {name for kernel in found.values() for name in kernel.py_func.__code__.co_names}
    return sorted(name for name, kernel in found.items() if not kernel.signatures and kernel.py_func.__name__ not in inner)


@pytest.mark.slow
def test_no_kernel_is_left_cold():
    told = "from test_warm import cold; from dingdian.loop.warm import warm; print(len(cold())); warm(); print(*cold())"
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); {told}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = done.stdout.splitlines()
    assert int(before) > 10
    assert after.split() == []
