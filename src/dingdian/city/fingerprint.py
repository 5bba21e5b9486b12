"""What a snapshot is, as 64 hex digits, and the list of rows that makes them, so that a changed row can be
named.

Every row has a digest over its filled cells; the manifest lists table, key and digest; the content hash is
the SHA-256 of the manifest with metadata and geometry. Row order, column order, file format and empty
optional columns do not count. Nothing here depends on a library's way of printing numbers but Python's own
``repr``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dingdian.city.model import City, CityMeta
from dingdian.city.plain import plain_values
from dingdian.city.schema import Column, Table, Type
from dingdian.city.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

DIGEST = 16  # hex digits of a row's digest in the manifest
VERSION = "dingdian-city-1"
ROUNDING = 7  # decimals of a degree in geometry: 1 cm


def content_hash(city: City) -> str:
    """SHA-256 (64 hex digits) of the canonical manifest."""
    return _sha256(manifest_text(city))


def manifest_text(city: City) -> str:
    """The canonical manifest: a version line, then ``table<TAB>key<TAB>digest`` lines, sorted."""
    return "\n".join([VERSION, *("\t".join(line) for line in manifest_lines(city))]) + "\n"


def manifest_lines(city: City) -> list[tuple[str, str, str]]:
    """(table, key, digest) of every row, of the metadata (``city``) and of every polygon (``polygons``),
    sorted.
    """
    lines = [("city", key, digest) for key, digest in _meta_digests(city.meta)]
    for name, frame in city.tables.items():
        lines.extend((name, key, digest) for key, digest in _row_digests(frame, TABLES[name]))
    lines.extend(("polygons", _key_part(unit), _geometry_digest(shape)) for unit, shape in city.polygons.items())
    if city.streets_extent is not None:
        lines.append(("streets_extent", "", _geometry_digest(city.streets_extent)))
    return sorted(lines)


def manifest(city: City) -> pd.DataFrame:
    """The manifest as a table with columns ``table``, ``key``, ``digest``."""
    import pandas as pd

    return pd.DataFrame(manifest_lines(city), columns=["table", "key", "digest"])


def table_hashes(city: City) -> dict[str, str]:
    """SHA-256 of each table's part of the manifest, ``city``, ``polygons`` and ``streets_extent`` included.
    """
    parts: dict[str, list[str]] = {}
    for table, key, digest in manifest_lines(city):
        parts.setdefault(table, []).append(f"{key}\t{digest}\n")
    return {table: _sha256("".join(lines)) for table, lines in parts.items()}


def changed_rows(old: City, new: City) -> list[tuple[str, str, str]]:
    """(table, key, ``added`` | ``removed`` | ``changed``) for every difference between two snapshots, sorted.
    """
    before = {(table, key): digest for table, key, digest in manifest_lines(old)}
    after = {(table, key): digest for table, key, digest in manifest_lines(new)}
    found = []
    for place in sorted(before.keys() | after.keys()):
        if before.get(place) != after.get(place):
            how = "added" if place not in before else "removed" if place not in after else "changed"
            found.append((*place, how))
    return found


# --- rows --------------------------------------------------------------------------------------------------

def _row_digests(frame: pd.DataFrame, definition: Table) -> Iterable[tuple[str, str]]:
    """Key and digest of each row.

    A row's canonical text is ``column=value`` for its filled cells only, so that a column that a later
    version adds leaves the digests of old rows alone.
    """
    texts: dict[str, list[str]] = {
        column.name: _texts(frame[column.name], column) for column in definition.columns
    }
    keys = ["/".join(parts) for parts in zip(*([_key_part(t) for t in texts[name]] for name in definition.key))]
    cells = [
        [f"{name}={text}\x1f" if text else "" for text in texts[name]]
        for name in sorted(texts) if any(texts[name])
    ]
    digests = [hashlib.sha256("".join(row).encode()).hexdigest()[:DIGEST] for row in zip(*cells)]
    return zip(keys, digests)


def _texts(series: pd.Series[Any], column: Column) -> list[str]:
    """Canonical text of each cell, empty where missing."""
    if series.isna().all():
        return [""] * len(series)
    if column.type == Type.REAL:
        values = series.to_numpy(dtype=np.float64, na_value=np.nan).tolist()
        return ["" if value != value else repr(value) for value in values]
    if column.type in (Type.TEXT, Type.CODE, Type.CODES, Type.REFERENCE):
        return [text or "" for text in series.astype(object).where(series.notna(), None).tolist()]
    if column.type == Type.BOOLEAN:
        return ["" if value is None else "true" if value else "false" for value in plain_values(series, column)]
    if column.type == Type.DATE:
        days = series.to_numpy().astype("datetime64[D]")
        return ["" if text == "NaT" else text for text in np.datetime_as_string(days).tolist()]
    whole = series.to_numpy(dtype=np.int64, na_value=0).tolist()
    return ["" if gone else str(value) for value, gone in zip(whole, series.isna().tolist())]


def _key_part(text: str) -> str:
    """A key as one word on one line: what would part keys or lines is escaped."""
    if text.isascii() and text.isalnum():
        return text
    return text.replace("%", "%25").replace("/", "%2F").replace("\t", "%09").replace("\n", "%0A")


# --- metadata and geometry ---------------------------------------------------------------------------------

def _meta_digests(meta: CityMeta) -> list[tuple[str, str]]:
    values: dict[str, Any] = {
        "id": meta.id, "name": meta.name, "pooling_area": meta.pooling_area, "as_of": meta.as_of.isoformat(),
        "frame": meta.frame, "population_cell_m": meta.population_cell_m, "synthetic": sorted(meta.synthetic),
        "sources": sorted([note.table, note.source, note.licence] for note in meta.sources),
    }
    if meta.known_empty:  # stated or not: a city that says nothing keeps the hash it had
        values["known_empty"] = sorted(meta.known_empty)
    return [(key, _sha256(json.dumps(value, ensure_ascii=False))[:DIGEST]) for key, value in values.items()]


def _geometry_digest(geometry: BaseGeometry) -> str:
    return hashlib.sha256(canonical_wkb(geometry)).hexdigest()[:DIGEST]


def canonical_wkb(geometry: BaseGeometry) -> bytes:
    """Little-endian WKB on a grid of 1e-7 degrees, with rings begun, turned and ordered one way."""
    rounded = shapely.transform(geometry, lambda points: np.round(points, ROUNDING) + 0.0)
    parts = getattr(rounded, "geoms", [rounded])
    multi = shapely.MultiPolygon([part for part in parts if not part.is_empty])
    encoded: bytes = shapely.to_wkb(shapely.normalize(multi), byte_order=1, output_dimension=2)
    return encoded


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
