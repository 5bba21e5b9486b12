"""The frozen City: typed tables, geometry, streets and what is said about them, with one content hash.

A City is only ever made by ``city.build`` (which validates) or by ``with_rows`` (which validates again); it
is never edited. It refuses to know the clock: every question about "now" is asked with a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs
from attrs import field, frozen

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    from shapely.geometry.base import BaseGeometry


def _frozen_tables(tables: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    return MappingProxyType(dict(tables))


def _frozen_polygons(polygons: Mapping[str, BaseGeometry]) -> Mapping[str, BaseGeometry]:
    return MappingProxyType(dict(polygons))


@frozen(kw_only=True)
class SourceNote:
    """Where a table comes from and what may be done with it."""

    table: str
    source: str
    licence: str


@frozen(kw_only=True)
class CityMeta:
    """What ``city.yaml`` says.

    ``frame`` is the working frame into which every point is brought; ``population_cell_m`` the side of a
    population cell; ``synthetic`` the tables whose rows are
    invented; ``known_empty`` the tables of happenings (letters, exits, …) of which there were none.
    """

    id: str
    name: str
    pooling_area: str
    as_of: date
    frame: str = "wgs84"
    population_cell_m: int | None = None
    synthetic: tuple[str, ...] = ()
    known_empty: tuple[str, ...] = ()
    sources: tuple[SourceNote, ...] = ()

    @property
    def is_synthetic(self) -> bool:
        return bool(self.synthetic)


@frozen(kw_only=True, eq=False)
class City:
    """One pooling area at one date.

    Attributes
    ----------
    tables
        Typed pandas tables by name, columns in canonical order, rows sorted by key. Only tables that were
        given are present; an absent table makes what needs it ``undetermined``. Coordinates are as declared,
        in the frame of the row's ``frame`` column (empty: the working frame); measure on `located` instead.
    polygons
        Unit code → polygon in the working frame. A functional zone may have none.
    streets_extent
        Area that the streets cover, in the working frame, or None where the city has no streets. Outside it
        walking measures are undetermined.
    """

    meta: CityMeta
    tables: Mapping[str, pd.DataFrame] = field(converter=_frozen_tables)
    polygons: Mapping[str, BaseGeometry] = field(factory=dict, converter=_frozen_polygons)
    streets_extent: BaseGeometry | None = None

    def has(self, table: str) -> bool:
        """Whether the table was given with at least one row."""
        return table in self.tables and len(self.tables[table]) > 0

    def located(
        self, table: str, lon: str = "lon", lat: str = "lat"
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Coordinates of a table's rows in the working frame.

        Parameters
        ----------
        table
            ``providers``, ``population``, ``applications`` or ``network_nodes``.
        lon, lat
            Names of the two columns (``from_lon``, ``from_lat`` for the old site of a relocation).

        Returns
        -------
        lon, lat
            Degrees in ``meta.frame``, one per row of ``tables[table]``, NaN where the row has none. Each row
            is carried forward from its declared frame; validation has refused rows that would have to go
            back.
        """
        if (table, lon) not in self._located:
            from dingdian.city.geometry import working_lonlat

            self._located[table, lon] = working_lonlat(self.tables[table], self.meta.frame, lon, lat)
        return self._located[table, lon]

    @cached_property
    def _located(self) -> dict[tuple[str, str], tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
        return {}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (64 hex digits) of the content; independent of row order and of the file format."""
        from dingdian.city.fingerprint import content_hash

        return content_hash(self)

    def row(self, table: str, *key: object) -> dict[str, object]:
        """One row as it would be typed (money in yuan, dates as dates, None for missing), by its key values.

        Raises
        ------
        KeyError
            When the table has no such row.
        """
        from dingdian.city.plain import as_typed_in

        return as_typed_in(self.tables[table], table, key)

    def with_rows(self, table: str, rows: Iterable[Mapping[str, object]]) -> City:
        """A city with rows added, or replaced whole where the key exists; validated again.

        Parameters
        ----------
        table
            Name of the table; it may be absent so far.
        rows
            Rows as they would be typed in a file, by identifier or Chinese heading; see `row`.

        Raises
        ------
        BadData
            With every problem of the new rows.
        """
        from dingdian.city.build import with_rows

        return with_rows(self, table, rows)

    def write(self, path: str | Path, format: str | None = None) -> None:
        """Write as a folder, an ``.xlsx`` or a ``.gpkg``, by suffix; ``format`` is ``csv`` or ``parquet`` in
        a folder. Reading it again gives the same `content_hash`.
        """
        from dingdian.city.write import write_city

        write_city(self, path, format=format)

    def evolve(self, **changes: object) -> City:
        """A copy with other fields; nothing is validated, so only code that has validated may call it."""
        return attrs.evolve(self, **changes)  # type: ignore[arg-type]
