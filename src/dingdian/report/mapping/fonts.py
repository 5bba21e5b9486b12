"""The Chinese typeface of every picture, taken from the package that ships it.

Refuses to draw a character that the typeface lacks: a box on a public map is an error, not a detail.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

_PACKAGE, _FILE = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"


class MissingFont(RuntimeError):
    """The packaged Chinese typeface is not installed."""


class MissingGlyph(ValueError):
    """A text holds characters that the typeface cannot draw."""


@lru_cache(maxsize=1)
def font_file() -> Path:
    """Path of the packaged typeface.

    Raises
    ------
    MissingFont
        When the package or its file is absent; no other typeface is tried.
    """
    try:
        path = Path(str(resources.files(_PACKAGE) / _FILE))
    except ModuleNotFoundError as error:
        raise MissingFont(f"package {_PACKAGE} with {_FILE} is not installed: install dingdian with its dependencies") from error
    if not path.is_file():
        raise MissingFont(f"{path} is missing: reinstall {_PACKAGE}")
    return path


def properties(size: float) -> FontProperties:
    """The typeface at ``size`` points."""
    return FontProperties(fname=str(font_file()), size=size)


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    return frozenset(FT2Font(str(font_file())).get_charmap())


def drawable(text: str) -> str:
    """``text`` itself, once it is known that every character can be drawn.

    Raises
    ------
    MissingGlyph
        Naming the characters.
    """
    lacking = sorted({char for char in text if not char.isspace() and ord(char) not in _characters()})
    if lacking:
        named = "、".join(f"{char} (U+{ord(char):04X})" for char in lacking)
        raise MissingGlyph(f"{_FILE} cannot draw {named} in “{text}”: correct the name or use a typeface that has it")
    return text
