"""The engine's rulings on the designed applications are the ones they were designed for."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dingdian.city.model import City
from dingdian.city.read import read_city
from dingdian.loop.decide import check
from dingdian.plans.load import load_plan
from dingdian.plans.model import Plan

ROOT = Path(__file__).resolve().parents[2]
JUDGED_ON = date(2026, 9, 1)
PUBLISHED_ON = date(2026, 6, 15)


def drafts() -> tuple[Any, ...]:
    """The table of designed cases, straight from the builder."""
    spec = importlib.util.spec_from_file_location("demo_applications", ROOT / "demo" / "applications.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules.setdefault(spec.name, importlib.util.module_from_spec(spec))
    spec.loader.exec_module(module)
    return tuple(module.DRAFTS)


@pytest.fixture(scope="module")
def city(folder: Path) -> City:
    return read_city(folder)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("jinan-2026").with_dates(publication=PUBLISHED_ON)


@pytest.mark.parametrize("draft", drafts(), ids=lambda draft: draft.id)
def test_an_application_comes_out_as_designed(draft: Any, city: City, plan: Plan) -> None:
    ruling = check(city, plan, draft.id, on=JUDGED_ON)
    assert ruling.outcome == draft.outcome, draft.intent


def test_the_private_psychiatric_hospital_hangs_on_a_reading(city: City, plan: Plan) -> None:
    ruling = check(city, plan, "A031", on=JUDGED_ON)
    assert not ruling.robust
    other = check(city, plan, "A031", on=JUDGED_ON, readings={"AMB-05": "public_only"})
    assert other.outcome == "refused"


def test_a_later_publication_date_frees_the_pharmacy_that_opened_in_january(city: City) -> None:
    draft = load_plan("jinan-2026")
    before = check(city, draft.with_dates(publication=date(2026, 4, 4)), "A009", on=JUDGED_ON)
    after = check(city, draft.with_dates(publication=date(2026, 4, 5)), "A009", on=JUDGED_ON)
    assert [before.outcome, after.outcome] == ["refused", "eligible"]


def test_rivals_fit_alone_and_not_together(city: City, plan: Plan) -> None:
    from dingdian.loop.cases import case_of

    first = case_of(city, "A010", JUDGED_ON)
    assert check(city, plan, "A011", on=JUDGED_ON).outcome == "eligible"
    assert check(city, plan, "A011", on=JUDGED_ON, admitted=(first,)).outcome == "refused"
