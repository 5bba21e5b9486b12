"""Generated cases around a provision's own limits: a kind states the few rows that put a case below, at or above its line.

A probe is stated in the rows of the city tables, as the tests beside a pack are, and asks one provision only. This module
builds no city and judges nothing: ``loop.probing`` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from dingdian.provisions.base import Provision

# The units of every probe's city: one pooling area with one district, in which the applicant stands at the origin.
AREA, UNIT = "999900", "999901"
PROVIDER = "PROBE"

POSITIONS = ("below", "at", "above", "missing", "day_before", "day_of", "day_after", "other")

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@frozen(kw_only=True)
class Probe:
    """One generated case.

    Attributes
    ----------
    position
        Where the case stands: below, at or above the line, without its evidence, on the day before, of or after, or other.
    expect
        Status that the provision must answer.
    tables
        Whole tables of the probe's city, beside its units; ``at: {metres, bearing}`` stands for coordinates around the
        applicant, ``times`` for so many copies.
    application
        Columns of the application; ``application_for`` gives one in the provision's scope.
    on, dates
        Day of the question; plan dates that the probe sets.
    note
        What is special about the case, for the report.
    streets
        Metres of a straight street that runs east from the applicant; 0 for no streets.
    known_empty
        Tables of happenings of which the city says that there were none.
    """

    position: str
    expect: str
    tables: Rows = field(factory=dict)
    application: Mapping[str, Any] = field(factory=dict)
    on: date = date(2026, 6, 30)
    dates: Mapping[str, date] = field(factory=dict)
    note: str = ""
    streets: int = 0
    known_empty: tuple[str, ...] = ()


def application_for(provision: Provision, **more: Any) -> dict[str, Any]:
    """An application in the provision's scope: the first code of each attribute that the scope restricts; ``more`` goes before."""
    scope = provision.scope
    kinds = [kind for kind in scope.kinds if kind not in scope.except_kinds]
    provider_class = scope.provider_class[0] if scope.provider_class else "inpatient"
    row: dict[str, Any] = {
        "action": scope.actions[0] if scope.actions else "designate", "name": "检验用机构", "unit": UNIT,
        "provider_class": provider_class, "kind": kinds[0] if kinds else _PLAIN_KIND[provider_class],
        "ownership": scope.ownership[0] if scope.ownership else "public", "accuracy_m": 0, "at": {"metres": 0},
    }
    row["level"] = scope.levels[0] if scope.levels else "" if provider_class == "pharmacy" else "secondary"
    row |= {"tags": scope.tags[0]} if scope.tags else {}
    row |= {"specialties": scope.specialties[0]} if scope.specialties else {}
    row |= {"owner": scope.owner[0]} if scope.owner else {}
    row |= {"beds": 10} if provider_class == "inpatient" else {}
    return {name: value for name, value in {**row, **more}.items() if value not in ("", None)}


_PLAIN_KIND = {
    "inpatient": "general_hospital", "outpatient_pooling": "clinic", "personal_account": "clinic", "pharmacy": "pharmacy",
}


def insured_rows(persons: int, unit: str = UNIT, year: int = 2025) -> list[Mapping[str, Any]]:
    """Insured persons of the probe's district, all of them employees."""
    return [{"unit": unit, "year": year, "scheme": scheme, "age_band": "all", "persons": count}
            for scheme, count in (("employee", persons), ("resident", 0))]


def provider_row(provider: str = PROVIDER, **more: Any) -> dict[str, Any]:
    """A designated general hospital of the probe's district, unless told otherwise."""
    return {"provider": provider, "name": provider, "kind": "general_hospital", "level": "secondary",
            "provider_class": "inpatient", "status": "designated", "unit": UNIT, "accuracy_m": 0, **more}


def bed_row(beds: int, provider: str = PROVIDER, **more: Any) -> dict[str, Any]:
    """The beds of one provider at the end of 2025, all four counts alike unless told otherwise."""
    return {"provider": provider, "as_of": date(2025, 12, 31), "specialty": "all", "approved": beds, "open": beds,
            "insured_beds": beds, "ltc": 0, **more}
