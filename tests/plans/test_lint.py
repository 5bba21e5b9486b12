"""What lint objects to: everything at once, each with file, line, key, value and remedy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from dingdian.plans.lint import lint_pack
from dingdian.plans.lint_rules import figures_of
from dingdian.problems import Problem

PACK = """\
id: lint-2026
revision: 1
title: {zh: 测试规划, en: a plan for lint}
pooling_area: "370100"
status: final
valid_from: 2026-01-01
valid_until: 2026-12-31
legal_bases: [某令]
source: {zh: 测试, en: a test}
requirement_ids: [L-01, L-02, L-03]
clauses:
  radius: {locator: 一, says: {zh: 800 米内不超过 3 家，其他区域 2 家, en: at most 3 within 800 m and 2 elsewhere}}
  beds: {locator: 二, says: {zh: 每千名参保人 8.5 至 9 张, en: 8.5 to 9 per 1000 insured}}
  use: {locator: 三, says: {zh: 使用率低于 79% 的暂停, en: below 79% additions pause}}
  free: {locator: 四, says: {zh: 村卫生室不受数量限制, en: village clinics are free of numbers}}
readings:
  DISTANCE:
    question: {zh: 直线还是步行, en: straight or walked}
    default: straight_line
    touches: [L-01]
    options:
      straight_line: {meaning: {zh: 直线, en: straight}}
      walking: {meaning: {zh: 步行, en: walked}}
provisions:
  - id: radius
    kind: radius_cap
    clause: radius
    requirements: [L-01]
    boundary: {word: 不超过, says: allowed}
    scope: {actions: [designate], provider_class: [pharmacy]}
    radius_m: 800
    caps: {dense: 3, other: 2}
    counts: [pharmacy]
    readings:
      distance: DISTANCE
      density: {option: percentile, percentile: 90}
      centre: {option: applicant}
      doubt: {option: band, metres: 20}
  - id: beds
    kind: bed_norm
    clause: beds
    requirements: [L-02]
    boundary: {word: 稳定在区间, says: allowed}
    scope: {provider_class: [inpatient]}
    low: 8.5
    high: 9.0
    per: insured
    by: 2026-12-31
    readings: {beds: {option: insured_beds}, band: {option: band_free}}
  - id: use
    kind: supply_demand
    clause: use
    requirements: [L-02]
    scope: {provider_class: [inpatient]}
  - id: village
    kind: exemption
    clause: free
    requirements: [L-03]
    effect: exemption
    rank: 1
    extent: numbers
    scope: {kinds: [village_clinic]}
    excepts: [radius, beds]
    readings: {counting: {option: counted}, who: {option: as_scoped}, fund: {option: never}}
"""
TESTS = """\
city: {as_of: 2026-06-30, tables: {units: [{unit: "370100", name: 市, level: pooling_area}]}}
tests:
  - {name: 一, expect: {findings: {radius: holds, beds: holds, use: holds, village: holds}}}
