"""Generated cases: each finds a rule that has moved, none passes by being silent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from dingdian.loop.probing import ask, probe_plan
from dingdian.plans.model import Plan
from dingdian.provisions.kinds.radius_cap import RadiusCap
from dingdian.provisions.probe import AREA, UNIT, Probe, application_for, provider_row
from loop.asking import changed

pytestmark = pytest.mark.slow


def failed(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {result.name: result.differences for result in probe_plan(plan) if not result.passed}


def test_the_shipped_plan_passes_its_probes_and_every_result_is_generated(jinan: Plan) -> None:
    results = probe_plan(jinan)
    assert failed(jinan) == {}
    assert len(results) > 40
    assert all(result.is_generated and result.as_json()["generated"] for result in results)


def test_what_stands_as_the_base_has_it_is_not_probed_again(jinan: Plan) -> None:
    named = {result.name.split(":")[0] for result in probe_plan(jinan)}
    assert not named & jinan.inherited


@pytest.mark.parametrize("number", [5, 6])
def test_a_rule_that_forgets_its_own_limit_is_found(number: int, jinan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """A radius that the judgement no longer looks at must make a probe fail, whatever the limit."""
    plan = changed("pharmacy-radius", caps={"dense": Decimal(number), "other": Decimal(number)})
    assert failed(plan) == {}
    judge = RadiusCap.judge

    def lenient(self: RadiusCap, case: Any, ground: Any) -> Any:
        return judge(attrs.evolve(self, caps={name: cap + 1 for name, cap in self.caps.items()}), case, ground)

    monkeypatch.setattr(RadiusCap, "judge", lenient)
    assert any(name.startswith("pharmacy-radius: above") for name in failed(plan))


def test_a_probe_that_cannot_be_asked_fails_and_is_not_left_out(jinan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def probes(self: RadiusCap, choices: Any) -> Iterable[Probe]:
        yield Probe(position="at", expect="holds", tables={"providers": [{"provider": "P", "status": "no such status"}]})

    monkeypatch.setattr(RadiusCap, "probes", probes)
    (differences,) = failed(jinan).values()
    assert "no such status" in differences[0]


def test_days_before_of_and_after_the_dates_of_force_are_generated() -> None:
    plan = changed("fund-gate", valid_from=date(2026, 7, 1), valid_until=date(2026, 12, 31))
    dated = [r.name for r in probe_plan(plan) if "valid_" in r.name]
    assert dated == [f"fund-gate: {name} {word}" for name in ("valid_from", "valid_until") for word in ("day_before", "day_of", "day_after")]
    assert not {name for name in failed(plan) if "valid_" in name}


def test_an_application_in_scope_meets_every_part_of_the_scope(jinan: Plan) -> None:
    for provision in jinan.provisions:
        row = application_for(provision)
        facts = {**row, "tags": row.get("tags"), "specialties": row.get("specialties")}
        assert provision.scope.unmet(facts) == (False, ()), provision.id


def test_a_probe_knows_one_area_with_one_district_and_a_bystander(jinan: Plan) -> None:
    probe = Probe(position="other", expect="holds", tables={"providers": [provider_row("P1", kind="pharmacy", provider_class="pharmacy", level=None,
                                                                                       at={"metres": 100})]})
    found = ask(jinan, jinan.provision("pharmacy-radius"), probe)
    assert found.judgement.evidence["counted"] == 1
    assert (AREA, UNIT) == ("999900", "999901")
