"""What every kind of provision, and every provision of every shipped pack, owes whoever reads its answers, whatever it is about."""

from __future__ import annotations

import inspect
import json
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian import canonical
from dingdian.city.tables import TABLES
from dingdian.loop.cases import application_ids, case_of
from dingdian.loop.findings import find
from dingdian.loop.ground import ground
from dingdian.loop.probing import probe_plan
from dingdian.plans.lint_rules import figures_of
from dingdian.plans.load import load_plan, pack_ids
from dingdian.plans.model import Plan
from dingdian.provisions.alert import STATES, Alert
from dingdian.provisions.base import Provision, kind_of_provision, kinds
from dingdian.provisions.case import Case
from dingdian.provisions.finding import Finding, Judgement, Measure
from dingdian.terms import EFFECTS, FINDING_STATUSES, NATURES, UNITS_OF_MEASURE, Text
from provisions.judging import changed, jinan, judge
from provisions.samples import CITIES, applications, bare, over, rich
from small_city import (
    DAY,
    EAST,
    account,
    accounts,
    beds,
    fact,
    for_hospital,
    hospital,
    pharmacy,
    small_city,
)

pytestmark = pytest.mark.slow

KIND_NAMES = tuple(kinds())
PUBLISHED = {"publication": date(2026, 6, 15)}


@lru_cache(maxsize=16)
def pack(name: str) -> Plan:
    """A shipped pack, its day of publication set where the text leaves it open."""
    plan = load_plan(name)
    return plan.with_dates(**{key: day for key, day in PUBLISHED.items() if key in plan.dates})


# The shipped packs and the one written for tests. What a pack inherits unchanged is held to the contract with the base itself.
GRID_CITY = str(Path(__file__).resolve().parents[1] / "packs" / "grid-city")
PACKS = (*pack_ids(), GRID_CITY)
PROVISIONS = tuple((name, p.id) for name in PACKS for p in pack(name).provisions if p.id not in pack(name).inherited)
IDS = tuple(p.id for p in jinan().provisions)
DECIDED = ("holds", "fails")
COMPARE = {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
           "==": lambda a, b: a == b, "!=": lambda a, b: a != b}

every_kind = pytest.mark.parametrize("kind", KIND_NAMES)
every_provision = pytest.mark.parametrize(("plan", "id"), PROVISIONS, ids=[f"{Path(name).name}/{id}" for name, id in PROVISIONS])


@lru_cache(maxsize=4096)
def asked(name: str, city: str, id: str, *readings: tuple[str, str]) -> tuple[tuple[Case, Judgement], ...]:
    """What a provision says of every sample application of a sample city."""
    town, plan = CITIES[city](), pack(name).with_readings(dict(readings))
    facts = ground(town, plan, DAY)
    return tuple((case, plan.provision(id).judge(case, facts)) for case in cases(city))


@lru_cache(maxsize=4)
def cases(city: str) -> tuple[Case, ...]:
    town = CITIES[city]()
    return tuple(case_of(town, code, DAY) for code in application_ids(town))


def everywhere(name: str, id: str) -> Iterator[tuple[Case, Judgement]]:
    """The same in every sample city."""
    for city in CITIES:
        yield from asked(name, city, id)


@lru_cache(maxsize=4096)
def rows(name: str, city: str, id: str, *readings: tuple[str, str]) -> tuple[Measure, ...]:
    """What a provision measures in a sample city."""
    plan = pack(name).with_readings(dict(readings))
    return tuple(plan.provision(id).measure(ground(CITIES[city](), plan, DAY)))


def texts(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)


def floats(value: Any) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from floats(item)


# --- kinds -----------------------------------------------------------------------------------------------------------


def test_every_kind_is_used_by_a_pack() -> None:
    """A kind that no plan needs is a kind that nobody has checked against a text."""
    assert {pack(name).provision(id).kind for name, id in PROVISIONS} == set(KIND_NAMES)


