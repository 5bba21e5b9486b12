"""Filings by a day of the year: in time, late, due, overdue; every authority for itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from dingdian.provisions.kinds.filing_deadline import FilingDeadline
from provisions.judging import judge, measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, fact, small_city

JANUARY = FilingDeadline(id="january", clause="bed-total", effect="information", what="上年末医保床位数", what_en="insured beds at the year's end",
                         month=1, filers="district", recipients=("city_bureau",))
BOTH = FilingDeadline(id="both", clause="bed-total", effect="information", what="规划", what_en="the plan", month=12, day=20, filers="pooling_area",
                      recipients=("regional_bureau", "xpcc_bureau"))


def filed(unit: str, day: str, id: str = "january", to: str = "city_bureau") -> Any:
    return fact(f"{unit}/{id}/{to}", "filed_on", day, day)


def rows(on: date, *facts: Any, filing: FilingDeadline = JANUARY) -> dict[tuple[str, str], Any]:
    plan = with_provisions(filing)
    return {(r.unit, r.subject.split("/")[-1]): r for r in measured(small_city(more_facts=list(facts)), filing.id, on=on, plan=plan)}


@pytest.mark.parametrize(("on", "left", "word"), [
    (date(2027, 1, 30), 1, "待报送"), (date(2027, 1, 31), 0, "待报送"), (date(2027, 2, 1), -1, "逾期未报送"),
])
def test_the_last_day_of_january_is_in_time(on: date, left: int, word: str) -> None:
    row = rows(on)[WEST, "city_bureau"]
    assert row.supply == left
    assert row.note.zh.startswith(word)


@pytest.mark.parametrize(("day", "word"), [("2027-01-31", "已按期报送"), ("2027-02-01", "已报送，逾期")])
def test_the_day_of_filing_decides_between_in_time_and_late(day: str, word: str) -> None:
    assert rows(date(2027, 6, 1), filed(WEST, day))[WEST, "city_bureau"].note.zh.startswith(word)


def test_every_district_files_for_itself() -> None:
    found = rows(date(2027, 2, 5), filed(WEST, "2027-01-10"))
    assert {unit: row.supply for (unit, _), row in found.items()} == {WEST: 21, EAST: -5, ZONE: -5}


@pytest.mark.parametrize("day", ["2026-01-20", "上个月"])
def test_last_years_filing_and_an_unreadable_day_are_no_filing_of_this_year(day: str) -> None:
    row = rows(date(2027, 1, 20), {**filed(WEST, "2026-01-20"), "value": day})[WEST, "city_bureau"]
    assert row.note.zh.startswith("待报送")


def test_both_bureaus_must_have_it() -> None:
    found = rows(date(2026, 12, 21), filed(AREA, "2026-12-19", "both", "xpcc_bureau"), filing=BOTH)
    assert {to: row.supply for (_, to), row in found.items()} == {"regional_bureau": -1, "xpcc_bureau": 1}


def test_the_last_day_follows_the_calendar() -> None:
    february = attrs.evolve(JANUARY, month=2)
    assert (february.last_day(2027), february.last_day(2028)) == (date(2027, 2, 28), date(2028, 2, 29))
    assert BOTH.last_day(2026) == date(2026, 12, 20)


def test_an_application_is_not_its_matter() -> None:
    assert judge(small_city(), "january", plan=with_provisions(JANUARY)).status == "not_applicable"


@pytest.mark.parametrize(("changes", "at"), [({"month": 13}, "day"), ({"month": 2, "day": 30}, "day"), ({"day": 32}, "day"), ({"recipients": ()}, "recipients")])
def test_a_day_that_does_not_exist_and_nobody_to_file_to_are_problems(changes: Any, at: str) -> None:
    assert at in {where[0] for where, _, _ in attrs.evolve(JANUARY, **changes).problems()}
    assert not [*JANUARY.problems(), *BOTH.problems()]
