"""Fixtures of the city room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from city.town import write_town
from dingdian.city.model import City
from dingdian.city.read import read_city
from dingdian.problems import BadData, Problem


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's files, as they are; nobody writes into them."""
    return write_town(tmp_path_factory.mktemp("town") / "town")


@pytest.fixture(scope="session")
def town(town_folder: Path) -> City:
    return read_city(town_folder)


@pytest.fixture
def problems_of(tmp_path: Path) -> Callable[..., tuple[Problem, ...]]:
    """The problems of a town with some files replaced."""
    def problems(**replaced: str | None) -> tuple[Problem, ...]:
        folder = write_town(tmp_path / "broken", **replaced)
        with pytest.raises(BadData) as caught:
            read_city(folder)
        return caught.value.problems
    return problems
