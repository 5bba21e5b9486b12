"""The merit order: published weights or none, ties broken as the plan says, and how firmly a rank stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.area_grade import AreaGrade
from dingdian.provisions.kinds.merit_table import MeritTable
from dingdian.provisions.kinds.preference import Preference
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, fact, for_clinic, small_city

CRITERIA = ({"criterion": "quality", "zh": "质量", "en": "quality", "weight": None}, {"criterion": "price", "zh": "价格", "en": "price", "weight": None})
WEIGHTS = [fact("quality", "merit_weight", "60"), fact("price", "merit_weight", "40")]


def plan(weights: str = "published", **changes: Any) -> Any:
    sort = {"zh": "重点项目", "en": "key projects", "kinds": (), "tags": ("key_project",), "ownership": ()}
    first = Preference(id="first", clause="bed-total", effect="priority", any_of=(sort,))
    grade = AreaGrade(id="grade", clause="bed-total", effect="information", readings={"grading": {"option": "stated_first"}})
    readings = {"weights": {"option": weights}}
    return with_provisions(first, grade, MeritTable(**{
        "id": "merit", "clause": "bed-total", "effect": "information", "criteria": CRITERIA, "tie_breaks": ("first",), "area_grade": "grade",
        "readings": readings, "scope": Scope(provider_class=("outpatient_pooling",)), **changes}))


def marks(application: str, quality: str, price: str) -> list[dict[str, Any]]:
    return [fact(f"{application}:quality", "merit_mark", quality), fact(f"{application}:price", "merit_mark", price)]


def city_of(*rows: dict[str, Any], facts: list[dict[str, Any]], **changes: Any) -> Any:
    return small_city(applications=list(rows or [for_clinic(place=None)]), facts=facts, **changes)


def order(city: Any, **changes: Any) -> list[tuple[str, Any, str]]:
    rows = measured(city, "merit", plan=plan(**changes))
    return [(row.subject, row.supply, row.note.zh if row.note else "") for row in rows]


def test_the_score_is_the_weighted_mean_of_the_marks() -> None:
    said = judge(city_of(facts=[*WEIGHTS, *marks("A1", "90", "60")]), "merit", plan=plan())
    assert (said.status, said.value) == ("holds", Decimal("78.00"))


def test_without_published_weights_there_is_no_order() -> None:
    city = city_of(facts=marks("A1", "90", "60"))
    assert lacking(judge(city, "merit", plan=plan())) == {("facts", "merit_weight")}
    assert [row.status for row in measured(city, "merit", plan=plan())] == ["undetermined"]
    assert judge(city, "merit", plan=plan("equal")).value == Decimal("75.00")


def test_weights_of_the_pack_need_no_publication() -> None:
    stated = tuple({**row, "weight": Decimal(weight)} for row, weight in zip(CRITERIA, (1, 3)))
    assert judge(city_of(facts=marks("A1", "90", "60")), "merit", plan=plan(criteria=stated)).value == Decimal("67.50")


@pytest.mark.parametrize(("mark", "known"), [("0", True), ("100", True), ("100.01", False), ("-1", False), ("优", False)])
def test_a_mark_is_from_zero_to_a_hundred(mark: str, known: bool) -> None:
    said = judge(city_of(facts=[*WEIGHTS, *marks("A1", mark, "60")]), "merit", plan=plan())
    assert (said.status == "holds") is known


def test_applications_of_one_zone_are_ranked_with_the_stability_of_each_rank() -> None:
    rows = [for_clinic(code, place=None) for code in ("A1", "A2", "A3")]
    facts = [*WEIGHTS, *marks("A1", "90", "50"), *marks("A2", "70", "82"), *marks("A3", "99", "99")]
    # 74, 74.8, 99; with quality at 72 of 112 it is 75.71 against 74.29
    assert [(code, score) for code, score, _ in order(city_of(*rows, facts=facts))] == [
        ("A3", Decimal("99.00")), ("A2", Decimal("74.80")), ("A1", Decimal("74.00"))]
    notes = [note for _, _, note in order(city_of(*rows, facts=facts))]
    assert notes[0] == "第 1 位，权重变动不改变名次"
    assert "在第 2 至 3 名之间" in notes[1]


def test_weights_that_do_not_move_leave_every_rank_firm() -> None:
    rows = [for_clinic("A1", place=None), for_clinic("A2", place=None)]
    city = city_of(*rows, facts=[*WEIGHTS, *marks("A1", "90", "50"), *marks("A2", "70", "82")])
    assert ["之间" in note for _, _, note in order(city)] == [True, True]
    assert ["之间" in note for _, _, note in order(city, change_percent=Decimal(0))] == [False, False]


def test_zones_are_ranked_apart() -> None:
    rows = [for_clinic("A1", place=None, unit=WEST), for_clinic("A2", place=None, unit=EAST)]
    assert all(note.startswith("第 1 位") for _, _, note in order(city_of(*rows, facts=[*WEIGHTS, *marks("A1", "1", "1"), *marks("A2", "2", "2")])))


def test_ties_go_by_priority_then_the_earlier_application_then_lot() -> None:
    rows = [for_clinic("A1", place=None, applied_on="2026-08-02"), for_clinic("A2", place=None, applied_on="2026-08-01"),
            for_clinic("A3", place=None, applied_on="2026-08-03", tags="key_project"), for_clinic("A4", place=None, applied_on="2026-08-02")]
    facts = [*WEIGHTS, *(row for code in ("A1", "A2", "A3", "A4") for row in marks(code, "80", "80"))]
    found = order(city_of(*rows, facts=facts))
    assert [code for code, _, _ in found] == ["A3", "A2", "A1", "A4"]
    assert [("抽签" in note) for _, _, note in found] == [False, False, True, True]


def test_a_priority_never_goes_before_a_better_score() -> None:
    rows = [for_clinic("A1", place=None, tags="key_project"), for_clinic("A2", place=None)]
    facts = [*WEIGHTS, *marks("A1", "79.99", "80"), *marks("A2", "80", "80")]
    assert [code for code, _, _ in order(city_of(*rows, facts=facts))] == ["A2", "A1"]


def test_the_weaker_area_comes_first_among_equals_where_one_zone_has_several() -> None:
    units = [{"unit": AREA, "name": "市", "level": "pooling_area"}, *(
        {"unit": unit, "name": unit, "level": level, "parent": AREA, "zone": "一区", "resource_class": grade}
        for unit, level, grade in ((WEST, "district", "rich"), (EAST, "district", "weak"), (ZONE, "zone", "moderate")))]
    rows = [for_clinic(code, place=None, unit=unit) for code, unit in (("A1", WEST), ("A2", ZONE), ("A3", EAST))]
    facts = [*WEIGHTS, *(row for code in ("A1", "A2", "A3") for row in marks(code, "80", "80"))]
    assert [code for code, _, _ in order(city_of(*rows, facts=facts, units=units))] == ["A3", "A2", "A1"]


def test_an_application_without_all_its_marks_is_told_and_ranked_nowhere() -> None:
    rows = [for_clinic("A1", place=None), for_clinic("A2", place=None)]
    found = {row.subject: row.status for row in measured(city_of(*rows, facts=[*WEIGHTS, *marks("A1", "80", "80")]), "merit", plan=plan())}
    assert found == {"A1": "measured", "A2": "undetermined"}


def test_criteria_are_stated_once_and_all_or_none_have_weights() -> None:
    def wrong(*rows: Any) -> int:
        return len(list(MeritTable(id="m", clause="c", criteria=rows).problems()))

    assert (wrong(), wrong(*CRITERIA), wrong(CRITERIA[0], CRITERIA[0])) == (1, 0, 1)
    assert wrong(CRITERIA[0], {**CRITERIA[1], "weight": Decimal(1)}) == 1
