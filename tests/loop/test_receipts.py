"""Receipts: the same bytes for ever, the same ruling again, a named cause for every difference, refusal of what was altered."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian import canonical
from dingdian.city.fingerprint import manifest_lines
from dingdian.city.model import City
from dingdian.loop.decide import check
from dingdian.loop.receipts import intact, receipt_bytes
from dingdian.loop.replay import Replay, replay
from dingdian.plans.load import find_pack, load_plan
from dingdian.plans.model import Plan
from dingdian.problems import BadData
from loop.asking import deficit
from small_city import DAY, EAST, application, away, for_hospital, pharmacy, small_city

TESTS = Path(__file__).resolve().parents[1]


def crowded(*, third: float = 750.0, **changes: Any) -> City:
    rows = [pharmacy("P1", 300), pharmacy("P2", third, 200)]
    return small_city(more_providers=rows, **changes)


@pytest.fixture(scope="module")
def city() -> City:
    return crowded()


@pytest.fixture(scope="module")
def receipt(city: City) -> Any:
    return check(city, load_plan("jinan-2026"), "A1", on=DAY).receipt


def through_a_file(receipt: Any) -> Any:
    """As it would be read back from disk."""
    return json.loads(receipt_bytes(receipt))


def resealed(receipt: Any, change: Callable[[Any], None]) -> Any:
    """A receipt altered by somebody who also knows how to make the digest."""
    forged = copy.deepcopy(receipt)
    change(forged)
    forged["digest"] = canonical.sha256(canonical.write({k: v for k, v in forged.items() if k != "digest"}))
    return forged


def causes(result: Replay) -> list[str]:
    return [d.path for d in result.differences if d.cause]


# --- the bytes -------------------------------------------------------------------------------------------------------


def test_a_receipt_is_its_own_canonical_json(receipt: Any) -> None:
    assert receipt_bytes(through_a_file(receipt)) == receipt_bytes(receipt)
    assert intact(receipt)


def test_a_receipt_holds_no_binary_float_but_shortest_decimals(receipt: Any, jinan: Plan) -> None:
    """Distances have one decimal, shares two, rates four: a longer tail would be the noise of a binary fraction."""
    rows = [receipt, check(crowded(third=749.9), jinan, "A1", on=DAY).receipt,
            check(small_city(applications=[for_hospital(beds=7)]), jinan, "A1", on=DAY).receipt]
    tails = [tail for row in rows for tail in re.findall(r'": -?\d+\.(\d+)', receipt_bytes(row).decode())]
    assert tails
    assert max(map(len, tails)) <= 4
    assert isinstance(receipt["case"]["lon"], str)
    assert float(receipt["case"]["lon"]) == 117.0


def test_a_receipt_carries_what_is_needed(receipt: Any, city: City) -> None:
    plan = load_plan("jinan-2026")
    assert receipt["plan"]["sha256"] == plan.sha256
    assert receipt["city"]["sha256"] == city.content_hash
    assert receipt["date"] == "2026-09-01"
    assert set(receipt["readings"]) == set(plan.readings)
    assert [f["provision"] for f in receipt["ruling"]["findings"]] == [p.id for p in plan.provisions]
    assert "receipt" not in receipt["ruling"]


PRINTS = """
import sys
sys.path.insert(0, {tests!r})
from small_city import DAY, application, for_clinic, for_hospital, small_city, pharmacy
from dingdian.loop.decide import check
from dingdian.loop.receipts import receipt_bytes
from dingdian.plans.load import load_plan
apps = [application(), for_clinic("A2", tags="enterprise;public_health_duty;internal_only"), for_hospital("A3", specialties="oncology;psychiatric")]
city = small_city(more_providers=[pharmacy("P1", 300), pharmacy("P2", 750, 200)], applications=apps)
plan = load_plan("jinan-2026")
for code in ("A1", "A2", "A3"):
    sys.stdout.buffer.write(receipt_bytes(check(city, plan, code, on=DAY).receipt))