@every_kind
def test_a_kind_is_frozen(kind: str) -> None:
    provision = next(p for p in (pack(name).provision(id) for name, id in PROVISIONS) if p.kind == kind)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        provision.id = "other"  # type: ignore[misc]


@every_kind
def test_a_kind_says_what_it_is_in_both_languages(kind: str) -> None:
    cls = kinds()[kind]
    assert cls.title.zh.strip()
    assert cls.title.en.strip()
    assert inspect.getdoc(cls)
    assert (inspect.getmodule(cls).__doc__ or "").strip()  # type: ignore[union-attr]


@every_kind
def test_a_slot_has_alternatives_each_with_its_meaning(kind: str) -> None:
    for slot in kinds()[kind].slots.values():
        assert len(slot.options) >= 2
        for text in (slot.title, *slot.options.values()):
            assert text.zh.strip()
            assert text.en.strip()
        assert set(slot.parameters) <= set(slot.options)


@every_kind
def test_a_kind_declares_what_it_can_do_and_which_facts_it_reads(kind: str) -> None:
    cls = kinds()[kind]
    assert cls.effects
    assert set(cls.effects) <= set(EFFECTS)
    assert all(text.zh and text.en for text in cls.fact_keys.values())
    assert cls.comparison in ("", "<=", ">=", "<", ">")
    assert cls.nature in NATURES
    assert set(cls.needs) <= set(TABLES)
    assert all(wanted == "" or wanted in kinds() for wanted in cls.refers_to.values())


def test_a_second_kind_of_one_name_fails_at_import() -> None:
    with pytest.raises(RuntimeError, match="bed_norm is defined twice"):
        kind_of_provision(type("Again", (Provision,), {"kind": "bed_norm"}))


# --- provisions ------------------------------------------------------------------------------------------------------


@every_provision
def test_a_provision_reads_itself_back_in_both_languages(plan: str, id: str) -> None:
    said = pack(plan).provision(id).read_back()
    assert said.zh.endswith("。")
    assert said.en.endswith(".")
    assert said.zh != said.en
    for text in (said.zh, said.en):
        assert not any(sign in text for sign in ("{", "}", "None", "Decimal"))


@every_provision
def test_read_back_states_every_number_of_its_fields(plan: str, id: str) -> None:
    """An official confirms what is read back: a number that is not read back is not confirmed."""
    provision = pack(plan).provision(id)
    said = provision.read_back()
    for figure in provision.figures():
        assert figure in figures_of(said.zh), (figure, said.zh)
        assert figure in figures_of(said.en), (figure, said.en)


@every_provision
def test_shipped_fields_are_without_fault(plan: str, id: str) -> None:
    assert not list(pack(plan).provision(id).problems())


# --- judgements ------------------------------------------------------------------------------------------------------


@every_provision
def test_no_application_makes_a_provision_fall_over_and_every_answer_is_whole(plan: str, id: str) -> None:
    provision = pack(plan).provision(id)
    for case, said in everywhere(plan, id):
        assert said.status in FINDING_STATUSES
        for text in (said.sentence, *said.would_change, *(item.phrase for item in said.missing)):
            assert text.zh.strip(), case.application
            assert text.en.strip(), case.application
            assert not any(sign in text.zh + text.en for sign in ("{", "}", "None", "nan", "<NA>", "Decimal")), text
        assert said.sentence.zh.endswith("。")
        assert said.sentence.en.endswith(".")
        assert said.unit_of_measure == "" or said.unit_of_measure in UNITS_OF_MEASURE
        assert provision.effect in ("exemption", "quota") or not (said.waives or said.may_waive)


@every_provision
def test_an_undetermined_answer_names_the_table_and_column_that_would_settle_it(plan: str, id: str) -> None:
    for case, said in everywhere(plan, id):
        assert (said.status == "undetermined") <= bool(said.missing), (case.application, said.sentence)
        for item in said.missing:
            if item.table == "plan":
                continue
            keys = {key for kind in kinds().values() for key in kind.fact_keys}
            assert item.column in (keys if item.table == "facts" else TABLES[item.table].column_names), item


