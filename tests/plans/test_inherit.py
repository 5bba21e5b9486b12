"""A pack on top of a base: what it takes over, what it overrides and narrows by name, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dingdian.plans.lint import lint_pack
from dingdian.plans.load import load_plan
from dingdian.problems import BadData

BASE = """\
id: base
revision: 1
title: {zh: 上位办法, en: a base}
pooling_area: "000000"
is_base: true
status: final
valid_from: 2021-02-01
valid_until:
legal_bases: [某令]
source: {zh: 测试, en: a test}
requirement_ids: [B-01, B-02]
clauses:
  fund: {locator: 令1, says: {zh: 收不抵支的不新增, en: none while in deficit}, basis: H}
  free: {locator: 令2, says: {zh: 转型机构例外, en: converters are exempt}, basis: H}
readings:
  PERIOD:
    question: {zh: 哪一期, en: which period}
    default: running_year
    options:
      running_year: {meaning: {zh: 本年, en: running year}}
      last_closed_year: {meaning: {zh: 上年, en: last year}}
provisions:
  - id: fund
    kind: fund_gate
    clause: fund
    requirements: [B-01]
    boundary: {word: 收不抵支, says: stopped}
    scope: {actions: [designate, branch]}
    schemes: [employee, resident]
    warning_letters: true
    readings: {period: PERIOD, area: {option: pooling_area}}
  - id: village
    kind: exemption
    clause: free
    requirements: [B-02]
    effect: exemption
    rank: 9
    scope: {kinds: [village_clinic]}
    excepts: [fund]
    readings: {counting: {option: counted}, who: {option: as_scoped}, fund: {option: never}}
