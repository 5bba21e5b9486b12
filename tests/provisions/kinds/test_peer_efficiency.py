"""Institutions clearly off their peers: the group, the range, how many indicators, how many years."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from provisions.judging import changed, judge, measured
from small_city import EAST, application, hospital, small_city

EFFICIENCY = "efficiency"


def activity(code: str, year: int, bed_days: int, discharges: int, open_days: int = 36_500) -> dict[str, Any]:
    return {"provider": code, "year": year, "bed_days": bed_days, "discharges": discharges, "open_bed_days": open_days}


def group(size: int = 9, odd: dict[int, tuple[int, int]] | None = None, years: tuple[int, ...] = (2024, 2025), **changes: Any) -> Any:
    """``size`` hospitals of one kind and level. Median 30,000 bed-days and 3,000 discharges; MAD 200 and 20.

    ``odd`` gives the last of them other bed-days and discharges in some years.
    """
    codes = [f"E{i}" for i in range(size)]
    rows = []
    for year in years:
        for i, code in enumerate(codes):
            step = i - size // 2
            days, out = 30_000 + 100 * step, 3_000 + 10 * step
            if i == size - 1 and odd and year in odd:
                days, out = odd[year]
            rows.append(activity(code, year, days, out))
    providers = [hospital(code, "secondary", EAST, kind="tcm_hospital") for code in codes]
    return small_city(**{"more_providers": providers, "activity": rows, **changes})


def flagged(city: Any, **more: Any) -> dict[str, Any]:
    return {row.subject: row for row in measured(city, EFFICIENCY, **more)}


FAR = (36_000, 2_000)


def test_one_far_off_on_two_indicators_in_two_years_is_flagged_and_named() -> None:
    row = flagged(group(odd={2024: FAR, 2025: FAR}))["tcm"]
    assert row.supply == 1
    assert row.note is not None
    assert "E8" in row.note.zh
    assert str(row.as_of) == "2025-12-31"


@pytest.mark.parametrize(("odd", "word"), [
    ((24_000, 2_000), "效率偏低"),  # fewer beds in use, fewer patients a bed, a longer stay
    ((36_000, 4_500), "效率偏高"),
    ((36_000, 3_000), "指标方向不一"),  # more beds in use, but by longer stays
])
def test_it_is_told_which_way_an_institution_is_off(odd: tuple[int, int], word: str) -> None:
    note = flagged(group(odd={2024: odd, 2025: odd}))["tcm"].note
    assert note is not None
    assert note.zh == f"{word} 1 家：E8"


@pytest.mark.parametrize("odd", [{2025: FAR}, {2024: FAR}, {}])
def test_one_year_alone_is_not_enough(odd: Any) -> None:
    assert flagged(group(odd=odd))["tcm"].supply == 0


def test_the_latest_years_count() -> None:
    row = flagged(group(odd={2023: FAR, 2024: FAR}, years=(2023, 2024, 2025)))["tcm"]
    assert row.supply == 0


def test_a_year_that_is_still_running_is_not_one_of_them() -> None:
    city = group(odd={2024: FAR, 2025: FAR}, years=(2024, 2025, 2026))
    row = flagged(city)["tcm"]
    assert (row.supply, str(row.as_of)) == (1, "2025-12-31")
    assert flagged(city, on=date(2026, 12, 31))["tcm"].supply == 0


def test_one_indicator_alone_is_not_enough_unless_the_plan_says_so() -> None:
    """More discharges of the same stay per open bed move occupancy and turnover; the stay alone is one indicator."""
    odd = dict.fromkeys((2024, 2025), (30400, 3040))
    assert flagged(group(odd=odd))["tcm"].supply == 0
    wide = dict.fromkeys((2024, 2025), (31000, 3100))
    assert flagged(group(odd=wide))["tcm"].supply == 1
    assert flagged(group(odd=wide), plan=changed(EFFICIENCY, indicators_needed=Decimal(3)))["tcm"].supply == 0


@pytest.mark.parametrize(("days", "out", "count"), [(30_400, 3_040, 0), (30_401, 3_041, 1), (29_600, 2_960, 0)])
def test_the_ends_of_the_range_are_inside(days: int, out: int, count: int) -> None:
    """Median ± 2 MAD of occupancy is 30,000 ± 400 bed-days, of turnover 3,000 ± 40 discharges, per 36,500 open ones."""
    assert flagged(group(odd={2024: (days, out), 2025: (days, out)}))["tcm"].supply == count


def test_a_wider_range_is_a_reading() -> None:
    odd = dict.fromkeys((2024, 2025), (30500, 3050))
    assert flagged(group(odd=odd))["tcm"].supply == 1
    row = flagged(group(odd=odd), readings={"AMB-15": "wider"})["tcm"]
    assert (row.supply, row.readings["AMB-15"]) == (0, "wider")


@pytest.mark.parametrize(("size", "judged"), [(7, False), (8, True)])
def test_a_group_of_fewer_than_eight_has_no_middle(size: int, judged: bool) -> None:
    assert ("tcm" in flagged(group(size))) == judged
    assert flagged(group(size))["small_groups"].status == "undetermined"


def test_levels_and_types_are_groups_of_their_own() -> None:
    others = [hospital(f"T{i}", "tertiary", EAST, kind="tcm_hospital") for i in range(8)]
    rows = [row for row in measured(group(9, more_providers=[*(hospital(f"E{i}", "secondary", EAST, kind="tcm_hospital") for i in range(9)), *others]), EFFICIENCY)
            if row.subject == "tcm"]
    assert {(row.level, row.inputs[0].value) for row in rows} == {("secondary", 9), ("tertiary", 8)}


def test_without_activity_nobody_is_compared() -> None:
    rows = measured(small_city(), EFFICIENCY)
    assert [row.status for row in rows] == ["undetermined"]
    assert rows[0].reason is not None
    assert "activity" in rows[0].reason.zh


def test_one_year_of_activity_is_too_little() -> None:
    assert flagged(group(years=(2025,)))["tcm"].status == "undetermined"


def test_a_missing_count_is_not_an_outlier() -> None:
    rows = [activity(f"E{i}", year, 30_000 + 100 * i, 3_000 + 10 * i) for i in range(8) for year in (2024, 2025)]
    city = group(9, activity=rows)
    assert flagged(city)["tcm"].supply is not None
    note = flagged(city)["tcm"].note
    assert note is None or "E8" not in note.zh


def test_it_judges_no_application() -> None:
    assert judge(small_city(applications=[application()]), EFFICIENCY).status == "not_applicable"
