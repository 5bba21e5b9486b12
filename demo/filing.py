"""Turns the designed applications and the places found for them into rows of `applications` and `facts`.

The only thing that it changes on file is the opening date of one provider (A021). It evaluates no rule.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from applications import DRAFTS, Draft
from common import CELL_M, CITY, SHORT_NAMES, to_degrees
from desk import DENSE_QUANTILE, FINDERS, Desk, Place, cell_candidates, street_candidates
from people import People
from streets import Streets

ACCURACY_M = 5.0


def build(
    streets: Streets, people: People, registry: pd.DataFrame, bed_table: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table `applications` and the facts that belong to them. Dates of one provider on file are set
    (A021).
    """
    desk = Desk(
        streets,
        people,
        registry,
        street_candidates(streets, people),
        cell_candidates(streets, people),
        float(np.quantile(people.persons / (CELL_M / 1000) ** 2, DENSE_QUANTILE)),
    )
    # Rows are found rarest first, so that an easy case does not take the only place of a hard one.
    places = {}
    for draft in sorted(DRAFTS, key=lambda draft: (_rarity(draft), draft.id)):
        places[draft.id] = FINDERS[draft.place](desk, draft)
    rows = [_row(number, draft, places[draft.id]) for number, draft in enumerate(DRAFTS)]
    return pd.DataFrame(rows), _facts()


RARE = (
    "rival_a",
    "rival_b",
    "zone_with_1",
    "near_same_hospital",
    "other_at_limit",
    "move_next_door",
    "dense_with_3",
    "move_to_saturated",
    "dense_with_2",
)


def _rarity(draft: Draft) -> int:
    return RARE.index(draft.place) if draft.place in RARE else len(RARE)


def _row(number: int, draft: Draft, place: Place) -> dict[str, object]:
    lon, lat = (None, None)
    if place.x is not None:
        lon, lat = (float(value) for value in to_degrees(place.x, place.y))
    old = place.old
    opened = draft.opened_on or date.fromordinal(date(2026, 3, 20).toordinal() + number)
    new_site = place.x is not None or (place.provider is None)
    return {
        "application": draft.id,
        "provider": place.provider,
        "action": draft.action,
        "applied_on": date.fromordinal(date(2026, 7, 6).toordinal() + number + number // 3),
        "beds": draft.beds,
        "from_lon": None if old is None else float(old["lon"]),
        "from_lat": None if old is None else float(old["lat"]),
        "from_unit": None if old is None else str(old["unit"]),
        "grounds": draft.grounds,
        "documents": draft.documents,
        "name": _name(draft, place, old),
        "kind": draft.kind,
        "level": draft.level,
        "provider_class": draft.provider_class,
        "specialties": draft.specialties,
        "ownership": draft.ownership if place.provider is None else None,
        "owner": "local",
        "tags": draft.tags,
        "unit": place.unit,
        "lon": lon,
        "lat": lat,
        "frame": None if lon is None else "wgs84",
        "accuracy_m": None if lon is None else ACCURACY_M,
        "licensed_on": date.fromordinal(opened.toordinal() - 20) if new_site else None,
        "opened_on": opened if new_site else None,
    }


def _name(draft: Draft, place: Place, old: pd.Series | None) -> str | None:
    """A new provider gets a name; one on file keeps its own."""
    if place.provider is not None:
        return None
    return f"{SHORT_NAMES.get(place.unit, CITY)}示例申请{draft.word}{draft.id}（合成）"


def _facts() -> pd.DataFrame:
    """Sign-offs and published density classes of the applications."""
    day = date(2026, 8, 20)
    rows = [
        (d.id, "exemption_sign_off", day, d.sign_off, "示例市医保局（合成）") for d in DRAFTS if d.sign_off
    ]
    rows += [
        (d.id, "density", date(2026, 6, 30), d.density, "示例人口密度分区公告（合成）")
        for d in DRAFTS
        if d.density
    ]
    return pd.DataFrame(rows, columns=["subject", "key", "as_of", "value", "source"])