@every_provision
def test_a_decided_answer_carries_its_evidence_its_formula_and_its_day(plan: str, id: str) -> None:
    provision = pack(plan).provision(id)
    for case, said in everywhere(plan, id):
        if said.status not in DECIDED:
            continue
        assert said.evidence, case.application
        if provision.effect != "exemption":
            assert said.as_of is not None, case.application
        if provision.effect in ("gate", "quota"):
            assert provision.kind == "supply_demand" or said.evidence.get("formula")


@every_provision
def test_what_was_compared_is_what_is_said(plan: str, id: str) -> None:
    """``value operator threshold`` holds exactly where the judgement holds."""
    for case, said in everywhere(plan, id):
        if said.status not in DECIDED or said.operator not in COMPARE or isinstance(said.value, str) != isinstance(said.threshold, str):
            continue
        assert COMPARE[said.operator](said.value, said.threshold) == (said.status == "holds"), (case.application, said)
        if said.operator in ("<=", ">=") and isinstance(said.margin, (int, Decimal)):
            assert (said.margin >= 0) == (said.status == "holds"), (case.application, said)


@every_provision
def test_readings_in_an_answer_are_those_in_force(plan: str, id: str) -> None:
    chosen = pack(plan)
    mine = {value for value in chosen.provision(id).readings.values() if isinstance(value, str)}
    others = {value for p in chosen.provisions for value in p.readings.values() if isinstance(value, str)}
    for _, said in everywhere(plan, id):
        for reading, option in said.readings.items():
            assert reading in mine or reading in others
            assert option == chosen.readings[reading].default


@every_provision
def test_a_finding_has_one_canonical_form_without_binary_floats(plan: str, id: str) -> None:
    provision = pack(plan).provision(id)
    for _, said in everywhere(plan, id):
        finding = Finding(provision=id, kind=provision.kind, effect=provision.effect, clause=provision.clause, locator="x",
                          requirements=provision.requirements, normally=provision.normally, judgement=said)
        body = finding.as_json()
        assert not list(floats(body))
        written = canonical.dumps(body)
        assert json.loads(written) == canonical.plain(body)
        assert all(text.zh and text.en for text in texts(body))


@every_provision
def test_outside_its_scope_a_provision_does_not_apply(plan: str, id: str) -> None:
    provision = pack(plan).provision(id)
    for case, said in asked(plan, "rich", id):
        facts = {**case.facts, "action": case.action}
        if provision.kind != "exemption" and provision.scope.unmet(facts)[0]:
            assert said.status == "not_applicable", case.application


@every_provision
def test_a_judgement_is_the_same_when_asked_again(plan: str, id: str) -> None:
    facts = ground(CITIES["over"](), pack(plan), DAY)
    provision = pack(plan).provision(id)
    assert [provision.judge(case, facts) for case in cases("over")] == [said for _, said in asked(plan, "over", id)]


def test_the_samples_call_forth_every_answer_that_the_gates_have() -> None:
    """Guards the guards: a contract over samples that decide nothing would hold of itself."""
    found = {(p.kind, said.status) for p in jinan().provisions for _, said in everywhere("jinan-2026", p.id)}
    for kind in ("fund_gate", "radius_cap", "service_circle", "bed_norm", "branch", "tier_mix", "over_target", "supply_demand",
                 "release_quota"):
        assert {(kind, status) for status in FINDING_STATUSES} <= found, kind
    for kind in ("exemption", "transition", "relocation", "priority"):
        assert {(kind, status) for status in ("holds", "not_applicable", "undetermined")} <= found, kind


# --- probes ----------------------------------------------------------------------------------------------------------


