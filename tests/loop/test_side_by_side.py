"""One application under several plans: each says what it would say alone, and names its own clauses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import dingdian as dd
from dingdian import canonical, located_yaml
from dingdian.city.model import City
from dingdian.loop.decide import check
from dingdian.loop.side_by_side import prepared, side_by_side
from dingdian.plans.load import find_pack, load_plan
from dingdian.plans.model import Plan
from dingdian.plans.yaml_text import to_yaml
from dingdian.problems import BadData
from dingdian.report.side_view import side_table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city() -> City:
    return dd.read_city("jinan-demo")


@pytest.fixture
def plans(tmp_path: Path) -> tuple[Plan, Plan]:
    """The plan of Jinan, and another one that names itself otherwise and allows more pharmacies."""
    document, _ = located_yaml.read((find_pack("jinan-2026") / "plan.yaml").read_bytes(), "plan.yaml")
    document |= {"id": "roomy", "dates": {"opening": {"title": {"zh": "日", "en": "day"}, "value": None}, **document["dates"]}}
    next(p for p in document["provisions"] if p["id"] == "pharmacy-radius")["caps"] = {"dense": 9, "other": 9}
    (tmp_path / "plan.yaml").write_text(to_yaml(document), encoding="utf-8")
    return load_plan("jinan-2026"), load_plan(tmp_path)


def test_each_plan_says_what_it_says_alone(city: City, plans: tuple[Plan, Plan]) -> None:
    found = side_by_side(city, plans, "A001")
    assert [one.ruling for one in found.plans] == [check(city, plan, "A001") for plan in plans]
    assert [one.ruling.outcome for one in found.plans] == ["refused", "eligible"]
    assert not found.agree


def test_the_deciding_clauses_stand_beside_the_outcome(city: City, plans: tuple[Plan, Plan]) -> None:
    said = side_by_side(city, plans, "A001").as_json()
    assert canonical.dumps(said)
    assert said["application"] == "A001"
    first, second = said["plans"]
    assert {"plan", "outcome", "robust", "deciding"} <= first.keys()
    assert [(d["provision"], d["clause"]) for d in first["deciding"]] == [("pharmacy-radius", "二(二)")]
    assert (second["plan"], second["deciding"]) == ("roomy", [])


def test_a_date_or_reading_goes_to_the_plans_that_have_it(plans: tuple[Plan, Plan]) -> None:
    one, two = prepared(plans, {"opening": date(2026, 7, 1)}, {"AMB-07": "walking"})
    assert "opening" not in one.dates
    assert two.dates["opening"].value == date(2026, 7, 1)
    assert [plan.option("AMB-07").code for plan in (one, two)] == ["walking", "walking"]


@pytest.mark.parametrize(("dates", "readings", "code"), [
    ({"closing": date(2026, 7, 1)}, {}, "unknown_plan_date"), ({}, {"AMB-99": "x"}, "unknown_reading"),
    ({}, {"AMB-07": "flying"}, "unknown_option"),
])
def test_what_no_plan_has_is_an_error(plans: tuple[Plan, Plan], dates: dict[str, date], readings: dict[str, str], code: str) -> None:
    with pytest.raises(BadData) as caught:
        prepared(plans, dates, readings)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize(("lang", "words"), [("zh", ["规划", "结论", "不予新增"]), ("en", ["plan", "outcome", "refused"])])
def test_the_table_has_a_row_for_each_plan(city: City, plans: tuple[Plan, Plan], lang: str, words: list[str]) -> None:
    table = side_table(side_by_side(city, plans, "A001"), lang)
    assert table.row_count == 2
    shown = [str(column.header) for column in table.columns] + [str(cell) for column in table.columns for cell in column.cells]
    assert [word for word in words if word not in shown] == []
    assert any("pharmacy-radius" in text for text in shown)
