"""YAML in which every value knows its line, and which refuses what silently goes wrong.

Refused, all at once: duplicate keys, tabs and full-width punctuation where syntax is meant, numbers that YAML 1.1 reads
as octal or sexagesimal, ``yes/no/on/off`` read as booleans, anchors, tags. The result is plain Python values and a
:class:`Places` that gives the line of any path. Nothing here knows what the document means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from attrs import field, frozen

from dingdian.problems import BadData, Collector, Problem
from dingdian.terms import Text

Path = tuple[str | int, ...]

_OCTAL = re.compile(r"^[-+]?0[0-9_]+$|^0o[0-7]+$")
_SEXAGESIMAL = re.compile(r"^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$")
_BOOLEAN_WORDS = {"yes", "no", "on", "off", "y", "n"}
_INTEGER = re.compile(r"^[-+]?(0|[1-9][0-9]*)$")
_REAL = re.compile(r"^[-+]?(0|[1-9][0-9]*)\.[0-9]+$")
_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
# A full-width sign where YAML wants its own: "键：值", "［a，b］", "－ item", “quotes” round a whole value.
_FULL_WIDTH = {"：": ":", "，": ",", "［": "[", "］": "]", "｛": "{", "｝": "}", "＃": "#", "－": "-"}


# At the start of a line: "键 ：", "－ item", "key: ［".
_WIDE_SYNTAX = re.compile(r"^\s*(?:-\s+)?(?:(－)|[A-Za-z_][\w-]*\s*(：)|[A-Za-z_][\w-]*:\s*([［｛]))")
_WIDE_LIST = re.compile(r"^[a-z][a-z0-9_]*(?:\s*，\s*[a-z][a-z0-9_]*)+$")
_SHORTHAND = {yaml.AnchorToken: "&", yaml.AliasToken: "*", yaml.TagToken: "!"}


@frozen(eq=False)
class Places:
    """Line (1-based) of every path in one document; an unknown path falls back to its nearest known ancestor."""

    file: str
    lines: Mapping[Path, int] = field(factory=dict)

    def line(self, path: Path) -> int | None:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def problem(
        self, path: Path, code: str, message: Text, remedy: Text, value: object = "", table: str = "plan"
    ) -> Problem:
        """A problem at ``path``, with the path itself as the column."""
        column = ".".join(str(part) for part in path)
        return Problem(
            code=code, file=self.file, table=table, row=self.line(path), column=column, value=str(value),
            message=message, remedy=remedy,
        )


def load(text: str, file: str) -> tuple[Any, Places]:
    """Parse ``text``; raise :class:`BadData` with every syntactic problem found."""
    collector = Collector()
    reader = _Reader(file, collector)
    try:
        _refuse_shorthand(text, file, collector)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError:
        collector.add(Problem(
            code="yaml_syntax", file=file, table="plan", message=Text("嵌套过深", "nested too deeply"),
            remedy=Text("检查括号是否成对", "check that brackets are paired"),
        ))
        collector.raise_if_any()
    except yaml.MarkedYAMLError as error:
        collector.add(_syntax_problem(file, text, error))
        collector.raise_if_any()
    except yaml.YAMLError as error:
        collector.add(Problem(
            code="yaml_syntax", file=file, table="plan", value=str(error).splitlines()[0],
            message=Text("不是合法的 YAML 文本", "not valid YAML"),
            remedy=Text("请另存为 UTF-8 编码的文本", "save the file as UTF-8 text"),
        ))
        collector.raise_if_any()
    value = None if node is None else reader.value(node, ())
    collector.raise_if_any()
    return value, Places(file, reader.lines)


def _refuse_shorthand(text: str, file: str, collector: Collector) -> None:
    """Anchors, aliases and tags: a value stands where it holds, and no document may blow itself up.

    They are looked for before anything is built, and where one is found nothing is.
    """
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        sign = next((sign for kind, sign in _SHORTHAND.items() if isinstance(token, kind)), "")
        if sign:
            collector.add(Problem(
                code="yaml_shorthand", file=file, table="plan", row=token.start_mark.line + 1, value=sign,
                message=Text(f"不使用 YAML 的“{sign}”写法（锚点、引用、类型标签）", f"no anchors, aliases or tags (“{sign}”)"),
                remedy=Text("把内容写全；若是正文请加引号", "write the value out, or quote the text"),
            ))
    collector.raise_if_any()


def _syntax_problem(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines()
    line = min(mark.line + 1 if mark else 1, max(len(lines), 1))
    source = lines[line - 1].strip() if lines else ""
    # A key that YAML did not see spoils the line after it: look there, and a little above.
    for number in range(line, max(line - 3, 0), -1):
        wide = _wide_sign(lines[number - 1]) if lines else ""
        if wide:
            return _full_width_problem(file, number, "", lines[number - 1].strip(), wide)
    return Problem(
        code="yaml_syntax", file=file, table="plan", row=line, value=source,
        message=Text(f"YAML 语法错误（{error.problem}）", f"YAML syntax error ({error.problem})"),
        remedy=Text("检查缩进、冒号后空格和引号是否成对", "check indentation, the blank after a colon, and paired quotes"),
    )


def _wide_sign(line: str) -> str:
    """The full-width sign that stands where a line's own syntax should, or ""."""
    found = _WIDE_SYNTAX.match(line)
    return next((sign for sign in found.groups() if sign), "") if found else ""