@every_provision
def test_a_limit_is_probed_below_at_and_above_and_without_its_evidence(plan: str, id: str) -> None:
    provision = pack(plan).provision(id)
    choices = ground(CITIES["bare"](), pack(plan), DAY).choices(provision)
    found = {probe.position for probe in provision.probes(choices)}
    judges = type(provision).judge is not Provision.judge and provision.effect in ("gate", "condition", "quota")
    if judges and provision.passes_when():
        assert {"below", "at", "above"} <= found
    if judges and type(provision).needs:
        assert "missing" in found


@pytest.mark.parametrize("name", PACKS, ids=lambda name: Path(name).name)
def test_every_generated_case_of_a_shipped_pack_comes_out_as_its_kind_says(name: str) -> None:
    results = probe_plan(pack(name))
    assert results
    assert [(r.name, r.differences) for r in results if not r.passed] == []


# --- every alternative reading ---------------------------------------------------------------------------------------


def alternatives() -> list[tuple[str, str, str, str]]:
    return sorted({
        (name, id, reading, option) for name, id in PROVISIONS for reading in pack(name).provision(id).readings.values()
        if isinstance(reading, str) for option in pack(name).readings[reading].alternatives})


@pytest.mark.parametrize(("plan", "id", "reading", "option"), alternatives())
def test_every_alternative_of_every_slot_gives_an_answer(plan: str, id: str, reading: str, option: str) -> None:
    for city in ("over", "bare"):
        for _, said in asked(plan, city, id, (reading, option)):
            assert said.readings.get(reading, option) == option
    for row in rows(plan, "over", id, (reading, option)):
        assert row.readings.get(reading, option) == option


def test_every_alternative_is_looked_at_by_somebody() -> None:
    """A reading that no sample touches would be untested, and one that nothing looks at should not be in the pack."""
    seen = {reading for id in IDS for _, said in everywhere("jinan-2026", id) for reading in said.readings}
    seen |= {reading for id in IDS for row in rows("jinan-2026", "rich", id) for reading in row.readings}
    seen |= {r for _, s in asked("jinan-2026", "over", "bed-total", ("AMB-03", "exits_only")) for r in s.readings}
    stock_only = {"AMB-08"}  # changes who counts, and is looked at by the stock
    assert set(jinan().readings) - seen - stock_only - IN_THE_BAND - set(pack("national-orders").readings) == set()




IN_THE_BAND = {"AMB-03"}  # touched only by a stock inside the band: tests/provisions/kinds/test_bed_norm.py


# --- measures --------------------------------------------------------------------------------------------------------


@every_provision
def test_a_measure_explains_itself(plan: str, id: str) -> None:
    for row in (row for city in CITIES for row in rows(plan, city, id)):
        assert isinstance(row, Measure)
        assert row.unit_of_measure in UNITS_OF_MEASURE
        assert row.formula
        assert row.title.zh
        assert row.title.en
        assert row.unit_name
        assert not list(floats(row.as_json()))
        json.loads(canonical.dumps(row.as_json()))
        if row.status == "undetermined":
            assert row.reason is not None
            assert row.reason.zh.strip() not in ("", "数据不足"), row
            assert row.gap is None
        else:
            assert row.supply is not None


@every_provision
def test_the_gap_is_supply_less_need_and_nought_inside_the_band(plan: str, id: str) -> None:
    for row in (row for city in CITIES for row in rows(plan, city, id)):
        if row.status != "measured" or row.need is None:
            assert row.gap is None or row.status == "measured"
            continue
        assert row.supply is not None
        assert row.gap == row.supply - row.need
        inside = (row.need_low is None or row.supply >= row.need_low) and (row.need_high is None or row.supply <= row.need_high)
        assert (row.gap == 0) == inside, row


# --- alerts ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def alerts(name: str, city: str, id: str) -> tuple[Alert, ...]:
    """What a provision raises in a sample city."""
    plan = pack(name)
    return tuple(plan.provision(id).alerts(ground(CITIES[city](), plan, DAY), 30))


