"""The merit order: by a published table where there is one, else by what the plan says; never by an invented weight."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dingdian.loop.cases import application_ids, case_of
from dingdian.loop.compare import compare
from dingdian.loop.decide import check
from dingdian.loop.measure import measure
from dingdian.loop.merit import merit, merit_method
from dingdian.loop.results import Merit
from dingdian.plans.model import Plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.merit_table import MeritTable
from provisions.judging import with_provisions
from small_city import DAY, application, corner, fact, small_city

ASKED = [application(f"A{i}", corner(-14 + 7 * i), applied_on=f"2026-08-0{i}") for i in (1, 2, 3)]


def table(jinan: Plan) -> Plan:
    """The plan of Jinan with a scoring table of two criteria, whose weights the bureau publishes."""
    criteria = tuple({"criterion": code, "zh": code, "en": code, "weight": None} for code in ("quality", "price"))
    return with_provisions(MeritTable(
        id="table", clause="balance", effect="information", scope=Scope(provider_class=("pharmacy",)), criteria=criteria,
        readings={"weights": {"option": "published"}, "change": {"option": "share", "percent": Decimal(20)}}), plan=jinan)


def marks(**by_application: tuple[int, int]) -> list[dict[str, Any]]:
    return [fact(f"{name}:{code}", "merit_mark", str(mark)) for name, pair in by_application.items()
            for code, mark in zip(("quality", "price"), pair)]


def ordered(city: Any, plan: Plan) -> tuple[list[Merit], str]:
    gaps = compare(measure(city, plan, DAY))
    rulings = tuple(check(city, plan, code, on=DAY) for code in application_ids(city))
    cases = tuple(case_of(city, code, DAY) for code in application_ids(city))
    return list(merit(city, plan, DAY, gaps, rulings, cases)), merit_method(plan, gaps).zh


def test_without_a_table_the_earlier_application_comes_first(jinan: Plan) -> None:
    rows, method = ordered(small_city(applications=ASKED), jinan)
    assert [(r.application, r.score) for r in rows] == [("A1", None), ("A2", None), ("A3", None)]
    assert "未公布评分权重" in method


def test_by_a_published_table_the_higher_score_comes_first_with_its_range_of_places(jinan: Plan) -> None:
    weights = [fact("quality", "merit_weight", "60"), fact("price", "merit_weight", "40")]
    city = small_city(applications=ASKED, more_facts=[*weights, *marks(A1=(50, 50), A2=(90, 10), A3=(60, 60))])
    rows, method = ordered(city, table(jinan))
    assert [(r.application, r.score) for r in rows] == [("A3", Decimal(60)), ("A2", Decimal(58)), ("A1", Decimal(50))]
    assert [(r.best, r.worst) for r in rows] == [(1, 2), (1, 2), (3, 3)]
    assert "评分表由高到低" in method
    assert "评分 60" in rows[0].reason.zh


def test_without_published_weights_no_order_by_score_is_made(jinan: Plan) -> None:
    city = small_city(applications=ASKED, more_facts=marks(A1=(50, 50), A2=(90, 10), A3=(60, 60)))
    rows, method = ordered(city, table(jinan))
    assert [r.application for r in rows] == ["A1", "A2", "A3"]
    assert all(r.score is None for r in rows)
    assert "尚未公布" in method


def test_who_lacks_a_mark_comes_after_those_who_have_theirs(jinan: Plan) -> None:
    weights = [fact("quality", "merit_weight", "60"), fact("price", "merit_weight", "40")]
    rows, _ = ordered(small_city(applications=ASKED, more_facts=[*weights, *marks(A3=(10, 10))]), table(jinan))
    assert [(r.application, r.score) for r in rows] == [("A3", Decimal(10)), ("A1", None), ("A2", None)]
