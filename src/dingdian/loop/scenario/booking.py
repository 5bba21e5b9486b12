"""What each change of a scenario does to the tables of a city.

Counts of beds change on the date that goes with the latest insured persons and on every later date, so that the norms see them; open
bed-days of those years follow open beds. What is not on file cannot be changed: it is named, never taken as zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from dingdian.city.model import City
from dingdian.city.tables import TABLES
from dingdian.loop.scenario.changes import COUNTS, Change, Changes
from dingdian.loop.scenario.edits import Booker, Edits, Where, booked
from dingdian.loop.scenario.people import ALL, Basis, change_people
from dingdian.methods.settlement import days_of
from dingdian.terms import ROLES, SPECIALTIES, Text

ENDED = "terminated"
_MOVED = ("lon", "lat", "frame", "unit", "counts_in")


def changed_city(city: City, changes: Changes, basis: Basis) -> Edits:
    """All changes of the city as edits, gathered and not yet carried out."""
    bookers: dict[str, Booker] = {verb: partial(book, basis) for verb, book in _BOOKERS.items()}
    return booked(city, changes, bookers, (change for change in changes.items if change.verb in bookers))


# --- providers -----------------------------------------------------------------------------------------------------------


def _add(basis: Basis, edits: Edits, change: Change) -> None:
    columns: Mapping[str, Any] = change["columns"]
    if not _known_columns(edits, change):
        return
    edits.add_row(change, "providers", columns)
    code = columns.get("provider")
    for table, day in (("beds", "as_of"), ("staff", "as_of"), ("activity", "year")):
        stated = change.get(table)
        if stated is None:
            continue
        when = basis.year if day == "year" else basis.day.isoformat()
        if table == "staff":
            for role, count in stated.items():
                edits.add_row(change, table, {"provider": code, "as_of": when, "role": role, "count": count})
        else:
            first = {"provider": code, day: when, **({"specialty": ALL} if table == "beds" else {})}
            edits.add_row(change, table, {**first, **stated})


def _known_columns(edits: Edits, change: Change) -> bool:
    """Whether every column (and role of staff) that a new provider states is one that its table has; each other one is a mistake."""
    known: dict[str, Iterable[str]] = {"columns": TABLES["providers"].column_names, "staff": ROLES}
    sound = True
    for key in ("columns", "beds", "staff", "activity"):
        names = list(known[key] if key in known else TABLES[key].column_names)
        for name in change.get(key) or ():
            if name not in names:
                near = get_close_matches(str(name), names, 1)
                hint = Text(f"是否应为 {near[0]}？", f"did you mean {near[0]}?") if near else Text(f"可用：{'、'.join(names)}", f"one of: {', '.join(names)}")
                edits.fault(change, key, "unknown_column", Text("没有这一列", "there is no such column"), hint, name)
                sound = False
    return sound


def _provider(edits: Edits, change: Change) -> Where | None:
    """The row of the provider that a change names; a code that is not on file is a mistake."""
    code = change["provider"]
    if edits.row("providers", (code,)) is None:
        edits.fault(change, "provider", "unknown_provider", Text("机构名册中没有这家机构", "no such provider on file"),
                    Text("核对机构代码；新增机构用 add_provider", "check the code; a new one is an add_provider"), code)
        return None
    return ("providers", (code,))


def _remove(basis: Basis, edits: Edits, change: Change) -> None:
    where = _provider(edits, change)
    if where is not None:
        edits.put(change, where, "status", ENDED, "provider")


def _move(basis: Basis, edits: Edits, change: Change) -> None:
    where = _provider(edits, change)
    if where is None:
        return
    unit = change.get("unit") or _unit_there(basis, edits, change)
    if unit is None:
        return
    old = edits.row(*where) or {}
    lon, lat = (None if change.get(name) is None else float(change[name]) for name in ("lon", "lat"))
    new = {"lon": lon, "lat": lat, "frame": change.get("frame"), "unit": unit, "counts_in": change.get("counts_in")}
    if all(old.get(name) == new[name] for name in _MOVED):
        edits.put(change, where, "unit", unit, "unit")  # says that nothing changes
    for name in _MOVED:
        if old.get(name) != new[name]:
            edits.put(change, where, name, new[name], name)


def _unit_there(basis: Basis, edits: Edits, change: Change) -> str | None:
    """The unit whose polygon holds the new place, of the same level as the old one; else the change has to state it."""
    import numpy as np

    old = basis.snapshot.unit_on_file(change["provider"]) or ""
    level = basis.snapshot.units.level
    there = basis.snapshot.units_at(np.array([float(change["lon"])]), np.array([float(change["lat"])]))[0]
    if there and level.get(there) == level.get(old) and not change.get("frame"):
        return there
    edits.fault(change, "unit", "unit_unknown", Text("由边界无法确定新址所属单元", "the unit of the new place cannot be told from the polygons"),
                Text("写明 unit", "state unit"), there)
    return None


# --- beds ----------------------------------------------------------------------------------------------------------------


def _counts(basis: Basis, edits: Edits, change: Change, specialty: str) -> list[Where]:
    """The provider's rows of a specialty from the date that goes with the insured persons on; none is a mistake."""
    code = change["provider"]
    days = basis.bed_days.get((code, specialty), [])
    if not days:
        edits.fault(change, "provider", "no_beds", Text(f"没有该机构{SPECIALTIES.label(specialty)}床位的记录", f"no beds ({specialty}) of this provider are on file"),
                    Text("核对机构与专科", "check the provider and the specialty"), code)
    first = max((day for day in days if day <= basis.day), default=days[0] if days else None)
    return [("beds", (code, day, specialty)) for day in days if first is not None and day >= first]


