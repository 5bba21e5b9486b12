"""What would be so, if: each change by hand, every mistake at once, and laws that hold for all lists of changes."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dingdian as dd
from dingdian import canonical
from dingdian.city.model import City
from dingdian.loop.scenario import Scenario, scenario
from dingdian.loop.scenario.changes import read_changes
from dingdian.plans.load import load_plan
from dingdian.plans.model import Plan
from dingdian.problems import BadData
from small_city import EAST, WEST, ZONE, beds, for_hospital, hospital, small_city

MORE = {"provider": "H9", "name": "新院", "kind": "general_hospital", "provider_class": "inpatient", "level": "secondary", "unit": EAST,
        "status": "designated", "ownership": "public", "designated_on": "2020-01-01"}


@lru_cache(maxsize=1)
def town() -> City:
    tables: dict[str, Any] = {
        "more_providers": [hospital("H4", "primary", WEST, (116.9, 36.6))],
        "more_beds": [beds("H4", 500), beds("H4", 480, "2026-06-30"), beds("H4", 100, specialty="rehabilitation")],
        "activity": [{"provider": "H4", "year": 2025, "bed_days": 100_000, "open_bed_days": 182_500}],
        "applications": [for_hospital(beds=100, unit=WEST)],
    }
    return small_city(**tables)


@lru_cache(maxsize=1)
def plan() -> Plan:
    return load_plan("jinan-2026")


def ask(*changes: dict[str, Any], **more: Any) -> Scenario:
    return scenario(town(), plan(), list(changes), **more)


def row(found: Scenario, measure: str, unit: str, level: str = "") -> Any:
    return next(r for r in found.rows if r.row.measure == measure and r.row.unit == unit and r.row.level == level and r.row.provision in ("bed-total", "tier-mix"))


def supplies(found: Scenario, unit: str) -> tuple[Any, Any]:
    both = row(found, "insured_beds", unit)
    return both.before.supply, both.after.supply


def codes(*changes: Any) -> list[str]:
    with pytest.raises(BadData) as caught:
        ask(*changes)
    return [problem.code for problem in caught.value.problems]


# --- each change, by hand --------------------------------------------------------------------------------------------------


def test_an_added_provider_counts_with_its_beds() -> None:
    found = ask({"change": "add_provider", "columns": MORE, "beds": {"insured_beds": 300, "open": 300, "approved": 300}})
    assert supplies(found, EAST) == (22_000, 22_300)
    assert supplies(found, WEST) == (52_500, 52_500)


def test_a_provider_that_leaves_counts_no_longer() -> None:
    assert supplies(ask({"change": "remove_provider", "provider": "H4"}), WEST) == (52_500, 52_000)


def test_a_provider_moves_to_another_unit_with_its_beds() -> None:
    found = ask({"change": "move_provider", "provider": "H4", "unit": EAST})
    assert supplies(found, WEST) == (52_500, 52_000)
    assert supplies(found, EAST) == (22_000, 22_500)


def test_a_place_tells_the_unit_where_a_polygon_of_the_same_level_holds_it() -> None:
    assert supplies(ask({"change": "move_provider", "provider": "H4", "lon": Decimal("117.2"), "lat": Decimal("36.6")}), EAST) == (22_000, 22_500)
    assert codes({"change": "move_provider", "provider": "H4", "lon": 10, "lat": 10}) == ["unit_unknown"]


@pytest.mark.parametrize("stated", [{"by": {"insured_beds": -50}}, {"set": {"insured_beds": 450}}])
def test_beds_are_changed_by_a_step_or_to_a_number(stated: dict[str, Any]) -> None:
    assert supplies(ask({"change": "change_beds", "provider": "H4", **stated}), WEST) == (52_500, 52_450)


def test_later_counts_and_open_bed_days_follow() -> None:
    from dingdian.loop.scenario.ask import altered

    changes = read_changes([{"change": "change_beds", "provider": "H4", "by": {"insured_beds": -50, "open": -50}}])
    city, _ = altered(town(), plan(), changes, town().meta.as_of)
    assert [city.row("beds", "H4", day, "all")["insured_beds"] for day in ("2025-12-31", "2026-06-30")] == [450, 430]
    assert city.row("activity", "H4", 2025)["open_bed_days"] == 182_500 - 50 * 365
    assert town().row("beds", "H4", "2025-12-31", "all")["insured_beds"] == 500


def test_conversions_move_beds_between_counts_levels_and_specialties() -> None:
    assert supplies(ask({"change": "convert_beds", "provider": "H4", "beds": 40, "to_ltc": True}), WEST) == (52_500, 52_460)
    level = row(ask({"change": "convert_beds", "provider": "H4", "to_level": "secondary"}), "bed_share_by_level", WEST, "secondary")
    assert (level.before.supply, level.after.supply) == (0, Decimal("0.95"))  # 500 of 52,500
    found = ask({"change": "convert_beds", "provider": "H4", "beds": 40, "from_specialty": "rehabilitation", "to_specialty": "psychiatric"})
    assert supplies(found, WEST) == (52_500, 52_500)
    assert found.cities[0].sha256 != found.cities[1].sha256


def test_insured_persons_change_the_need() -> None:
    found = ask({"change": "change_insured", "unit": WEST, "percent": 10})
    both = row(found, "insured_beds", WEST)
    assert (both.before.need_high, both.after.need_high) == (36_000, 39_600)


def test_a_varied_norm_is_marked_and_has_a_digest_of_its_own() -> None:
    found = ask({"change": "change_plan", "provision": "bed-total", "field": "high", "value": Decimal("8.8")})
    first, second = found.plans
    assert (first.id, second.id) == ("jinan-2026", "jinan-2026~scenario")
    assert first.sha256 != second.sha256
    assert "情景变体" in second.title.zh
    assert found.cities[0] == found.cities[1]
    assert row(found, "insured_beds", WEST).after.need_high == 35_200


def test_a_reading_can_be_otherwise() -> None:
    found = ask({"change": "change_reading", "reading": "AMB-04", "option": "exact"})
    assert any(r.changed for r in found.rows if r.row.provision == "tier-mix")


def test_applications_are_judged_before_and_after_where_asked() -> None:
    change = {"change": "change_beds", "provider": "H1", "by": {"insured_beds": 3000}}
    assert ask(change).cases is None
    found = ask(change, rulings=True)
    (case,) = found.cases or ()
    assert case.outcomes[1] == "refused"
    assert found.as_json()["applications"] == 1


def test_one_more_pharmacy_is_seen_by_coverage_and_by_its_neighbours() -> None:
    from small_city import at, corner, pharmacy

    city = small_city(more_providers=[pharmacy("P1", 400), pharmacy("P2", 450), pharmacy("P3", 500)])
    columns = {"provider": "P9", "name": "新店", "kind": "pharmacy", "provider_class": "pharmacy", "unit": WEST, "status": "designated",
               "accuracy_m": 0, **at(corner(-15))}
    added = scenario(city, plan(), [{"change": "add_provider", "columns": columns}])
    share = next(r for r in added.changed if r.row.measure == "coverage_share" and r.row.provider_class == "pharmacy")
    assert share.before is not None
    assert share.after is not None
    assert (share.after.supply or 0) > (share.before.supply or 0)
    moved = scenario(city, plan(), [{"change": "move_provider", "provider": "P3", "lon": corner(-15)[0], "lat": corner(-15)[1]}])
    assert {"coverage_share", "saturated_providers"} & {r.row.measure for r in moved.changed}


def test_lines_that_the_plan_watches_are_told_where_their_state_turns() -> None:
    change = {"change": "change_beds", "provider": "H1", "by": {"insured_beds": 5000}}
    assert ask(change).alerts is None
    turned = ask(change, alerts=True).alerts or ()
    assert ("quiet", "alert") in {turn.states for turn in turned if turn.alert.provision == "bed-total"}
    assert all(turn.states[0] != turn.states[1] for turn in turned)
    assert ask(alerts=True).alerts == ()


# --- mistakes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "code"), [
    ({"change": "remove", "provider": "H4"}, "unknown_change"),
    ({"change": "remove_provider", "providers": "H4"}, "unknown_key"),
    ({"change": "remove_provider", "provider": "H7"}, "unknown_provider"),
    ({"change": "move_provider", "provider": "H4", "lon": 1}, "half_a_place"),
    ({"change": "change_beds", "provider": "H4"}, "one_of"),
    ({"change": "change_beds", "provider": "H4", "by": {"insured": 1}}, "bad_value"),
    ({"change": "change_beds", "provider": "H4", "by": {"open": -1000}}, "out_of_bounds"),
    ({"change": "change_beds", "provider": "H4", "set": {"insured_beds": 500, "open": 1}}, "changes_nothing"),
    ({"change": "change_beds", "provider": "H4", "specialty": "eye", "by": {"open": 1}}, "no_beds"),
    ({"change": "change_insured", "unit": WEST, "persons": 5}, "several_rows"),
    ({"change": "change_insured", "unit": "1", "percent": 5}, "no_rows"),
    ({"change": "add_provider", "columns": {**MORE, "level": "huge"}}, "unknown_code"),
    ({"change": "add_provider", "columns": {**MORE, "provider": "H4"}}, "exists_already"),
    ({"change": "add_provider", "columns": {**MORE, "colour": "red"}}, "unknown_column"),
    ({"change": "add_provider", "columns": MORE, "beds": {"insured": 1}}, "unknown_column"),
    ({"change": "add_provider", "columns": MORE, "staff": {"doctor": 1}}, "unknown_column"),
    ({"change": "add_provider", "columns": {**MORE, "name": {"zh": "院"}}}, "bad_value"),
    ({"change": "add_provider", "columns": {k: v for k, v in MORE.items() if k != "provider"}}, "missing_column"),
    ({"change": "convert_beds", "provider": "H4", "to_ltc": True}, "missing_key"),
    ({"change": "change_residents", "unit": WEST, "percent": 1}, "no_rows"),
    ({"change": "change_insured", "unit": WEST, "percent": 0}, "changes_nothing"),
    ({"change": "change_plan", "provision": "bed", "field": "high", "value": 1}, "unknown_provision"),
    ({"change": "change_plan", "provision": "bed-total", "field": "top", "value": 1}, "bad_value"),
    ({"change": "change_plan", "provision": "bed-total", "field": "high", "value": 9}, "bad_value"),
    ({"change": "change_plan", "provision": "bed-total", "field": "high", "value": 1}, "bad_provision"),
    ({"change": "change_reading", "reading": "AMB-04", "option": "what"}, "unknown_option"),
])
def test_a_mistake_is_named(change: dict[str, Any], code: str) -> None:
    assert code in codes(change)


def test_a_cell_that_is_changed_twice_is_refused() -> None:
    one = {"change": "change_beds", "provider": "H4", "set": {"insured_beds": 1}}
    assert "changed_twice" in codes(one, {**one, "set": {"insured_beds": 2}})
    assert "changed_twice" in codes(one, {"change": "change_beds", "provider": "H4", "by": {"insured_beds": 2}})


FILE = """\
title: 试算
changes:
  - change: remove_provider
    provider: H7
  - change: add_provider
    columns: {provider: H9, name: 新院, kind: hospital, provider_class: inpatient, status: designated}
    beds: {insured_beds: 10}
  - change: change_plan
    provision: bed-totals
    field: high
    value: 8