"""

CITY = """\
id: city
revision: 1
extends: base
title: {zh: 某市规划, en: a city's plan}
pooling_area: "370100"
status: final
valid_from: 2026-01-01
valid_until: 2026-12-31
legal_bases: [某令]
source: {zh: 测试, en: a test}
requirement_ids: [C-01]
clauses:
  ours: {locator: 二, says: {zh: 只看职工基金, en: the employees' fund only}}
"""

OVERRIDE = """\
overrides:
  - {provision: fund, type: override, clause: ours, requirements: [C-01], set: {schemes: [employee]}}
"""
OWN = """\
provisions:
  - id: first
    kind: supply_demand
    clause: ours
    requirements: [C-01]
    scope: {actions: [designate]}
  - id: second
    kind: supply_demand
    clause: ours
    effect: priority
"""

Write = Callable[..., Path]


@pytest.fixture
def packs(tmp_path: Path) -> Write:
    def write(city: str, base: str = BASE) -> Path:
        for name, text in (("base", base), ("city", city)):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "plan.yaml").write_text(text, encoding="utf-8")
        return tmp_path / "city"

    return write


def refused(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(BadData) as raised:
        load_plan(folder)
    assert all(problem.row is not None for problem in raised.value.problems)
    return [(problem.code, problem.column) for problem in raised.value.problems]


def test_a_pack_takes_over_what_it_does_not_name(packs: Write) -> None:
    plan = load_plan(packs(CITY + "provisions: []\n"))
    assert [p.id for p in plan.provisions] == ["fund", "village"]
    assert plan.inherited == {"fund", "village"}
    assert set(plan.clauses) == {"fund", "free", "ours"}
    assert set(plan.readings) == {"PERIOD"}
    assert plan.requirement_ids == ("C-01",)


def test_an_override_changes_what_it_states_under_its_own_clause_and_nothing_else(packs: Write) -> None:
    plan = load_plan(packs(CITY + OVERRIDE + "provisions: []\n"))
    fund = plan.provision("fund")
    assert fund.schemes == ("employee",)  # type: ignore[attr-defined]
    assert fund.warning_letters is True  # type: ignore[attr-defined]
    assert (fund.clause, fund.with_clauses) == ("ours", ("fund",))
    assert fund.requirements == ("C-01", "B-01")
    assert plan.inherited == {"village"}
    assert [(o.provision, o.type, o.changed) for o in plan.overrides] == [("fund", "override", ("schemes",))]


def test_parts_of_the_scope_and_of_the_readings_are_stated_one_by_one(packs: Write) -> None:
    stated = OVERRIDE.replace("set: {schemes: [employee]}", "set: {scope: {provider_class: [pharmacy]}, readings: {area: {option: accounting_unit}}}")
    fund = load_plan(packs(CITY + stated + "provisions: []\n")).provision("fund")
    assert fund.scope.actions == ("designate", "branch")
    assert fund.scope.provider_class == ("pharmacy",)
    assert fund.readings["period"] == "PERIOD"
    assert fund.readings["area"] == {"option": "accounting_unit"}


def test_a_narrowing_restricts_the_scope(packs: Write) -> None:
    narrow = "overrides:\n  - {provision: fund, type: narrow, clause: ours, requirements: [C-01], set: {scope: {actions: [designate]}}}\n"
    assert load_plan(packs(CITY + narrow + "provisions: []\n")).provision("fund").scope.actions == ("designate",)


@pytest.mark.parametrize(("stated", "code", "column"), [
    ("set: {schemes: [employee, resident]}", "idle_override", "overrides.0.set.schemes"),
    ("set: {scope: {actions: [designate, branch]}}", "idle_override", "overrides.0.set.scope.actions"),
    ("set: {}", "idle_override", "overrides.0.set"),
    ("set: {kind: bed_norm}", "bad_override", "overrides.0.set.kind"),
    ("set: {schemas: [employee]}", "unknown_key", "overrides.0.set.schemas"),
    ("set: {schemes: [nobody]}", "bad_value", "overrides.0.set.schemes.0"),
    ("set: {boundary: {word: 大概, says: stopped}}", "bad_value", "overrides.0.set.boundary.word"),
])
def test_an_override_that_changes_nothing_or_says_nonsense_is_refused(packs: Write, stated: str, code: str, column: str) -> None:
    text = OVERRIDE.replace("set: {schemes: [employee]}", stated)
    assert (code, column) in refused(packs(CITY + text + "provisions: []\n"))


@pytest.mark.parametrize(("stated", "column"), [
    ("set: {scope: {actions: [designate, relocate]}}", "overrides.0.set.scope.actions"),
    ("set: {schemes: [employee]}", "overrides.0.set.schemes"),
])
def test_a_narrowing_that_does_not_narrow_is_refused(packs: Write, stated: str, column: str) -> None:
    text = OVERRIDE.replace("type: override", "type: narrow").replace("set: {schemes: [employee]}", stated)
    assert ("not_narrower", column) in refused(packs(CITY + text + "provisions: []\n"))


def test_what_is_overridden_must_be_the_bases_and_once(packs: Write) -> None:
    twice = OVERRIDE + OVERRIDE.removeprefix("overrides:\n") + OVERRIDE.removeprefix("overrides:\n").replace("provision: fund", "provision: fumd")
    found = refused(packs(CITY + twice + "provisions: []\n"))
    assert ("duplicate_id", "overrides.1.provision") in found
    assert ("unknown_provision", "overrides.2.provision") in found


def test_ids_of_the_base_cannot_be_used_again(packs: Write) -> None:
    text = CITY + "  fund: {locator: 三, says: {zh: 另一条, en: another}}\n" + OWN.replace("id: first", "id: village")
    assert {("duplicate_id", "clauses.fund"), ("duplicate_id", "provisions.0.id")} <= set(refused(packs(text)))


def test_overrides_need_a_base_and_a_base_must_be_one(packs: Write) -> None:
    folder = packs(CITY.replace("extends: base\n", "") + OVERRIDE + "provisions: []\n")
    assert ("no_base", "overrides") in refused(folder)
    assert ("not_a_base", "extends") in refused(packs(CITY + "provisions: []\n", BASE.replace("is_base: true\n", "")))
    assert ("bad_value", "extends") in refused(packs(CITY.replace("extends: base", "extends: city") + "provisions: []\n"))


def test_the_bases_provisions_stand_where_the_pack_says(packs: Write) -> None:
    ids = [p.id for p in load_plan(packs(CITY + "base_before: second\n" + OWN)).provisions]
    assert ids == ["first", "fund", "village", "second"]
    assert [p.id for p in load_plan(packs(CITY + OWN)).provisions] == ["fund", "village", "first", "second"]
    assert ("unknown_provision", "base_before") in refused(packs(CITY + "base_before: third\n" + OWN))


def test_a_change_of_the_base_changes_the_digest_of_what_extends_it(packs: Write) -> None:
    before = load_plan(packs(CITY + OWN))
    after = load_plan(packs(CITY + OWN, BASE.replace("warning_letters: true", "warning_letters: false")))
    assert before.sha256 != after.sha256
    changed = {key for key in before.digests if before.digests[key] != after.digests[key]}
    assert changed == {"base.provisions.fund"}


def test_an_exception_of_a_plan_may_lift_a_limit_but_not_a_bar_of_the_base(packs: Write) -> None:
    bar = """\
  - id: bar
    kind: conditions
    clause: free
    requirements: [B-02]
    effect: condition
    items: [{id: licence, zh: 有执业许可, en: licensed}]
"""
    lifting = OWN + """\
  - id: ours-free
    kind: exemption
    clause: ours
    requirements: [C-01]
    effect: exemption
    rank: 1
    scope: {kinds: [tcm_clinic]}
    excepts: [fund, bar]
    readings: {counting: {option: counted}, who: {option: as_scoped}, fund: {option: never}}
"""
    found = {(p.code, p.value) for p in lint_pack(packs(CITY + lifting, BASE + bar)).problems}
    assert ("lifts_orders", "bar") in found
    assert ("lifts_orders", "fund") not in found


def test_what_stands_as_the_base_has_it_is_linted_with_the_base(packs: Write) -> None:
    unsaid = BASE.replace("    boundary: {word: 收不抵支, says: stopped}\n", "")
    assert "missing_boundary" not in {p.code for p in lint_pack(packs(CITY + OWN, unsaid)).problems}
    assert "missing_boundary" in {p.code for p in lint_pack(packs(CITY + OVERRIDE + OWN, unsaid)).problems}
