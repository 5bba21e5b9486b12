"""Makes a City from what was read, or refuses with everything that is wrong with it.

The only door into a City: headings, cells, keys, references, the unit tree, frames and polygons are all
checked here, and problems come together. Nothing is filled in and nothing half-built leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dingdian.city.geometry import forward_shapes, invalidity
from dingdian.city.model import City, CityMeta
from dingdian.city.raw import RawShape, RawTable, Source, from_frame, from_mappings
from dingdian.city.tables import TABLES
from dingdian.city.typed import Typed, key_order, read_table
from dingdian.city.validate import check_tables, in_file_order
from dingdian.problems import BadData, Problem
from dingdian.terms import FRAMES, Text


def build_city(
    meta: CityMeta,
    raw_tables: Mapping[str, RawTable | pd.DataFrame],
    polygons: Mapping[str, BaseGeometry] | None = None,
    streets_extent: BaseGeometry | None = None,
) -> City:
    """A validated city.

    Parameters
    ----------
    raw_tables
        By table name; a data frame holds cells as they would be typed (money in yuan, codes as text), by
        identifier or Chinese heading.
    polygons, streets_extent
        Degrees in ``meta.frame``.

    Raises
    ------
    BadData
        With every problem, in the order of the tables.
    """
    tables = {
        name: from_frame(name, table) if isinstance(table, pd.DataFrame) else table
        for name, table in raw_tables.items()
    }
    problems = [_unknown_table(name) for name in tables if name not in TABLES]
    shapes = [RawShape(unit=unit, geometry=geometry) for unit, geometry in (polygons or {}).items()]
    extent = [] if streets_extent is None else [
        RawShape(unit="extent", geometry=streets_extent, file="streets_extent.geojson")]
    for item in (*shapes, *extent):
        reason = invalidity(item.geometry)
        if reason is not None:
            problems.append(Problem(
                code="bad_geometry", file=item.file, table="units", column="geometry", value=item.unit, message=reason,
                remedy=Text("修复该图形", "mend the shape")))
    return assemble(Source(
        meta=meta, tables={name: table for name, table in tables.items() if name in TABLES}, shapes=tuple(shapes),
        extent=tuple(extent), problems=tuple(problems),
    ))


def assemble(source: Source) -> City:
    """A city from everything that was read of it; raises :class:`BadData` with the problems of reading and of
    rules.
    """
    problems = list(source.problems)
    typed: dict[str, Typed] = {}
    for name in TABLES:
        if name in source.tables:
            typed[name], found = read_table(source.tables[name], TABLES[name])
            problems.extend(found)
    # A table that could not be read has been reported as such, not as missing.
    broken = {problem.table for problem in source.problems}
    problems.extend(_absent_or_empty(typed, broken, source.place))
    typed = {name: table for name, table in typed.items() if len(table.frame)}
    meta: CityMeta | None = source.meta
    problems.extend(_not_empty(typed, meta))
    if meta is not None and meta.frame not in FRAMES:
        raise ValueError(f"unknown coordinate frame {meta.frame!r}")
    problems.extend(check_tables(typed, meta))
    polygons, extent = _geometry(source, meta, typed, problems)
    if problems or meta is None:
        raise BadData(in_file_order(problems))
    frames = {name: table.frame for name, table in typed.items()}
    empty = {name: read_table(from_mappings(name, []), TABLES[name])[0].frame for name in meta.known_empty}
    tables = {name: {**frames, **empty}[name] for name in TABLES if name in frames or name in empty}
    return City(meta=meta, tables=tables, polygons=polygons, streets_extent=extent)


def _geometry(
    source: Source, meta: CityMeta | None, typed: Mapping[str, Typed], problems: list[Problem]
) -> tuple[dict[str, BaseGeometry], BaseGeometry | None]:
    known = set(typed["units"].frame["unit"].dropna()) if "units" in typed else None
    frame = "bd09" if meta is None else meta.frame  # without a frame nothing can be said to lie ahead of it
    polygons = forward_shapes(source.shapes, frame, known, problems)
    numbered = [attrs.evolve(item, unit=f"extent{number}") for number, item in enumerate(source.extent)]
    parts = list(forward_shapes(numbered, frame, None, problems).values())
    return polygons, shapely.union_all(parts) if len(parts) > 1 else (parts[0] if parts else None)


def _absent_or_empty(typed: Mapping[str, Typed], broken: set[str], place: str) -> Iterable[Problem]:
    for name, definition in TABLES.items():
        if not definition.required or name in broken:
            continue
        if name not in typed:
            yield Problem(
                code="missing_table", file=place or name, table=name,
                message=Text(f"缺少“{definition.zh}”表", f"table {name} is missing"),
                remedy=Text(f"加上 {name}.csv（或名为“{definition.zh}”的工作表）",
                            f"add {name}.csv, or a sheet {name}"),
            )
        elif len(typed[name].frame) == 0:
            yield typed[name].problem(
                None, "", "empty_table", Text(f"“{definition.zh}”表没有数据行", f"table {name} has no rows"),
                Text("至少填一行", "fill in at least one row"))


def _not_empty(typed: Mapping[str, Typed], meta: CityMeta | None) -> Iterable[Problem]:
    """Tables that are declared empty and are not."""
    for name in () if meta is None else meta.known_empty:
        if name in typed:
            yield typed[name].problem(
                None, "", "not_empty", Text(f"city.yaml 声明“{TABLES[name].zh}”确无记录，文件中却有数据行",
                                            f"city.yaml declares {name} empty, but the file has rows"),
                Text("从 known_empty 中删去，或删去数据行", "take it out of known_empty, or delete the rows"))


def _unknown_table(name: str) -> Problem:
    return Problem(
        code="unknown_table", file=name, table=name, value=name, message=Text("没有这种表",
                                                                              "there is no such table"),
        remedy=Text(f"可用的表：{', '.join(TABLES)}", f"known tables: {', '.join(TABLES)}"),
    )


def with_rows(city: City, table: str, rows: Iterable[Mapping[str, object]] | pd.DataFrame) -> City:
    """``city`` with rows of one table added or replaced by key; see :meth:`City.with_rows`."""
    if table not in TABLES:
        raise BadData([_unknown_table(table)])
    raw = from_frame(table, rows) if isinstance(rows, pd.DataFrame) else from_mappings(table, rows)
    if len(raw) == 0:
        return city
    new, problems = read_table(raw, TABLES[table])
    if problems:
        raise BadData(in_file_order(problems))
    typed = {name: _as_typed(name, frame) for name, frame in city.tables.items()}
    typed[table] = merged = _merged(typed.get(table), new)
    problems = check_tables(typed, city.meta, only=table)
    if problems:
        raise BadData(in_file_order(problems))
    # What has a row now is no longer known to be empty.
    empty = tuple(name for name in city.meta.known_empty if name != table or len(merged.frame) == 0)
    return city.evolve(meta=attrs.evolve(city.meta, known_empty=empty), tables={
        name: merged.frame if name == table else city.tables[name]
        for name in TABLES if name in city.tables or name == table
    })


def _as_typed(name: str, frame: pd.DataFrame) -> Typed:
    definition = TABLES[name]
    headings = {column: column for column in definition.column_names}
    return Typed(definition=definition, file=name, frame=frame, headings=headings,
                 rows=np.arange(2, len(frame) + 2, dtype=np.int64))


def _merged(old: Typed | None, new: Typed) -> Typed:
    if old is None:
        return new
    keys = list(new.definition.key)
    replaced = pd.MultiIndex.from_frame(old.frame[keys]).isin(pd.MultiIndex.from_frame(new.frame[keys]))
    frame = pd.concat([old.frame[~replaced], new.frame], ignore_index=True)
    # Rows that stay carry no number of their own: only the new ones can be at fault.
    rows = np.concatenate([np.zeros(int((~replaced).sum()), dtype=np.int64), new.rows])
    order = key_order(frame, new.definition)
    return attrs.evolve(new, frame=frame.take(order).reset_index(drop=True), rows=rows[order],
                        headings={**old.headings, **new.headings})