"""


def test_all_mistakes_of_a_file_come_at_once_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "changes.yaml"
    path.write_text(FILE, encoding="utf-8")
    with pytest.raises(BadData) as caught:
        scenario(town(), plan(), path)
    said = [(p.file, p.row, p.code, p.value) for p in caught.value.problems]
    assert said == [("changes.yaml", 4, "unknown_provider", "H7"), ("changes.yaml", 5, "unknown_code", "hospital"),
                    ("changes.yaml", 9, "unknown_provision", "bed-totals")]
    assert all(p.remedy.zh and p.remedy.en for p in caught.value.problems)


def test_duplicate_keys_and_a_file_that_is_no_list_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "changes.yaml"
    for text, code in (("changes:\n  - change: remove_provider\n    provider: H4\n    provider: H3\n", "duplicate_key"),
                       ("changes: {}\n", "bad_value"), ("- 1\n", "bad_shape"), ("changes:\n  - 1\n", "unknown_change")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadData) as caught:
            scenario(town(), plan(), path)
        assert code in [p.code for p in caught.value.problems]


# --- laws ------------------------------------------------------------------------------------------------------------------

POOL: tuple[dict[str, Any], ...] = (
    {"change": "add_provider", "columns": MORE, "beds": {"insured_beds": 300}},
    {"change": "remove_provider", "provider": "H3"},
    {"change": "move_provider", "provider": "H4", "unit": ZONE},
    {"change": "change_beds", "provider": "H4", "by": {"insured_beds": -30}},
    {"change": "change_beds", "provider": "H4", "by": {"insured_beds": 7, "open": 5}},
    {"change": "convert_beds", "provider": "H2", "beds": 100, "to_ltc": True},
    {"change": "change_insured", "unit": EAST, "percent": -2},
    {"change": "change_insured", "unit": WEST, "scheme": "employee", "persons": 1_000_000},
    {"change": "change_plan", "provision": "bed-total", "field": "low", "value": Decimal("8.1")},
)


def test_an_empty_list_changes_nothing() -> None:
    found = ask()
    assert found.changed == ()
    assert found.unchanged == len(found.rows) > 0
    assert found.cities[0] == found.cities[1]
    assert found.plans[0] == found.plans[1]


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.sets(st.integers(0, len(POOL) - 1), min_size=1), st.randoms(use_true_random=False))
def test_the_order_of_the_changes_has_no_say(chosen: set[int], chance: random.Random) -> None:
    changes = [POOL[i] for i in sorted(chosen)]
    shuffled = [*changes]
    chance.shuffle(shuffled)
    one, two = ask(*changes), ask(*shuffled)
    assert one.cities == two.cities
    assert one.plans == two.plans
    assert canonical.dumps([r.as_json() for r in one.rows]) == canonical.dumps([r.as_json() for r in two.rows])


def test_the_city_itself_is_never_touched() -> None:
    before = town().content_hash
    ask(*POOL)
    assert town().content_hash == before


def test_it_is_a_public_name() -> None:
    assert dd.scenario is scenario
