"""All methods beside each other: right numbers, named beds and persons, and no number where an input is missing."""

from datetime import date
from fractions import Fraction

import pytest

from dingdian.methods import beds
from dingdian.methods.beds import Stated

DAY = date(2025, 12, 31)


def stated(value):
    return Stated(value=value, as_of=DAY, source="made up")


ALL = {name: stated(value) for name, value in {
    "norm_per_1000_insured": 7, "insured": 800_000, "norm_per_1000_residents": Fraction(74, 10), "residents": 900_000,
    "population_by_age": (100_000, 50_000), "admission_rate_by_age": (Fraction(1, 10), Fraction(3, 10)), "inflow": 5000, "outflow": 2000,
    "average_stay": Fraction(73, 10), "target_occupancy": Fraction(8, 10), "bed_days": 292_000, "bed_use_rate": Fraction(8, 10), "turnover": 50,
    "fund_income": 1_000, "surplus_rate": Fraction(1, 20), "fund_spending": 900, "open_beds": 720}.items()}
BY_HAND = {"norm_insured": 5600, "norm_residents": 6660, "use_by_age": 700, "use_by_bed_days": 1000, "setting_guideline": 700, "fund": 760}


def test_every_method_by_hand():
    assert {row.method.id: row.need for row in beds.bed_needs(ALL)} == BY_HAND


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("absent", [True, False])
def test_a_missing_input_leaves_its_rows_undetermined_and_no_other(name, absent):
    inputs = {key: value for key, value in ALL.items() if key != name} | ({} if absent else {name: Stated(value=None)})
    for row in beds.bed_needs(inputs):
        if name in row.method.inputs:
            assert (row.need, row.gap, row.status, row.missing) == (None, None, "undetermined", (name,))
            assert beds.INPUTS[name].zh in row.reason().zh
            assert beds.INPUTS[name].en in row.reason().en
        else:
            assert (row.need, row.status, row.reason()) == (BY_HAND[row.method.id], "determined", None)


def test_a_gap_is_against_beds_of_the_same_kind_alone():
    rows = {row.method.id: row for row in beds.bed_needs(ALL, {"insured": stated(5700), "approved": stated(5000)})}
    assert (rows["norm_insured"].supply, rows["norm_insured"].gap) == (5700, 100)
    assert all(row.supply is None and row.gap is None for row in rows.values() if row.method.beds != "insured")


def test_beds_that_nobody_counted_leave_the_gap_open():
    row = beds.bed_needs(ALL, {"insured": Stated(value=None)})[0]
    assert (row.need, row.supply, row.gap) == (5600, None, None)


def test_inputs_keep_their_date_and_source():
    for row in beds.bed_needs(ALL):
        assert list(row.inputs) == list(row.method.inputs)
        assert {s.as_of for s in row.inputs.values()} == {DAY}


def test_no_model_calls_itself_the_national_method():
    for method in beds.METHODS:
        assert "national" not in method.title.en + method.formula
        assert "国家" not in method.title.zh
        assert method.beds in beds.BEDS
        assert method.persons in beds.PERSONS
        assert set(method.inputs) <= set(beds.INPUTS)
        assert "not the national method" in method.convention.en or method.id.startswith("norm_")


def test_every_input_is_taken_by_some_method():
    assert {name for method in beds.METHODS for name in method.inputs} == set(beds.INPUTS)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="unknown inputs: norm"):
        beds.bed_needs({"norm": stated(7)})
    with pytest.raises(ValueError, match="unknown kinds of beds: licensed"):
        beds.bed_needs({}, {"licensed": stated(7)})


def test_what_a_method_refuses_names_the_method():
    with pytest.raises(ValueError, match="use_by_bed_days: target occupancy must be above zero"):
        beds.bed_needs({"bed_days": stated(1), "target_occupancy": stated(0)})
