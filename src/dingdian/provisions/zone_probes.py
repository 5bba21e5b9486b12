"""Generated cases of a zone's quota: one zone, so many exits in the year before, so many beds or places left.

Rows only; the statuses that hang on a reading are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dingdian.provisions.finding import HOLDS, UNDETERMINED
from dingdian.provisions.probe import AREA, PROVIDER, UNIT, Probe, bed_row, insured_rows, provider_row


def probes_by_norm(percent: Decimal, application: Mapping[str, Any], beyond: str) -> Iterator[Probe]:
    """A zone far above the norm that lost so many beds last year that ten may be admitted."""
    freed = int(1000 / Fraction(percent)) if percent else 0
    ten = int(Fraction(percent) * freed / 100)
    tables: dict[str, list[Mapping[str, Any]]] = {**_carried_by_the_fund(), "releases": [_exit(beds=freed, provider_class="inpatient")]}
    for position, asked, status in (("below", ten - 1, HOLDS), ("at", ten, HOLDS), ("above", ten + 1, beyond)):
        yield Probe(position=position, expect=status, tables=tables, application={**application, "beds": asked})
    yield Probe(position="missing", expect=UNDETERMINED, tables=_carried_by_the_fund(), application=application, note="no releases table")


def probes_by_people(percent: Decimal, application: Mapping[str, Any], without_any: str) -> Iterator[Probe]:
    """One zone alone is matched: its share of the exits is the quota, and every applicant asks for one place."""
    provider_class = str(application["provider_class"])
    tables = _one_zone(provider_class)
    for position, places, status in (("below", 2, HOLDS), ("at", 1, HOLDS), ("above", 0, without_any)):
        freed = -(-places * 100 // Fraction(percent)) if percent else 0
        rows: list[Mapping[str, Any]] = [_exit(places=int(freed), provider_class=provider_class, reason="termination" if places else "suspension")]
        if percent or not places:
            yield Probe(position=position, expect=status, tables={**tables, "releases": rows}, application=application)
    yield Probe(position="missing", expect=UNDETERMINED, tables=tables, application=application, note="no releases table")


def _exit(*, provider_class: str, beds: int | None = None, places: int = 1, reason: str = "termination") -> dict[str, Any]:
    row = {"release": "PR", "unit": UNIT, "provider_class": provider_class, "effective_on": date(2025, 6, 30), "reason": reason,
           "places": places, "exempt": False}
    return row if beds is None else {**row, "beds": beds}


def _carried_by_the_fund() -> dict[str, list[Mapping[str, Any]]]:
    """A fund that carries 5 beds per 1000 of a million insured (10 to the letter), and a hospital of 12,000 insured beds."""
    money = {"inpatient_cost": 1_000_000, "inpatient_fund": 500_000, "outpatient_cost": 1_000_000, "outpatient_fund": 500_000}
    return {
        "providers": [provider_row(designated_on=date(2010, 1, 1))], "beds": [bed_row(12_000)],
        "insured": [*insured_rows(1_000_000), *insured_rows(1_000_000, year=2024)],
        "fund": [{"unit": AREA, "year": 2025, "scheme": scheme, "income": 500_000, "expenditure": 500_000, "through": date(2025, 12, 31)}
                 for scheme in ("employee", "resident")],
        "activity": [{"provider": PROVIDER, "year": 2025, "open_bed_days": 5000 * 365, **money}],
        "facts": [{"subject": AREA, "key": "surplus_rate", "as_of": date(2025, 12, 31), "value": "0", "source": "probe"}],
    }


def _one_zone(provider_class: str) -> dict[str, list[Mapping[str, Any]]]:
    """One district with people, land and one institution of the class."""
    kind = "pharmacy" if provider_class == "pharmacy" else "clinic"
    return {
        "units": [{"unit": AREA, "name": AREA, "level": "pooling_area"},
                  {"unit": UNIT, "name": UNIT, "level": "district", "parent": AREA, "land_km2": 100, "built_up_km2": 50}],
        "providers": [provider_row(provider_class=provider_class, kind=kind, designated_on=date(2010, 1, 1))],
        "insured": insured_rows(1_000_000), "residents": [{"unit": UNIT, "year": 2025, "age_band": "all", "persons": 900_000}],
    }
