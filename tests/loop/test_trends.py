"""How measures have moved: points at the dates of the data, changes, lines crossed, and the earlier file of the same city."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from attrs import evolve

from dingdian.city.model import City
from dingdian.loop.alerts import Point, Trend
from dingdian.loop.monitor import monitor
from dingdian.loop.trends import trends, year_ends
from dingdian.terms import Text
from provisions.judging import jinan
from small_city import BEDS, DAY, EAST, INSURED, META, beds, insured, pharmacy, small_city

BEFORE = date(2024, 12, 31)


def two_years(east: int = 43_000, before: int = 46_000) -> City:
    """Beds and insured persons of two year-ends; five million insured allow 42,500 to 45,000 beds in the east."""
    rows = [beds(code, east if code == "H2" else count) for code, count in BEDS.items()]
    rows += [beds(code, before if code == "H2" else count, day="2024-12-31") for code, count in BEDS.items()]
    people = [row for year in (2024, 2025) for unit, persons in INSURED.items() for row in insured(unit, persons, year)]
    return small_city(beds=rows, insured=people)


def of(city: City, measure: str, unit: str = EAST, **more: Any) -> Trend:
    return next(t for t in trends(city, jinan(), DAY, **more) if (t.measure, t.unit) == (measure, unit))


def test_a_measure_stands_at_the_dates_of_its_data_oldest_first() -> None:
    found = of(two_years(), "insured_beds")
    assert [(p.as_of, p.value, p.position) for p in found.points] == [(BEFORE, 46_000, "over"), (date(2025, 12, 31), 43_000, "within")]
    assert (found.change, found.direction, found.crossed, found.of_unlike_spans) == (-3_000, "down", True, False)
    assert found.locator == jinan().locator(jinan().provision("bed-total"))


def test_what_stays_on_its_side_has_not_crossed() -> None:
    assert not of(two_years(44_000, 43_000), "insured_beds").crossed
    same = of(two_years(44_000, 44_000), "insured_beds")
    assert (same.change, same.direction) == (0, "same")


def test_a_measure_of_one_date_has_no_trend() -> None:
    assert not [t for t in trends(small_city(), jinan(), DAY) if t.measure == "insured_beds"]


def test_the_balance_of_a_running_year_is_not_compared_with_that_of_a_whole_one() -> None:
    found = of(small_city(), "fund_balance")
    assert [p.as_of for p in found.points] == [date(2025, 12, 31), date(2026, 7, 31)]
    assert found.of_unlike_spans


def test_year_ends_are_those_of_the_tables_that_lie_before_the_day() -> None:
    assert year_ends(two_years(), DAY) == [date(2025, 12, 31), BEFORE]
    assert year_ends(two_years(), date(2025, 6, 1)) == [BEFORE]
    assert year_ends(small_city(beds=None, insured=None, fund=None, residents=None), DAY) == []


def past(count: int, as_of: date = date(2025, 6, 30)) -> City:
    """The same city earlier, with so many pharmacies on its register."""
    return small_city(meta=evolve(META, as_of=as_of), more_providers=[pharmacy(f"P{i}", 100 * i) for i in range(count)])


def test_the_register_of_an_earlier_file_is_compared_with_todays() -> None:
    now = small_city(more_providers=[pharmacy("P0", 0)])
    plan = jinan()
    found = [t for t in trends(now, plan, DAY, [past(3)]) if t.measure == "saturated_providers" and t.unit == EAST]
    assert [(p.as_of, p.value) for p in found[0].points] == [(date(2025, 6, 30), 3), (META.as_of, 0)]
    assert found[0].points[0].city != found[0].points[1].city
    assert found[0].crossed
    assert not [t for t in trends(now, plan, DAY) if t.measure == "saturated_providers"]


def test_earlier_files_may_come_in_any_order() -> None:
    now, older, newer = small_city(more_providers=[pharmacy("P0", 0)]), past(4, date(2024, 6, 30)), past(3)
    assert trends(now, jinan(), DAY, [older, newer]) == trends(now, jinan(), DAY, [newer, older])
    found = next(t for t in trends(now, jinan(), DAY, [older, newer]) if t.measure == "saturated_providers" and t.unit == EAST)
    assert [p.value for p in found.points] == [4, 3, 0]


def test_where_two_files_state_the_same_date_the_later_file_stands() -> None:
    corrected = small_city(beds=[beds(code, count + 1) for code, count in BEDS.items()])
    first = small_city(meta=evolve(META, as_of=date(2026, 3, 1)))
    assert not [t for t in trends(corrected, jinan(), DAY, [first]) if t.measure == "insured_beds"]


def test_days_and_events_are_no_series() -> None:
    found = trends(two_years(), jinan(), DAY, [past(3)])
    assert {t.unit_of_measure for t in found}.isdisjoint({"day", "event"})
    assert all(len(t.points) > 1 for t in found)


def test_an_alert_finds_the_past_of_its_own_line() -> None:
    found = monitor(two_years(46_000, 44_000), jinan(), DAY)
    alert = next(a for a in found.rows if a.trigger == "insured_beds" and a.unit == EAST)
    trend = found.trend(alert)
    assert trend is not None
    assert (alert.state, trend.points[-1].value, trend.change) == ("alert", 46_000, 2_000)
    shown = next(a for a in found.as_json()["alerts"] if a["id"] == alert.id)
    assert (shown["changed_since"], shown["change"], shown["crossed"]) == (BEFORE, 2_000, True)
    letter = next(a for a in found.rows if a.trigger == "warning_letter")
    assert found.trend(letter) is None
    assert any("earlier year-ends" in note.en for note in found.notes)


def test_a_line_that_did_not_exist_before_was_not_crossed() -> None:
    def point(day: date, position: str) -> Point:
        return Point(as_of=day, value=Decimal(1), position=position, city="x")

    trend = Trend(provision="p", locator="l", measure="m", title=Text("甲", "a"), unit="1", unit_name="市", unit_of_measure="bed",
                  points=(point(BEFORE, "information"), point(DAY, "over")))
    assert not trend.crossed
    assert evolve(trend, points=(point(BEFORE, "short"), point(DAY, "over"))).crossed
