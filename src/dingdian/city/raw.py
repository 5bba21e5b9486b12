"""A table as a file gave it: headings, cells and the row numbers that the user sees. Nothing is interpreted
here.

Every reader (CSV, Parquet, workbook, GeoPackage, GeoTIFF, a data frame) ends in a :class:`RawTable`, so that
one validation serves them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from dingdian.city.tables import TABLES
from dingdian.problems import Problem
from dingdian.terms import Text

if TYPE_CHECKING:
    import pandas as pd
    from shapely.geometry.base import BaseGeometry


@frozen(eq=False, kw_only=True)
class RawTable:
    """Cells of one table, column by column.

    Attributes
    ----------
    table
        Identifier of the table that it is meant to be.
    file
        What the user calls it: ``providers.csv`` or ``city.xlsx[医药机构]``.
    columns
        One sequence of Python values per heading, all of one length.
    rows
        Row number of each record as the user sees it (the heading is row 1); None where rows have no numbers.
    """

    table: str
    file: str
    headings: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    rows: Sequence[int]

    def __len__(self) -> int:
        return len(self.rows)


def from_records(
    table: str, file: str, headings: Sequence[str], records: Iterable[Sequence[Any]], rows: Sequence[int]
) -> RawTable:
    """A raw table from rows of equal length."""
    columns = tuple(zip(*records))
    return RawTable(
        table=table, file=file, headings=tuple(headings), rows=rows,
        columns=columns if columns else tuple(() for _ in headings),
    )


def from_frame(table: str, frame: pd.DataFrame, file: str = "") -> RawTable:
    """A raw table from a data frame whose cells are as typed (money in yuan); its first row counts as row 2.
    """
    columns = tuple(_python_values(frame.iloc[:, position]) for position in range(frame.shape[1]))
    return RawTable(
        table=table, file=file or table, headings=tuple(str(name) for name in frame.columns), columns=columns,
        rows=range(2, len(frame) + 2),
    )


def _python_values(series: pd.Series[Any]) -> list[Any]:
    return [value.item() if hasattr(value, "item") else value for value in series.astype(object).tolist()]


def from_mappings(table: str, rows: Iterable[Mapping[str, Any]], file: str = "") -> RawTable:
    """A raw table from rows that name their columns; a name that one row lacks is empty there."""
    records = list(rows)
    headings = list(dict.fromkeys(str(name) for record in records for name in record))
    return RawTable(
        table=table, file=file or table, headings=tuple(headings), rows=range(2, len(records) + 2),
        columns=tuple([record.get(name) for record in records] for name in headings),
    )


def blank_notes(tables: Mapping[str, RawTable]) -> tuple[Text, ...]:
    """What to say of optional tables without rows: they count as not given, never as "there is none"."""
    return tuple(
        Text(f"{raw.file} 没有数据行，“{TABLES[name].zh}”按未提供处理",
             f"{raw.file} has no rows: taken as absent")
        for name, raw in tables.items() if len(raw) == 0 and not TABLES[name].required
    )


@frozen(eq=False, kw_only=True)
class RawShape:
    """One polygon as a file gave it, with the frame that it was declared in ("" = the city's)."""

    unit: str
    geometry: BaseGeometry
    frame: str = ""
    file: str = "units.geojson"
    row: int | None = None
    column: str = ""


@frozen(eq=False, kw_only=True)
class Source:
    """Everything that was read of one city, before any rule is applied.

    Attributes
    ----------
    meta
        What the metadata says, or None where it is missing or broken (then ``problems`` says why).
    problems
        What was wrong with files as files.
    notes
        What the user may want to know and need not mend.
    """

    meta: Any = None
    tables: Mapping[str, RawTable] = field(factory=dict)
    shapes: tuple[RawShape, ...] = ()
    extent: tuple[RawShape, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Text, ...] = ()
    files: Mapping[str, str] = field(factory=dict)
    place: str = ""
