"""The law of rulings: gates, exceptions, pending exceptions, conflicts, readings that flip."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.city.model import City
from dingdian.loop.cases import case_of
from dingdian.loop.decide import check
from dingdian.loop.findings import except_findings, find, outcome_of
from dingdian.loop.readings import touched_by
from dingdian.plans.model import Plan, Record
from dingdian.problems import BadData
from dingdian.provisions.finding import Finding, Judgement, Missing
from dingdian.terms import Text
from loop.asking import changed, deficit, old, station
from small_city import (
    DAY,
    EAST,
    application,
    away,
    corner,
    fact,
    for_hospital,
    pharmacy,
    provider,
    small_city,
)

PUBLISHED = date(2026, 6, 15)
TOTAL = fact("pharmacy", "plan_total", "9")
SIGNED = fact("A1", "exemption_sign_off", "函1号")


def finding(id: str, status: str, effect: str = "gate", **more: Any) -> Finding:
    waits = (Missing(table="facts", subject="x", column="y", phrase=Text("缺", "lack")),) if status == "undetermined" else ()
    said = Judgement(status=status, sentence=Text("句。", "s."), missing=waits,
                     **{k: more.pop(k) for k in ("waives", "may_waive") if k in more})
    return Finding(provision=id, kind="k", effect=effect, clause="c", locator=f"条{id}", requirements=(), normally=False, judgement=said, **more)


# --- the law ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("findings", "outcome", "deciding"), [
    ([], "eligible", ()),
    ([finding("a", "holds"), finding("b", "not_applicable")], "eligible", ()),
    ([finding("a", "holds"), finding("b", "fails")], "refused", ("b",)),
    ([finding("a", "undetermined"), finding("b", "holds")], "review", ("a",)),
    ([finding("a", "undetermined"), finding("b", "fails")], "refused", ("b",)),
    ([finding("b", "fails"), finding("c", "fails")], "refused", ("b", "c")),
    ([finding("a", "fails", excepted_by="x")], "eligible", ("x",)),
    ([finding("a", "undetermined", excepted_by="x")], "eligible", ("x",)),
    ([finding("a", "holds", excepted_by="x")], "eligible", ()),
    ([finding("a", "fails", excepted_by="x"), finding("b", "fails")], "refused", ("b",)),
    ([finding("x", "undetermined", "exemption", may_waive=("a",)), finding("a", "fails")], "review", ("a",)),
    ([finding("x", "undetermined", "exemption", may_waive=("a",)), finding("a", "holds")], "eligible", ()),
    ([finding("x", "undetermined", "exemption", may_waive=("a",)), finding("a", "fails"), finding("b", "fails")], "refused", ("b",)),
    ([finding("x", "holds", "exemption", may_waive=("a",)), finding("a", "fails")], "review", ("a",)),
    ([finding("a", "fails", "priority"), finding("b", "undetermined", "information"), finding("q", "fails", "quota")], "eligible", ()),
    ([finding("a", "fails", "condition")], "refused", ("a",)),
])
def test_the_law(findings: list[Finding], outcome: str, deciding: tuple[str, ...]) -> None:
    assert outcome_of(tuple(findings)) == (outcome, deciding)


STATUS = st.sampled_from(["holds", "fails", "not_applicable", "undetermined"])


@given(statuses=st.lists(STATUS, max_size=6), lifted=st.sets(st.integers(0, 5)), pending=st.sets(st.integers(0, 5)))
def test_nobody_is_eligible_past_a_gate_that_fails_and_is_not_lifted(statuses: list[str], lifted: set[int], pending: set[int]) -> None:
    rows = [finding("x", "holds", "exemption", may_waive=tuple(f"g{i}" for i in pending))]
    rows += [finding(f"g{i}", status, excepted_by="x" if i in lifted else "") for i, status in enumerate(statuses)]
    open_fails = [i for i, s in enumerate(statuses) if s == "fails" and i not in lifted]
    open_unknown = [i for i, s in enumerate(statuses) if s == "undetermined" and i not in lifted]
    outcome, _ = outcome_of(tuple(rows))
    if set(open_fails) - pending:
        assert outcome == "refused"
    elif open_fails or open_unknown:
        assert outcome == "review"
    else:
        assert outcome == "eligible"


def test_the_lowest_rank_lifts(jinan: Plan) -> None:
    """Transition (rank 1) goes before primary care (rank 5)."""
    rows = tuple(finding(p.id, "holds" if p.id in ("transition", "primary-care") else "fails", p.effect,
                         waives=("bed-total",) if p.id in ("transition", "primary-care") else ()) for p in jinan.provisions)
    lifted = {f.provision: f.excepted_by for f in except_findings(jinan, rows)}
    assert lifted["bed-total"] == "transition"
    assert lifted["tier-mix"] == ""


def test_two_exceptions_of_one_rank_are_an_error_that_names_both_clauses(jinan: Plan) -> None:
    plan = changed("primary-care", rank=1).with_dates(publication=PUBLISHED)
    city = station(opened_on="2026-01-01")
    with pytest.raises(BadData) as raised:
        check(city, plan, "A1", on=DAY)
    problem = raised.value.problems[0]
    assert problem.code == "exception_conflict"
    assert problem.value == "transition, primary-care"
    assert jinan.locator(jinan.provision("transition")) in problem.message.zh
    assert jinan.locator(jinan.provision("primary-care")) in problem.message.en


def test_two_of_one_rank_below_a_third_that_decides_are_no_conflict(jinan: Plan) -> None:
    plan = attrs.evolve(changed("primary-care", rank=6), sha256="ranks")
    rows = tuple(finding(p.id, "holds", p.effect, waives=("bed-total",) if p.id in ("transition", "primary-care", "key-project") else ())
                 for p in plan.provisions)
    assert {f.provision: f.excepted_by for f in except_findings(plan, rows)}["bed-total"] == "transition"


# --- rulings on the small city ---------------------------------------------------------------------------------------


def test_a_plain_application_with_room_is_eligible_and_robust(jinan: Plan) -> None:
    ruling = check(small_city(more_facts=[TOTAL]), jinan, "A1", on=DAY)
    assert (ruling.outcome, ruling.deciding, ruling.robust, ruling.would_change) == ("eligible", (), True, ())
    assert len(ruling.findings) == len(jinan.provisions)
    assert [f.provision for f in ruling.findings] == [p.id for p in jinan.provisions]


def test_a_refusal_names_the_clause_and_what_would_change_it(jinan: Plan) -> None:
    ruling = check(deficit(), jinan, "A1", on=DAY)
    assert (ruling.outcome, ruling.deciding) == ("refused", ("fund-gate",))
    locator = jinan.locator(jinan.provision("fund-gate"))
    assert locator in ruling.sentence.zh
    assert locator in ruling.sentence.en
    assert any("转为平衡" in text.zh for text in ruling.would_change)


def test_a_sign_off_lifts_the_fund_gate_and_its_lack_sends_the_case_to_a_person(jinan: Plan) -> None:
    signed = check(deficit(station_rows=True, more_facts=[SIGNED]), jinan, "A1", on=DAY)
    assert (signed.outcome, signed.deciding) == ("eligible", ("primary-care",))
    assert next(f for f in signed.findings if f.provision == "fund-gate").excepted_by == "primary-care"
    unsigned = check(deficit(station_rows=True), jinan, "A1", on=DAY)
    assert (unsigned.outcome, unsigned.deciding) == ("review", ("fund-gate",))
    assert any("签批" in text.zh for text in unsigned.would_change)


def test_a_missing_table_sends_the_case_to_a_person_and_says_what_to_supply(jinan: Plan) -> None:
    ruling = check(small_city(warnings=None), jinan, "A1", on=DAY)
    assert (ruling.outcome, ruling.deciding) == ("review", ("fund-gate",))
    assert any("warnings" in text.zh for text in ruling.would_change)


def test_a_failing_gate_refuses_although_another_cannot_be_judged(jinan: Plan) -> None:
    city = deficit(more_providers=[pharmacy("P1", 100), pharmacy("P2", 110)], facts=[fact("A1", "density", "other")])
    ruling = check(city, jinan, "A1", on=DAY)
    assert ruling.outcome == "refused"
    assert "surplus-stop" not in ruling.deciding


def test_the_transition_frees_from_everything_once_the_plan_is_published(jinan: Plan) -> None:
    city = deficit(applications=[application(opened_on="2026-01-01")])
    assert check(city, jinan, "A1", on=DAY).outcome == "refused"
    published = check(city, jinan.with_dates(publication=PUBLISHED), "A1", on=DAY)
    assert (published.outcome, published.deciding) == ("eligible", ("transition",))
    assert ("AMB-39", "all_but_fund", "refused") in {(f.reading, f.option, f.outcome) for f in published.flips}


def test_released_beds_lift_the_totals_for_a_short_district(jinan: Plan) -> None:
    from small_city import WEST, beds, hospital

    full = {"providers": [hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST)],
            "beds": [beds("H1", 70_000), beds("H2", 20_000)]}
    fits = check(small_city(**full, applications=[for_hospital(beds=100, level="primary")]), jinan, "A1", on=DAY)
    assert (fits.outcome, fits.deciding) == ("eligible", ("released-beds",))
    beyond = check(small_city(**full, applications=[for_hospital(beds=101, level="primary")]), jinan, "A1", on=DAY)
    assert (beyond.outcome, beyond.deciding) == ("refused", ("bed-total", "over-target"))
    assert any("100" in text.zh for text in beyond.would_change)


# --- who is asked about, and when ------------------------------------------------------------------------------------


def test_an_application_may_be_stated_outright(a_small_city: City, jinan: Plan) -> None:
    row = application("NEW")
    assert check(a_small_city, jinan, row, on=DAY).outcome == "eligible"
    nameless = {k: v for k, v in row.items() if k != "application"}
    assert check(a_small_city, jinan, nameless, on=DAY).application == "APPLICATION"
    assert "NEW" not in set(a_small_city.tables["applications"]["application"])


def test_its_columns_may_be_headed_in_chinese(a_small_city: City, jinan: Plan) -> None:
    row = {"申请编号": "新一", "申请事项": "新增定点", "申请日期": "2026-08-01", "机构名称": "甲", "机构类型": "零售药店", "规划类别": "零售药店",
           "规划单元": EAST, "经度": 117.0, "纬度": 36.65, "定位误差": 0, "正式运营日期": "2026-04-15"}
    ruling = check(a_small_city, jinan, row, on=DAY)
    assert (ruling.application, ruling.outcome) == ("新一", "eligible")


@pytest.mark.parametrize(("row", "code"), [
    ({"action": "designate"}, "missing_value"), ({"action": "fly"}, "unknown_code"), ({"colour": "red"}, "unknown_column"),
    ({"unit": "999999"}, "orphan_reference"), ({"lat": None}, "half_a_place"), ({"beds": -1}, "out_of_bounds"),
])
def test_a_mapping_that_breaks_a_rule_is_refused_as_an_import_would_be(row: Any, code: str, a_small_city: City, jinan: Plan) -> None:
    stated = row if code == "missing_value" else {**application(), **row}
    with pytest.raises(BadData) as raised:
        check(a_small_city, jinan, stated, on=DAY)
    assert code in {p.code for p in raised.value.problems} or code == "missing_value"


def test_an_unknown_application_is_refused_with_some_that_are_known(a_small_city: City, jinan: Plan) -> None:
    with pytest.raises(BadData) as raised:
        check(a_small_city, jinan, "Z9", on=DAY)
    assert raised.value.problems[0].code == "unknown_application"
    assert "A1" in raised.value.problems[0].remedy.en


def test_an_unknown_application_of_a_city_without_any_is_refused_too(jinan: Plan) -> None:
    with pytest.raises(BadData):
        check(small_city(applications=None), jinan, "A1", on=DAY)


@pytest.mark.parametrize("readings", [{"AMB-99": "x"}, {"AMB-07": "flying"}])
def test_an_unknown_reading_or_option_is_refused(readings: dict[str, str], a_small_city: City, jinan: Plan) -> None:
    with pytest.raises(BadData):
        check(a_small_city, jinan, "A1", on=DAY, readings=readings)


def test_without_a_day_the_later_of_application_and_city_counts(jinan: Plan) -> None:
    assert check(small_city(), jinan, "A1").date_on == date(2026, 8, 31)
    late = small_city(applications=[application(applied_on="2026-09-20")])
    assert check(late, jinan, "A1").date_on == date(2026, 9, 20)


def test_a_move_is_judged_at_its_new_place_and_never_at_the_old_one(jinan: Plan) -> None:
    mover = application(action="relocate", provider="P1", place=None, unit=None, accuracy_m=None, from_unit=EAST)
    case = case_of(small_city(more_providers=[pharmacy("P1", 300)], applications=[mover]), "A1", DAY)
    assert (case.lon, case.district, case.get("accuracy_m"), case.get("unit")) == (None, "", None, None)


def test_a_designation_of_a_provider_on_file_is_judged_where_it_stands(jinan: Plan) -> None:
    row = {"application": "A1", "action": "designate", "applied_on": "2026-08-01", "provider": "P1"}
    place = away(300)
    case = case_of(small_city(more_providers=[provider("P1", place, status="undesignated", accuracy_m=7)], applications=[row]), "A1", DAY)
    assert (case.lon, case.lat) == pytest.approx(place)
    assert (case.district, case.get("accuracy_m"), case.provider_class) == (EAST, 7, "pharmacy")


def test_an_error_on_file_does_not_describe_coordinates_that_the_application_states() -> None:
    row = {"application": "A1", "action": "designate", "applied_on": "2026-08-01", "provider": "P1", "lon": 117.01, "lat": 36.65}
    case = case_of(small_city(more_providers=[provider("P1", away(300), accuracy_m=7)], applications=[row]), "A1", DAY)
    assert case.get("accuracy_m") is None


@pytest.mark.parametrize(("plan_area", "city_area", "bound"), [
    ("370100", "370100", True), ("370000", "370100", True), ("370100", "370200", False), ("371000", "371300", False),
    ("371000", "371000", True), ("110000", "110000", True),
])
def test_a_plan_binds_its_own_pooling_area_and_those_below(plan_area: str, city_area: str, bound: bool, a_small_city: City, jinan: Plan) -> None:
    from dingdian.loop.ground import binds

    city = a_small_city.evolve(meta=attrs.evolve(a_small_city.meta, pooling_area=city_area))
    assert binds(city, attrs.evolve(jinan, pooling_area=plan_area)) == bound


@pytest.mark.parametrize(("day", "warned"), [(date(2026, 8, 30), True), (date(2026, 8, 31), False), (date(2026, 9, 1), False)])
def test_a_register_later_than_the_day_says_so(day: date, warned: bool, a_small_city: City, jinan: Plan) -> None:
    ruling = check(a_small_city, jinan, "A1", on=day)
    assert any("2026-08-31" in note.zh and str(day) in note.en for note in ruling.notes) == warned


# --- readings --------------------------------------------------------------------------------------------------------


def test_each_alternative_that_flips_is_named_with_its_outcome(jinan: Plan) -> None:
    ruling = check(deficit(), jinan, "A1", on=DAY)
    assert {(f.reading, f.option): f.outcome for f in ruling.flips} == {
        ("AMB-14", "last_closed_year"): "eligible", ("AMB-14-AREA", "pooling_area"): "eligible"}
    assert not ruling.robust
    assert ruling.needs_confirmation
    assert all("可进入评估" in f.sentence.zh and "eligible" in f.sentence.en for f in ruling.flips)


def test_where_no_single_reading_flips_two_together_may(jinan: Plan) -> None:
    """Refused by the fund of the district and by two pharmacies near in a straight line but far on foot."""
    around = [pharmacy(f"P{i}", 0, **dict(zip(("lon", "lat"), corner(east, 2)))) for i, east in enumerate((-6, 6))]
    city = deficit(more_providers=around, applications=[application(place=corner(0, -2))])
    ruling = check(city, jinan, "A1", on=DAY)
    assert ruling.deciding == ("fund-gate", "pharmacy-radius")
    assert [(f.reading, f.option, f.outcome) for f in ruling.flips] == [
        ("AMB-07+AMB-14", "walking+last_closed_year", "eligible"), ("AMB-07+AMB-14-AREA", "walking+pooling_area", "eligible")]
    assert not ruling.robust


def test_no_joint_alternative_repeats_one_that_already_flips(jinan: Plan) -> None:
    ruling = check(deficit(), jinan, "A1", on=DAY)
    told = [set(zip(f.reading.split("+"), f.option.split("+"))) for f in ruling.flips]
    assert not any(one < two for one in told for two in told)


def test_at_most_64_joint_alternatives_are_tried_and_the_rest_is_counted(jinan: Plan, demo_city: City, judged_on: date) -> None:
    ruling = check(demo_city, jinan, "A028", on=judged_on)
    singles = sum(len(jinan.readings[r].alternatives) for r in touched_by(ruling.findings))
    assert ruling.readings_tried <= singles + 64
    assert ruling.readings_left_out > 0


@pytest.mark.parametrize("code", ["A001", "A023", "A033", "A038"])
def test_remembered_judgements_are_those_that_asking_anew_gives(code: str, demo_city: City, jinan: Plan, judged_on: date) -> None:
    """The flips rest on judgements kept from earlier alternatives: each named flip is asked about outright."""
    case = case_of(demo_city, code, judged_on)
    for flip in check(demo_city, jinan, code, on=judged_on).flips:
        readings = dict(zip(flip.reading.split("+"), flip.option.split("+")))
        assert outcome_of(find(demo_city, jinan.with_readings(readings), case, judged_on))[0] == flip.outcome


# --- governing dates and force ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("governs", "day"), [
    ("decision", DAY), ("application", date(2026, 8, 1)), ("agreement", date(2020, 1, 1)), ("assessment_year", date(2025, 12, 31))])
def test_each_provision_is_judged_on_its_governing_date(governs: str, day: date, jinan: Plan) -> None:
    city = small_city(more_providers=[pharmacy("P1", 5000)], applications=[application(provider="P1", place=None)])
    ruling = check(city, changed("fund-gate", governing_date=governs), "A1", on=DAY)
    gate = next(f for f in ruling.findings if f.provision == "fund-gate")
    assert (gate.governing_date, gate.date_on) == (governs, day)


def test_who_has_no_agreement_yet_would_sign_on_the_day_of_the_decision() -> None:
    ruling = check(small_city(), changed("fund-gate", governing_date="agreement"), "A1", on=DAY)
    assert next(f for f in ruling.findings if f.provision == "fund-gate").date_on == DAY


@pytest.mark.parametrize(("since", "until", "in_force"), [
    (DAY, None, True), (DAY + timedelta(days=1), None, False), (None, DAY, True), (None, DAY - timedelta(days=1), False), (DAY, DAY, True)])
def test_a_provision_is_in_force_from_its_first_to_its_last_day_both_included(
    since: date | None, until: date | None, in_force: bool
) -> None:
    ruling = check(deficit(), changed("fund-gate", valid_from=since, valid_until=until), "A1", on=DAY)
    gate = next(f for f in ruling.findings if f.provision == "fund-gate")
    assert gate.status == ("fails" if in_force else "not_applicable")
    assert ruling.outcome == ("refused" if in_force else "eligible")


def test_the_reading_of_who_counts_touches_every_case(jinan: Plan) -> None:
    """Whether exempt providers count changes every count, so the alternative is tried on every case."""
    assert "AMB-08" in touched_by(check(small_city(), jinan, "A1", on=DAY).findings)


def test_under_another_reading_the_ruling_is_that_readings_own(jinan: Plan) -> None:
    ruling = check(deficit(), jinan, "A1", on=DAY, readings={"AMB-14-AREA": "pooling_area"})
    assert ruling.outcome == "eligible"
    assert ("AMB-14-AREA", "accounting_unit", "refused") in {(f.reading, f.option, f.outcome) for f in ruling.flips}


@pytest.mark.parametrize("code", ["A001", "A003", "A004", "A005", "A007", "A019", "A023", "A024", "A031", "A036", "A040"])
def test_the_flips_of_the_demo_are_those_that_asking_anew_gives(code: str, demo_city: City, jinan: Plan, judged_on: date) -> None:
    """Every alternative of every reading of the plan is asked about outright; whatever flips must be named, and nothing else."""
    ruling = check(demo_city, jinan, code, on=judged_on)
    case = case_of(demo_city, code, judged_on)
    flips = {}
    for reading in jinan.readings.values():
        for option in reading.alternatives:
            other, _ = outcome_of(find(demo_city, jinan.with_readings({reading.id: option}), case, judged_on))
            if other != ruling.outcome:
                flips[reading.id, option] = other
    single = {(f.reading, f.option): f.outcome for f in ruling.flips if "+" not in f.reading}
    assert single.items() <= flips.items()
    touched = touched_by(ruling.findings)
    assert {key for key in flips if key[0] in touched} == set(single)
    assert ruling.robust == (not ruling.flips)


def test_every_combination_of_two_is_tried_when_none_alone_flips(jinan: Plan) -> None:
    city = small_city(more_facts=[TOTAL])
    ruling = check(city, jinan, "A1", on=DAY)
    touched = sorted(touched_by(ruling.findings))
    case = case_of(city, "A1", DAY)
    for first, second in product(touched, touched):
        if first >= second:
            continue
        for one, two in product(jinan.readings[first].alternatives, jinan.readings[second].alternatives):
            plan = jinan.with_readings({first: one, second: two})
            assert outcome_of(find(city, plan, case, DAY))[0] == "eligible"
    assert ruling.robust


# --- the demo as designed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "outcome", "part"), [
    ("A001", "refused", "pharmacy-radius"), ("A003", "eligible", ""), ("A007", "refused", "fund-gate"), ("A023", "eligible", "primary-care"),
    ("A024", "review", "fund-gate"), ("A006", "review", "pharmacy-radius"), ("A017", "refused", "outpatient-radius"),
])
def test_designed_cases_come_out_with_the_clause_that_they_were_designed_for(
    code: str, outcome: str, part: str, demo_city: City, jinan: Plan, judged_on: date
) -> None:
    ruling = check(demo_city, jinan, code, on=judged_on)
    assert ruling.outcome == outcome
    assert part in ruling.deciding or part == ""


def test_the_clauses_that_nothing_expresses_stand_beside_every_ruling_of_their_scope(a_small_city: City, jinan: Plan) -> None:
    city = small_city(applications=[application(), for_hospital("A2")])
    general = {jinan.clauses[r.clause].locator for r in jinan.untranslated if not r.scope_class}
    beds = Record(clause="bed-total", requirements=(), type="untranslated", reason=Text("测试", "a test"), scope_class=("inpatient",))
    plan = attrs.evolve(jinan, records=(*jinan.records, beds), sha256="one-record-more")
    assert set(check(city, plan, "A1", on=DAY).untranslated) == general
    assert set(check(city, plan, "A2", on=DAY).untranslated) == {*general, plan.clauses["bed-total"].locator}


def test_old_pharmacies_are_free_only_of_what_the_clause_names(jinan: Plan) -> None:
    plan = changed("transition", excepts=("fund-gate",)).with_dates(publication=PUBLISHED)
    crowded = old(more_providers=[pharmacy("P1", 100), pharmacy("P2", 110)])
    assert check(crowded, plan, "A1", on=DAY).deciding == ("pharmacy-radius",)
