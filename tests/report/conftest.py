"""One invented run, written once for all tests of documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from dingdian.city.model import City
from dingdian.loop.results import Run
from dingdian.report.imprint import Imprint
from dingdian.report.mapping.scene import Scene
from dingdian.report.output import write_run
from report import invented


@pytest.fixture(scope="session")
def a_run() -> Run:
    return invented.run()


@pytest.fixture(scope="session")
def a_city() -> City:
    return invented.city()


@pytest.fixture(scope="session")
def imprint(a_run: Run, a_city: City) -> Imprint:
    return Imprint(a_run, a_city)


@pytest.fixture(scope="session")
def scene(a_run: Run, a_city: City) -> Scene:
    return Scene(a_run, a_city)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, a_run: Run, a_city: City) -> Path:
    """Everything that a run writes."""
    target = tmp_path_factory.mktemp("report") / "out"
    write_run(a_run, a_city, target, extra={"seconds": {"loop": "1.5"}})
    return target
