"""``mapping.yaml`` as values: how files that were made for something else become the tables of a city.

Only the shape of the statement is here; ``mapping_reader`` reads it strictly and ``mapped`` applies it.
"""

from __future__ import annotations

from attrs import frozen

from dingdian.city.model import CityMeta
from dingdian.located_yaml import Path, Places


@frozen(kw_only=True)
class Rule:
    """One line of a value map; the first that fits wins."""

    to: str
    equals: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    column: str = ""
    otherwise: bool = False

    def fits(self, text: str) -> bool:
        return self.otherwise or text in self.equals or any(part in text for part in self.contains)


@frozen(kw_only=True)
class ColumnRule:
    """Where one column comes from: exactly one of ``source``, ``of``, ``constant``, ``join``, ``number``."""

    target: str
    source: tuple[str, ...] = ()
    of: str = ""
    rules: tuple[Rule, ...] = ()
    report_by: str = ""
    constant: str | None = None
    join: tuple[str, ...] = ()
    glue: str = "-"
    number: str | None = None
    digits: int = 5


@frozen(kw_only=True)
class Skip:
    """Rows to leave out, with the reason that the report gives."""

    column: str
    equals: tuple[str, ...]
    contains: tuple[str, ...]
    reason: str


@frozen(kw_only=True)
class TableMapping:
    """How one file becomes one table."""

    table: str
    file: str
    columns: tuple[ColumnRule, ...]
    sheet: str = ""
    encoding: str = ""
    frame: str = ""
    epsg: int | None = None
    easting: str = ""
    northing: str = ""
    empty: tuple[str, ...] = ()
    skip_where: tuple[Skip, ...] = ()
    duplicates: str = "error"
    path: Path = ()


@frozen(kw_only=True)
class PolygonMapping:
    """Where the units' polygons come from."""

    file: str
    unit_property: str = "unit"
    frame: str = ""
    repair: bool = False
    path: Path = ("polygons",)


@frozen(kw_only=True, eq=False)
class ImportMapping:
    """A whole ``mapping.yaml``."""

    meta: CityMeta
    tables: tuple[TableMapping, ...]
    polygons: PolygonMapping | None
    assumptions: tuple[str, ...]
    places: Places
