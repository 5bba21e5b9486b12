"""Fixtures that every room of the tests may use: the shipped demo city, the Jinan plan, a small city made by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import settings

from dingdian.city.model import City
from dingdian.city.read import read_city
from dingdian.plans.load import load_plan
from dingdian.plans.model import Plan
from small_city import small_city

# The first call of a compiled kernel takes seconds: no law is broken by that.
settings.register_profile("dingdian", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)  # of `make check`
settings.load_profile("dingdian")


@pytest.fixture(scope="session")
def demo_city() -> City:
    """The shipped demo city, read once."""
    return read_city("jinan-demo")


@pytest.fixture(scope="session")
def jinan() -> Plan:
    """The Jinan plan as shipped: a draft whose day of publication is open."""
    return load_plan("jinan-2026")


@pytest.fixture(scope="session")
def judged_on() -> date:
    """The day on which the demo's applications are judged."""
    return date(2026, 9, 1)


@pytest.fixture(scope="session")
def a_small_city() -> City:
    """The small city with nothing changed."""
    return small_city()
