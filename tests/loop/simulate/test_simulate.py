"""A plan played forward: nothing happens where nothing may, the seed decides all, the closed form agrees, and planners' questions are answered."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

import dingdian as dd
from dingdian import canonical
from dingdian.city.model import City
from dingdian.loop.ground import ground
from dingdian.loop.simulate import Forward, simulate
from dingdian.loop.simulate.ask import asked
from dingdian.loop.simulate.play import play
from dingdian.loop.simulate.world import World, world
from dingdian.methods.attrition import years_to_reach
from small_city import (
    AREA,
    DAY,
    EAST,
    WEST,
    ZONE,
    account,
    application,
    insured,
    provider,
    release,
    small_city,
)

pytestmark = pytest.mark.slow

JINAN = dd.load_plan("jinan-2026").with_dates(publication=date(2026, 6, 15))


def town(**tables: Any) -> City:
    """The small city with four pharmacies, one of which left in 2025."""
    shops = [provider(f"P{i}", unit=unit) for i, unit in enumerate((WEST, EAST, EAST))]
    gone = release("R2", None, "2025-05-01", provider_class="pharmacy", level=None, unit=EAST, places=1)
    return small_city(more_providers=shops, more_releases=[gone], **tables)


@lru_cache(maxsize=16)
def shenyang(**asked_for: Any) -> Forward:
    return simulate(dd.read_city("shenyang-demo"), dd.load_plan("shenyang-2025"), **asked_for)


def medians(forward: Forward, quantity: str, zone: str = "", provider_class: str = "inpatient") -> list[Any]:
    return [row.runs.median for row in forward.rows if (row.quantity, row.zone, row.provider_class) == (quantity, zone, provider_class)]


# --- laws --------------------------------------------------------------------------------------------------------


def test_without_exits_applicants_and_changes_of_people_nothing_changes() -> None:
    found = simulate(town(), JINAN, 5, runs=20, exit_rate=0, arrivals=0)
    assert found.undetermined == {}
    for row in found.rows:
        if row.quantity in ("providers", "beds", "insured", "per_1000_insured", "per_10000_insured"):
            start = next(r for r in found.rows if (r.quantity, r.zone, r.provider_class, r.scheme) == (row.quantity, row.zone, row.provider_class, row.scheme))
            assert row.runs == start.runs
            assert row.runs.low_95 == row.runs.median == row.runs.high_95
        if row.quantity in ("exits", "admitted") or (row.quantity == "released" and row.year > 2025):
            assert row.runs.median == row.runs.high_95 == 0


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    one, two, other = (canonical.dumps(simulate(town(), JINAN, 4, runs=10, seed=seed, arrivals=3, exit_rate="0.1").as_json()) for seed in (1, 1, 2))
    assert one == two
    assert one != other


@lru_cache(maxsize=2)
def begun(provider_class: str = "") -> World:
    city = dd.read_city("wuhu-demo")
    plan = dd.load_plan("wuhu-2026")
    return world(plan, ground(city, plan, city.meta.as_of), asked(3, 1, 1, provider_class, "0.05", 40), ())


def test_a_run_hangs_neither_on_the_others_nor_on_other_classes_nor_on_how_many_years_follow() -> None:
    run = play(begun(), 4, 1, 7)
    alone = play(begun("pharmacy"), 2, 1, 7)
    assert np.array_equal(run.classes["pharmacy"][:3], alone.classes["pharmacy"])
    assert not np.array_equal(run.classes["pharmacy"], play(begun(), 4, 1, 8).classes["pharmacy"])


def test_stocks_add_up_year_by_year_and_over_the_zones() -> None:
    for run in range(5):
        for provider_class, array in play(begun(), 6, 1, run).classes.items():
            providers, stock, exits, released, _, admitted = np.moveaxis(array, 2, 0)
            assert np.array_equal(stock[1:], stock[:-1] - released[1:] + admitted[1:])
            assert np.array_equal(array[:, -1, [0, 1, 2, 3, 5]], array[:, :-1, [0, 1, 2, 3, 5]].sum(axis=1))
            assert (array[:, :, [0, 1, 2, 3, 5]] >= 0).all()
            if provider_class != "inpatient":
                assert np.array_equal(providers, stock)
                assert np.array_equal(exits[1:], released[1:])


def test_persons_of_the_schemes_add_up_to_those_of_the_area() -> None:
    found = shenyang(years=3, runs=5, provider_class="pharmacy")
    by_scheme = [[row.runs.median for row in found.rows if (row.quantity, row.scheme) == ("insured", scheme)] for scheme in ("employee", "resident")]
    assert [a + b for a, b in zip(*by_scheme, strict=True)] == medians(found, "insured", "", "pharmacy")
    assert by_scheme[0][0] == 4232803


def test_unused_quota_is_carried_over_only_under_that_reading() -> None:
    asked_for: dict[str, Any] = {"years": 6, "runs": 20, "provider_class": "outpatient_pooling", "arrivals": 10}
    lapsing = shenyang(**asked_for)
    carried = simulate(dd.read_city("shenyang-demo"), dd.load_plan("shenyang-2025"), readings={"AMB-12": "carried_over"}, **asked_for)
    assert sum(medians(carried, "quota", "", "outpatient_pooling")) > 2 * sum(medians(lapsing, "quota", "", "outpatient_pooling"))
    assert carried.readings["AMB-12"] == "carried_over"


def test_each_age_band_follows_its_own_trend() -> None:
    people = [{"unit": unit, "year": year, "scheme": scheme, "age_band": band, "persons": persons}
              for unit in (WEST, EAST, ZONE) for scheme in ("employee", "resident")
              for year, band, persons in ((2024, "0-59", 1000), (2024, "60+", 1000), (2025, "0-59", 900), (2025, "60+", 1100))]
    found = simulate(town(insured=people), JINAN, 2, runs=2, provider_class="pharmacy", exit_rate=0, arrivals=0)
    assert medians(found, "insured", WEST, "pharmacy") == [4000, 2 * (810 + 1210), 2 * (729 + 1331)]


def test_percentiles_are_in_order_and_shares_of_runs_never_fall() -> None:
    found = shenyang(years=6, runs=40, provider_class="inpatient")
    for row in found.rows:
        said = row.runs
        if said.low_80 is not None:
            assert said.low_95 <= said.low_80 <= said.median <= said.high_80 <= said.high_95
    for zone in ("", *found.zones):
        shares = medians(found, "reached", zone)
        assert shares == sorted(shares)


# --- the closed form ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_half_of_the_exits_refilled_comes_down_to_the_norm_when_the_closed_form_says() -> None:
    found = shenyang(years=25, runs=40, provider_class="inpatient", exit_rate="0.05", arrivals="unlimited")
    urban = next(r for r in found.reached if r.zone == "main_urban")
    half = urban.closed_forms[0]
    assert half.refill == Decimal("0.5")
    assert half.exit_rate == pytest.approx(Decimal("0.05"), abs=Decimal("0.001"))
    assert urban.share == 1
    assert urban.first_year.median is not None
    first, persons = int(urban.first_year.median), medians(found, "insured", "main_urban")
    growth = (persons[first - 2025] / persons[0]) ** (1 / (first - 2025)) - 1
    lagged = years_to_reach(float(urban.start), float(urban.norm), 0.05, 0.5, growth, lagged=True)
    assert float(half.years or 0) == pytest.approx(lagged, abs=0.3)
    assert abs(first - 2025 - lagged) <= 1
    plain = math.log(urban.norm / urban.start) / math.log((1 - 0.05 / 2) / (1 + growth))  # ln(norm / now) ÷ ln(1 − h/2), per person
    assert abs(first - 2025 - plain) <= 1


def test_nothing_falls_that_does_not_leave() -> None:
    found = shenyang(years=3, runs=5, provider_class="inpatient", exit_rate="0", arrivals="unlimited")
    urban = next(r for r in found.reached if r.zone == "main_urban")
    assert urban.share == 0
    assert urban.first_year.median is None
    assert medians(found, "beds", "main_urban")[1:] == [medians(found, "beds", "main_urban")[1]] * 3  # last year's exits are refilled by half, once


# --- planners' questions -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_wuhu_reaches_its_norm_by_refusing_alone_but_not_by_its_own_date_and_later_with_swaps() -> None:
    city, plan = dd.read_city("wuhu-demo"), dd.load_plan("wuhu-2026")
    refusing = simulate(city, plan, 10, runs=60, provider_class="inpatient", arrivals=0)
    swapping = simulate(city, plan, 10, runs=60, provider_class="inpatient")
    (alone,), (paired,) = refusing.reached, swapping.reached
    assert (alone.norm, alone.start, alone.zone) == (Decimal("5.9700"), Decimal("6.5113"), "")
    assert medians(refusing, "reached")[3] < Decimal("0.2")  # by the end of 2028
    assert alone.share == 1
    assert alone.first_year.median in (2029, 2030, 2031)
    assert paired.share == 0
    assert set(medians(swapping, "beds")[:5]) == {23950}


@pytest.mark.slow
def test_pharmacies_of_the_main_urban_zone_in_ten_years() -> None:
    found = shenyang(years=10, runs=60, provider_class="pharmacy", zone="main_urban")
    assert {row.zone for row in found.rows if not row.scheme} == {"main_urban"}
    stock = medians(found, "providers", "main_urban", "pharmacy")
    assert len(stock) == 11
    assert stock[0] == 1206
    assert stock[-1] < stock[0]
    assert len(found.sentences) == 1
    assert "2035 年末中位" in found.sentences[0].zh
    passing = next(a for a in found.assumptions if a.name == "passing")
    assert "3 of 5 applications" in passing.sentence.en


# --- what is said ------------------------------------------------------------------------------------------------


def test_every_assumption_says_what_it_rests_on() -> None:
    found = shenyang(years=2, runs=5)
    names = [a.name for a in found.assumptions]
    assert {"start", "insured_trend", "fund_trend_employee", "fund_trend_resident", "exit_rate", "cut_rate", "arrivals", "unchanged"} <= set(names)
    exits = next(a for a in found.assumptions if (a.name, a.provider_class) == ("exit_rate", "pharmacy"))
    assert (exits.value, exits.since, exits.source) == (Decimal("0.0190"), date(2025, 1, 1), "releases")
    assert "54 since 2025-01-01" in exits.sentence.en
    assert any("draft" in note.en for note in found.notes)
    assert {note.provision for note in found.rules} == {"fund-gate", "spacing", "inpatient-quota", "outpatient-quota"}
    assert "direction-stop" in {note.provision for note in found.not_modelled}


def test_the_table_and_the_json_hold_the_same_rows() -> None:
    found = shenyang(years=2, runs=5)
    table, said = found.table, canonical.plain(found.as_json())
    assert len(table) == len(said["rows"]) == len(found.rows)
    assert set(table["quantity"]) >= {"providers", "beds", "per_1000_insured", "exits", "released", "quota", "admitted", "unused", "balance", "reached"}
    assert said["ask"]["exit_rate"] is None
    assert said["sentences"]


def test_years_after_the_plan_are_told() -> None:
    assert any("2027-12-31" in note.zh for note in shenyang(years=3, runs=5, provider_class="pharmacy").notes)
    assert not any("2027-12-31" in note.zh for note in shenyang(years=2, runs=5, provider_class="pharmacy").notes)


# --- what is missing ---------------------------------------------------------------------------------------------


def test_a_class_without_exits_on_file_is_left_out_and_refused_when_it_alone_is_asked_about() -> None:
    city = town()
    found = simulate(city, JINAN, 2, runs=3, arrivals=1)
    assert "--exit-rate" in found.undetermined["outpatient_pooling"].en
    assert {row.provider_class for row in found.rows if not row.scheme} == {"inpatient", "pharmacy"}
    with pytest.raises(dd.BadData, match="--exit-rate"):
        simulate(city, JINAN, 2, runs=3, provider_class="outpatient_pooling", arrivals=1)
    stated = simulate(city, JINAN, 2, runs=3, provider_class="outpatient_pooling", arrivals=1, exit_rate=0.1)
    assert stated.undetermined == {}


def test_without_applications_arrivals_have_to_be_stated() -> None:
    with pytest.raises(dd.BadData, match="--arrivals"):
        simulate(town(applications=None), JINAN, 2, runs=3, provider_class="pharmacy")


def test_without_insured_persons_or_a_fund_nothing_is_played() -> None:
    with pytest.raises(dd.BadData, match="参保人"):
        simulate(town(insured=insured(WEST, 100)), JINAN, 2, runs=3, exit_rate=0, arrivals=0)
    with pytest.raises(dd.BadData, match="基金"):
        simulate(town(fund=None), JINAN, 2, runs=3, provider_class="pharmacy", exit_rate=0, arrivals=0)


def test_one_scheme_without_its_account_is_told() -> None:
    with pytest.raises(dd.BadData, match="城乡居民"):
        simulate(town(fund=[account(AREA, "employee", year=2025)]), JINAN, 2, runs=3, provider_class="pharmacy", exit_rate=0, arrivals=0)


def test_a_deficit_to_come_closes_additions_in_its_zone() -> None:
    """East spends more each year than it takes in from 2026 on; the others do not."""
    books = [{"unit": unit, "year": year, "scheme": scheme, "income": "1000", "expenditure": spent, "through": f"{year}-12-31"}
             for unit in (AREA, WEST, EAST, ZONE) for scheme in ("employee", "resident")
             for year, spent in ((2024, "900"), (2025, "995" if unit == EAST else "900"))]
    found = simulate(town(fund=books), JINAN, 3, runs=5, provider_class="pharmacy", exit_rate=0, arrivals=900)
    assert medians(found, "admitted", EAST, "pharmacy") == [0, 0, 0]
    assert min(medians(found, "admitted", WEST, "pharmacy")) > 0


@pytest.mark.parametrize(("reason", "places", "leaves"), [("termination", None, True), ("termination", 1, True), ("licensed_bed_cut", 1, False), ("conversion", 0, False)])
def test_a_cut_of_beds_is_no_exit(reason: str, places: int | None, leaves: bool) -> None:
    gone = release("R2", 30, "2025-05-01", reason=reason, places=places)
    city = small_city(releases=[gone])
    if leaves:
        assert simulate(city, JINAN, 1, runs=2, provider_class="inpatient", arrivals=0).undetermined == {}
        return
    with pytest.raises(dd.BadData, match="--exit-rate"):
        simulate(city, JINAN, 1, runs=2, provider_class="inpatient", arrivals=0)


def test_last_years_exits_without_their_beds_leave_the_quota_open() -> None:
    city, plan = dd.read_city("shenyang-demo"), dd.load_plan("shenyang-2025")
    row = {**city.row("releases", "R044"), "beds": None}
    with pytest.raises(dd.BadData, match="R044"):
        simulate(city.with_rows("releases", [row]), plan, 1, runs=2, provider_class="inpatient", arrivals=0)


def test_beds_that_nobody_counted_leave_out_inpatient_institutions_alone() -> None:
    found = simulate(town(beds=None), JINAN, 2, runs=3, exit_rate=0, arrivals=0)
    assert set(found.undetermined) == {"inpatient"}
    assert "床位" in found.undetermined["inpatient"].zh


def test_unlimited_applicants_need_a_limit() -> None:
    with pytest.raises(ValueError, match="no number limits"):
        simulate(town(), JINAN, 2, runs=3, provider_class="pharmacy", arrivals="unlimited", exit_rate=0)


@pytest.mark.parametrize(("bad", "word"), [
    ({"years": 0}, "years"), ({"years": 101}, "years"), ({"years": True}, "years"), ({"runs": 0}, "runs"), ({"seed": -1}, "seed"),
    ({"provider_class": "shop"}, "no provider class shop"), ({"exit_rate": 1}, "exit_rate"), ({"exit_rate": -0.1}, "exit_rate"),
    ({"exit_rate": "x"}, "exit_rate"), ({"exit_rate": math.nan}, "exit_rate"), ({"arrivals": -1}, "arrivals"), ({"arrivals": "many"}, "arrivals"),
    ({"zone": "nowhere"}, "no zone nowhere"),
])
def test_a_question_without_sense_is_refused(bad: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        simulate(town(), JINAN, **{"years": 2, "runs": 2, "exit_rate": 0, "arrivals": 0, **bad})


def test_an_unknown_reading_is_refused() -> None:
    with pytest.raises(dd.BadData, match="AMB-99"):
        simulate(town(), JINAN, 2, readings={"AMB-99": "x"})


def test_a_published_total_holds_whatever_comes() -> None:
    total = {"subject": "pharmacy", "key": "plan_total", "as_of": "2026-01-01", "value": "5", "source": "测试"}
    found = simulate(town(more_facts=[total]), JINAN, 6, runs=10, provider_class="pharmacy", exit_rate="0.2", arrivals=400)
    assert max(row.runs.high_95 for row in found.rows if row.quantity == "providers" and not row.zone) == 5


def test_the_start_is_rolled_back_to_the_end_of_the_year() -> None:
    since = [provider("P9", unit=EAST, designated_on="2026-03-01"), provider("P8", unit=ZONE)]
    gone = release("R9", None, "2026-02-01", provider_class="pharmacy", level=None, unit=ZONE, places=1)
    found = simulate(town(more_applications=[application("A2")]), JINAN, 1, runs=2, provider_class="pharmacy", arrivals=0, exit_rate=0)
    later = simulate(small_city(more_providers=since, more_releases=[gone]), JINAN, 1, runs=2, provider_class="pharmacy", arrivals=0, exit_rate=0)
    assert medians(found, "providers", "", "pharmacy")[0] == 3
    assert [medians(later, "providers", zone, "pharmacy")[0] for zone in (EAST, ZONE)] == [0, 2]


def test_the_day_of_the_question_is_told() -> None:
    assert simulate(town(), JINAN, 1, runs=2, exit_rate=0, arrivals=0, on=DAY).date_on == DAY
