"""``city.yaml`` (or the ``city`` sheet) ↔ :class:`CityMeta`.

Strict: unknown keys, unknown tables and missing entries are problems with their line. It refuses to invent a
frame or a date: both must be stated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from attrs import evolve

from dingdian.city.cells import CellError, read_date
from dingdian.city.model import CityMeta, SourceNote
from dingdian.city.tables import TABLES
from dingdian.located_yaml import Path, Places, read
from dingdian.problems import BadData, Problem
from dingdian.terms import BASES, FRAMES, Text

# Not tables, but they too have a source and may be invented.
SHAPES = ("polygons", "streets_extent")
KEYS = {
    "id": Text("城市标识", "id"),
    "name": Text("名称", "name"),
    "pooling_area": Text("统筹区代码", "pooling area"),
    "as_of": Text("数据日期", "as of"),
    "frame": Text("工作坐标系", "working frame"),
    "population_cell_m": Text("人口格网边长", "population cell"),
    "population_basis": Text("人口口径", "population basis"),
    "synthetic": Text("合成数据表", "synthetic tables"),
    "known_empty": Text("确无记录的表", "tables known to be empty"),
    "sources": Text("来源", "sources"),
}
REQUIRED = ("id", "name", "pooling_area", "as_of", "frame")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_SOURCE_KEYS = ("table", "source", "licence")


def read_meta(content: bytes, file: str) -> tuple[CityMeta | None, dict[str, Any], list[Problem]]:
    """Metadata from the bytes of ``city.yaml``.

    Returns
    -------
    meta
        None when anything that must be stated is missing or wrong.
    extras
        ``population_basis`` where stated: it is used while reading a GeoTIFF and then stands in its rows.
    problems
    """
    try:
        value, places = read(content, file)
    except BadData as error:
        return None, {}, [evolve(problem, table="city") for problem in error.problems]
    return parse_meta(value, places)


def parse_meta(value: Any, places: Places) -> tuple[CityMeta | None, dict[str, Any], list[Problem]]:
    """Metadata from plain values; ``places`` knows the line of each."""
    reader = _Reader(places)
    if not isinstance(value, Mapping):
        reader.report((), "bad_yaml", Text("不是“键: 值”的列表", "not a mapping of keys to values"),
                      Text("参照模板填写", "fill in the template"))
        return None, {}, reader.problems
    reader.known_keys(value, KEYS, ())
    for key in REQUIRED:
        if value.get(key) in (None, ""):
            reader.report((key,), "missing_value", Text(f"缺少“{KEYS[key].zh}”", f"{key} is missing"),
                          Text(f"补上 {key}", f"state {key}"))
    cell = reader.cell_side(value.get("population_cell_m"))
    basis = value.get("population_basis")
    if basis is not None and basis not in BASES:
        reader.report(("population_basis",), "unknown_code", Text("未知人口口径", "unknown population basis"),
                      Text(f"可用：{', '.join(BASES)}", f"one of {', '.join(BASES)}"), basis)
    fields: dict[str, Any] = {
        "id": reader.identifier(value.get("id")), "name": reader.text("name", value.get("name")),
        "pooling_area": reader.text("pooling_area", value.get("pooling_area")),
        "as_of": reader.day(value.get("as_of")), "frame": reader.frame(value.get("frame")),
        "population_cell_m": cell, "synthetic": reader.synthetic(value.get("synthetic")),
        "known_empty": reader.known_empty(value.get("known_empty")), "sources": reader.sources(value.get("sources")),
    }
    extras = {} if basis is None else {"population_basis": basis}
    # A wrong remark elsewhere does not hide what the frame and the area say about the tables.
    broken = {problem.column.split(".")[0] for problem in reader.problems} & set(REQUIRED)
    return (None if broken else CityMeta(**fields)), extras, reader.problems


class _Reader:
    """Reads entries one by one and remembers what was wrong."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.problems: list[Problem] = []

    def report(self, path: Path, code: str, message: Text, remedy: Text, value: object = "") -> None:
        self.problems.append(self.places.problem(path, code, message, remedy, value, table="city"))

    def known_keys(self, value: Mapping[str, Any], known: Sequence[str] | Mapping[str, Any], path: Path) -> None:
        for key in value:
            if key not in known:
                near = get_close_matches(key, list(known), n=1)
                zh = f"是否想写 {near[0]}？" if near else ""
                self.report((*path, key), "unknown_key", Text("未知的键", "unknown key"),
                            Text(f"{zh}可用：{', '.join(known)}", f"known: {', '.join(known)}"), key)

    def text(self, key: str, value: Any) -> str:
        if isinstance(value, (Mapping, list, bool)):
            self.report((key,), "bad_value", Text("应为文字", "must be text"), Text("写一个值",
                                                                                "write one value"), value)
            return ""
        return "" if value is None else str(value).strip()

    def identifier(self, value: Any) -> str:
        text = self.text("id", value)
        if text and not _ID.fullmatch(text):
            self.report(("id",), "bad_value", Text("标识只能用小写字母、数字和连字符",
                                                   "an id is lower case, digits, -"),
                        Text("例如 jinan-2026", "for instance jinan-2026"), text)
        return text

    def day(self, value: Any) -> date:
        try:
            return date.min if value in (None, "") else read_date(value)
        except CellError as error:
            self.report(("as_of",), error.code, error.message, error.remedy, value)
            return date.min

    def frame(self, value: Any) -> str:
        if value in (None, ""):
            return "wgs84"  # its absence has been reported; this only lets the rest be read
        code = FRAMES.resolve(str(value))
        if code is None:
            self.report(("frame",), "unknown_code", Text("未知坐标系", "unknown coordinate frame"),
                        Text(f"可用：{', '.join(FRAMES)}", f"one of {', '.join(FRAMES)}"), value)
        return code or "wgs84"

    def cell_side(self, value: Any) -> int | None:
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
            self.report(("population_cell_m",), "bad_integer", Text("格网边长应为正整数（米）",
                                                                    "must be whole metres"),
                        Text("例如 500；没有格网请删去该键",
                             "for instance 500; leave it out without a grid"), value)
            return None
        return value

    def synthetic(self, value: Any) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, Mapping):
            self.report(("synthetic",), "bad_value", Text("应逐表写 true 或 false",
                                                          "state true or false table by table"),
                        Text("例如 synthetic: {beds: true}", "for instance synthetic: {beds: true}"), value)
            return ()
        for table, flag in value.items():
            self._table(("synthetic", table), table)
            if not isinstance(flag, bool):
                self.report(("synthetic", table), "bad_boolean", Text("只能写 true 或 false",
                                                                      "must be true or false"),
                            Text("合成数据写 true", "true for invented rows"), flag)
        return tuple(name for name in (*TABLES, *SHAPES) if value.get(name) is True)

    def known_empty(self, value: Any) -> tuple[str, ...]:
        """Tables of which the bureau says that there is nothing to report."""
        known = [name for name, table in TABLES.items() if table.may_be_empty]
        if value is None:
            return ()
        if not isinstance(value, list):
            self.report(("known_empty",), "bad_value", Text("应为列表", "must be a list"),
                        Text("例如 known_empty: [warnings]", "for instance known_empty: [warnings]"), value)
            return ()
        for number, table in enumerate(value):
            if table not in known:
                self.report(("known_empty", number), "unknown_table",
                            Text("这张表不能声明为确无记录", "this table cannot be declared empty"),
                            Text(f"可用：{', '.join(known)}", f"one of {', '.join(known)}"), table)
        return tuple(name for name in known if name in value)

    def sources(self, value: Any) -> tuple[SourceNote, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self.report(("sources",), "bad_value", Text("应为列表", "must be a list"),
                        Text("每项写 table、source、licence",
                             "each entry states table, source, licence"), value)
            return ()
        return tuple(note for number, item in enumerate(value) for note in self._source(number, item))

    def _source(self, number: int, item: Any) -> Iterator[SourceNote]:
        path: Path = ("sources", number)
        if not isinstance(item, Mapping):
            self.report(path, "bad_value", Text("应为“键: 值”", "must be a mapping"),
                        Text("写 table、source、licence", "state table, source, licence"), item)
            return
        self.known_keys(item, _SOURCE_KEYS, path)
        lacking = [key for key in _SOURCE_KEYS if item.get(key) in (None, "")]
        for key in lacking:
            self.report((*path, key), "missing_value", Text(f"缺少 {key}", f"{key} is missing"),
                        Text("来源和许可都要写明", "both source and licence must be stated"))
        if not lacking:
            self._table((*path, "table"), str(item["table"]))
            yield SourceNote(**{key: str(item[key]) for key in _SOURCE_KEYS})

    def _table(self, path: Path, table: str) -> None:
        if table not in TABLES and table not in SHAPES:
            near = get_close_matches(table, [*TABLES, *SHAPES], n=1)
            zh, en = (f"是否想写 {near[0]}？", f"did you mean {near[0]}? ") if near else ("", "")
            self.report(path, "unknown_table", Text("没有这种表", "there is no such table"),
                        Text(f"{zh}可用：{', '.join((*TABLES, *SHAPES))}",
                             f"{en}known: {', '.join((*TABLES, *SHAPES))}"),
                        table)


# --- out ---------------------------------------------------------------------------------------------------

def dump_meta(meta: CityMeta, present: Sequence[str]) -> str:
    """The text of ``city.yaml``; ``present`` are the tables (and shapes) that the city has."""
    lines = [
        f"id: {_quoted(meta.id)}", f"name: {_quoted(meta.name)}", f"pooling_area: {_quoted(meta.pooling_area)}",
        f"as_of: {meta.as_of.isoformat()}", f"frame: {meta.frame}",
    ]
    if meta.population_cell_m is not None:
        lines.append(f"population_cell_m: {meta.population_cell_m}")
    stated = [name for name in (*TABLES, *SHAPES) if name in present or name in meta.synthetic]
    if stated:
        lines.append("synthetic:")
        lines += [f"  {name}: {'true' if name in meta.synthetic else 'false'}" for name in stated]
    if meta.known_empty:
        lines.append(f"known_empty: [{', '.join(meta.known_empty)}]")
    if meta.sources:
        lines.append("sources:")
    for note in meta.sources:
        lines += [f"  - table: {note.table}", f"    source: {_quoted(note.source)}",
                  f"    licence: {_quoted(note.licence)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A JSON string is a YAML string in double quotes."""
    return json.dumps(text, ensure_ascii=False)


# --- as rows of a sheet ------------------------------------------------------------------------------------

def meta_rows(meta: CityMeta) -> list[tuple[str, str, str, str]]:
    """Metadata as rows of key, value and, for sources, source and licence."""
    rows = [
        ("id", meta.id, "", ""), ("name", meta.name, "", ""), ("pooling_area", meta.pooling_area, "", ""),
        ("as_of", meta.as_of.isoformat(), "", ""), ("frame", meta.frame, "", ""),
    ]
    if meta.population_cell_m is not None:
        rows.append(("population_cell_m", str(meta.population_cell_m), "", ""))
    rows += [("synthetic", table, "", "") for table in meta.synthetic]
    rows += [("known_empty", table, "", "") for table in meta.known_empty]
    rows += [("sources", note.table, note.source, note.licence) for note in meta.sources]
    return rows


def meta_from_rows(
    rows: Sequence[Sequence[Any]], file: str, first_row: int
) -> tuple[CityMeta | None, dict[str, Any], list[Problem]]:
    """Metadata from rows as `meta_rows` gives them; keys may be in Chinese, ``first_row`` is the number of
    the first.
    """
    value: dict[str, Any] = {}
    lines: dict[Path, int] = {}
    problems: list[Problem] = []
    chinese = {text.zh: key for key, text in KEYS.items()}
    for number, row in enumerate(rows, start=first_row):
        cells = ["" if cell is None else _cell_text(cell) for cell in (*row, "", "", "", "")[:4]]
        key = chinese.get(cells[0], cells[0])
        if not any(cells):
            continue
        if key == "synthetic":
            if cells[1]:
                value.setdefault("synthetic", {})[cells[1]] = True
                lines["synthetic", cells[1]] = number
        elif key == "known_empty":
            if cells[1]:
                value.setdefault("known_empty", []).append(cells[1])
                lines["known_empty", len(value["known_empty"]) - 1] = number
        elif key == "sources" and not any(cells[1:]):
            continue
        elif key == "sources":
            value.setdefault("sources", []).append(dict(zip(_SOURCE_KEYS, cells[1:])))
            lines["sources", len(value["sources"]) - 1] = number
        elif key in value:
            problems.append(Problem(
                code="duplicate_key", file=file, table="city", row=number, column=key, value=cells[1],
                message=Text("键出现两次", "the key stands twice"), remedy=Text("删去一行",
                                                                           "delete one row")))
        else:
            value[key] = _whole(cells[1]) if key == "population_cell_m" else cells[1] or None
            lines[key,] = number
    meta, extras, found = parse_meta(value, Places(file, lines))
    return (None if problems else meta), extras, [*problems, *found]


def _cell_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat()[:10] if isinstance(cell, date) else str(cell).strip()


def _whole(text: str) -> Any:
    return int(text) if text.isdigit() else text or None