"""

Lint = Callable[..., list[Problem]]


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    def write(*changes: tuple[str, str], tests: str = TESTS) -> list[Problem]:
        text = PACK
        for before, after in changes:
            assert before in text, before
            text = text.replace(before, after)
        (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "tests.yaml").write_text(tests, encoding="utf-8")
        return list(lint_pack(tmp_path).problems)

    return write


def test_a_sound_pack_has_no_problems(lint: Lint) -> None:
    assert lint() == []


@pytest.mark.parametrize(("before", "after", "code", "column", "value"), [
    # the ledger
    ("requirement_ids: [L-01, L-02, L-03]", "requirement_ids: [L-01, L-02, L-03, L-04]", "requirement_gap", "requirement_ids.3", "L-04"),
    ("requirements: [L-03]", "requirements: [L-03, L-09]", "unknown_requirement", "provisions.3.requirements", "L-09"),
    ("touches: [L-01]", "touches: [L-08]", "unknown_requirement", "readings.DISTANCE.touches", "L-08"),
    ("distance: DISTANCE", "distance: {option: walking}", "unused_reading", "readings.DISTANCE", "DISTANCE"),
    ("      walking: {meaning: {zh: 步行, en: walked}}\n", "", "no_alternative", "readings.DISTANCE.options", "DISTANCE"),
    ("    clause: use\n", "    clause: beds\n", "unused_clause", "clauses.use", "use"),
    ("en: village clinics are free of numbers}}", "en: village clinics are free of numbers}, basis: GK}", "unverified_clause", "clauses.free.says", "GK"),
    # numbers
    ("radius_m: 800", "radius_m: 850", "strange_figure", "provisions.0.radius_m", "850"),
    ("caps: {dense: 3, other: 2}", "caps: {dense: 4, other: 2}", "strange_figure", "provisions.0.caps.dense", "4"),
    ("high: 9.0", "high: 9.5", "strange_figure", "provisions.1.high", "9.5"),
    # words
    ("word: 不超过, says: allowed", "word: 超过, says: allowed", "boundary_contradiction", "provisions.0.boundary", "超过"),
    ("word: 不超过, says: allowed", "word: 不超过, says: stopped", "boundary_contradiction", "provisions.0.boundary", "不超过"),
    ("word: 不超过, says: allowed", "word: 以上, says: allowed", "boundary_contradiction", "provisions.0.boundary", "以上"),
    ("word: 不超过, says: allowed", "word: 以下, says: allowed", "open_boundary", "provisions.0.boundary", "以下"),
    ("    boundary: {word: 不超过, says: allowed}\n", "", "missing_boundary", "provisions.0", "radius"),
    # exceptions
    ("excepts: [radius, beds]", "excepts: [radius, fund]", "unknown_provision", "provisions.3.excepts", "fund"),
    # what cannot be
    ("valid_until: 2026-12-31", "valid_until: 2025-12-31", "impossible_period", "valid_until", "2025-12-31"),
    ("    rank: 1\n", "    rank: 1\n    valid_from: 2026-07-01\n    valid_until: 2026-06-30\n", "impossible_period", "provisions.3.valid_until", "2026-06-30"),
    ("scope: {kinds: [village_clinic]}", "scope: {kinds: [village_clinic], except_kinds: [village_clinic]}", "impossible_scope", "provisions.3.scope", "village"),
    ("scope: {kinds: [village_clinic]}", "scope: {kinds: [village_clinic], provider_class: [pharmacy]}", "impossible_scope", "provisions.3.scope", "village"),
    ("low: 8.5", "low: 9.5", "bad_provision", "provisions.1.low", "9.5"),
    ("    per: insured\n", "", "missing_key", "provisions.1", "per"),
    ("    by: 2026-12-31\n", "", "missing_key", "provisions.1", "by"),
])
def test_each_fault_is_named_with_its_place_value_and_remedy(
    lint: Lint, before: str, after: str, code: str, column: str, value: str
) -> None:
    found = {(p.code, p.column, p.value): p for p in lint((before, after))}
    assert (code, column, value) in found, found.keys()
    problem = found[code, column, value]
    assert problem.row is not None
    assert problem.file.endswith("plan.yaml")
    for text in (problem.message, problem.remedy):
        assert text.zh.strip()
        assert text.en.strip()


def test_words_that_allow_or_stop_agree_with_the_operator(lint: Lint) -> None:
    """不超过 (allowed), 超过 (stopped) and 以内 (allowed) say the same thing of a cap."""
    for stated in ("word: 超过, says: stopped", "word: 以内, says: allowed", "word: above, says: stopped", "word: 稳定在区间, says: allowed"):
        assert lint(("word: 不超过, says: allowed", stated)) == []


def test_an_exemption_in_number_only_cannot_lift_a_fund_gate(lint: Lint) -> None:
    gate = """\
  - id: fund
    kind: fund_gate
    clause: use
    requirements: [L-02]
    boundary: {word: 收不抵支, says: stopped}
    schemes: [employee]
    warning_letters: false
    readings: {period: {option: running_year}, area: {option: pooling_area}}
  - id: village
