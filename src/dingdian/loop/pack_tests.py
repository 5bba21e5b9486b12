"""Runs the tests that stand beside a pack: small cases in the officials' words, with the outcome worked out by hand.

``tests.yaml`` states a small base city once; each test adds or replaces rows, states an application and what must come out. A place is
given as metres and bearing from the origin. A test that says nothing about the outcome is refused: it could not fail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dingdian import located_yaml
from dingdian.city.model import City
from dingdian.loop.decide import check
from dingdian.loop.measure import measure
from dingdian.loop.probing import probe_plan
from dingdian.loop.results import Ruling, TestResult
from dingdian.loop.sketch import rows_of, sketched
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

_TEST_KEYS = {"name", "clause", "given", "without", "application", "readings", "dates", "date", "expect"}
_EXPECT_KEYS = {"outcome", "deciding", "findings", "missing", "robust", "flips", "excepted_by", "measures"}


def run_pack_tests(plan: Plan) -> tuple[TestResult, ...]:
    """Every test beside the pack, then the cases generated around the limits of its own provisions.

    Raises
    ------
    BadData
        When the pack has no tests, or a test cannot be read.
    """
    path = Path(plan.path) / "tests.yaml"
    name = f"{plan.id}/tests.yaml"
    if not path.is_file():
        raise BadData([Problem(code="no_tests", file=name, table="tests", message=Text("规划包没有测试", "the pack has no tests"),
                               remedy=Text("写 tests.yaml", "write tests.yaml"))])
    document, places = located_yaml.read(path.read_bytes(), name)
    problems = list(_refusals(document, places))
    if problems:
        raise BadData(problems)
    base = _base(document["city"], plan)
    written = tuple(
        TestResult(name=test["name"], line=places.line(("tests", i)), differences=tuple(_run(plan, base, test)))
        for i, test in enumerate(document["tests"])
    )
    return (*written, *probe_plan(plan))


def _refusals(document: Any, places: located_yaml.Places) -> Iterator[Problem]:
    if not isinstance(document, dict) or not document.get("city") or not document.get("tests"):
        yield places.problem((), "bad_shape", Text("应有 city 与 tests 两部分", "needs “city” and “tests”"),
                             Text("见教程", "see the tutorial"), table="tests")
        return
    for i, test in enumerate(document["tests"]):
        for key in test.keys() - _TEST_KEYS:
            yield places.problem(("tests", i, key), "unknown_key", Text("未知的键", "unknown key"),
                                 Text(f"可用：{'、'.join(sorted(_TEST_KEYS))}", f"one of: {', '.join(sorted(_TEST_KEYS))}"), key, "tests")
        expect = test.get("expect") or {}
        for key in expect.keys() - _EXPECT_KEYS:
            yield places.problem(("tests", i, "expect", key), "unknown_key", Text("未知的键", "unknown key"),
                                 Text(f"可用：{'、'.join(sorted(_EXPECT_KEYS))}", f"one of: {', '.join(sorted(_EXPECT_KEYS))}"), key, "tests")
        if not expect or not test.get("name"):
            yield places.problem(("tests", i), "empty_test", Text("测试没有名称或没有期望", "the test has no name or expects nothing"),
                                 Text("写明 name 与 expect", "state name and expect"), table="tests")


def _base(stated: Mapping[str, Any], plan: Plan) -> City:
    return sketched(
        stated["tables"], as_of=stated["as_of"], pooling_area=stated.get("pooling_area", plan.pooling_area),
        streets=stated.get("streets") or (), unit_around_origin=str(stated.get("unit_around_origin") or ""),
        population_cell_m=stated.get("population_cell_m"), extent_degrees=stated.get("extent_degrees", "0.05"),
        known_empty=stated.get("known_empty") or (),
    )


# --- one test ----------------------------------------------------------------------------------------------------


def _run(plan: Plan, base: City, test: Mapping[str, Any]) -> Iterator[str]:
    city = base
    dropped = set(test.get("without") or [])
    if dropped:
        city = city.evolve(tables={n: t for n, t in city.tables.items() if n not in dropped})
    for table, rows in (test.get("given") or {}).items():
        city = city.with_rows(table, rows_of(rows))
    chosen = plan.with_dates(**(test.get("dates") or {}))
    day: date = test.get("date") or city.meta.as_of
    expect = test["expect"]
    if test.get("application"):
        row = rows_of([{"application": "A1", "applied_on": day, **test["application"]}])[0]
        ruling = check(city, chosen, row, on=day, readings=test.get("readings"))
        yield from _against(ruling, expect)
    if expect.get("measures"):
        yield from _measures(city, chosen.with_readings(test.get("readings") or {}), day, expect["measures"])


def _against(ruling: Ruling, expect: Mapping[str, Any]) -> Iterator[str]:
    said = {f.provision: f for f in ruling.findings}
    yield from _differs("outcome", ruling.outcome, expect.get("outcome"))
    yield from _differs("deciding", sorted(ruling.deciding), sorted(expect["deciding"]) if "deciding" in expect else None)
    yield from _differs("robust", ruling.robust, expect.get("robust"))
    for provision, status in (expect.get("findings") or {}).items():
        yield from _differs(provision, said[provision].status if provision in said else "no such provision", status)
    for provision, by in (expect.get("excepted_by") or {}).items():
        yield from _differs(f"{provision} excepted_by", said[provision].excepted_by, by)
    for provision, column in (expect.get("missing") or {}).items():
        found = {item.column for item in said[provision].judgement.missing}
        if column not in found:
            yield f"{provision} missing: expected {column}, found {sorted(found)}"
    for reading, outcome in (expect.get("flips") or {}).items():
        outcomes = {flip.outcome for flip in ruling.flips if flip.reading == reading}
        if outcome not in outcomes:
            yield f"flip {reading}: expected {outcome}, found {sorted(outcomes)}"


def _measures(city: City, plan: Plan, day: date, expected: Mapping[str, Any]) -> Iterator[str]:
    rows = measure(city, plan, day).rows
    for provision, stated in expected.items():
        for wanted in stated:
            keys = {k: v for k, v in wanted.items() if k in ("measure", "unit", "level", "subject")}
            found = [r for r in rows if r.provision == provision and all(getattr(r, k) == v for k, v in keys.items())]
            if len(found) != 1:
                yield f"{provision} {keys}: {len(found)} rows"
                continue
            for key in wanted.keys() - keys.keys():
                yield from _differs(f"{provision} {keys} {key}", getattr(found[0], key), wanted[key])


def _differs(what: str, found: Any, expected: Any) -> Iterator[str]:
    if expected is not None and found != expected:
        yield f"{what}: expected {expected}, found {found}"
