"""What a comparison of two plans says: each differing field with both values, whom it concerns, and nothing where all is equal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import dingdian as dd
from dingdian import canonical, located_yaml
from dingdian.city.model import City
from dingdian.loop.decide import check
from dingdian.plans.load import find_pack, load_plan, pack_ids
from dingdian.plans.model import Plan
from dingdian.plans.yaml_text import to_yaml
from dingdian.report.diff_view import diff_lines

pytestmark = pytest.mark.slow

BASE = "jinan-2026"
Edit = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def jinan() -> Plan:
    return load_plan(BASE)


@pytest.fixture(scope="module")
def city() -> City:
    return dd.read_city("jinan-demo")


def edited(folder: Path, *edits: Edit) -> Plan:
    document, _ = located_yaml.read((find_pack(BASE) / "plan.yaml").read_bytes(), "plan.yaml")
    for edit in edits:
        edit(document)
    folder.mkdir(exist_ok=True)
    (folder / "plan.yaml").write_text(to_yaml(document), encoding="utf-8")
    return load_plan(folder)


def provision(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(p for p in document["provisions"] if p["id"] == name)


@pytest.mark.parametrize("pack", pack_ids())
def test_a_plan_does_not_differ_from_itself(pack: str) -> None:
    plan = load_plan(pack)
    found = dd.diff_plans(plan, plan)
    assert found.same
    assert not found.provisions.changed
    assert all(row.same for row in found.exemptions)
    assert canonical.dumps(found.as_json())


def test_each_differing_field_is_shown_with_both_values_and_both_locators(jinan: Plan, tmp_path: Path) -> None:
    other = edited(tmp_path, lambda d: provision(d, "pharmacy-radius").update(radius_m=500, caps={"dense": 3, "other": 4}),
                   lambda d: provision(d, "fund-gate")["scope"].update(actions=["designate"]))
    found = dd.diff_plans(jinan, other)
    said = {(pair.ids[0], change.field): change.values for pair in found.provisions.changed for change in pair.changes}
    assert said == {
        ("pharmacy-radius", "radius_m"): (Decimal(800), Decimal(500)), ("pharmacy-radius", "caps.other"): (Decimal(2), Decimal(4)),
        ("fund-gate", "scope.actions"): (["designate", "branch", "relocate"], ["designate"]),
    }
    (pair,) = [p for p in found.provisions.changed if p.ids[0] == "pharmacy-radius"]
    assert pair.locators == ("二(二)", "二(二)")
    assert [change.title.zh for change in pair.changes] == ["半径", "上限"]


def test_provisions_under_other_ids_are_matched_by_kind_and_scope(jinan: Plan, tmp_path: Path) -> None:
    def rename(document: dict[str, Any]) -> None:
        for one in document["provisions"]:
            one |= {key: "beds" for key in ("id", "bed_norm") if one.get(key) == "bed-total"}
            one |= {key: ["beds" if name == "bed-total" else name for name in one[key]] for key in ("excepts",) if key in one}
        document["provisions"] = [one for one in document["provisions"] if one["id"] != "conversion"]

    found = dd.diff_plans(jinan, edited(tmp_path, rename))
    assert ("bed-total", "beds") in [pair.ids for pair in found.provisions.pairs]
    assert [one.id for one in found.provisions.only[0]] == ["conversion"]
    assert found.provisions.only[1] == ()


def test_a_reading_under_another_id_with_the_same_option_is_no_difference_but_another_option_is(jinan: Plan, tmp_path: Path) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["readings"]["RADIUS"] = document["readings"].pop("AMB-07")
        provision(document, "pharmacy-radius")["readings"]["distance"] = "RADIUS"

    found = dd.diff_plans(jinan, edited(tmp_path / "a", rename))
    assert found.provisions.same
    assert [one.id for one in (*found.readings.only[0], *found.readings.only[1])] == ["AMB-07", "RADIUS"]
    other = edited(tmp_path / "b", lambda d: d["readings"]["AMB-07"].update(default="walking"))
    found = dd.diff_plans(jinan, other)
    assert [(c.field, c.values) for p in found.provisions.changed for c in p.changes] == [
        ("readings.distance.option", ("straight_line", "walking"))]
    assert [(c.field, c.values) for p in found.readings.changed for c in p.changes] == [("default", ("straight_line", "walking"))]


def test_clauses_dates_head_and_exemptions_are_compared(jinan: Plan, tmp_path: Path) -> None:
    other = edited(
        tmp_path, lambda d: d.update(status="final"), lambda d: d["clauses"]["pharmacy-other"].update(locator="二(二)2"),
        lambda d: provision(d, "key-project")["excepts"].remove("bed-total"))
    found = dd.diff_plans(jinan.with_dates(publication=None), other.with_dates(publication=jinan.valid_until))
    assert [(c.field, c.values) for c in found.head] == [("status", ("draft", "final"))]
    assert [(p.ids[0], p.changes[0].values) for p in found.clauses.changed] == [("pharmacy-other", ("二(二)", "二(二)2"))]
    assert [(p.ids[0], p.changes[0].values) for p in found.dates.changed] == [("publication", (None, jinan.valid_until))]
    (row,) = [row for row in found.exemptions if not row.same]
    assert row.ids == ("key-project", "key-project")
    assert set(row.lifts[0] or ()) - set(row.lifts[1] or ()) == {"bed-total"}


def test_on_a_city_it_says_who_flips_by_which_clauses_and_which_needs_differ(jinan: Plan, city: City, tmp_path: Path) -> None:
    other = edited(tmp_path, lambda d: provision(d, "pharmacy-radius").update(caps={"dense": 9, "other": 9}),
                   lambda d: provision(d, "bed-total").update(high=Decimal("8.9")))
    found = dd.diff_plans(jinan, other, city=city).city
    assert found is not None
    assert len(found.cases) == 40
    flipping = {case.application: case for case in found.flipping}
    assert flipping["A001"].outcomes == ("refused", "eligible")
    assert [one.provision for one in flipping["A001"].deciding[0]] == ["pharmacy-radius"]
    for case in found.cases[:6]:
        assert case.outcomes == tuple(check(city, plan, case.application).outcome for plan in (jinan, other))
    differing = [row for row in found.measures if row.differs]
    provisions = {row.rows[0].provision for row in differing}
    assert {"bed-total", "pharmacy-radius"} <= provisions
    assert not provisions & {"tier-mix", "fund-gate"}
    assert (Decimal("9.0"), Decimal("8.9")) in [(row.rows[0].need_high, row.rows[1].need_high) for row in differing]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_lines_name_values_clauses_and_flips(jinan: Plan, city: City, tmp_path: Path, lang: str) -> None:
    other = edited(tmp_path, lambda d: provision(d, "pharmacy-radius").update(radius_m=500),
                   lambda d: provision(d, "key-project").update(scope={"tags": ["university"]}),
                   lambda d: d["clauses"].update(extra={"locator": "三", "says": {"zh": "另一条", "en": "another one"}}))
    shown = "\n".join(diff_lines(dd.diff_plans(jinan, other, city), lang))
    wanted = ["800 → 500", "A001", "仅见于 jinan-2026" if lang == "zh" else "only in jinan-2026",
              "另一条" if lang == "zh" else "another one", "政府重点建设项目 → 高校" if lang == "zh" else "government key project → university"]
    assert [words for words in wanted[:2] + wanted[3:] if words not in shown] == []
    assert "{'" not in shown


def test_two_equal_plans_say_so_in_one_line(jinan: Plan) -> None:
    assert diff_lines(dd.diff_plans(jinan, jinan))[1] == "两个规划的各部分相同。"
