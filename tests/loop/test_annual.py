"""The annual plan: what is open and closed by unit, class and level, the room that is left, and the merit order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dingdian.city.model import City
from dingdian.loop.annual import label
from dingdian.loop.decide import check
from dingdian.loop.results import AnnualPlan, Run
from dingdian.loop.run import run
from dingdian.plans.model import Plan
from loop.independent import AREA, Demo
from small_city import (
    AREA as SMALL_AREA,
)
from small_city import (
    DAY,
    EAST,
    WEST,
    ZONE,
    account,
    accounts,
    application,
    away,
    beds,
    fact,
    for_hospital,
    hospital,
    letter,
    pharmacy,
    small_city,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo() -> Demo:
    return Demo()


@pytest.fixture(scope="module")
def demo_run(demo_city: City, jinan: Plan, judged_on: date) -> Run:
    return run(demo_city, jinan, judged_on)


@pytest.fixture(scope="module")
def annual(demo_run: Run) -> AnnualPlan:
    return demo_run.annual_plan


def openings(city: City, jinan: Plan) -> dict[tuple[str, str, str], Any]:
    return {(o.unit, o.provider_class, o.level): o for o in run(city, jinan, DAY).annual_plan.openings}


# --- openings --------------------------------------------------------------------------------------------------------


def test_every_unit_class_and_level_has_one_line(annual: AnnualPlan, demo: Demo) -> None:
    keys = [(o.unit, o.provider_class, o.level) for o in annual.openings]
    assert len(keys) == len(set(keys)) == len(demo.districts) * 6
    assert {o.state for o in annual.openings} <= {"open", "closed", "undetermined"}


def test_where_a_fund_runs_a_deficit_or_a_letter_is_in_force_everything_is_closed(annual: AnnualPlan, demo: Demo, jinan: Plan) -> None:
    letters = demo.tables["warnings"]
    stopped = set(letters["unit"][letters["lifted_on"].isna()])
    stopped |= {unit for unit in demo.districts if min(demo.balance(unit, s) for s in ("employee", "resident")) < 0}
    locator = jinan.locator(jinan.provision("fund-gate"))
    for opening in annual.openings:
        if opening.unit in stopped:
            assert opening.state == "closed"
            assert locator in opening.locators
    assert stopped
    pharmacies = {o.unit: o.state for o in annual.openings if o.provider_class == "pharmacy"}
    assert {unit for unit, state in pharmacies.items() if state == "closed"} == stopped


def test_the_level_above_its_share_is_closed_everywhere(annual: AnnualPlan, demo: Demo) -> None:
    assert demo.bed_count(AREA, "tertiary") > 0.62 * demo.bed_count(AREA)
    assert {o.state for o in annual.openings if o.level == "tertiary"} == {"closed"}


def test_the_room_is_what_the_upper_bound_leaves(annual: AnnualPlan, demo: Demo) -> None:
    room = 9 * demo.insured[AREA] // 1000 - demo.bed_count(AREA)
    found = {o.room for o in annual.openings if o.provider_class == "inpatient" and o.state == "open"}
    assert found == {room}
    assert {o.unit_of_measure for o in annual.openings if o.room is not None} == {"bed"}


def test_what_depends_on_the_place_is_left_to_the_place(annual: AnnualPlan, jinan: Plan) -> None:
    one = next(o for o in annual.openings if o.provider_class == "pharmacy" and o.state == "open")
    assert jinan.locator(jinan.provision("pharmacy-radius")) in one.reason.zh


@pytest.mark.parametrize(("changes", "state"), [
    ({"fund": None}, "undetermined"),
    ({"more_warnings": [letter(EAST)]}, "closed"), ({"more_warnings": [letter(SMALL_AREA)]}, "closed"), ({}, "open"),
    ({"facts": [fact("pharmacy", "supply_demand", "surplus")]}, "closed"), ({"facts": None}, "undetermined"),
    ({"more_facts": [fact("pharmacy", "plan_total", "0")]}, "closed"), ({"more_facts": [fact("pharmacy", "plan_total", "1")]}, "open"),
])
def test_a_line_is_open_closed_or_undetermined_for_a_reason(changes: Any, state: str, jinan: Plan) -> None:
    one = openings(small_city(**changes), jinan)[EAST, "pharmacy", ""]
    assert one.state == state
    assert one.reason.zh
    assert one.reason.en
    assert bool(one.locators) == (state != "open")


def test_a_letter_to_one_district_closes_no_other(jinan: Plan) -> None:
    found = openings(small_city(more_warnings=[letter(EAST)]), jinan)
    assert {unit: found[unit, "pharmacy", ""].state for unit in (WEST, EAST, ZONE)} == {WEST: "open", EAST: "closed", ZONE: "open"}


@pytest.mark.parametrize(("stock", "state", "room"), [(89_999, "open", 1), (90_000, "closed", None), (85_000, "open", 5000)])
def test_one_bed_of_room_is_room(stock: int, state: str, room: int | None, jinan: Plan) -> None:
    share = {"T": stock * 59 // 100, "S": stock * 25 // 100}
    share["P"] = stock - sum(share.values())
    city = small_city(providers=[hospital("T", "tertiary", WEST), hospital("S", "secondary", EAST), hospital("P", "primary", EAST)],
                      beds=[beds(code, n) for code, n in share.items()], releases=None)
    one = openings(city, jinan)[WEST, "inpatient", "primary"]
    assert (one.state, one.room) == (state, room)


def test_a_short_district_is_open_against_exits_although_the_total_is_reached(jinan: Plan) -> None:
    city = small_city(providers=[hospital("T", "tertiary", WEST), hospital("S", "secondary", WEST), hospital("P", "primary", EAST)],
                      beds=[beds("T", 54_000), beds("S", 22_500), beds("P", 13_500)])
    found = openings(city, jinan)
    assert {unit: found[unit, "inpatient", "primary"].state for unit in (WEST, EAST, ZONE)} == {WEST: "closed", EAST: "open", ZONE: "open"}


def test_a_line_has_a_heading_in_both_languages(annual: AnnualPlan) -> None:
    one = next(o for o in annual.openings if o.level == "tertiary")
    assert (label(one), label(one, "en")) == ("三级住院机构", "tertiary inpatient")


def test_targets_are_the_measures_that_the_plan_needs_something_of(annual: AnnualPlan) -> None:
    assert {gap.measure.measure for gap in annual.targets} >= {"insured_beds", "beds_per_1000_insured", "bed_share_by_level", "fund_balance"}
    assert all(gap.measure.need is not None or gap.measure.need_high is not None for gap in annual.targets)


# --- merit -----------------------------------------------------------------------------------------------------------


def test_merit_ranks_the_eligible_and_nobody_else(annual: AnnualPlan, demo_run: Run) -> None:
    assert {m.application for m in annual.merit} == {r.application for r in demo_run.rulings if r.outcome == "eligible"}
    assert [m.rank for m in annual.merit] == list(range(1, len(annual.merit) + 1))


def test_priorities_first_then_the_earlier_application_then_its_id(annual: AnnualPlan, demo_run: Run, demo: Demo) -> None:
    days = dict(zip(demo.tables["applications"]["application"], demo.tables["applications"]["applied_on"].astype(str)))
    first = {r.application: sum(f.effect == "priority" and f.status == "holds" for f in r.findings) for r in demo_run.rulings}
    keys = [(-first[m.application], days[m.application], m.application) for m in annual.merit]
    assert keys == sorted(keys)


def test_each_is_admitted_exactly_if_it_fits_with_those_before_it(annual: AnnualPlan, demo_city: City, jinan: Plan, judged_on: date) -> None:
    from dingdian.loop.cases import case_of

    admitted: list[Any] = []
    for row in annual.merit:
        ruling = check(demo_city, jinan, row.application, on=judged_on, admitted=tuple(admitted))
        assert (ruling.outcome == "eligible") == row.admitted, row.application
        if row.admitted:
            admitted.append(case_of(demo_city, row.application, judged_on))
        else:
            assert any(f.locator in row.reason.zh for f in ruling.findings if f.provision in ruling.deciding)
    assert not all(row.admitted for row in annual.merit)


def test_of_two_rivals_the_earlier_is_admitted(jinan: Plan) -> None:
    apps = [application("B1", applied_on="2026-08-02"), application("B2", away(100), applied_on="2026-08-01"), application("B3", away(5000))]
    city = small_city(applications=apps, more_providers=[pharmacy("P1", 400)], more_facts=[fact(c, "density", "other") for c in ("B1", "B2", "B3")])
    result = run(city, jinan, DAY)
    assert [(m.application, m.admitted) for m in result.annual_plan.merit] == [("B2", True), ("B3", True), ("B1", False)]
    assert [c.applications for c in result.options.competitions] == [("B1", "B2")]
    assert result.options.competitions[0].provision == "pharmacy-radius"


def test_beds_are_given_out_until_the_total_is_reached(jinan: Plan) -> None:
    """Room for 1,000 beds; three hospitals far from each other ask for 600, 500 and 400 of them."""
    asks = {"B1": (600, "2026-08-01"), "B2": (500, "2026-08-02"), "B3": (400, "2026-08-03")}
    apps = [for_hospital(code, away(8000, 60.0 * i), beds=n, applied_on=day, level="primary") for i, (code, (n, day)) in enumerate(asks.items())]
    extent = None
    city = small_city(
        providers=[hospital("T", "tertiary", WEST), hospital("S", "secondary", ZONE), hospital("P", "primary", WEST)],
        beds=[beds("T", 53_000), beds("S", 24_000), beds("P", 12_000)], applications=apps, releases=None, extent=extent)
    plan = jinan.with_readings({"WALK-OUTSIDE": "straight_line"})
    result = run(city, plan, DAY)
    assert [(m.application, m.admitted) for m in result.annual_plan.merit] == [("B1", True), ("B2", False), ("B3", True)]


# --- the run ---------------------------------------------------------------------------------------------------------


def test_a_run_rules_on_every_application_once(demo_run: Run, demo: Demo) -> None:
    assert [r.application for r in demo_run.rulings] == sorted(demo.tables["applications"]["application"])
    assert all(r.receipt for r in demo_run.rulings)


def test_the_summary_tells_what_came_out(demo_run: Run) -> None:
    counts = {outcome: sum(r.outcome == outcome for r in demo_run.rulings) for outcome in ("eligible", "refused", "review")}
    last = demo_run.summary[-1]
    assert f"{counts['eligible']} eligible, {counts['refused']} refused, {counts['review']} to review" in last.en
    assert all(text.zh and text.en for text in demo_run.summary)


def test_the_summary_begins_with_the_pooling_area_whatever_its_code(jinan: Plan) -> None:
    """A pooling area need not end in 00 (county-level cities under a province, XPCC cities do not)."""
    import attrs

    from small_city import META, default_tables

    units = [{**row, "unit": "659001" if row["unit"] == SMALL_AREA else row["unit"],
              "parent": "659001" if row.get("parent") == SMALL_AREA else row.get("parent")} for row in default_tables()["units"]]
    fund = [{**row, "unit": "659001" if row["unit"] == SMALL_AREA else row["unit"]} for row in accounts()]
    city = small_city(meta=attrs.evolve(META, pooling_area="659001"), units=units, fund=fund)
    lines = [text.zh for text in run(city, attrs.evolve(jinan, pooling_area="659001"), DAY).summary]
    assert any("千名参保人床位数为 8.7" in line for line in lines)


def test_a_run_under_other_readings_is_another_run(jinan: Plan) -> None:
    fund = [row for row in accounts() if (row["unit"], row["scheme"], row["year"]) != (EAST, "employee", 2026)]
    city = small_city(fund=[*fund, account(EAST, "employee", "-0.01")])
    assert run(city, jinan, DAY).rulings[0].outcome == "refused"
    assert run(city, jinan, DAY, readings={"AMB-14-AREA": "pooling_area"}).rulings[0].outcome == "eligible"


def test_a_city_without_applications_runs_all_the_same(jinan: Plan) -> None:
    result = run(small_city(applications=None), jinan)
    assert (result.rulings, result.annual_plan.merit, result.options.competitions) == ((), (), ())
    assert str(result.date_on) == "2026-08-31"


def test_without_a_day_the_latest_application_sets_it(jinan: Plan) -> None:
    city = small_city(applications=[application(), application("A2", away(5000), applied_on="2026-10-01")])
    assert str(run(city, jinan).date_on) == "2026-10-01"


def test_two_runs_say_the_same(demo_run: Run, demo_city: City, jinan: Plan, judged_on: date) -> None:
    again = run(demo_city, jinan, judged_on)
    assert again == demo_run
