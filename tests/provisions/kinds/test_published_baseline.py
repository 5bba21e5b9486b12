"""Published counts and ratios: the interval each leaves, what they leave together, what follows at the norms, and the dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from dingdian.plans.model import Plan
from dingdian.provisions import fields
from dingdian.provisions.finding import Measure
from dingdian.provisions.kinds.bed_norm import BedNorm
from dingdian.provisions.kinds.doctor_norm import DoctorNorm
from dingdian.provisions.kinds.published_baseline import PublishedBaseline
from dingdian.terms import UNITS_OF_MEASURE
from provisions.judging import measured, with_provisions
from small_city import AREA, EAST, WEST, ZONE, insured, small_city

ID = "baseline"
JULY, SEPTEMBER = date(2025, 7, 31), date(2025, 9, 30)


def published(what: str, count: int, ratio: str, per: int, day: date) -> dict[str, Any]:
    return {"what": what, "count": count, "ratio": Decimal(ratio), "per": per, "places": 2, "as_of": day}


WUHU = (published("institutions", 2044, "5.56", 10_000, JULY), published("beds", 23_950, "6.51", 1000, SEPTEMBER),
        published("doctors", 10_151, "2.76", 1000, SEPTEMBER))


def baseline(counts: Any = WUHU, dates: str = "warn", **more: Any) -> PublishedBaseline:
    return PublishedBaseline(id=ID, clause="bed-norm", effect="information", counts=tuple(counts), bed_norm="norm", doctor_norm="doctors",
                             readings={"dates": {"option": dates, "months": Decimal(3)}, **more})


def plan_with(counts: Any = WUHU, dates: str = "warn", **more: Any) -> Plan:
    norm = BedNorm(id="norm", clause="bed-norm", per="insured", by=date(2028, 12, 31), low=Decimal("5.97"), high=Decimal("5.97"),
                   readings={"beds": {"option": "insured_beds"}, "band": {"option": "band_free"}})
    doctors = DoctorNorm(id="doctors", clause="bed-norm", norm=Decimal("3.06"), per="insured", by=date(2028, 12, 31),
                         readings={"doctors": {"option": "all_doctors"}})
    return with_provisions(norm, doctors, baseline(counts, dates, **more))


def people(total: int) -> Any:
    return small_city(insured=[*insured(WEST, total - 2), *insured(EAST, 1), *insured(ZONE, 1)])


def rows(city: Any = None, plan: Plan | None = None) -> dict[tuple[str, str], Measure]:
    found = measured(city or people(3_678_000), ID, plan=plan or plan_with())
    return {(r.measure, r.subject): r for r in found}


def value(row: Measure, name: str) -> Any:
    return next(i.value for i in row.inputs if i.name == name)


def test_three_published_ratios_give_one_interval_of_insured_persons() -> None:
    joint = rows()["insured_interval", "joint"]
    assert (value(joint, "persons_low"), value(joint, "persons_high"), joint.supply) == (3_676_133, 3_679_567, 3_678_000)
    assert joint.note is not None
    assert "(3,676,132.00, 3,679,567.96]" in joint.note.zh
    assert "367.8 万人" in joint.note.zh


def test_the_cut_of_beds_and_the_rise_of_doctors_at_the_norms() -> None:
    found = rows()
    cut, rise = found["insured_interval", "beds_at_norm"], found["insured_interval", "doctors_at_norm"]
    assert (cut.supply, value(cut, "change_low"), value(cut, "change_high")) == (-1992, -2003, -1983)
    assert (rise.supply, value(rise, "change_low"), value(rise, "change_high")) == (1104, 1098, 1108)
    assert cut.note is not None
    assert "减少约 1,992 张（1,983 至 2,003 张）" in cut.note.zh
    assert rise.note is not None
    assert "增加约 1,104 名（1,098 至 1,108 名）" in rise.note.zh


@pytest.mark.parametrize("subject", ["joint", "beds_at_norm", "doctors_at_norm"])
def test_whatever_combines_counts_of_different_dates_says_so(subject: str) -> None:
    note = rows()["insured_interval", subject].note
    assert note is not None
    assert "2025-07-31" in note.zh
    assert "2025-09-30" in note.zh
    assert "不超过 3 个月" in note.zh


def test_each_ratio_states_its_own_interval_and_date() -> None:
    beds = rows()["insured_interval", "beds"]
    assert (value(beds, "persons_low"), value(beds, "persons_high"), beds.as_of) == (3_676_133, 3_681_783, SEPTEMBER)


def test_ratios_that_contradict_each_other_are_no_interval() -> None:
    counts = (WUHU[0], published("beds", 23_950, "6.40", 1000, SEPTEMBER))
    found = rows(plan=plan_with(counts))
    joint = found["insured_interval", "joint"]
    assert (joint.status, joint.supply) == ("undetermined", None)
    assert joint.reason is not None
    assert "矛盾" in joint.reason.zh
    assert ("insured_interval", "beds_at_norm") not in found


@pytest.mark.parametrize(("day", "status", "word"), [
    (date(2025, 12, 30), "measured", "不超过"), (date(2025, 12, 31), "measured", "不超过"), (date(2026, 1, 1), "undetermined", "超过 3"),
])
def test_numbers_more_than_a_quarter_apart_are_not_combined_where_the_reading_refuses(day: date, status: str, word: str) -> None:
    counts = (published("beds", 23_950, "6.51", 1000, SEPTEMBER), published("doctors", 10_151, "2.76", 1000, day))
    joint = rows(plan=plan_with(counts, "refuse"))["insured_interval", "joint"]
    assert joint.status == status
    assert joint.note is not None
    assert word in joint.note.zh
    warned = rows(plan=plan_with(counts))["insured_interval", "joint"]
    assert warned.status == "measured"
    assert warned.note is not None
    assert word in warned.note.zh


def test_a_count_over_the_persons_on_file_warns_when_more_than_a_quarter_apart() -> None:
    """Persons on file are of the year's end: five months after July, one quarter after September."""
    found = rows()
    july, september = (found["published_ratio_on_file", what] for what in ("institutions", "beds"))
    assert (july.supply, september.supply) == (Decimal("5.5574"), Decimal("6.5117"))
    assert july.note is not None
    assert september.note is not None
    assert "警示" in july.note.zh
    assert "警示" not in september.note.zh
    assert rows(plan=plan_with(dates="refuse"))["published_ratio_on_file", "institutions"].status == "undetermined"