def _full_width_problem(file: str, line: int, column: str, value: str, sign: str) -> Problem:
    return Problem(
        code="full_width_syntax", file=file, table="plan", row=line, column=column, value=value,
        message=Text(f"语法位置出现全角符号“{sign}”", f"full-width “{sign}” where syntax is meant"),
        remedy=Text(f"改为半角“{_FULL_WIDTH[sign]}”；若是正文请加引号",
                    f"write “{_FULL_WIDTH[sign]}”, or quote the text"),
    )


class _Reader:
    """Turns YAML nodes into values, noting lines and collecting problems."""

    def __init__(self, file: str, collector: Collector) -> None:
        self.file = file
        self.collector = collector
        self.lines: dict[Path, int] = {}

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._report(key_node, path, "bad_key", "", Text("键应为一个词", "a key should be one word"),
                             Text("检查方括号和问号", "check brackets and question marks"))
                continue
            key = str(key_node.value)
            if key in result:
                self._report(key_node, (*path, key), "duplicate_key", key,
                             Text("同一层出现重复的键", "the key stands twice at this level"),
                             Text("删去其中一个", "delete one of the two"))
                continue
            sign = next((sign for sign in "：［｛＃" if sign in key and not key_node.style), "")
            if sign:
                self.collector.add(
                    _full_width_problem(self.file, key_node.start_mark.line + 1, _dotted((*path, key)), key, sign)
                )
            result[key] = self.value(value_node, (*path, key))
            self.lines[(*path, key)] = key_node.start_mark.line + 1
        return result

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        text = str(node.value)
        if node.style in ("'", '"', "|", ">"):
            return text
        return self._plain(node, text, path)

    def _plain(self, node: yaml.ScalarNode, text: str, path: Path) -> Any:
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if text.lower() in _BOOLEAN_WORDS:
            self._report(node, path, "boolean_word", text,
                         Text("YAML 会把它当作是/否", "YAML reads this word as a boolean"),
                         Text("写 true/false，或给文字加引号", "write true or false, or quote the text"))
        elif _OCTAL.match(text):
            self._report(node, path, "octal_number", text,
                         Text("以 0 开头的数会被读成八进制", "a number with a leading 0 is read as octal"),
                         Text("代码请加引号，数字请去掉开头的 0", "quote a code, or drop the leading 0 of a number"))
        elif _SEXAGESIMAL.match(text):
            self._report(node, path, "sexagesimal_number", text,
                         Text("冒号分隔的数会被读成六十进制", "digits parted by colons are read as base 60"),
                         Text("比例请加引号，如 \"60:25:15\"", "quote it, for instance \"60:25:15\""))
        elif text[0] in _FULL_WIDTH or ("：" in text and _looks_like_key(text)) or _WIDE_LIST.match(text):
            sign = text[0] if text[0] in _FULL_WIDTH else "，" if _WIDE_LIST.match(text) else "："
            self.collector.add(_full_width_problem(self.file, node.start_mark.line + 1, _dotted(path), text, sign))
        return _typed(text)

    def _report(self, node: yaml.Node, path: Path, code: str, value: str, message: Text, remedy: Text) -> None:
        self.collector.add(Problem(
            code=code, file=self.file, table="plan", row=node.start_mark.line + 1, column=_dotted(path), value=value,
            message=message, remedy=remedy,
        ))


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _looks_like_key(text: str) -> bool:
    """``id：x``: an ASCII word directly before a full-width colon is a key that YAML did not see."""
    return re.match(r"^[a-z_][a-z0-9_]*：", text) is not None


def _typed(text: str) -> Any:
    """Integers, decimals (kept as text for exactness by the caller if wanted), dates; everything else is text."""
    if _INTEGER.match(text):
        return int(text)
    if _REAL.match(text):
        from decimal import Decimal

        return Decimal(text)
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def read(content: bytes, file: str) -> tuple[Any, Places]:
    """Decode UTF-8 (with or without a byte-order mark) and :func:`load`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadData([Problem(
            code="encoding", file=file, table="plan", value=repr(content[error.start:error.start + 4]),
            message=Text("不是 UTF-8 编码", "not UTF-8"),
            remedy=Text("请另存为 UTF-8", "save the file as UTF-8"),
        )]) from error
    return load(text, file)
