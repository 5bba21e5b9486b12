"""What a table and a column are. Nothing here knows a particular table: those are in ``tables``.

One definition per table serves validation, the Excel template, the Chinese aliases, the documentation page
and the canonical form that is hashed. There is no second place where a column is described.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from dingdian.terms import CodeList, Text


class Type(StrEnum):
    """How a cell is read, held in memory and written."""

    TEXT = "text"        # str; codes and names, kept as typed, surrounding blanks removed
    CODE = "code"        # str from a closed code list
    CODES = "codes"      # several codes of a list, separated by ";", held sorted and joined by ";"
    REFERENCE = "reference"  # str that must be a key of another table
    INTEGER = "integer"  # Int64
    REAL = "real"        # Float64
    MONEY = "money"      # written in yuan with at most two decimals, held as whole fen (Int64)
    DATE = "date"        # datetime64[s], written YYYY-MM-DD
    YEAR = "year"        # Int64, four digits
    BOOLEAN = "boolean"  # true/false, 是/否, 1/0


@frozen(kw_only=True)
class Column:
    """One column.

    Parameters
    ----------
    name, zh
        Identifier and Chinese heading (accepted as an alias, shown in the Excel template).
    required
        A row without a value is an error. Everything else may stay empty, and then is *missing*, never a
        default.
    minimum, maximum
        Bounds, both inclusive.
    """

    name: str
    zh: str
    type: Type
    doc: Text
    required: bool = False
    codes: CodeList | None = None
    table: str = ""
    unit_of_measure: str = ""
    minimum: float | None = None
    maximum: float | None = None
    aliases: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that names this column in a file."""
        return (self.name, self.zh, *self.aliases)


@frozen(kw_only=True)
class Table:
    """One table: its key, its columns in canonical order, and whether a city may do without it.

    ``may_be_empty`` marks tables of happenings (letters, exits, events, applications): that there were none is a fact, which
    ``city.yaml`` states under ``known_empty``. A file without rows alone does not say so: it may not have been filled in.
    """

    name: str
    zh: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    doc: Text
    required: bool = False
    may_be_empty: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def column_called(self, heading: str) -> Column | None:
        """The column that ``heading`` names (identifier, Chinese heading or alias), or None."""
        return next((column for column in self.columns if heading in column.headings), None)

    @property
    def must_have(self) -> tuple[str, ...]:
        """Columns without which the table cannot be read: the key and whatever every row must fill in."""
        return tuple(c.name for c in self.columns if c.required or c.name in self.key)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the table: identifier, Chinese name, aliases."""
        return (self.name, self.zh, *self.aliases)
