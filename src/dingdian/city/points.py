"""Points that somebody names as candidates: a CSV file of ``candidate, lon, lat`` and, where it differs, ``frame``.

Checked as a table of the city is: every problem with file, row and column, all of them together. The points are no part of the
city, and a file whose frame lies ahead of the city's own is refused, as there.
"""

from __future__ import annotations

from pathlib import Path

from dingdian.city.geometry import working_lonlat
from dingdian.city.model import City
from dingdian.city.read_csv import read_csv
from dingdian.city.schema import Column, Table, Type
from dingdian.city.tables import TABLES
from dingdian.city.typed import read_table
from dingdian.city.validate import check_tables, in_file_order
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

_PLACE = TABLES["population"]  # its coordinates are required too
POINTS = Table(
    name="candidates", zh="候选点", key=("candidate",), doc=Text("可能新增机构的地点", "places where one more provider might stand"),
    columns=(
        Column(name="candidate", zh="候选点", type=Type.TEXT, required=True, doc=Text("候选点的名称或编号，不重复", "name or number, each once")),
        _PLACE["lon"], _PLACE["lat"], _PLACE["frame"],
    ))


def read_points(path: Path, city: City) -> tuple[tuple[str, float, float], ...]:
    """(name, longitude, latitude) of each row, in the city's working frame, in the order of their names.

    Raises
    ------
    BadData
        With every problem of the file.
    OSError
        When it cannot be read.
    """
    problems: list[Problem] = []
    raw = read_csv(POINTS.name, path.read_bytes(), path.name, problems)
    if raw is None:
        raise BadData(problems)
    typed, found = read_table(raw, POINTS)
    problems += [*found, *check_tables({POINTS.name: typed}, city.meta)]
    if not problems and not len(typed.frame):
        problems.append(typed.problem(None, "", "empty_table", Text("没有数据行", "no rows"), Text("至少填一行", "fill in at least one row")))
    if problems:
        raise BadData(in_file_order(problems))
    lon, lat = working_lonlat(typed.frame, city.meta.frame)
    return tuple((str(name), float(x), float(y)) for name, x, y in zip(typed.frame["candidate"], lon, lat))
