"""The spatial benchmarks keep running: same seed, same city; every part of ours answers; what is missing is said."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "space"


@pytest.fixture(scope="module")
def streets() -> ModuleType:
    """``benchmarks/space/streets.py``, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("bench_streets", FOLDER / "streets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def small(streets: ModuleType, seed: int = 1) -> dict[str, np.ndarray]:
    return streets.city(2000, 40, 1800, 60, 300, seed=seed)


def test_the_same_seed_gives_the_same_city_to_the_byte(streets: ModuleType) -> None:
    first, second = small(streets), small(streets)
    assert first.keys() == second.keys()
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)


def test_another_seed_gives_another_city(streets: ModuleType) -> None:
    assert small(streets)["length"].tobytes() != small(streets, seed=2)["length"].tobytes()


def test_streets_hang_together_and_are_as_large_as_asked(streets: ModuleType) -> None:
    made = small(streets)
    n, m = made["x"].size, made["u"].size
    parts, _ = connected_components(coo_array((np.ones(m), (made["u"], made["v"])), shape=(n, n)), directed=False)
    assert parts == 1
    assert abs(n - 2000) < 100
    assert 1.4 < m / n < 1.6


def test_lengths_are_whole_decimetres_and_not_shorter_than_the_straight_line(streets: ModuleType) -> None:
    made = small(streets)
    u, v, tenths = made["u"], made["v"], made["length"] * 10.0
    assert np.abs(tenths - np.rint(tenths)).max() < 1e-9
    assert (made["length"] >= np.hypot(made["x"][u] - made["x"][v], made["y"][u] - made["y"][v]) - 0.051).all()


def test_random_order_renames_nodes_and_moves_nothing(streets: ModuleType) -> None:
    made = small(streets)
    mixed = streets.shuffled(made)
    for end in ("u", "v", "sites", "demand", "candidates", "clients"):
        assert (mixed["x"][mixed[end]] == made["x"][made[end]]).all()
        assert (mixed["lat"][mixed[end]] == made["lat"][made[end]]).all()
    assert (mixed["sites"] != made["sites"]).any()


@pytest.fixture(scope="module")
def printed() -> str:
    """What the suite prints on a tiny city without peers."""
    command = [sys.executable, str(FOLDER / "run.py"), "--size", "tiny", "--repeats", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lines_of_ours(printed: str) -> list[str]:
    return [line for line in printed.splitlines() if line.startswith("| ours")]


def test_every_part_of_ours_answers(printed: str) -> None:
    lines = lines_of_ours(printed)
    assert len(lines) >= 18
    assert [line for line in lines if "missing" in line or "failed" in line] == []
    assert "not run" not in printed


def test_a_peer_that_is_missing_is_said_so(printed: str) -> None:
    for peer in ("scipy", "routingkit-cch", "pandana", "PySAL `access`", "spopt + HiGHS", "PySCIPOpt"):
        lines = [line for line in printed.splitlines() if line.startswith(f"| {peer}")]
        assert lines, f"{peer} is not in any table"
        assert all("missing" in line for line in lines)


def test_no_target_is_held_against_a_tiny_city(printed: str) -> None:
    assert "met" not in {word.strip(":* ") for word in printed.split()}


def test_an_unknown_part_is_refused() -> None:
    command = [sys.executable, str(FOLDER / "run.py"), "--only", "data,nonsense"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no such part: nonsense" in done.stderr
