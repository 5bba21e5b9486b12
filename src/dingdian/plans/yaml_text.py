"""A document as YAML text that ``located_yaml`` reads back as the same values: what tools write when they write a pack.

Text is quoted wherever it could be read as anything else; short values stand on one line in flow style. Refuses values that a
pack cannot hold. Comments of the text that a document came from are not known here and are lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

WIDTH = 120

# Text that nobody mistakes for a number, a day, a truth value or syntax, in block and in flow style.
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|[\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff（）《》〔〕“”。，、；—-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def to_yaml(document: Mapping[str, Any]) -> str:
    """The text of a whole document: its parts one below the other, a blank line between the larger ones."""
    parts: list[str] = []
    for key, value in document.items():
        lines = _entry(scalar(key), value, 0)
        parts.append(("\n" if len(lines) > 1 and parts else "") + "\n".join(lines) + "\n")
    return "".join(parts)


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A single value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, date)):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        sure = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if sure else json.dumps(value, ensure_ascii=False)
    raise TypeError(f"a pack holds no {type(value).__name__}: {value!r}")


def _entry(key: str, value: Any, depth: int) -> list[str]:
    """``key: value`` as lines, indented by ``depth`` steps."""
    margin = "  " * depth
    line = f"{margin}{key}:" if value is None else f"{margin}{key}: {flow(value)}"
    if not _is_long(line, value, depth):
        return [line]
    return [f"{margin}{key}:", *_block(value, depth + 1)]


def _is_long(line: str, value: Any, depth: int) -> bool:
    """Whether a value does better on lines of its own: it is wide, or it is a part of the pack with parts of its own."""
    if not isinstance(value, (Mapping, list)) or not value:
        return False
    items = value.values() if isinstance(value, Mapping) else value
    nested = any(isinstance(item, (Mapping, list)) for item in items)
    return _width(line) > WIDTH or (nested and depth < 2)


def _width(line: str) -> int:
    """Columns that a line takes up: Chinese signs take two."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in line)


def _block(value: Any, depth: int) -> list[str]:
    if isinstance(value, Mapping):
        return [line for key, item in value.items() for line in _entry(scalar(key), item, depth)]
    return [line for item in value for line in _item(item, depth)]


def _item(value: Any, depth: int) -> list[str]:
    """One item of a list: a mapping with many keys gets a line for each."""
    margin = "  " * depth
    line = f"{margin}- {flow(value)}"
    if not isinstance(value, Mapping) or not value or (_width(line) <= WIDTH and len(value) < 6):
        return [line]
    lines = _block(value, depth + 1)
    return [f"{margin}- {lines[0].strip()}", *lines[1:]]