def _beds(basis: Basis, edits: Edits, change: Change) -> None:
    if _provider(edits, change) is None:
        return
    specialty, years = change.get("specialty", ALL), dict[int, int]()
    for where in _counts(basis, edits, change, specialty):
        row = edits.row(*where) or {}
        if "by" in change.values:
            steps = dict(change["by"])
            for column, by in steps.items():
                edits.step(change, where, column, by, "by")
        else:
            steps = {column: count - row[column] for column, count in change["set"].items() if row.get(column) is not None}
            for column, count in change["set"].items():
                edits.put(change, where, column, count, "set")
        if specialty != ALL:
            _total_follows(edits, change, where, steps)
        years.setdefault(where[1][1].year, steps.get("open", 0))
    for year, by in years.items():
        _open_days_follow(edits, change, year, by)


def _total_follows(edits: Edits, change: Change, where: Where, steps: Mapping[str, int]) -> None:
    """The total of a date, where it has one, moves with a specialty."""
    code, day, _ = where[1]
    total: Where = ("beds", (code, day, ALL))
    row = edits.row(*total)
    for column, by in steps.items():
        if row is not None and row.get(column) is not None:
            edits.step(change, total, column, by)


def _open_days_follow(edits: Edits, change: Change, year: int, by: int) -> None:
    """So many beds more open are so many bed-days more in that year."""
    where: Where = ("activity", (change["provider"], year))
    if by and (edits.row(*where) or {}).get("open_bed_days") is not None:
        edits.step(change, where, "open_bed_days", by * days_of(year))




def _convert(basis: Basis, edits: Edits, change: Change) -> None:
    where = _provider(edits, change)
    if where is None:
        return
    if "to_level" in change.values:
        edits.put(change, where, "level", change["to_level"], "to_level")
        return
    source, beds = change.get("from_specialty", ALL), int(change["beds"])
    rows = _counts(basis, edits, change, source)
    if "to_ltc" in change.values:
        for row in rows:
            for column, by in (("insured_beds", -beds), ("ltc", beds)):
                edits.step(change, row, column, by, "beds")
            if source != ALL:
                _total_follows(edits, change, row, {"insured_beds": -beds, "ltc": beds})
        return
    for row in rows:
        _to_specialty(edits, change, row, source, beds)


def _to_specialty(edits: Edits, change: Change, where: Where, source: str, beds: int) -> None:
    """Beds of one specialty become beds of another; the total of the date stays."""
    code, day, _ = where[1]
    target: Where = ("beds", (code, day, change["to_specialty"]))
    known = [column for column in COUNTS[:3] if (edits.row(*where) or {}).get(column) is not None]
    if source != ALL:
        for column in known:
            edits.step(change, where, column, -beds, "beds")
    if edits.row(*target) is None:
        edits.add_row(change, "beds", {"provider": code, "as_of": day, "specialty": change["to_specialty"], **dict.fromkeys(known, beds)})
        return
    for column in known:
        edits.step(change, target, column, beds, "beds")


_BOOKERS: Mapping[str, Callable[..., None]] = {
    "add_provider": _add, "remove_provider": _remove, "move_provider": _move, "change_beds": _beds, "convert_beds": _convert,
    "change_insured": partial(change_people, table="insured"), "change_residents": partial(change_people, table="residents"),
}
