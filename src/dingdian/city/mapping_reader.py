"""Reads ``mapping.yaml`` strictly: unknown keys, tables, columns and frames are problems with their line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from attrs import frozen

from dingdian.city.mapping import ColumnRule, ImportMapping, PolygonMapping, Rule, Skip, TableMapping
from dingdian.city.meta import parse_meta
from dingdian.city.tables import TABLES
from dingdian.located_yaml import Path, Places, read
from dingdian.problems import BadData, Problem
from dingdian.terms import FRAMES, Text

KEYS = ("city", "tables", "polygons", "assumptions")
TABLE_KEYS = ("table", "file", "sheet", "encoding", "frame", "epsg", "easting", "northing", "empty", "skip_where", "columns",
              "duplicates")
POLYGON_KEYS = ("file", "unit_property", "frame", "repair")
RULE_KEYS = ("is", "equals", "contains", "in", "otherwise")
SKIP_KEYS = ("column", "equals", "contains", "reason")
COLUMN_KEYS = ("from", "of", "rules", "report_by", "constant", "join", "with", "number", "digits")
# What to do with rows whose key is already there; either way they are counted and named.
DUPLICATES = ("error", "first")


def read_mapping(content: bytes, file: str = "mapping.yaml") -> ImportMapping:
    """The mapping in ``content``; raises :class:`BadData` with every problem of it."""
    value, places = read(content, file)
    reader = _Reader(places, [])
    if not isinstance(value, Mapping):
        reader.report((), "bad_yaml", Text("不是“键: 值”的列表", "not a mapping of keys to values"))
        raise BadData(tuple(reader.problems))
    reader.known(value, KEYS, ())
    meta, _, problems = parse_meta(value.get("city"), _below(places, "city"))
    reader.problems.extend(problems)
    tables = tuple(
        table for number, item in enumerate(reader.sequence(value.get("tables"), ("tables",)))
        for table in reader.table(item, ("tables", number))
    )
    reader.one_source_each(tables)
    polygons = reader.polygons(value["polygons"]) if value.get("polygons") is not None else None
    assumptions = tuple(str(text) for text in reader.sequence(value.get("assumptions") or [], ("assumptions",)))
    if reader.problems or meta is None:
        raise BadData(tuple(reader.problems))
    return ImportMapping(meta=meta, tables=tables, polygons=polygons, assumptions=assumptions, places=places)


def _below(places: Places, key: str) -> Places:
    """The places of one entry, as if it were a document."""
    lines = {path[1:]: line for path, line in places.lines.items() if path[:1] == (key,)}
    return Places(places.file, lines)


@frozen(eq=False)
class _Reader:
    places: Places
    problems: list[Problem]

    def report(
        self, path: Path, code: str, message: Text, value: object = "", remedy: Text | None = None
    ) -> None:
        see = Text("参照 docs/guides/import-with-mapping.md", "see docs/guides/import-with-mapping.md")
        self.problems.append(self.places.problem(path, code, message, remedy or see, value, table="mapping"))

    def known(self, value: Mapping[str, Any], keys: Sequence[str], path: Path) -> None:
        for key in value:
            if key not in keys:
                self.report((*path, key), "unknown_key", Text("未知的键", "unknown key"), key,
                            Text(f"可用：{', '.join(keys)}", f"known: {', '.join(keys)}"))

    def sequence(self, value: Any, path: Path) -> Sequence[Any]:
        if isinstance(value, list):
            return value
        self.report(path, "bad_value", Text("应为列表", "must be a list"), value if value is not None else "")
        return ()

    def texts(self, value: Any, path: Path) -> tuple[str, ...]:
        """One text or a list of them."""
        items = value if isinstance(value, list) else [] if value is None else [value]
        if any(isinstance(item, (Mapping, list)) for item in items):
            self.report(path, "bad_value", Text("应为文字或文字列表", "must be text or a list of texts"))
            return ()
        return tuple("" if item is None else str(item) for item in items)

    def text(self, value: Mapping[str, Any], key: str, path: Path, needed: bool = False) -> str:
        if value.get(key) is None:
            if needed:
                self.report((*path, key), "missing_value", Text(f"缺少 {key}", f"{key} is missing"))
            return ""
        return next(iter(self.texts(value[key], (*path, key))), "")

    def frame(self, value: Mapping[str, Any], path: Path) -> str:
        frame = self.text(value, "frame", path)
        if frame and frame not in FRAMES:
            self.report((*path, "frame"), "unknown_code", Text("未知坐标系",
                                                               "unknown coordinate frame"), frame,
                        Text(f"可用：{', '.join(FRAMES)}", f"one of {', '.join(FRAMES)}"))
        return frame

    # --- tables --------------------------------------------------------------------------------------------

    def table(self, value: Any, path: Path) -> Iterator[TableMapping]:
        if not isinstance(value, Mapping):
            self.report(path, "bad_value", Text("应为“键: 值”", "must be a mapping"))
            return
        self.known(value, TABLE_KEYS, path)
        name, file = self.text(value, "table", path, needed=True), self.text(value, "file", path, needed=True)
        if name and name not in TABLES:
            self._unknown(name, list(TABLES), (*path, "table"), "unknown_table", Text("没有这种表",
                                                                                      "no such table"))
        if name not in TABLES:
            return
        epsg = value.get("epsg")
        if (epsg is not None) != bool(value.get("easting") and value.get("northing")) or not isinstance(epsg, (int, type(None))):
            self.report((*path, "epsg"), "bad_value", Text("投影坐标要同时写 epsg、easting、northing",
                                                           "state epsg, easting and northing together"),
                        epsg)
            epsg = None
        duplicates = self.text(value, "duplicates", path) or "error"
        if duplicates not in DUPLICATES:
            self.report((*path, "duplicates"), "unknown_code", Text("未知的重复处理方式",
                                                                    "unknown policy"), duplicates,
                        Text(f"可用：{', '.join(DUPLICATES)}", f"one of {', '.join(DUPLICATES)}"))
        yield TableMapping(
            table=name, file=file, sheet=self.text(value, "sheet", path), encoding=self.text(value, "encoding", path),
            frame=self.frame(value, path), epsg=epsg, easting=self.text(value, "easting", path), northing=self.text(value, "northing", path),
            empty=self.texts(value.get("empty"), (*path, "empty")), skip_where=tuple(self._skips(value, path)),
            columns=tuple(self._columns(name, value.get("columns"), (*path, "columns"))), duplicates=duplicates,
            path=path,
        )

    def one_source_each(self, tables: Sequence[TableMapping]) -> None:
        seen: set[str] = set()
        for table in tables:
            if table.table in seen:
                self.report((*table.path, "table"), "two_files", Text("同一张表有两个来源",
                                                                      "two sources of one table"),
                            table.table, Text("先合并为一个文件", "join the files first"))
            seen.add(table.table)

    def _skips(self, value: Mapping[str, Any], path: Path) -> Iterator[Skip]:
        for number, item in enumerate(self.sequence(value.get("skip_where") or [], (*path, "skip_where"))):
            place = (*path, "skip_where", number)
            if not isinstance(item, Mapping):
                self.report(place, "bad_value", Text("应为“键: 值”", "must be a mapping"))
                continue
            self.known(item, SKIP_KEYS, place)
            column, reason = self.text(item, "column", place, needed=True), self.text(item, "reason", place, needed=True)
            equals = self.texts(item.get("equals"), (*place, "equals")) if "equals" in item else ()
            contains = self.texts(item.get("contains"), (*place, "contains"))
            if "equals" not in item and not contains:
                self.report(place, "missing_value", Text("缺少 equals 或 contains",
                                                         "equals or contains is missing"))
            # An empty cell is stated as equals: "" or equals: (nothing).
            blank = ("",) if "equals" in item and item["equals"] is None else equals
            yield Skip(column=column, equals=blank, contains=contains, reason=reason)

    def _columns(self, table: str, value: Any, path: Path) -> Iterator[ColumnRule]:
        if not isinstance(value, Mapping) or not value:
            self.report(path, "missing_value", Text("缺少 columns", "columns are missing"))
            return
        names = TABLES[table].column_names
        for target, spec in value.items():
            if target not in names:
                self._unknown(target, names, (*path, target), "unknown_column", Text("该表没有这一列",
                                                                                     "no such column"))
            elif isinstance(spec, Mapping):
                yield from self._spec(target, spec, (*path, target), list(value))
            else:
                yield ColumnRule(target=target, source=self.texts(spec, (*path, target)))

    def _spec(self, target: str, spec: Mapping[str, Any], path: Path, targets: list[str]) -> Iterator[ColumnRule]:
        self.known(spec, COLUMN_KEYS, path)
        ways = [way for way in ("from", "of", "constant", "join", "number") if way in spec]
        if len(ways) != 1:
            self.report(path, "bad_value", Text("from、of、constant、join、number 只能写一个",
                                                "state exactly one of from, of, constant, join, number"), ", ".join(ways))
            return
        source, of = self.texts(spec.get("from"), (*path, "from")), self.text(spec, "of", path)
        if of and (of not in targets or targets.index(of) >= targets.index(target)):
            self.report((*path, "of"), "bad_value", Text("of 只能引用写在前面的列",
                                                         "of must name a column stated above"), of)
        rules = tuple(self._rules(spec.get("rules"), source, (*path, "rules")))
        if (of or len(source) > 1) and not rules:
            self.report(path, "missing_value", Text("缺少 rules", "rules are missing"))
        report_by = self.text(spec, "report_by", path)
        if report_by and report_by not in source:
            self.report((*path, "report_by"), "bad_value", Text("report_by 须是 from 中的列",
                                                                "report_by must be a column of from"), report_by)
        yield ColumnRule(
            target=target, source=source, of=of, rules=rules, report_by=report_by, join=self.texts(spec.get("join"), (*path, "join")),
            constant=self.text(spec, "constant", path) if "constant" in spec else None,
            glue=self.text(spec, "with", path) if "with" in spec else "-",
            number=self.text(spec, "number", path) if "number" in spec else None,
            digits=spec["digits"] if isinstance(spec.get("digits"), int) else 5,
        )

    def _rules(self, value: Any, source: tuple[str, ...], path: Path) -> Iterator[Rule]:
        for number, item in enumerate(self.sequence(value if value is not None else [], path)):
            place = (*path, number)
            if not isinstance(item, Mapping) or "is" not in item:
                self.report(place, "bad_value", Text("每条规则要写 is", "every rule states is"))
                continue
            self.known(item, RULE_KEYS, place)
            column = self.text(item, "in", place)
            if column and column not in source:
                self.report((*place, "in"), "bad_value", Text("in 须是 from 中的列",
                                                              "in must be a column of from"), column)
            rule = Rule(
                to=self.text(item, "is", place), equals=self.texts(item.get("equals"), (*place, "equals")),
                contains=self.texts(item.get("contains"), (*place, "contains")), column=column,
                otherwise=item.get("otherwise") is True,
            )
            if sum((bool(rule.equals), bool(rule.contains), rule.otherwise)) != 1:
                self.report(place, "bad_value", Text("equals、contains、otherwise 只能写一个",
                                                     "state exactly one of equals, contains, otherwise"))
            yield rule

    # --- polygons ------------------------------------------------------------------------------------------

    def polygons(self, value: Any) -> PolygonMapping | None:
        path: Path = ("polygons",)
        if not isinstance(value, Mapping):
            self.report(path, "bad_value", Text("应为“键: 值”", "must be a mapping"))
            return None
        self.known(value, POLYGON_KEYS, path)
        return PolygonMapping(
            file=self.text(value, "file", path, needed=True), frame=self.frame(value, path),
            unit_property=self.text(value, "unit_property", path) or "unit", repair=value.get("repair") is True,
        )

    def _unknown(self, name: str, known: Sequence[str], path: Path, code: str, message: Text) -> None:
        near = get_close_matches(name, known, n=1)
        zh, en = (f"是否想写 {near[0]}？", f"did you mean {near[0]}? ") if near else ("", "")
        self.report(path, code, message, name,
                    Text(f"{zh}可用：{', '.join(known)}", f"{en}known: {', '.join(known)}"))
