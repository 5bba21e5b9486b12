"""What users install is the wheel: it must carry packs, demo city, page assets, and run without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CARRIED = (
    "dingdian/py.typed", "dingdian/plans/packs/jinan-2026/plan.yaml", "dingdian/plans/packs/jinan-2026/tests.yaml",
    *(f"dingdian/plans/templates/{name}/{file}" for name in ("full", "pharmacies") for file in ("plan.yaml", "tests.yaml", "README.md")),
    "dingdian/city/demo/jinan-demo/city.yaml", "dingdian/city/demo/jinan-demo/providers.parquet",
    "dingdian/city/data/reorganisations.csv", "dingdian/report/assets/page.css",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)], cwd=ROOT, check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_its_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert [name for name in CARRIED if name not in names] == []
    assert not [name for name in names if name.startswith(("tests/", "demo/"))]


@pytest.mark.slow
def test_the_wheel_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    command = [sys.executable, "-m", "dingdian", "check", "jinan-demo", "--plan", "jinan-2026", "--application", "A003", "--json"]
    where = "import dingdian; print(dingdian.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    shown = subprocess.run([sys.executable, "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert str(tmp_path) in shown.stdout
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert '"outcome": "eligible"' in ran.stdout
