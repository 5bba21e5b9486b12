"""Applications of every action, class and kind, in three cities: a rich one, a bare one, and one that is over everywhere."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dingdian.city.model import City
from dingdian.terms import ACTIONS, KINDS
from small_city import (
    EAST,
    WEST,
    ZONE,
    account,
    accounts,
    application,
    away,
    beds,
    clinic,
    corner,
    fact,
    for_clinic,
    for_hospital,
    hospital,
    letter,
    pharmacy,
    provider,
    release,
    small_city,
)

SHORT_OF_COLUMNS = ("A-bare", "A-bare-provider")


def _ids(kind: str, action: str) -> str:
    return f"A-{kind}-{action}"


def _every_kind() -> list[dict[str, Any]]:
    """One application of every kind for designation, in its usual class."""
    classes = {"pharmacy": "pharmacy", "chain_pharmacy": "pharmacy", "dental_clinic": "personal_account"}
    inpatient = {code for code in KINDS if code.endswith("hospital") or code in ("nursing_home", "hospice_centre")}
    return [
        application(_ids(kind, "designate"), kind=kind, ownership="public",
                    provider_class="inpatient" if kind in inpatient else classes.get(kind, "outpatient_pooling"),
                    level=None if "pharmacy" in kind else "secondary" if kind in inpatient else "primary",
                    beds=50 if kind in inpatient else None)
        for kind in KINDS
    ]


def _every_action() -> list[dict[str, Any]]:
    """Every action for a pharmacy, a clinic and a hospital that are on file."""
    rows = []
    for action in ACTIONS:
        rows += [
            application(_ids("pharmacy", action) + "-on-file", provider="P1", action=action),
            for_clinic(_ids("clinic", action) + "-on-file", provider="C1", action=action),
            for_hospital(_ids("hospital", action) + "-on-file", provider="H2", action=action, level="tertiary"),
        ]
    return rows


def _special() -> list[dict[str, Any]]:
    """Claims, tags, moves, specialties, and applications that say as little as they may."""
    return [
        for_clinic("A-station", kind="community_health_station", tags="public_health_duty"),
        for_clinic("A-infirmary", kind="infirmary", tags="internal_only"),
        for_hospital("A-project", tags="key_project", grounds="省发改1号"),
        for_hospital("A-claim", tags="key_project"),
        for_hospital("A-oncology", kind="oncology_hospital", specialties="oncology"),
        for_clinic("A-dental", specialties="dental", provider_class="personal_account"),
        application("A-moved", action="relocate", provider="P1", tags="government_relocation", grounds="公告", from_unit=EAST),
        application("A-moved-claim", action="relocate", provider="P1", tags="government_relocation", from_unit=EAST),
        application("A-far", away(5000, 0)),
        for_clinic("A-far-clinic", away(5000, 0)),
        application("A-old", opened_on="2020-01-01"),
        application("A-zone", unit=ZONE),
        for_hospital("A-branch-west", None, action="branch", provider="H1", unit=WEST),
        {"application": "A-bare", "action": "designate", "applied_on": "2026-08-01", "name": "甲", "kind": "pharmacy",
         "provider_class": "pharmacy", "unit": EAST},
        *({"application": f"A-bare-provider-{action}", "action": action, "applied_on": "2026-08-01", "provider": "B1"} for action in ACTIONS),
    ]


@lru_cache(maxsize=1)
def applications() -> tuple[dict[str, Any], ...]:
    rows = [*_every_kind(), *_every_action(), *_special()]
    assert len({row["application"] for row in rows}) == len(rows)
    return tuple(rows)


def application_codes() -> tuple[str, ...]:
    return tuple(row["application"] for row in applications())


def _providers() -> list[dict[str, Any]]:
    return [
        hospital("H1", "tertiary", WEST), hospital("H2", "secondary", EAST, corner(3)), hospital("H3", "primary", ZONE),
        pharmacy("P1", 400), pharmacy("P2", 790, 200, accuracy_m=None), clinic("C1", corner(5)), clinic("C2", corner(10, 2)),
        provider("U1", corner(2), kind="university_clinic", provider_class="outpatient_pooling", level="primary"),
        {"provider": "B1", "status": "designated"},
    ]


def _facts() -> list[dict[str, Any]]:
    return [
        *(fact(subject, "supply_demand", state) for subject, state in (
            ("inpatient", "balanced"), ("outpatient_pooling", "balanced"), ("personal_account", "balanced"), ("pharmacy", "balanced"),
            ("dental", "surplus"), ("oncology", "short"), ("psychiatric", "short"))),
        fact("pharmacy", "plan_total", "9"), fact("A-station", "exemption_sign_off", "函1号"),
    ]


def activity() -> list[dict[str, Any]]:
    return [{"provider": code, "year": year, "discharges": 1000, "bed_days": 9000, "open_bed_days": 12_000, "visits": 1}
            for code in ("H1", "H2", "H3") for year in (2024, 2025)]


@lru_cache(maxsize=1)
def rich() -> City:
    """Everything is on file and there is room for more."""
    return small_city(providers=_providers(), facts=_facts(), applications=list(applications()), activity=activity())


@lru_cache(maxsize=1)
def over() -> City:
    """Beds, shares, circles, funds and letters all stand against additions; exits have freed some beds."""
    fund = [row for row in accounts() if (row["unit"], row["scheme"], row["year"]) != (EAST, "resident", 2026)]
    return small_city(
        providers=[*_providers(), *(pharmacy(f"Q{i}", 100 + i, 30 * i) for i in range(4)), clinic("C3", corner(1), level="primary")],
        beds=[beds("H1", 80_000), beds("H2", 12_000), beds("H3", 1000)], releases=[release("R1", 60)],
        fund=[*fund, account(EAST, "resident", "-0.01")], more_warnings=[letter(WEST)],
        facts=[*_facts(), fact("inpatient", "quota_used", "10")], applications=list(applications()), activity=activity())


@lru_cache(maxsize=1)
def bare() -> City:
    """Nothing is on file but units, providers and applications."""
    return small_city(providers=_providers(), applications=list(applications()), beds=None, insured=None, population=None, fund=None,
                      warnings=None, releases=None, facts=None, network_nodes=None, network_edges=None, extent=None, polygons={})


CITIES = {"rich": rich, "over": over, "bare": bare}