"""
    changes = (("  - id: village\n", gate), ("excepts: [radius, beds]", "excepts: [radius, beds, fund]"))
    assert ("overreaching_exemption", "fund") in {(p.code, p.value) for p in lint(*changes)}
    assert "overreaching_exemption" not in {p.code for p in lint(*changes, ("extent: numbers", "extent: plan"))}


def test_overlapping_exceptions_of_one_rank_are_named_with_both_ids(lint: Lint) -> None:
    second = """\
  - id: blind
    kind: exemption
    clause: free
    requirements: [L-03]
    effect: exemption
    rank: 1
    scope: {kinds: [blind_massage_clinic]}
    excepts: [radius]
    readings: {counting: {option: counted}, who: {option: as_scoped}, fund: {option: never}}
  - id: village
"""
    found = lint(("  - id: village\n", second))
    assert [(p.code, p.value, p.column) for p in found if p.code == "equal_rank"] == [("equal_rank", "blind, village", "provisions.4.rank")]
    assert "equal_rank" not in {p.code for p in lint(("  - id: village\n", second.replace("rank: 1", "rank: 2")))}


def test_a_number_may_stand_in_a_further_clause(lint: Lint) -> None:
    moved = (("800 米内不超过 3 家，其他区域 2 家, en: at most 3 within 800 m and 2 elsewhere", "800 米内不超过上限, en: a cap within 800 m"),
             ("  free: {", "  caps: {locator: 一2, says: {zh: 密集 3 家、其他 2 家, en: 3 where dense and 2 elsewhere}}\n  free: {"))
    assert {(p.code, p.value) for p in lint(*moved)} == {("strange_figure", "3"), ("strange_figure", "2"), ("unused_clause", "caps")}
    assert lint(*moved, ("    clause: radius\n", "    clause: radius\n    with_clauses: [caps]\n")) == []


def test_what_the_loader_refuses_and_what_lint_objects_to_come_out_together(lint: Lint) -> None:
    found = lint(("radius_m: 800", "radius_m: 850"), ("    per: insured\n", ""), ("kind: supply_demand", "kind: suply_demand"),
                 ("requirement_ids: [L-01,", "requirement_ids: [L-07, L-01,"), ("word: 不超过, says: allowed", "word: 超过, says: allowed"))
    assert {"strange_figure", "missing_key", "unknown_kind", "requirement_gap", "boundary_contradiction"} <= {p.code for p in found}
    assert all(p.row is not None for p in found)


def test_a_provision_that_cannot_be_read_still_carries_what_it_states(lint: Lint) -> None:
    """One wrong key must not bring forth a gap and an unused reading beside it."""
    found = lint(("    radius_m: 800\n", "    radius: 800\n"))
    assert {p.code for p in found} == {"unknown_key", "missing_key"}


def test_a_gate_without_a_test_is_named(lint: Lint) -> None:
    found = lint(tests=TESTS.replace("beds: holds, ", ""))
    assert [(p.code, p.value) for p in found] == [("untested_provision", "beds")]


def test_tests_that_cannot_be_read_are_told_beside_everything_else(lint: Lint) -> None:
    found = lint(("radius_m: 800", "radius_m: 850"), tests=TESTS.replace("name: 一", "name: yes"))
    assert {(p.code, p.file.split("/")[-1]) for p in found} >= {("strange_figure", "plan.yaml")}
    assert any(p.file.endswith("tests.yaml") for p in found)


def test_what_is_no_yaml_or_no_plan_is_a_problem_too(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("a: [", encoding="utf-8")
    assert [p.code for p in lint_pack(tmp_path).problems] == ["yaml_syntax"]
    (tmp_path / "plan.yaml").write_text("id: x\n", encoding="utf-8")
    assert {p.code for p in lint_pack(tmp_path).problems} == {"missing_key"}


@pytest.mark.parametrize(("text", "figures"), [
    ("2,044 家、23,950 张", {"2044", "23950"}), ("60:25:15", {"60", "25", "15"}), ("5.97 张", {"5.97"}), ("85%以上", {"85"}),
    ("三个月", set()), ("2026-07-01", {"2026", "07", "01"}),
])
def test_the_figures_of_a_text(text: str, figures: set[str]) -> None:
    assert figures_of(text) == {Decimal(f) for f in figures}