@every_provision
def test_an_alert_has_its_date_its_evidence_and_both_languages(plan: str, id: str) -> None:
    provision = pack(plan).provision(id)
    assert pack(plan).locator(provision)
    for said in (alert for city in CITIES for alert in alerts(plan, city, id)):
        assert said.state in STATES
        assert said.trigger
        assert said.unit_name
        assert said.unit_of_measure == "" or said.unit_of_measure in UNITS_OF_MEASURE
        for text in (said.title, said.sentence, *said.missing, *([said.follows] if said.follows else [])):
            assert text.zh.strip()
            assert text.en.strip()
            assert not any(sign in text.zh + text.en for sign in ("{", "}", "None", "nan", "<NA>", "Decimal")), text
        assert said.sentence.zh.endswith("。")
        assert said.sentence.en.endswith(".")
        if said.state in ("alert", "approaching"):
            assert said.since is not None
            assert said.evidence or said.formula or said.due
        assert not list(floats(said.as_json()))
        json.loads(canonical.dumps(said.as_json()))


@every_provision
def test_what_is_undetermined_names_what_is_missing_and_nothing_else_does(plan: str, id: str) -> None:
    for said in (alert for city in CITIES for alert in alerts(plan, city, id)):
        assert (said.state == "undetermined") == bool(said.missing)
        if said.state == "undetermined":
            assert (said.value, said.since) == (None, None)


@every_provision
def test_an_alert_is_where_what_ought_to_hold_does_not(plan: str, id: str) -> None:
    for said in (alert for city in CITIES for alert in alerts(plan, city, id)):
        if said.operator in COMPARE and isinstance(said.value, (int, Decimal)) and said.state in ("alert", "quiet"):
            assert COMPARE[said.operator](said.value, said.threshold) == (said.state == "quiet"), said


@every_provision
def test_each_line_is_told_once(plan: str, id: str) -> None:
    for city in CITIES:
        told = [said.id for said in alerts(plan, city, id)]
        assert len(told) == len(set(told)), [one for one in told if told.count(one) > 1][:3]


# Rows that are off their line and raise nothing of themselves: the same fact is raised by another row, or by the provision beside it.
TOLD_ELSEWHERE = {
    "bed_norm": "whole beds are raised, the ratio is the same", "doctor_norm": "whole doctors are raised, the ratio is the same",
    "affordable_beds": "whole beds are raised, and fewer of them are room", "bed_method": "the norm that it computes for raises them",
    "fund_gate": "a unit without an account of its own is told by the one above",
    "occupancy_gate": "the line is drawn for districts, not for the pooling area",
}


@every_provision
def test_a_row_that_is_off_its_line_is_raised(plan: str, id: str) -> None:
    provision = pack(plan).provision(id)
    for city in CITIES:
        off = [row for row in rows(plan, city, id) if row.status == "measured" and row.gap]
        if off and provision.kind not in TOLD_ELSEWHERE:
            assert any(said.state in ("alert", "approaching") for said in alerts(plan, city, id)), (provision.kind, off[0])


@every_provision
def test_alerts_are_the_same_when_asked_again(plan: str, id: str) -> None:
    facts = ground(CITIES["over"](), pack(plan), DAY)
    assert tuple(pack(plan).provision(id).alerts(facts, 30)) == alerts(plan, "over", id)


def test_the_samples_call_forth_every_state() -> None:
    found = {said.state for name, id in PROVISIONS for city in CITIES for said in alerts(name, city, id)}
    assert found == set(STATES)


# --- order -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_neither_hash_nor_findings(seed: int) -> None:
    draw = random.Random(seed)
    tables = {name: [dict(zip(frame.columns, row)) for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False)]
              for name, frame in over().tables.items() if name not in ("network_nodes", "network_edges", "fund", "units")}
    for rows in tables.values():
        draw.shuffle(rows)
    mixed = small_city(**tables, fund=draw.sample(_fund_rows(), len(_fund_rows())))
    assert mixed.content_hash == over().content_hash
    plan = jinan().with_dates(**PUBLISHED)
    for code in draw.sample(application_ids(over()), 12):
        assert find(mixed, plan, case_of(mixed, code, DAY), DAY) == find(over(), plan, case_of(over(), code, DAY), DAY)


