"""Reads a city from a folder, a workbook, a GeoPackage or a demo id.

``read_city`` is the one entrance; it picks the reader by what the path is and hands what was found to
``build``. It refuses with problems and never with a traceback: whatever a file holds, the answer is a City or
:class:`BadData`.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from dingdian.city.build import assemble
from dingdian.city.model import City
from dingdian.city.raw import Source
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

DEMO_PACKAGE = "dingdian.city"


def read_city(path: str | Path) -> City:
    """The city at ``path``.

    Parameters
    ----------
    path
        A folder with ``city.yaml``, an ``.xlsx``, a ``.gpkg``, or the id of a shipped demo city such as
        ``jinan-demo`` (a path of that name wins).

    Raises
    ------
    BadData
        With every problem found, located by file, row and column.
    """
    return assemble(read_source(path))


def read_source(path: str | Path) -> Source:
    """Everything that stands in the files at ``path``, before any rule is applied."""
    place = Path(path)
    try:
        if not place.exists() and str(path) in demo_ids():
            place = _demo_root() / str(path)
        if place.is_dir():
            from dingdian.city.read_folder import read_folder

            return read_folder(place)
        if not place.exists():
            raise BadData([_missing(path)])
        return _read_file(place)
    except OSError as error:
        raise BadData([_unreadable(path, error)]) from error


def _read_file(place: Path) -> Source:
    if place.suffix.lower() in (".xlsx", ".xlsm"):
        from dingdian.city.read_workbook import read_workbook

        return read_workbook(place)
    if place.suffix.lower() == ".gpkg":
        from dingdian.city.read_geopackage import read_geopackage

        return read_geopackage(place)
    raise BadData([Problem(
        code="unknown_format", file=place.name, table="city", value=place.suffix,
        message=Text("不认识的文件类型", "unknown kind of file"),
        remedy=Text("给出文件夹、.xlsx 或 .gpkg；栅格和路网放进文件夹，命名为 population.tif、streets.osm.pbf", "give a folder, an .xlsx or a .gpkg; put a raster or streets into a folder as population.tif, streets.osm.pbf"),
    )])


def demo_ids() -> tuple[str, ...]:
    """Ids of the demo cities that are shipped with the package."""
    root = _demo_root()
    if not root.is_dir():
        return ()
    return tuple(sorted(child.name for child in root.iterdir() if (child / "city.yaml").is_file()))


def _demo_root() -> Path:
    return Path(str(resources.files(DEMO_PACKAGE))) / "demo"


def _missing(path: str | Path) -> Problem:
    ids = demo_ids()
    return Problem(
        code="not_found", file=str(path), table="city", value=str(path),
        message=Text("没有这个文件或文件夹", "there is no such file or folder"),
        remedy=Text(f"核对路径；内置示例：{', '.join(ids) or '无'}",
                    f"check the path; demo cities: {', '.join(ids) or 'none'}"),
    )


def _unreadable(path: str | Path, error: OSError) -> Problem:
    return Problem(
        code="unreadable", file=str(path), table="city", value=error.strerror or type(error).__name__,
        message=Text("无法打开", "cannot be opened"),
        remedy=Text("检查访问权限，并关闭占用它的程序",
                    "check the permissions, and close whatever holds it open"),
    )