@pytest.mark.parametrize(("persons", "inside"), [(3_676_132, False), (3_676_133, True), (3_681_783, True), (3_681_784, False)])
def test_persons_on_file_are_held_against_what_the_ratio_implies(persons: int, inside: bool) -> None:
    note = rows(people(persons))["published_ratio_on_file", "beds"].note
    assert note is not None
    assert ("不在" not in note.zh) is inside


def test_without_persons_on_file_the_published_interval_still_stands() -> None:
    found = rows(small_city(insured=None))
    assert found["insured_interval", "joint"].supply == 3_678_000
    assert found["published_ratio_on_file", "beds"].status == "undetermined"


def test_counts_of_one_date_need_no_warning() -> None:
    note = rows(plan=plan_with(WUHU[1:]))["insured_interval", "joint"].note
    assert note is not None
    assert "警示" not in note.zh


def test_how_the_ratios_were_rounded_may_be_left_open() -> None:
    joint = rows(plan=plan_with(rounding={"option": "unknown"}))["insured_interval", "joint"]
    assert joint.note is not None
    assert "[3,676,132.00, 3,679,567.96]" in joint.note.zh


def test_every_row_speaks_of_the_pooling_area_in_a_known_unit_of_measure() -> None:
    for row in rows().values():
        assert row.unit == AREA
        assert row.unit_of_measure in UNITS_OF_MEASURE
        assert row.need is None
        assert row.need_high is None


def test_counts_that_bound_nothing_or_stand_twice_are_refused() -> None:
    assert not list(baseline().problems())
    assert list(baseline((WUHU[0], WUHU[0])).problems())
    assert list(baseline(()).problems())
    finer = baseline((published("beds", 1, "6.512", 1000, JULY),))
    assert [where for where, _, _ in finer.problems()] == [("counts", 0, "ratio")]


def test_an_unknown_column_of_a_published_count_is_refused() -> None:
    spec, _ = fields.specs(PublishedBaseline)["counts"]
    row = {"what": "beds", "count": 1, "ratio": 1, "per": 1000, "places": 2, "as_of": JULY}
    assert spec.parse([row])[0]["count"] == 1
    with pytest.raises(fields.FieldError):
        spec.parse([{**row, "wat": 1}])


def test_every_published_number_must_stand_in_its_clause() -> None:
    assert {Decimal(n) for n in ("2044", "5.56", "10000", "23950", "6.51", "1000", "10151", "2.76")} <= set(baseline().figures())


def test_it_reads_itself_back_with_dates() -> None:
    said = attrs.evolve(baseline()).read_back()
    assert "23,950" in said.zh
    assert "2025-09-30" in said.en
