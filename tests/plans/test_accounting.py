"""All 196 requirements and all 42 ambiguities of the five published plans have their place in the shipped packs."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from dingdian import located_yaml
from dingdian.plans.lint import LintReport, lint_pack
from dingdian.plans.load import city_pack_ids, load_plan, pack_ids
from dingdian.plans.model import Plan

COUNTS = {"jinan-2026": ("JN", 44), "shaoxing-2026": ("SX", 34), "wuhu-2026": ("WH", 29), "xinjiang-2024": ("XJ", 45), "shenyang-2025": ("SY", 44)}

# Ambiguity → the requirements that it touches.
AMBIGUITIES = {
    1: "JN-06 SX-07 SX-17", 2: "JN-08", 3: "JN-09 JN-22 SX-06", 4: "JN-10 WH-10 SY-03", 5: "JN-11 JN-16 SX-15 WH-20",
    6: "JN-12 JN-13 JN-24 WH-14", 7: "JN-13 JN-18 SY-13", 8: "JN-14 JN-15 SX-25", 9: "JN-19 JN-20", 10: "JN-19 JN-20 SY-13 XJ-23 XJ-25",
    11: "JN-22 WH-24 SY-17", 12: "JN-23 SX-19 SX-21 SY-16 SY-19",
    13: "JN-27 SX-22 SX-26 XJ-14 XJ-15 XJ-24 SY-07 SY-23 WH-15 WH-26", 14: "JN-27 SX-26 XJ-15 SY-07", 15: "JN-28 JN-32 XJ-32 SY-10",
    16: "JN-43 WH-29", 17: "SX-12 SX-13 SX-14", 18: "SX-29 SY-28 SY-30", 19: "SX-30 SY-29", 20: "WH-02", 21: "WH-03 WH-13 WH-16",
    22: "WH-12", 23: "WH-15", 24: "WH-18", 25: "WH-26 SY-04", 26: "XJ-06 XJ-16", 27: "XJ-07", 28: "XJ-23 XJ-25", 29: "SY-08",
    30: "JN-01 JN-44 SX-34 SY-44", 31: "SY-16 SY-19", 32: "SY-18", 33: "SY-20", 34: "SY-31 SY-33", 35: "SY-39 SY-40", 36: "WH-20",
    37: "SY-16 SY-17", 38: "XJ-26", 39: "JN-43 WH-29 JN-27 WH-15", 40: "SY-31", 41: "XJ-23", 42: "XJ-16 XJ-33",
}
PACK_OF = {prefix: name for name, (prefix, _) in COUNTS.items()}


@lru_cache(maxsize=8)
def report(name: str) -> LintReport:
    return lint_pack(name)


@lru_cache(maxsize=8)
def plan_of(name: str) -> Plan:
    return load_plan(name)


@lru_cache(maxsize=8)
def written(name: str) -> tuple[dict[str, Any], ...]:
    path = Path(plan_of(name).path) / "tests.yaml"
    document, _ = located_yaml.read(path.read_bytes(), str(path))
    return tuple(document["tests"])


def test_the_five_plans_and_the_base_are_shipped() -> None:
    assert set(city_pack_ids()) == set(COUNTS)
    assert set(pack_ids()) == {*COUNTS, "national-orders"}


@pytest.mark.parametrize("name", COUNTS)
def test_every_requirement_of_a_plan_is_carried(name: str) -> None:
    prefix, count = COUNTS[name]
    assert [row.requirement for row in report(name).ledger] == [f"{prefix}-{i:02}" for i in range(1, count + 1)]
    assert report(name).gaps == ()


@pytest.mark.parametrize("name", [*COUNTS, "national-orders"])
def test_lint_finds_nothing_in_a_shipped_pack(name: str) -> None:
    assert report(name).problems == ()


def test_196_of_196_and_fewer_than_ten_untranslated() -> None:
    assert sum(len(report(name).ledger) for name in COUNTS) == 196
    untranslated = [record for name in COUNTS for record in report(name).untranslated]
    assert len(untranslated) < 10
    assert all(record.reason.zh and record.reason.en for record in untranslated)


def touched() -> list[tuple[str, str, frozenset[str]]]:
    """(ambiguity, pack, requirements of that pack that it touches)."""
    rows = []
    for number, text in AMBIGUITIES.items():
        ids = text.split()
        for prefix in dict.fromkeys(id.split("-")[0] for id in ids):
            rows.append((f"AMB-{number:02}", PACK_OF[prefix], frozenset(id for id in ids if id.startswith(prefix))))
    return rows


@pytest.mark.parametrize(("ambiguity", "name", "requirements"), touched(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_ambiguity_that_a_plan_touches_is_a_named_reading_of_its_pack(ambiguity: str, name: str, requirements: frozenset[str]) -> None:
    reading = plan_of(name).readings[ambiguity]
    assert requirements <= set(reading.touches)
    assert reading.default in reading.options
    assert len(reading.options) >= 2
    used = {value for p in plan_of(name).provisions for value in p.readings.values() if isinstance(value, str)}
    assert ambiguity in used


@pytest.mark.parametrize("name", COUNTS)
def test_at_least_25_applications_are_worked_out_by_hand(name: str) -> None:
    cases = [test for test in written(name) if test.get("application")]
    assert len(cases) >= 25
    assert all(test.get("clause") in plan_of(name).clauses for test in cases), [t["name"] for t in cases if t.get("clause") not in plan_of(name).clauses]


def statuses(name: str) -> dict[str, set[str]]:
    """Provision → the statuses that the written cases expect of it; a deciding provision of a refusal fails."""
    found: dict[str, set[str]] = {}
    for test in written(name):
        expect = test.get("expect") or {}
        for provision, status in (expect.get("findings") or {}).items():
            found.setdefault(provision, set()).add(status)
        for provision in expect.get("deciding") or []:
            found.setdefault(provision, set()).add({"refused": "fails", "eligible": "holds"}.get(expect.get("outcome", ""), "review"))
        for provision, by in (expect.get("excepted_by") or {}).items():
            found.setdefault(by, set()).add("holds")
            found.setdefault(provision, set())
    return found


PASSES, STOPS = ("holds", "not_applicable"), ("fails", "undetermined", "review")  # some gates never refuse: they send to a person


@pytest.mark.parametrize("name", COUNTS)
def test_each_gate_is_passed_and_failed_and_each_exception_holds_in_some_case(name: str) -> None:
    plan, seen = plan_of(name), statuses(name)
    lacking = []
    for provision in plan.provisions:
        if provision.id in plan.inherited or provision.effect not in ("gate", "condition", "exemption"):
            continue
        found = seen.get(provision.id, set())
        wanted = [("holds",)] if provision.effect == "exemption" else [PASSES, STOPS]
        lacking += [(provision.id, status[0]) for status in wanted if not found & set(status)]
    assert lacking == []
