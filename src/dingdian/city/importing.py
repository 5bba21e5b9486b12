"""Import: read, check, report; and only when told, write. Nothing is ever half-imported.

A dry run does everything but the writing. It refuses to write data with a problem, and into a place that
holds anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from dingdian.city.build import assemble
from dingdian.city.frames import into_frame
from dingdian.city.mapped import apply_mapping
from dingdian.city.mapping_reader import read_mapping
from dingdian.city.model import City
from dingdian.city.quality import QualityRow, quality
from dingdian.city.raw import Source
from dingdian.city.read import read_source
from dingdian.city.tables import TABLES
from dingdian.city.validate import in_file_order
from dingdian.city.write import refuse_non_empty, write_city
from dingdian.problems import BadData, Problem
from dingdian.terms import Text


@frozen(kw_only=True)
class TableFound:
    """One table that the source holds."""

    table: str
    file: str
    rows: int


@frozen(kw_only=True, eq=False)
class ImportReport:
    """What an import found and did.

    Attributes
    ----------
    city
        The checked city, or None when there are problems.
    committed
        Whether it was written.
    notes
        Rows left out, values that match no rule, assumptions, empty tables.
    """

    source: str
    target: str
    tables: tuple[TableFound, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Text, ...]
    quality: tuple[QualityRow, ...]
    city: City | None
    committed: bool

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        return {
            "source": self.source, "target": self.target, "committed": self.committed,
            "tables": [{"table": t.table, "file": t.file, "rows": t.rows} for t in self.tables],
            "errors": [problem.as_json(lang) for problem in self.problems],
            "notes": [note(lang) for note in self.notes],
            "quality": [row.as_json(lang) for row in self.quality],
            "content_hash": None if self.city is None else self.city.content_hash,
        }


def import_city(
    src: str | Path, dst: str | Path, *, commit: bool = False, mapping: str | Path | None = None,
    frame: str | None = None,
) -> ImportReport:
    """Check the city at ``src`` and, with ``commit``, write it to ``dst``.

    Parameters
    ----------
    mapping
        A ``mapping.yaml`` that says how the files in ``src`` become tables.
    frame
        Convert every coordinate to this frame, on purpose and in both directions.

    Returns
    -------
    ImportReport
        With every problem; nothing is raised for bad data.
    """
    problems: list[Problem] = []
    source: Source | None = None
    city: City | None = None
    try:
        source = _read(src, mapping)
        city = assemble(source) if frame is None else into_frame(source, frame)
    except BadData as error:
        problems.extend(error.problems)
    try:
        refuse_non_empty(Path(dst))
    except BadData as error:
        problems.extend(error.problems)
    committed = commit and city is not None and not problems
    if committed and city is not None:
        write_city(city, dst)
    return ImportReport(
        source=str(src), target=str(dst), tables=_found(source), problems=tuple(in_file_order(problems)),
        notes=() if source is None else source.notes, quality=() if city is None else quality(city), city=city,
        committed=committed,
    )


def _read(src: str | Path, mapping: str | Path | None) -> Source:
    if mapping is None:
        return read_source(src)
    place, folder = Path(mapping), Path(src)
    if not folder.is_dir():
        raise BadData((_not_found(str(src), Text("没有这个文件夹", "there is no such folder")),))
    try:
        content = place.read_bytes()
    except OSError as error:
        raise BadData((_not_found(str(mapping), Text("无法打开映射文件",
                                                     "the mapping cannot be opened")),)) from error
    try:
        return apply_mapping(read_mapping(content, place.name), folder)
    except BadData as error:
        raise BadData(tuple(evolve(p, table=p.table or "mapping") for p in error.problems)) from error


def _found(source: Source | None) -> tuple[TableFound, ...]:
    if source is None:
        return ()
    return tuple(
        TableFound(table=name, file=source.tables[name].file, rows=len(source.tables[name]))
        for name in TABLES if name in source.tables
    )


def _not_found(file: str, message: Text) -> Problem:
    return Problem(code="not_found", file=file, table="city", value=file, message=message,
                   remedy=Text("核对路径", "check the path"))
