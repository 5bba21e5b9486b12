"""Applies a mapping: foreign files in, raw tables out, with an account of every row left out and every value
unmatched.

It decides nothing that the mapping does not state. What could not be classified stays missing and is counted;
two rows of one key are a problem, or, where the mapping says ``first``, the later ones are left out and
counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from attrs import define, evolve, field

from dingdian.city.cells import is_blank, read_text
from dingdian.city.geometry import read_geojson
from dingdian.city.mapping import ColumnRule, ImportMapping, PolygonMapping, TableMapping
from dingdian.city.raw import RawShape, RawTable, Source
from dingdian.city.read_csv import decode, read_csv
from dingdian.city.tables import TABLES
from dingdian.problems import Problem
from dingdian.space.frames import projected_to_lonlat
from dingdian.terms import Text

SHOWN = 12  # values of an unmatched column that the report names
DECIMALS = 7  # of a degree, for points that come from a projection


@define
class _Account:
    """What happened on the way, for the report."""

    problems: list[Problem] = field(factory=list)
    notes: list[Text] = field(factory=list)


def apply_mapping(mapping: ImportMapping, folder: Path) -> Source:
    """Everything that the mapping makes of the files in ``folder``."""
    account = _Account()
    tables: dict[str, RawTable] = {}
    for table in mapping.tables:
        raw = _table(table, folder, mapping, account)
        if raw is not None:
            tables[table.table] = raw
    shapes = () if mapping.polygons is None else _polygons(mapping.polygons, folder, mapping, account)
    account.notes.extend(Text(f"假设：{text}", f"assumption: {text}") for text in mapping.assumptions)
    return Source(
        meta=mapping.meta, tables=tables, shapes=shapes, problems=tuple(account.problems),
        notes=tuple(account.notes), files={name: raw.file for name, raw in tables.items()}, place=folder.name,
    )


# --- files -------------------------------------------------------------------------------------------------

def _inside(folder: Path, file: str, path: tuple[str | int, ...], mapping: ImportMapping, account: _Account) -> Path | None:
    """The file, if it exists and lies in the source folder."""
    place = (folder / file).resolve()
    if folder.resolve() not in place.parents or not place.is_file():
        account.problems.append(mapping.places.problem(
            (*path, "file"), "not_found", Text("来源文件夹里没有这个文件",
                                               "no such file in the source folder"),
            Text("核对文件名；路径相对于来源文件夹",
                 "check the name; it is relative to the source folder"), file,
            table="mapping"))
        return None
    return place


def _read(table: TableMapping, place: Path, account: _Account) -> RawTable | None:
    if place.suffix == ".parquet":
        from dingdian.city.read_parquet import read_parquet

        return read_parquet(table.table, place, account.problems)
    if place.suffix == ".xlsx":
        from dingdian.city.read_workbook import sheet_table, sheets

        rows = next((rows for name, rows in sheets(place) if name == table.sheet or not table.sheet), None)
        if rows is None:
            account.problems.append(Problem(
                code="not_found", file=place.name, table=table.table, value=table.sheet,
                message=Text("没有这个工作表", "no such sheet"), remedy=Text("核对 sheet",
                                                                      "check the name of the sheet")))
            return None
        return sheet_table(table.table, rows, f"{place.name}[{table.sheet}]", account.problems)
    return read_csv(table.table, place.read_bytes(), place.name, account.problems, table.encoding)


# --- tables ------------------------------------------------------------------------------------------------

def _table(table: TableMapping, folder: Path, mapping: ImportMapping, account: _Account) -> RawTable | None:
    place = _inside(folder, table.file, table.path, mapping, account)
    raw = None if place is None else _read(table, place, account)
    if raw is None:
        return None
    if _unknown_headings(table, raw, mapping, account):
        return None
    cells = _texts(table, raw, account)
    keep = _kept(table, raw, cells, account)
    cells = {heading: [values[i] for i in keep] for heading, values in cells.items()}
    rows = [raw.rows[i] for i in keep]
    columns: dict[str, list[Any]] = {}
    for rule in table.columns:
        columns[rule.target] = _column(rule, cells, columns, len(rows), raw.file, account)
    _coordinates(table, cells, columns)
    return _without_duplicates(table, columns, rows, raw.file, account)


def _unknown_headings(table: TableMapping, raw: RawTable, mapping: ImportMapping, account: _Account) -> bool:
    wanted: list[tuple[tuple[str | int, ...], str]] = []
    for rule in table.columns:
        wanted += [((*table.path, "columns", rule.target), heading) for heading in (*rule.source, *rule.join)]
    wanted += [((*table.path, "skip_where", n, "column"), skip.column) for n, skip in enumerate(table.skip_where)]
    wanted += [((*table.path, axis), heading) for axis, heading in (("easting", table.easting), ("northing", table.northing)) if heading]
    headings = [heading.strip() for heading in raw.headings]
    missing = [(path, heading) for path, heading in wanted if heading not in headings]
    for path, heading in missing:
        near = get_close_matches(heading, headings, n=1)
        zh, en = (f"是否想写 {near[0]}？", f"did you mean {near[0]}? ") if near else ("", "")
        account.problems.append(mapping.places.problem(
            path, "missing_column", Text(f"{raw.file} 没有这一列", f"{raw.file} has no such column"),
            Text(f"{zh}现有列：{', '.join(headings)}",
                 f"{en}it has: {', '.join(headings)}"), heading, table="mapping"))
    return bool(missing)


def _texts(table: TableMapping, raw: RawTable, account: _Account) -> dict[str, list[str]]:
    """Cells as text; what the mapping calls empty becomes empty, and is counted."""
    emptied: Counter[str] = Counter()
    result: dict[str, list[str]] = {}
    for heading, values in zip(raw.headings, raw.columns):
        texts = ["" if is_blank(value) else value.strip() if isinstance(value, str) else read_text(value)
                 for value in values]
        if table.empty:
            hits = sum(text in table.empty for text in texts if text)
            if hits:
                emptied[heading.strip()] = hits
                texts = ["" if text in table.empty else text for text in texts]
        result[heading.strip()] = texts
    if emptied:
        shown = "，".join(f"{heading} {count}" for heading, count in emptied.items())
        account.notes.append(Text(f"{raw.file}：按空值处理 {shown}", f"{raw.file}: taken as empty: {shown}"))
    return result


def _kept(table: TableMapping, raw: RawTable, cells: Mapping[str, list[str]], account: _Account) -> list[int]:
    """Positions of the rows that no skip rule takes out; each rule is counted."""
    left = list(range(len(raw)))
    for skip in table.skip_where:
        column = cells[skip.column]
        out = {i for i in left if column[i] in skip.equals or any(part in column[i] for part in skip.contains)}
        left = [i for i in left if i not in out]
        account.notes.append(Text(f"{raw.file}：略去 {len(out)} 行（{skip.reason}）",
                                  f"{raw.file}: {len(out)} rows left out ({skip.reason})"))
    return left


def _column(
    rule: ColumnRule, cells: Mapping[str, list[str]], done: Mapping[str, list[Any]], count: int, file: str,
    account: _Account,
) -> list[Any]:
    if rule.constant is not None:
        return [rule.constant or None] * count
    if rule.number is not None:
        return [f"{rule.number}{at:0{rule.digits}d}" for at in range(1, count + 1)]
    if rule.join:
        return [rule.glue.join(part for part in parts if part) for parts in zip(*(cells[name] for name in rule.join))]
    if not rule.rules:
        return list(cells[rule.source[0]])
    sources = {name: cells[name] for name in rule.source} if rule.source else {"": done[rule.of]}
    return _by_rules(rule, sources, count, file, account)


def _by_rules(
    rule: ColumnRule, sources: Mapping[str, Sequence[Any]], count: int, file: str, account: _Account
) -> list[Any]:
    """Values through a value map; the unmatched stay missing and are counted by value."""
    first = next(iter(sources))
    told = sources[rule.report_by or first]
    result: list[Any] = []
    unmatched: Counter[str] = Counter()
    for at in range(count):
        fit = next((r for r in rule.rules if r.fits(sources[r.column or first][at] or "")), None)
        if fit is None and told[at]:
            unmatched[str(told[at])] += 1
        result.append(fit.to or None if fit else None)
    if unmatched:
        total = sum(unmatched.values())
        shown = "；".join(f"{value} {number}" for value, number in unmatched.most_common(SHOWN))
        account.notes.append(Text(f"{file}：“{rule.target}” 有 {total} 行无法归类，留空：{shown}",
                                  f"{file}: {total} rows match no rule of {rule.target} and stay empty: {shown}"))
    return result


def _coordinates(table: TableMapping, cells: Mapping[str, list[str]], columns: dict[str, list[Any]]) -> None:
    """Projected x, y as WGS84 degrees, and the stated frame on every row."""
    has_frame = "frame" in TABLES[table.table].column_names
    count = len(next(iter(columns.values()), []))
    if table.epsg is not None:
        x, y = (np.array([_number(text) for text in cells[name]]) for name in (table.easting, table.northing))
        lon, lat = projected_to_lonlat(x, y, table.epsg)
        columns["lon"] = [None if np.isnan(value) else round(float(value), DECIMALS) for value in lon]
        columns["lat"] = [None if np.isnan(value) else round(float(value), DECIMALS) for value in lat]
    if has_frame and "frame" not in columns and (table.frame or table.epsg is not None):
        columns["frame"] = [table.frame or "wgs84"] * count


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _without_duplicates(
    table: TableMapping, columns: dict[str, list[Any]], rows: list[int], file: str, account: _Account
) -> RawTable:
    keys = list(zip(*(columns.get(name, [None] * len(rows)) for name in TABLES[table.table].key)))
    seen: set[tuple[Any, ...]] = set()
    later: list[int] = []
    for at, key in enumerate(keys):
        if key in seen:
            later.append(at)
        seen.add(key)
    if later and table.duplicates == "first":
        shown = "、".join("/".join(str(part) for part in keys[at]) for at in later[:SHOWN])
        account.notes.append(Text(f"{file}：主键重复，略去后出现的 {len(later)} 行：{shown}",
                                  f"{file}: {len(later)} later rows of a repeated key left out: {shown}"))
        out = set(later)
        columns = {name: [v for at, v in enumerate(values) if at not in out] for name, values in columns.items()}
        rows = [row for at, row in enumerate(rows) if at not in out]
    return RawTable(table=table.table, file=file, headings=tuple(columns), columns=tuple(columns.values()), rows=rows)


# --- polygons ----------------------------------------------------------------------------------------------

def _polygons(
    polygons: PolygonMapping, folder: Path, mapping: ImportMapping, account: _Account
) -> tuple[RawShape, ...]:
    place = _inside(folder, polygons.file, polygons.path, mapping, account)
    text = None if place is None else decode(place.read_bytes(), place.name, "units", account.problems)
    if place is None or text is None:
        return ()
    if polygons.repair:
        text = _repaired(text, place.name, account)
    shapes = read_geojson(text, place.name, account.problems, unit_property=polygons.unit_property)
    return tuple(evolve(shape, frame=shape.frame or polygons.frame) for shape in shapes)


def _repaired(text: str, file: str, account: _Account) -> str:
    """Shapes that cross themselves made valid, and counted; everything else is left as it is."""
    try:
        document = json.loads(text)
        features = document["features"]
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError):
        return text  # the strict reader says what is wrong
    mended = 0
    for feature, shape in zip(features, shapes):
        if not shape.is_valid:
            feature["geometry"] = shapely.geometry.mapping(_areas(shapely.make_valid(shape)))
            mended += 1
    if mended:
        account.notes.append(Text(f"{file}：修复了 {mended} 个不合法图形",
                                  f"{file}: {mended} invalid shapes mended"))
    return json.dumps(document)


def _areas(shape: Any) -> Any:
    """Only the areal parts of what ``make_valid`` gives."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts)
