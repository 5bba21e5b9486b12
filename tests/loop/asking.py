"""Small cities that stand for one situation each, and the plan with one provision changed."""

from __future__ import annotations

from typing import Any

from dingdian.city.model import City
from provisions.judging import changed
from small_city import EAST, account, accounts, application, for_clinic, small_city

__all__ = ["changed", "deficit", "old", "station"]


def deficit(*, station_rows: bool = False, **changes: Any) -> City:
    """The employees' fund of the east is one fen short in 2026; the year before and the pooling area are in order."""
    fund = [row for row in accounts() if (row["unit"], row["scheme"], row["year"]) != (EAST, "employee", 2026)]
    rows = {"applications": [_station()]} if station_rows else {}
    return small_city(fund=[*fund, account(EAST, "employee", "-0.01")], **{**rows, **changes})


def station(**columns: Any) -> City:
    """A community health station with public-health duty applies."""
    return small_city(applications=[_station(**columns)])


def _station(**columns: Any) -> dict[str, Any]:
    return for_clinic(**{"kind": "community_health_station", "tags": "public_health_duty", "level": "primary", **columns})


def old(**changes: Any) -> City:
    """A pharmacy that has been operating since January."""
    return small_city(applications=[application(opened_on="2026-01-01")], **changes)
