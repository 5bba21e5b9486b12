"""The base pack of the national orders: complete, honest about its bases, and careful with article numbers."""

from __future__ import annotations

import re

import pytest

from dingdian.loop.pack_tests import run_pack_tests
from dingdian.plans.lint import lint_pack
from dingdian.plans.load import load_plan

pytestmark = pytest.mark.slow

PLAN = load_plan("national-orders")
KNOWN_ARTICLES = {"4", "5", "39", "40", "41", "42", "43", "44"}


def test_every_requirement_is_accounted_for_and_lint_finds_nothing() -> None:
    report = lint_pack("national-orders")
    assert len(report.ledger) == 28
    assert not report.gaps
    assert report.problems == ()


def test_its_cases_come_out_as_worked_out_by_hand() -> None:
    results = run_pack_tests(PLAN)
    assert len(results) > 100
    assert [(r.name, r.differences) for r in results if not r.passed] == []


def test_it_is_a_base_that_binds_through_city_packs() -> None:
    assert PLAN.is_base
    assert PLAN.valid_until is None


def test_every_clause_states_its_basis_and_below_h_asks_to_verify_in_both_languages() -> None:
    for clause in PLAN.clauses.values():
        assert clause.basis, clause.id
        if clause.basis != "H":
            assert "引用前须核对原文" in clause.paraphrase.zh, clause.id
            assert "verify before citing" in clause.paraphrase.en, clause.id


def test_no_article_number_is_printed_that_is_not_known() -> None:
    for clause in PLAN.clauses.values():
        assert set(re.findall(r"第(\d+)条", clause.locator)) <= KNOWN_ARTICLES, clause.id


def test_what_is_looked_at_on_site_never_decides_a_planning_ruling() -> None:
    binding = {p.id for p in PLAN.provisions if p.effect in ("gate", "condition")}
    assert binding == {"orders-bar", "orders-types", "orders-running", "orders-refusals"}
