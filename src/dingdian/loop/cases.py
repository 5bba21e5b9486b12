"""From an application on file, or a mapping of its columns, to a case. Validates as an import would; judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dingdian.city.model import City
from dingdian.city.tables import TABLES
from dingdian.loop.ground import snapshot
from dingdian.problems import BadData, Problem
from dingdian.provisions.case import Case
from dingdian.terms import Text

# A move and a branch are judged at a place of their own: nothing of the place on file stands in for it.
ELSEWHERE = ("relocate", "branch")
_OF_POINT = ("lon", "lat", "frame", "accuracy_m")
_OF_PLACE = ("unit", "counts_in", *_OF_POINT)
_OF_APPLICATION = tuple(TABLES["applications"].column_names)


def with_application(city: City, application: str | Mapping[str, Any]) -> tuple[City, str]:
    """The city that holds the application, and its id; a mapping is validated and added.

    Raises
    ------
    BadData
        When no such application is on file, or the mapping breaks a rule of the table.
    """
    if isinstance(application, str):
        known = [] if not city.has("applications") else list(city.tables["applications"]["application"])
        if application not in known:
            raise BadData([_no_such(city, application, known)])
        return city, application
    heading = next((h for h in TABLES["applications"]["application"].headings if h in application), "application")
    row = {heading: "APPLICATION", **application}
    return city.with_rows("applications", [row]), str(row[heading])


def application_ids(city: City) -> tuple[str, ...]:
    """Ids of all applications on file, in order."""
    return tuple(str(a) for a in city.tables["applications"]["application"]) if city.has("applications") else ()


def case_of(city: City, application: str, on: date) -> Case:
    """The application joined with what is on file about its provider, placed in the city's working frame."""
    facts = snapshot(city, on)
    own = facts.application_records[application]
    provider = own.get("provider", "")
    on_file = facts.provider_records.get(provider, {})
    moves = own["action"] in ELSEWHERE
    not_its_own = _OF_PLACE if moves else _OF_POINT if "lon" in own else ()
    known = {**{k: v for k, v in on_file.items() if k not in not_its_own}, **own}
    merged = {k: v for k, v in known.items() if k in _OF_APPLICATION}
    lon, lat = facts.application_places[application]
    if lon is None and not moves:
        lon, lat = on_file.get("located_lon"), on_file.get("located_lat")
    unit = merged.get("unit")
    return Case(
        application=application, action=own["action"], applied_on=own.get("applied_on"), provider=provider, facts=merged,
        lon=lon, lat=lat, district=facts.district_of(unit) if unit else "",
    )


def _no_such(city: City, application: str, known: list[str]) -> Problem:
    shown = "、".join(str(a) for a in known[:5]) + ("…" if len(known) > 5 else "") or "—"
    return Problem(
        code="unknown_application", file=city.meta.id, table="applications", column="application", value=application,
        message=Text("没有这份申请", "no such application"), remedy=Text(f"可用：{shown}", f"on file: {shown}"),
    )
