"""A city folder: ``city.yaml``, one CSV or Parquet file per table, GeoJSON, optionally a GeoTIFF and streets.

Every file must be known, so that a misspelt ``benefits.csv`` is reported and not passed over. What is in the
files is not judged here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import define, field

from dingdian.city.geometry import read_geojson
from dingdian.city.meta import read_meta
from dingdian.city.model import CityMeta
from dingdian.city.raw import RawShape, RawTable, Source, blank_notes
from dingdian.city.read_csv import decode, read_csv
from dingdian.city.tables import TABLES
from dingdian.problems import Problem
from dingdian.terms import Text

# A filled-in template may keep its workbook beside it.
PASSED_OVER = ("mapping.yaml", "template.xlsx")
OTHER_FILES = ("city.yaml", "units.geojson", "streets_extent.geojson", "population.tif", "streets.osm.pbf")


@define
class _Found:
    """What has been read so far."""

    meta: CityMeta | None = None
    extras: dict[str, Any] = field(factory=dict)
    tables: dict[str, RawTable] = field(factory=dict)
    shapes: tuple[RawShape, ...] = ()
    extent: tuple[RawShape, ...] = ()
    problems: list[Problem] = field(factory=list)
    files: dict[str, str] = field(factory=dict)


def read_folder(folder: Path) -> Source:
    """Everything that stands in ``folder``."""
    found = _Found()
    names = sorted(child.name for child in folder.iterdir() if not _ignored(child))
    _meta(folder, names, found)
    for name in names:
        _one(folder / name, found)
    return Source(
        meta=found.meta, tables=found.tables, shapes=found.shapes, extent=found.extent,
        problems=tuple(found.problems), notes=blank_notes(found.tables), files=found.files, place=folder.name,
    )


def _ignored(child: Path) -> bool:
    name = child.name
    return name.startswith((".", "README", "LICENSE")) or name.endswith(".md") or name in PASSED_OVER


def _meta(folder: Path, names: list[str], found: _Found) -> None:
    if "city.yaml" not in names:
        found.problems.append(_problem(
            "city.yaml", "missing_file", Text("缺少 city.yaml", "city.yaml is missing"),
            Text("用 dingdian init 生成模板", "make one with dingdian init"), table="city"))
        return
    found.meta, found.extras, problems = read_meta((folder / "city.yaml").read_bytes(), "city.yaml")
    found.problems.extend(problems)


def _one(path: Path, found: _Found) -> None:
    name, stem, suffix = path.name, path.stem, path.suffix
    if name == "city.yaml":
        return
    if path.is_file() and stem in TABLES and suffix in (".csv", ".parquet"):
        _table(stem, path, found, _read_table)
    elif path.is_file() and name in ("units.geojson", "streets_extent.geojson"):
        _shapes(path, found)
    elif path.is_file() and name == "population.tif":
        _table("population", path, found, _read_raster(found))
    elif path.is_file() and name == "streets.osm.pbf":
        _streets(path, found)
    else:
        found.problems.append(_problem(
            name, "unknown_file", Text("文件夹里有不认识的文件", "the folder holds a file that is no table"),
            Text(f"删去或改名；可用的表：{', '.join(TABLES)}（.csv 或 .parquet）",
                 f"delete or rename it; tables: {', '.join(TABLES)} (.csv or .parquet)")))


_TableReader = Callable[[str, Path, list[Problem]], RawTable | None]


def _table(table: str, path: Path, found: _Found, read: _TableReader) -> None:
    if table in found.files:
        found.problems.append(_problem(
            path.name, "two_files", Text(f"与 {found.files[table]} 是同一张表",
                                         f"same table as {found.files[table]}"),
            Text("只保留其中一个文件", "keep one of the two files"), table=table))
        return
    found.files[table] = path.name
    raw = read(table, path, found.problems)
    if raw is None:
        return
    found.tables[table] = raw


def _read_table(table: str, path: Path, problems: list[Problem]) -> RawTable | None:
    if path.suffix == ".csv":
        return read_csv(table, path.read_bytes(), path.name, problems)
    from dingdian.city.read_parquet import read_parquet

    return read_parquet(table, path, problems)


def _read_raster(found: _Found) -> _TableReader:
    def read(table: str, path: Path, problems: list[Problem]) -> RawTable | None:
        from dingdian.city.population import read_population_raster

        return read_population_raster(path, found.extras.get("population_basis"), problems)
    return read


def _streets(path: Path, found: _Found) -> None:
    taken = [found.files[name] for name in ("network_nodes", "network_edges") if name in found.files]
    if taken:
        found.problems.append(_problem(
            path.name, "two_files", Text(f"与 {'、'.join(taken)} 重复",
                                         f"the streets are in {', '.join(taken)} as well"),
            Text("只保留一种路网", "keep one of the two"), table="network_nodes"))
        return
    from dingdian.city.streets import read_streets

    tables = read_streets(path, found.problems)
    found.files.update(dict.fromkeys(tables, path.name))
    found.tables.update(tables)


def _shapes(path: Path, found: _Found) -> None:
    text = decode(path.read_bytes(), path.name, "units", found.problems)
    if text is None:
        return
    if path.name == "units.geojson":
        found.shapes = read_geojson(text, path.name, found.problems)
    else:
        found.extent = read_geojson(text, path.name, found.problems, unit_property=None)


def _problem(file: str, code: str, message: Text, remedy: Text, table: str = "") -> Problem:
    return Problem(code=code, file=file, table=table, message=message, remedy=remedy, value=file)