"""


@pytest.mark.slow
def test_two_processes_write_the_same_bytes_whatever_their_hash_seed() -> None:
    """Sets and dictionaries are ordered by the seed: none of their order may reach a receipt."""
    found = {
        subprocess.run([sys.executable, "-c", PRINTS.format(tests=str(TESTS))], check=True, capture_output=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(found) == 1
    assert found.pop().count(b'"digest"') == 3


# --- the same again --------------------------------------------------------------------------------------------------


def test_nothing_changed_is_identical(receipt: Any, city: City, jinan: Plan) -> None:
    assert replay(through_a_file(receipt), city, jinan) == Replay(identical=True)
    assert replay(receipt, crowded(), load_plan("jinan-2026")).identical


def test_dates_and_readings_of_the_receipt_are_used_again(city: City, jinan: Plan) -> None:
    plan = jinan.with_dates(publication=date(2026, 6, 15))
    receipt = check(city, plan, "A1", on=DAY, readings={"AMB-07": "walking", "AMB-16": "excluded"}).receipt
    assert replay(through_a_file(receipt), city, jinan).identical


def test_the_order_of_rows_is_no_difference(receipt: Any, jinan: Plan) -> None:
    rows = [pharmacy("P2", 750, 200), pharmacy("P1", 300)]
    assert replay(receipt, small_city(more_providers=rows), jinan).identical


@pytest.mark.parametrize("row", [
    application("NEW"), application("NEW", provider="P1", action="relocate", place=away(1200)),
    application("NEW", provider="P1", place=None, unit=None, accuracy_m=None, kind=None, provider_class=None, name=None, ownership=None),
    for_hospital("NEW", tags="key_project;psychiatric", specialties="oncology;eye", licensed_on="2020-02-29"),
    {k: v for k, v in application().items() if k != "application"},
])
def test_an_application_stated_outright_is_replayed_from_its_receipt_alone(row: Any, city: City, jinan: Plan) -> None:
    receipt = check(city, jinan, row, on=DAY).receipt
    assert replay(through_a_file(receipt), city, jinan) == Replay(identical=True)


def test_a_demo_ruling_is_replayed_without_naming_city_or_plan(demo_city: City, jinan: Plan, judged_on: date) -> None:
    receipt = check(demo_city, jinan, "A001", on=judged_on).receipt
    assert replay(through_a_file(receipt), city=demo_city).identical


# --- a named cause ---------------------------------------------------------------------------------------------------


def test_a_neighbour_that_moved_is_named_and_what_it_led_to_is_told(receipt: Any, jinan: Plan) -> None:
    result = replay(receipt, crowded(third=900), jinan)
    assert not result.identical
    assert causes(result)[0] == "city.providers[P2]"
    assert "city.tables.providers" in causes(result)
    told = {d.path: (d.before, d.after) for d in result.differences if not d.cause}
    assert told["ruling.findings[pharmacy-radius].evidence.counted"] == (2, 1)
    assert told["ruling.outcome"] == ("refused", "eligible")


def test_causes_stand_before_consequences(receipt: Any, jinan: Plan) -> None:
    flags = [d.cause for d in replay(receipt, crowded(third=900), jinan).differences]
    assert flags == sorted(flags, reverse=True)


def test_a_changed_application_is_named(receipt: Any, jinan: Plan) -> None:
    result = replay(receipt, crowded(applications=[application(accuracy_m=3)]), jinan)
    assert {"case.accuracy_m", "city.applications[A1]"} <= set(causes(result))


def test_a_changed_fund_is_named_by_its_table_and_with_a_manifest_by_its_row(receipt: Any, city: City, jinan: Plan) -> None:
    other = deficit(more_providers=[pharmacy("P1", 300), pharmacy("P2", 750, 200)])
    assert causes(replay(receipt, other, jinan)) == ["city.tables.fund"]
    with_manifest = causes(replay(receipt, other, jinan, manifest=manifest_lines(city)))
    assert with_manifest == [f"city.fund[{EAST}/2026/employee]", "city.tables.fund"]


def test_a_provider_more_is_named_by_the_manifest(receipt: Any, city: City, jinan: Plan) -> None:
    other = small_city(more_providers=[pharmacy("P1", 300), pharmacy("P2", 750, 200), pharmacy("P3", 5000)])
    result = replay(receipt, other, jinan, manifest=manifest_lines(city))
    assert causes(result)[0] == "city.providers[P3]"
    assert result.differences[0].before is None


def test_a_table_that_is_gone_is_named(receipt: Any, jinan: Plan) -> None:
    result = replay(receipt, crowded(warnings=None), jinan)
    assert "city.tables.warnings" in causes(result)
    told = {d.path: (d.before, d.after) for d in result.differences}
    assert told["ruling.findings[fund-gate].status"] == ("holds", "undetermined")


@pytest.mark.parametrize(("old", "new", "part"), [
    ("zh: 任一险种统筹基金当期收不抵支", "zh: 任何险种统筹基金当期收不抵支", "clauses.fund-gate"),
    ("radius_m: 800", "radius_m: 760", "provisions.pharmacy-radius"),
    ("parameters: {metres: 20}", "parameters: {metres: 25}", "readings.AMB-10-DOUBT"),
    ("revision: 2", "revision: 3", "head"),
])
def test_a_changed_part_of_the_plan_is_named(old: str, new: str, part: str, receipt: Any, city: City, tmp_path: Path) -> None:
    text = (find_pack("jinan-2026") / "plan.yaml").read_text(encoding="utf-8")
    assert text.count(old) >= 1
    (tmp_path / "plan.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    result = replay(receipt, city, load_plan(tmp_path))
    assert {f"plan.digests.{part}", "plan.sha256"} <= set(causes(result))
    assert not [path for path in causes(result) if path.startswith(("city", "engine"))]


def test_a_plan_asked_under_another_reading_is_named(receipt: Any, city: City, jinan: Plan) -> None:
    result = replay(receipt, city, jinan.with_readings({"AMB-07": "walking"}))
    assert causes(result) == ["readings.AMB-07"]


def test_another_engine_is_named(receipt: Any, city: City, jinan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dingdian.loop.receipts.__version__", "9.9.9")
    result = replay(receipt, city, jinan)
    assert causes(result) == ["engine.version"]
    assert result.differences[0].line() == "engine.version: 0.1.0 → 9.9.9"
    assert not [d for d in result.differences if not d.cause]


def test_a_forged_outcome_is_found_even_with_a_new_digest(receipt: Any, city: City, jinan: Plan) -> None:
    forged = resealed(receipt, lambda r: r["ruling"].update(outcome="eligible"))
    result = replay(forged, city, jinan)
    assert [(d.path, d.before, d.after) for d in result.differences] == [("ruling.outcome", "eligible", "refused")]


def test_a_forged_number_is_found_even_with_a_new_digest(receipt: Any, city: City, jinan: Plan) -> None:
    def change(forged: Any) -> None:
        next(f for f in forged["ruling"]["findings"] if f["provision"] == "pharmacy-radius")["value"] = 2

    result = replay(resealed(receipt, change), city, jinan)
    assert [d.path for d in result.differences] == ["ruling.findings[pharmacy-radius].value"]


# --- refusal ---------------------------------------------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [path]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_leaf_is_altered_the_receipt_is_refused(data: st.DataObject, receipt: Any, city: City, jinan: Plan) -> None:
    damaged = through_a_file(receipt)
    *parents, last = data.draw(st.sampled_from([leaf for leaf in leaves(damaged) if leaf != ("format",)]))
    at = damaged
    for key in parents:
        at = at[key]
    at[last] = f"{at[last]}x"
    with pytest.raises(BadData) as raised:
        replay(damaged, city, jinan)
    assert raised.value.problems[0].code == "damaged_receipt"


def test_a_key_more_or_less_is_damage_too(receipt: Any, city: City, jinan: Plan) -> None:
    for damaged in ({**receipt, "note": "x"}, {**receipt, "ruling": {**receipt["ruling"], "note": "x"}}):
        with pytest.raises(BadData):
            replay(damaged, city, jinan)


@pytest.mark.parametrize("value", [{}, [], None, "text", {"format": 1}, 5])
def test_what_is_no_receipt_is_refused(value: Any, city: City, jinan: Plan) -> None:
    with pytest.raises(BadData) as raised:
        replay(value, city, jinan)
    assert raised.value.problems[0].code == "bad_receipt"


def test_another_format_is_refused(receipt: Any, city: City, jinan: Plan) -> None:
    with pytest.raises(BadData) as raised:
        replay(resealed(receipt, lambda r: r.update(format=2)), city, jinan)
    assert raised.value.problems[0].code == "bad_receipt"


def test_a_city_or_plan_that_is_not_shipped_must_be_named(receipt: Any, city: City, jinan: Plan) -> None:
    with pytest.raises(BadData) as raised:
        replay(receipt, plan=jinan)
    assert raised.value.problems[0].code == "city_needed"
    with pytest.raises(BadData) as raised:
        replay(resealed(receipt, lambda r: r["plan"].update(id="elsewhere-2026")), city)
    assert raised.value.problems[0].code == "plan_needed"
