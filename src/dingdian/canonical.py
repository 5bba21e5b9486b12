"""One way to turn results into JSON bytes, so that the same result gives the same bytes for ever.

Keys keep the order in which a result states them, decimals are written as the shortest number, dates as ISO text. A float
is refused: a result that carries one has been rounded nowhere or somewhere unknown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dingdian.terms import Text


class Shortest(float):
    """A float made from an exact decimal here, and nowhere else; it prints as that decimal."""


def plain(value: Any) -> Any:
    """``value`` as dicts, lists, strings, ints, shortest decimals, booleans and None."""
    if value is None or isinstance(value, (bool, int, str, Shortest)):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else Shortest(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Text):
        return value.as_json()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")


def dumps(value: Any, *, indent: int | None = 1) -> str:
    """Canonical JSON text of typed ``value``, with a newline at the end."""
    return write(plain(value), indent=indent)


def write(values: Any, *, indent: int | None = 1) -> str:
    """JSON text of values that are plain already (or were read back from JSON), with a newline at the end."""
    return json.dumps(values, ensure_ascii=False, indent=indent, allow_nan=False) + "\n"


def sha256(text: str | bytes) -> str:
    """Hex digest of UTF-8 ``text``."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
