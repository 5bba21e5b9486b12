"""A township's first pharmacy always, the second by its population or a person, a third never."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.loop.probing import probe_plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.population_cap import PopulationCap
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import AREA, EAST, application, default_tables, fact, provider, small_city

TOWN, OTHER = "370103101", "370103102"
PERSON, BY_NUMBER = {"option": "person"}, {"option": "threshold", "persons": 20_000}


def cap(second: dict[str, Any] = PERSON, **more: Any) -> PopulationCap:
    return PopulationCap(**{"id": "towns", "clause": "pharmacy-other", "counts": ("pharmacy",), "first": 1, "most": 2,
                            "scope": Scope(provider_class=("pharmacy",)), "readings": {"second": second}, **more})


def city(held: int = 0, persons: int | None = 20_000, area: str = "township", **more: Any) -> Any:
    units = [*default_tables()["units"], *({"unit": u, "name": f"{u}镇", "level": "township", "parent": EAST} for u in (TOWN, OTHER))]
    people = [] if persons is None else [{"unit": TOWN, "year": 2025, "age_band": "all", "persons": persons}]
    facts = [fact("A1", "settlement", area)] if area else []
    more.setdefault("applications", [application(unit=TOWN)])
    return small_city(units=units, more_providers=[*(provider(f"P{i}", unit=TOWN) for i in range(held)), *more.pop("others", [])],
                      more_facts=[*facts, *more.pop("facts", [])], **({"residents": people} if people else {}), **more)


def said(town: Any, second: dict[str, Any] = PERSON) -> Any:
    return judge(town, "towns", plan=with_provisions(cap(second)))


@pytest.mark.parametrize(("held", "status"), [(0, "holds"), (1, "undetermined"), (2, "fails"), (3, "fails")])
def test_the_first_always_the_second_to_a_person_the_third_never(held: int, status: str) -> None:
    assert said(city(held, persons=1)).status == status


def test_the_person_sees_the_population() -> None:
    found = said(city(1))
    assert lacking(found) == {("facts", "second_place")}
    assert "人口 20,000" in found.sentence.zh


@pytest.mark.parametrize(("value", "status"), [("approved", "holds"), ("declined", "fails"), ("maybe", "undetermined")])
def test_the_decision_settles_the_second(value: str, status: str) -> None:
    assert said(city(1, facts=[fact("A1", "second_place", value)])).status == status


@pytest.mark.parametrize(("persons", "status"), [(19_999, "fails"), (20_000, "holds"), (20_001, "holds")])
def test_another_reading_sets_a_population(persons: int, status: str) -> None:
    assert said(city(1, persons), BY_NUMBER).status == status
    assert said(city(0, persons), BY_NUMBER).status == "holds"
    assert said(city(2, persons), BY_NUMBER).status == "fails"


def test_without_its_population_the_threshold_cannot_tell() -> None:
    assert lacking(said(city(1, None), BY_NUMBER)) == {("residents", "persons")}


def test_city_areas_have_their_own_cap() -> None:
    assert said(city(2, area="city")).status == "not_applicable"
    assert lacking(said(city(0, area=""))) == {("facts", "settlement")}


def test_a_unit_that_is_no_township_does_not_tell() -> None:
    assert lacking(said(city(applications=[application(unit=EAST)]))) == {("applications", "unit")}


def test_a_pharmacy_whose_unit_is_coarse_may_be_the_first() -> None:
    coarse = [provider("X", unit=EAST)]
    assert lacking(said(city(0, others=coarse))) == {("providers", "unit")}
    assert said(city(2, others=coarse)).status == "fails"
    assert said(city(0, others=[provider("X", unit=OTHER)])).status == "holds"


def test_a_mover_does_not_count_against_itself() -> None:
    mover = application(action="relocate", provider="P0", unit=TOWN)
    assert said(city(1, applications=[mover])).status == "holds"


def test_townships_with_any_are_held_against_all() -> None:
    rows = {r.unit: r for r in measured(city(1), "towns", plan=with_provisions(cap()))}
    assert (rows[EAST].supply, rows[EAST].need, rows[AREA].gap) == (1, 2, -1)
    assert OTHER in rows[EAST].note.zh


def test_the_most_is_not_less_than_the_first() -> None:
    assert list(cap(first=3).problems())
    assert list(cap(counts=()).problems())
    assert not list(cap().problems())


@pytest.mark.slow
@pytest.mark.parametrize("second", [PERSON, BY_NUMBER])
@pytest.mark.parametrize("people", ["resident", "insured"])
def test_its_own_probes_come_out_as_said(second: dict[str, Any], people: str) -> None:
    rule = cap(readings={"second": second, "people": {"option": people}})
    found = [r for r in probe_plan(with_provisions(rule)) if r.name.startswith("towns:")]
    assert len(found) >= 5
    assert [(r.name, r.differences) for r in found if r.differences] == []
