"""What a scenario changes: verbs with their keys, read from YAML or from plain mappings, every mistake at once with its line.

Knows the shape of a change and nothing of a city: whether a provider exists is for `booking` to say. Refuses unknown and duplicate
keys, keys that exclude each other, and a list that is no list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import frozen

from dingdian import located_yaml
from dingdian.located_yaml import Path as YamlPath
from dingdian.located_yaml import Places
from dingdian.plans.reader import Reader
from dingdian.plans.shapes import Shape
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

TABLE = "changes"
COUNTS = ("approved", "open", "insured_beds", "ltc")

Given = str | Path | Sequence[Mapping[str, Any]]
Key = tuple[Callable[[Any], bool], bool, Text]


@frozen(kw_only=True)
class Change:
    """One change: its verb, its keys as written, and where it stands in the list."""

    number: int
    verb: str
    values: Mapping[str, Any]

    def get(self, key: str, otherwise: Any = None) -> Any:
        return self.values.get(key, otherwise)

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


@frozen(kw_only=True, eq=False)
class Changes:
    """All changes of a scenario, and the places of their keys in the file."""

    items: tuple[Change, ...]
    places: Places
    title: str = ""

    def problem(self, change: Change, key: str, code: str, message: Text, remedy: Text, value: object = "") -> Problem:
        """A mistake in one key of a change, located by line."""
        path: YamlPath = ("changes", change.number, *((key,) if key else ()))
        return self.places.problem(path, code, message, remedy, value, table=TABLE)


# --- shapes --------------------------------------------------------------------------------------------------------------


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and bool(value)


def _is_columns(value: Any) -> bool:
    """Cells by column: text, numbers, days, yes or no, or several codes."""
    return _is_map(value) and all(_is_cell(cell) or (isinstance(cell, list) and all(map(_is_cell, cell))) for cell in value.values())


def _is_cell(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, Decimal, date))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_whole(value) and value >= 0


def _is_some(value: Any) -> bool:
    return _is_whole(value) and value > 0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _is_counts(value: Any) -> bool:
    return _is_map(value) and all(key in COUNTS and _is_count(count) for key, count in value.items())


def _is_steps(value: Any) -> bool:
    return _is_map(value) and all(key in COUNTS and _is_whole(count) for key, count in value.items())


def _is_true(value: Any) -> bool:
    return value is True


_WORD = Text("文字（代码请加引号）", "a text (quote codes)")
_WHOLE = Text("不小于 0 的整数", "a whole number of zero or more")
_SOME = Text("大于 0 的整数", "a whole number above zero")
_NUMBER = Text("数字", "a number")
_COLUMNS = Text("若干“列: 值”", "a mapping of columns")
_COUNTS = Text("床位列与整数，列为 approved、open、insured_beds、ltc", "whole numbers by column: approved, open, insured_beds, ltc")


def _text(required: bool = False) -> Key:
    return _is_text, required, _WORD


_PEOPLE: Mapping[str, Key] = {
    "unit": _text(required=True), "year": (_is_some, False, _SOME), "age_band": _text(), "persons": (_is_count, False, _WHOLE),
    "percent": (_is_number, False, _NUMBER),
}
_COLUMN_MAP: Key = (_is_columns, False, _COLUMNS)

# Verb → its keys. Which keys exclude each other stands in ONE_OF.
VERBS: Mapping[str, Mapping[str, Key]] = {
    "add_provider": {"columns": (_is_columns, True, _COLUMNS), "beds": _COLUMN_MAP, "staff": _COLUMN_MAP, "activity": _COLUMN_MAP},
    "remove_provider": {"provider": _text(required=True)},
    "move_provider": {
        "provider": _text(required=True), "lon": (_is_number, False, _NUMBER), "lat": (_is_number, False, _NUMBER),
        "frame": _text(), "unit": _text(), "counts_in": _text()},
    "change_beds": {
        "provider": _text(required=True), "specialty": _text(), "set": (_is_counts, False, _COUNTS), "by": (_is_steps, False, _COUNTS)},
    "convert_beds": {
        "provider": _text(required=True), "beds": (_is_some, False, _SOME), "from_specialty": _text(), "to_specialty": _text(),
        "to_ltc": (_is_true, False, Text("true", "true")), "to_level": _text()},
    "change_insured": {**_PEOPLE, "scheme": _text()},
    "change_residents": _PEOPLE,
    "change_plan": {"provision": _text(required=True), "field": _text(required=True), "value": (lambda value: value is not None, True, Text("新值", "the new value"))},
    "change_reading": {"reading": _text(required=True), "option": _text(required=True)},
}
OF_PLAN = ("change_plan", "change_reading")

# Verb → groups of keys of which one and only one is stated.
ONE_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "change_beds": (("set", "by"),), "convert_beds": (("to_specialty", "to_ltc", "to_level"),),
    "change_insured": (("persons", "percent"),), "change_residents": (("persons", "percent"),),
}


# --- reading -------------------------------------------------------------------------------------------------------------


class _ChangesReader(Reader):
    def report(self, path: YamlPath, code: str, message: Text, remedy: Text, value: object = "") -> None:
        self.found.add(self.places.problem(path, code, message, remedy, value, table=TABLE))

    def changes(self) -> tuple[Change, ...]:
        head = self.shaped(self.document, (), Shape({
            "title": _text(), "changes": (lambda value: isinstance(value, list), True, Text("列表", "a list"))}))
        listed = head.get("changes")
        items = listed if isinstance(listed, list) else []
        return tuple(change for number, value in enumerate(items) if (change := self._change(number, value)))

    def _change(self, number: int, value: Any) -> Change | None:
        path: YamlPath = ("changes", number)
        verb = value.get("change") if isinstance(value, dict) else None
        if not isinstance(verb, str) or verb not in VERBS:
            self.report((*path, "change"), "unknown_change", Text("没有这种变更", "no such change"),
                        self.near(verb, VERBS, Text(f"可用：{'、'.join(VERBS)}", f"one of: {', '.join(VERBS)}")), verb or "")
            return None
        before = len(self.found.problems)
        self.shaped(value, path, Shape({"change": _text(required=True), **VERBS[verb]}))
        for group in ONE_OF.get(verb, ()):
            self._one_of(path, value, group)
        self._together(path, verb, value)
        if len(self.found.problems) > before:
            return None
        return Change(number=number, verb=verb, values={key: item for key, item in value.items() if key != "change"})

    def _one_of(self, path: YamlPath, value: Mapping[str, Any], group: tuple[str, ...]) -> None:
        stated = [key for key in group if key in value]
        if len(stated) != 1:
            self.report(path, "one_of", Text(f"{'、'.join(group)} 应恰写一项", f"exactly one of {', '.join(group)} is stated"),
                        Text("只留一项", "keep one of them"), ", ".join(stated))

    def _together(self, path: YamlPath, verb: str, value: Mapping[str, Any]) -> None:
        """Keys that need each other."""
        if verb == "move_provider" and (("lon" in value) != ("lat" in value) or not {"lon", "unit"} & set(value)):
            self.report(path, "half_a_place", Text("应写 lon 和 lat，或写 unit", "state lon and lat together, or unit"),
                        Text("补齐经纬度，或写迁入的单元", "add the other coordinate, or the unit moved to"))
        if verb == "convert_beds" and ("beds" in value) == ("to_level" in value):
            self.report(path, "missing_key", Text("转专科、转长护须写 beds；改等级则整家改，不写 beds", "beds go with a specialty or long-term care; a level is the whole provider's"),
                        Text("核对 beds 与 to_level", "check beds and to_level"), value.get("beds", ""))


def read_changes(given: Given) -> Changes:
    """The changes of a YAML file, or of a list of mappings that look as they would in one.

    Raises
    ------
    BadData
        With every mistake, located by file and line.
    """
    if isinstance(given, (str, Path)):
        document, places = _file(Path(given))
    else:
        document, places = {"changes": [dict(item) if isinstance(item, Mapping) else item for item in given]}, Places(TABLE)
    reader = _ChangesReader(document, places)
    items = reader.changes()
    reader.found.raise_if_any()
    title = document.get("title", "") if isinstance(document, Mapping) else ""
    return Changes(items=items, places=places, title=str(title))


def _file(path: Path) -> tuple[Any, Places]:
    try:
        return located_yaml.read(path.read_bytes(), path.name)
    except BadData as error:
        raise BadData(_of_changes(error.problems)) from error


def _of_changes(problems: Iterable[Problem]) -> list[Problem]:
    from attrs import evolve

    return [evolve(problem, table=TABLE) for problem in problems]


def as_cell(value: Any) -> Any:
    """A value of a change as it would be typed into a cell: several codes are parted by semicolons."""
    if isinstance(value, (list, tuple)):
        return ";".join(str(item) for item in value)
    return value.isoformat() if isinstance(value, date) else value
