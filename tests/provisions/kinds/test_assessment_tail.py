"""Who is in the tail of the assessment, in which group, at which mark, and what follows for which type."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.provisions.kinds.assessment_tail import AssessmentTail
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import WEST, application, clinic, hospital, pharmacy, provider, small_city

ROW = {"provider_class": (), "kinds": (), "tags": (), "ownership": (), "months": None}
CONSEQUENCES = (
    {**ROW, "consequence": "correct", "kinds": ("community_health_centre",), "ownership": ("public",), "months": 3},
    {**ROW, "consequence": "correct", "kinds": ("village_clinic",), "tags": ("village_integrated",), "months": 3},
    {**ROW, "consequence": "reduce", "provider_class": ("inpatient",)},
    {**ROW, "consequence": "eliminate"},
)


def provision(groups: str = "class_by_level", mark: str = "below", **changes: Any) -> AssessmentTail:
    grouped = {"option": groups, **({"smallest_group": 20} if groups == "class_by_level" else {})}
    return AssessmentTail(**{"id": "tail", "clause": "bed-total", "effect": "information", "percent": 5, "mark": 60,
                             "consequences": CONSEQUENCES, "readings": {"groups": grouped, "mark": {"option": mark}}, **changes})


def score(code: str, points: float, year: int = 2025, full: float = 100) -> dict[str, Any]:
    return {"provider": code, "year": year, "score": points, "max_score": full}


def city_of(points: list[float], /, **changes: Any) -> Any:
    codes = [f"C{i:02}" for i in range(len(points))]
    rows: dict[str, Any] = {"providers": [clinic(code) for code in codes], "beds": None,
                            "scores": [score(code, mark) for code, mark in zip(codes, points)]}
    return small_city(**{**rows, **changes})


def rows_of(city: Any, measure: str = "assessment_tail", **options: Any) -> dict[str, Any]:
    return {row.subject: row for row in measured(city, "tail", plan=with_provisions(provision(**options))) if row.measure == measure}


@pytest.mark.parametrize(("size", "members"), [(19, []), (20, ["C00"]), (39, ["C00"]), (40, ["C00", "C01"])])
def test_the_last_five_per_cent_of_a_group_of_twenty_or_more(size: int, members: list[str]) -> None:
    assert list(rows_of(city_of([70 + i / 2 for i in range(size)]))) == members


def test_a_group_of_nineteen_says_that_it_has_no_tail_and_another_reading_knows_no_minimum() -> None:
    city = city_of([70 + i for i in range(19)])
    assert "不足 20 家" in rows_of(city, "tail_groups")["outpatient_pooling:ungraded"].note.zh
    assert "19 家，末位 0 家" in rows_of(city, "tail_groups", groups="no_minimum")["outpatient_pooling:ungraded"].note.zh


@pytest.mark.parametrize(("points", "mark", "included"), [
    (59.99, "below", True), (60, "below", False), (60.01, "below", False), (59.99, "included", True), (60, "included", True), (60.01, "included", False)])
def test_below_at_and_above_sixty(points: float, mark: str, included: bool) -> None:
    assert (list(rows_of(city_of([points, 90, 91]), mark=mark)) == ["C00"]) is included


def test_marks_are_compared_on_a_scale_of_a_hundred() -> None:
    city = city_of([90, 90], scores=[score("C00", 71.9, full=120), score("C01", 72, full=120)])
    assert list(rows_of(city)) == ["C00"]


def test_a_tie_at_the_edge_puts_nobody_into_the_tail_and_is_told() -> None:
    city = city_of([70, 70, *range(71, 89)])
    assert rows_of(city) == {}
    assert "同分 2 家" in rows_of(city, "tail_groups")["outpatient_pooling:ungraded"].note.zh


def test_the_two_grounds_are_a_union() -> None:
    found = rows_of(city_of([50, 58, *range(71, 89)]))
    assert list(found) == ["C00", "C01"]
    assert found["C00"].note.zh.startswith("末位且低于分数线")
    assert found["C01"].note.zh.startswith("低于分数线")


def test_all_together_is_another_reading() -> None:
    pharmacies = [pharmacy(f"P{i:02}", 100.0 * i) for i in range(10)]
    city = city_of([80 + i for i in range(10)], more_providers=pharmacies, more_scores=[score(f"P{i:02}", 70 + i) for i in range(10)])
    assert rows_of(city) == {}
    assert list(rows_of(city, groups="together")) == ["P00"]


def test_scores_of_a_running_year_and_of_those_without_a_place_do_not_count() -> None:
    city = city_of([50, 50, 90], more_scores=[score("C02", 10, year=2026)],
                   providers=[clinic("C00"), clinic("C01", status="terminated"), clinic("C02")])
    assert list(rows_of(city)) == ["C00"]


@pytest.mark.parametrize(("row", "consequence"), [
    (clinic("X", kind="community_health_centre", ownership="public"), "correct"),
    (clinic("X", kind="community_health_centre", ownership="private"), "eliminate"),
    (clinic("X", kind="village_clinic", tags="village_integrated"), "correct"),
    (clinic("X", kind="village_clinic"), "eliminate"),
    (hospital("X", "primary", WEST), "reduce"),
    (provider("X"), "eliminate"),
    (clinic("X", kind="community_health_centre", ownership=None), None),
])
def test_the_consequence_follows_the_type(row: dict[str, Any], consequence: str | None) -> None:
    found = rows_of(small_city(providers=[row], beds=None, scores=[score("X", 10)]))["X"]
    assert {item.name: item.value for item in found.inputs}["consequence"] == consequence
    assert ("整改 3 个月" in found.note.zh) is (consequence == "correct")


def test_without_scores_nothing_is_measured() -> None:
    (row,) = measured(city_of([50], scores=None), "tail", plan=with_provisions(provision()))
    assert (row.status, row.supply) == ("undetermined", None)


def test_an_applicant_is_told_what_would_follow() -> None:
    said = judge(small_city(), "tail", plan=with_provisions(provision()))
    assert (said.status, said.evidence["consequence"]) == ("holds", "eliminate")
    lacks = small_city(applications=[application(kind="community_health_centre", provider_class="outpatient_pooling", ownership=None)])
    assert lacking(judge(lacks, "tail", plan=with_provisions(provision()))) == {("applications", "ownership")}


def test_a_last_row_for_everybody_else_and_a_term_for_corrections_only() -> None:
    wrong = provision(consequences=({**ROW, "consequence": "correct", "kinds": ("clinic",)},))
    assert [path for path, _, _ in wrong.problems()] == [("consequences", 0, "months"), ("consequences",)]
    assert list(provision().problems()) == []
