"""All choices side by side: by people the verdict never hangs on the area, by area it may."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.methods import agglomeration as agg
from dingdian.methods.agglomeration_choices import BY_AREA, BY_PEOPLE, choices, verdict

CITY = {
    "units": ["centre", "edge"],
    "resources": {"institutions": [5, 5], "beds": [800, 200]},
    "people": {"insured": [40, 60], "residents": [60, 60]},
    "areas": {"land": [20, 80], "built_up": [10, 10]},
}


def test_every_choice_is_there_once_in_the_order_given():
    names = [(row.resource, row.people, row.area, row.unit) for row in choices(**CITY)]
    assert names == [(r, p, a, u) for r in CITY["resources"] for p in CITY["people"] for a in CITY["areas"] for u in CITY["units"]]


def test_a_row_is_what_the_functions_say():
    for row in choices(**CITY):
        place = CITY["units"].index(row.unit)
        held, heads, land = CITY["resources"][row.resource], CITY["people"][row.people], CITY["areas"][row.area]
        a, b = agg.hrad(held, land), agg.pad(heads, land)
        assert (row.hrad, row.pad, row.difference) == (a[place], b[place], agg.difference(a, b)[place])
        assert (row.ratio, row.worth) == (agg.ratio(a, b)[place], agg.worth(held, heads)[place])
        assert row.lacking == ()


def test_by_area_may_turn_with_the_area_and_by_people_with_the_people():
    rows = {(row.resource, row.people, row.area, row.unit): row for row in choices(**CITY)}
    assert rows["institutions", "insured", "land", "centre"].by_area == "above"
    assert rows["institutions", "insured", "built_up", "centre"].by_area == "matched"
    assert rows["institutions", "insured", "land", "centre"].by_people == "above"
    assert rows["institutions", "residents", "land", "centre"].by_people == "matched"


counts = st.integers(0, 1000)
tables = st.lists(st.tuples(counts, st.integers(1, 1000), st.integers(1, 1000), st.integers(1, 1000)), min_size=1, max_size=6).filter(
    lambda rows: any(row[0] for row in rows))


@given(tables)
def test_by_people_never_hangs_on_the_area(table):
    held, heads, land, built = (list(column) for column in zip(*table))
    units = [str(place) for place in range(len(table))]
    one, other = (choices(units, {"beds": held}, {"insured": heads}, {name: area}) for name, area in (("land", land), ("built_up", built)))
    for mine, theirs in zip(one, other):
        assert (mine.ratio, mine.worth, mine.by_people) == (theirs.ratio, theirs.worth, theirs.by_people)
        assert (mine.difference > 0, mine.difference < 0) == (theirs.difference > 0, theirs.difference < 0)
        assert mine.by_people == verdict(mine.ratio)
        assert (mine.difference > 0, mine.difference < 0) == (mine.by_people == "above", mine.by_people == "below")


@given(tables)
def test_degrees_weighted_by_area_average_to_exactly_one(table):
    held, heads, land, _ = (list(column) for column in zip(*table))
    rows = choices([str(place) for place in range(len(table))], {"beds": held}, {"insured": heads}, {"land": land})
    assert sum(area * row.hrad for area, row in zip(land, rows)) == sum(land)
    assert sum(area * row.pad for area, row in zip(land, rows)) == sum(land)


@pytest.mark.parametrize(("degree", "said"), [
    (Fraction(899, 1000), "below"), (Fraction(9, 10), "matched"), (1, "matched"), (Fraction(11, 10), "matched"), (1.101, "above")])
def test_a_tolerance_includes_its_ends(degree, said):
    assert verdict(degree, 0.1) == said


@pytest.mark.parametrize(("degree", "said"), [(Fraction(10**9 - 1, 10**9), "below"), (1, "matched"), (Fraction(10**9 + 1, 10**9), "above")])
def test_without_a_tolerance_only_one_is_matched(degree, said):
    assert verdict(degree) == said
    assert said in BY_AREA
    assert said in BY_PEOPLE


def test_a_missing_number_leaves_the_choice_undetermined_and_the_others_as_they_are():
    city = {**CITY, "areas": {"land": [20, 80], "built_up": [10, None]}}
    for row in choices(**city):
        if row.area == "built_up":  # the total is unknown too, so neither unit has a degree
            assert (row.lacking, row.hrad, row.by_area, row.by_people) == (("built_up",), None, None, None)
        else:
            assert row.lacking == ()
            assert row.hrad is not None


def test_with_the_total_of_the_parent_only_the_unit_that_lacks_is_undetermined():
    centre, edge = choices(["centre", "edge"], {"beds": [8, None]}, {"insured": [40, 60]}, {"land": [20, 80]}, parents={"beds": 10})
    assert (centre.hrad, centre.ratio, centre.worth) == (4, 2, 4)
    assert (edge.lacking, edge.hrad, edge.worth) == (("beds",), None, None)


def test_the_whole_column_is_the_parent_even_where_another_column_lacks():
    centre, edge = choices(["centre", "edge"], {"beds": [8, 2]}, {"insured": [40, None]}, {"land": [20, 80]}, parents={"insured": 100})
    assert (centre.hrad, centre.ratio) == (4, 2)
    assert edge.lacking == ("insured",)


def test_where_nobody_lives_there_is_no_ratio_and_no_word_by_people():
    centre, _ = choices(["centre", "edge"], {"beds": [8, 2]}, {"insured": [0, 60]}, {"land": [20, 80]})
    assert (centre.ratio, centre.by_people, centre.by_area, centre.difference) == (None, None, "above", 4)


@pytest.mark.parametrize(("changed", "why"), [
    ({"people": {"land": [1, 2]}}, "named twice"), ({"parents": {"bedz": 3}}, "bedz, of which there is no column"),
    ({"areas": {"land": [1]}}, "2 units but 1 of land"), ({"units": []}, "0 units"), ({"areas": {"land": [0, 1]}}, "area must be above zero"),
    ({"resources": {"beds": [-1, 1]}}, "resource must be zero or more"), ({"resources": {"beds": [0, 0]}}, "resource of the parent"),
    ({"parents": {"beds": 5}}, "less than"), ({"tolerance": -1}, "tolerance"), ({"people": {"insured": [float("nan"), 1]}}, "finite"),
])
def test_tables_that_make_no_sense_are_refused(changed, why):
    with pytest.raises(ValueError, match=why):
        choices(**{**CITY, **changed})


def test_a_tolerance_reaches_both_verdicts():
    rows = choices(["a", "b"], {"beds": [21, 19]}, {"insured": [20, 20]}, {"land": [1, 1]}, tolerance=0.05)
    assert [(row.by_area, row.by_people) for row in rows] == [("matched", "matched")] * 2
    rows = choices(["a", "b"], {"beds": [21, 19]}, {"insured": [20, 20]}, {"land": [1, 1]}, tolerance=0.049)
    assert [(row.by_area, row.by_people) for row in rows] == [("above", "above"), ("below", "below")]


def test_no_unit_is_refused():
    with pytest.raises(ValueError, match="0 units"):
        choices([], {"beds": []}, {"insured": []}, {"land": []})


def test_no_resource_is_no_rows():
    assert choices(["centre"], {}, {"insured": [1]}, {"land": [1]}) == ()