def _fund_rows() -> list[dict[str, Any]]:
    rows = [row for row in accounts() if (row["unit"], row["scheme"], row["year"]) != (EAST, "resident", 2026)]
    return [*rows, account(EAST, "resident", "-0.01")]


# --- monotony --------------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(metres=st.lists(st.floats(1, 1000), max_size=4), extra=st.floats(1, 800), density=st.sampled_from(["dense", "other", None]))
def test_one_more_designated_pharmacy_inside_the_radius_never_turns_fails_into_holds(
    metres: list[float], extra: float, density: str | None
) -> None:
    facts = [fact("A1", "density", density)] if density else []
    before = [pharmacy(f"P{i}", m, 50.0 * i) for i, m in enumerate(metres)]
    first = judge(small_city(more_providers=before, more_facts=facts), "pharmacy-radius").status
    after = judge(small_city(more_providers=[*before, pharmacy("PX", extra, 333)], more_facts=facts), "pharmacy-radius").status
    rank = ["holds", "undetermined", "fails"]
    assert rank.index(after) >= rank.index(first)


@settings(max_examples=20, deadline=None)
@given(balance=st.decimals(-10**6, 10**6, places=2), less=st.decimals(0, 10**6, places=2))
def test_a_larger_deficit_never_opens_the_fund_gate(balance: Decimal, less: Decimal) -> None:
    def status(amount: Decimal) -> str:
        rows = [row for row in accounts() if (row["unit"], row["scheme"], row["year"]) != (EAST, "employee", 2026)]
        return judge(small_city(fund=[*rows, account(EAST, "employee", str(amount))]), "fund-gate").status

    assert status(balance) == ("holds" if balance >= 0 else "fails")
    if status(balance) == "fails":
        assert status(balance - less) == "fails"


@settings(max_examples=20, deadline=None)
@given(stock=st.integers(85_000, 91_000), more=st.integers(0, 3000), asked=st.integers(0, 1000))
def test_more_beds_in_stock_never_open_a_bed_gate(stock: int, more: int, asked: int) -> None:
    def statuses(count: int) -> list[str]:
        city = small_city(providers=[hospital("H1", "tertiary", EAST)], beds=[beds("H1", count)],
                          applications=[for_hospital(action="branch", provider="H1", beds=asked)])
        return [judge(city, id).status for id in ("bed-total", "branch-total", "over-target")]

    for before, after in zip(statuses(stock), statuses(stock + more)):
        assert (before, after) != ("fails", "holds")


# --- memory ----------------------------------------------------------------------------------------------------------


def test_readings_of_one_question_do_not_leak_into_the_next() -> None:
    """Counts are remembered by city, day and plan: asking under another reading first must not change the answer."""
    def answers() -> dict[str, list[Judgement]]:
        facts = ground(CITIES["rich"](), pack("jinan-2026"), DAY)
        return {id: [pack("jinan-2026").provision(id).judge(case, facts) for case in cases("rich")] for id in IDS}

    fresh = answers()
    for reading in jinan().readings.values():
        for option in reading.alternatives:
            asked("jinan-2026", "rich", "bed-total", (reading.id, option))
    assert answers() == fresh


def test_two_plans_with_other_fields_do_not_share_their_counts() -> None:
    city = rich()
    assert judge(city, "pharmacy-radius", "A-zone").evidence["counted"] == 2
    none = changed("pharmacy-radius", counts=("personal_account",))
    assert judge(city, "pharmacy-radius", "A-zone", plan=none).evidence["counted"] == 0
    assert judge(city, "pharmacy-radius", "A-zone").evidence["counted"] == 2


def test_the_bare_city_is_bare() -> None:
    assert set(bare().tables) == {"units", "providers", "applications"}
    assert len(applications()) > 50
