"""One cell at a time: what somebody typed → the value that the column means.

Every reader takes a Python value as a file gave it (text, number, date, boolean; never an empty one) and
returns the typed value or raises :class:`CellError`. Nothing is guessed: percent signs, thousands separators,
full-width digits, two-digit years and codes that a spreadsheet has turned into numbers are refused with what
to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from attrs import frozen

from dingdian.city.schema import Column, Type
from dingdian.terms import CodeList, Text

Reader = Callable[[Any], Any]

_INTEGER = re.compile(r"[+-]?[0-9]+(\.0+)?")
_REAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DATES = (
    re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?"),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]{2}")
_FULL_WIDTH = re.compile(r"[０-９．－＋％]")
_FORMULA_ERRORS = {"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!"}
_TRUE = {"true", "是", "1"}
_FALSE = {"false", "否", "0"}

# Everything that shows as nothing: Unicode blanks, the byte-order mark, the zero-width space.
BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\ufeff\u200b"

# A spreadsheet keeps 15 significant digits; a code that long, held as a number, has lost its tail.
DIGITS_KEPT = 15
_LOST = 10 ** (DIGITS_KEPT - 1)
_MOST_FEN = 9 * 10**18


@frozen
class CellError(Exception):
    """Why one cell cannot be read, and what to do."""

    code: str
    message: Text
    remedy: Text


def reader(column: Column) -> Reader:
    """The reader of a column's cells."""
    if column.type in (Type.CODE, Type.CODES):
        assert column.codes is not None, column.name
        return (_code_reader if column.type == Type.CODE else _codes_reader)(column.codes)
    return _READERS[column.type]


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN, NA, or only blanks (full-width ones too)."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip(BLANKS)
    if isinstance(value, float):
        return value != value
    return type(value).__name__ in ("NAType", "NaTType")


# --- text --------------------------------------------------------------------------------------------------

def read_text(value: Any) -> str:
    """Text as typed, without surrounding blanks; a number as a person would write it."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if abs(value) >= _LOST:
            raise _digits_lost()
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return _text(str(value))


def _text(value: str) -> str:
    text = value.strip(BLANKS)
    if _CONTROL.search(text):
        raise CellError("control_character", Text("含有不可见的控制字符",
                                                  "holds an invisible control character"),
                        Text("重新键入该值", "type the value again"))
    if text in _FORMULA_ERRORS:
        raise CellError("formula_error", Text("公式出错，没有值", "a formula in error has no value"),
                        Text("修正公式，或改为直接填写数值", "mend the formula, or type the value itself"))
    if _SCIENTIFIC.fullmatch(text):
        raise _digits_lost()
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _digits_lost() -> CellError:
    return CellError(
        "digits_lost",
        Text("长代码被当作数字保存，末尾数字已丢失",
             "a long code was stored as a number and has lost its last digits"),
        Text("先把该列设为文本格式，再重新录入代码", "format the column as text, then enter the code again"),
    )


def _code_reader(codes: CodeList) -> Reader:
    def read(value: Any) -> str:
        text = read_text(value)
        code = codes.resolve(text)
        if code is None:
            raise _unknown_code(codes, text)
        return code
    return read


def _codes_reader(codes: CodeList) -> Reader:
    one = _code_reader(codes)

    def read(value: Any) -> str:
        parts = re.split("[;；]", read_text(value))
        return ";".join(sorted({one(part) for part in parts if part.strip()}))
    return read


def _unknown_code(codes: CodeList, text: str) -> CellError:
    names = [*codes, *(codes[code].name.zh for code in codes)]
    near = get_close_matches(text, names, n=1, cutoff=0.5)
    zh = f"；是否想写 {near[0]}" if near else ""
    en = f"; did you mean {near[0]}" if near else ""
    allowed = ", ".join(codes)
    return CellError(
        "unknown_code", Text(f"不是“{codes.title.zh}”代码", f"not a code of the list “{codes.title.en}”"),
        Text(f"可用代码：{allowed}{zh}", f"allowed codes: {allowed}{en}"),
    )


# --- numbers -----------------------------------------------------------------------------------------------

def read_integer(value: Any) -> int:
    """A whole number; a float only where it is whole."""
    if isinstance(value, str):
        text = value.strip(BLANKS)
        if _INTEGER.fullmatch(text):
            return _within_int64(int(text.split(".")[0]))
        raise _not_a_number(text, "bad_integer", Text("不是整数", "not a whole number"))
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and value == value // 1:
        return _within_int64(int(value))
    raise _not_a_number(str(value), "bad_integer", Text("不是整数", "not a whole number"))


def _within_int64(value: int) -> int:
    if abs(value) > _MOST_FEN:
        raise CellError("bad_integer", Text("数值过大", "the number is too large"), _CHECK)
    return value


def read_real(value: Any) -> float:
    """A number, held to the 15 significant digits that a spreadsheet keeps, so that every format holds the
    same.
    """
    if isinstance(value, str):
        text = value.strip(BLANKS)
        if not _REAL.fullmatch(text):
            raise _not_a_number(text, "bad_real", Text("不是数值", "not a number"))
        number = float(text)
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        number = float(value)
    else:
        raise _not_a_number(str(value), "bad_real", Text("不是数值", "not a number"))
    if number in (float("inf"), float("-inf")):
        raise CellError("bad_real", Text("数值过大", "the number is too large"), _CHECK)
    return float(format(number, ".15g")) + 0.0


def read_money(value: Any) -> int:
    """Yuan with at most two decimals → whole fen."""
    if isinstance(value, str):
        text = value.strip(BLANKS)
        if not _DECIMAL.fullmatch(text):
            raise _not_a_number(text, "bad_money", Text("不是金额（元）", "not an amount in yuan"))
        yuan = Decimal(text)
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        # Fifteen digits give back the decimal that was typed; the float itself is a hair off.
        yuan = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    else:
        raise _not_a_number(str(value), "bad_money", Text("不是金额（元）", "not an amount in yuan"))
    return _fen(yuan)


def _fen(yuan: Decimal) -> int:
    if not yuan.is_finite() or abs(yuan) * 100 > _MOST_FEN:
        raise CellError("bad_money", Text("金额过大", "the amount is too large"), _CHECK)
    try:
        exact = yuan.quantize(Decimal("0.01")) == yuan
    except InvalidOperation:
        exact = False
    if not exact:
        raise CellError("money_decimals", Text("金额超过两位小数", "an amount has more than two decimals"),
                        Text("以元为单位，四舍五入到分", "write yuan, rounded to fen"))
    return int(yuan * 100)


def read_year(value: Any) -> int:
    """Four digits."""
    try:
        year = read_integer(value)
    except CellError as error:
        raise _bad_year() from error
    if not 1000 <= year <= 9999:
        raise _bad_year()
    return year


def _bad_year() -> CellError:
    return CellError("bad_year", Text("不是四位年份", "not a year of four digits"),
                     Text("写四位数字，如 2025", "write four digits, such as 2025"))


_CHECK = Text("核对原始数据", "check it against the source")


def _not_a_number(text: str, code: str, message: Text) -> CellError:
    """The rule broken, with the remedy for the slip that is most likely behind it."""
    if _FULL_WIDTH.search(text):
        code, remedy = "full_width_digits", Text("改用半角数字", "use half-width digits")
    elif "%" in text or "％" in text:
        code, remedy = "percent_sign", Text("去掉百分号，写成小数，如 0.85",
                                            "write a fraction without the sign, 0.85")
    elif re.fullmatch(r"[+-]?[0-9]{1,3}([,，][0-9]{3})+(\.[0-9]+)?", text):
        code, remedy = "thousands_separator", Text("去掉千分位分隔符", "leave out the thousands separators")
    elif re.search("[万亿元人张㎡]", text):
        remedy = Text("只写数字，单位见列说明", "write the number alone; the column states its unit")
    elif text in _FORMULA_ERRORS:
        code, remedy = "formula_error", Text("修正公式，或直接填写数值",
                                             "mend the formula, or type the value")
    else:
        remedy = Text("改为数字；没有数据请留空", "write a number; leave it empty where there is none")
    return CellError(code, message, remedy)


# --- dates and booleans ------------------------------------------------------------------------------------

def read_date(value: Any) -> date:
    """A day: YYYY-MM-DD, YYYY/M/D, YYYY年M月D日, or a real date cell."""
    if isinstance(value, datetime):
        if (value.hour, value.minute, value.second) != (0, 0, 0):
            raise _bad_date()
        return _sane(value.date())
    if isinstance(value, date):
        return _sane(value)
    if isinstance(value, str):
        for pattern in _DATES:
            match = pattern.fullmatch(value.strip(BLANKS))
            if match:
                return _day(*(int(part) for part in match.groups()))
    raise _bad_date()


def _day(year: int, month: int, day: int) -> date:
    try:
        return _sane(date(year, month, day))
    except ValueError:
        raise _bad_date() from None


def _sane(day: date) -> date:
    # Spreadsheets show an empty or broken date as 1900-01-00 or 1899-12-30.
    if not 1900 < day.year < 2200:
        raise CellError("bad_date", Text("日期不在 1901—2199 年之间",
                                         "the day is not between 1901 and 2199"), _CHECK)
    return day


def _bad_date() -> CellError:
    return CellError(
        "bad_date", Text("不是有效日期", "not a valid date"),
        Text("写成 2025-12-31、2025/12/31 或 2025年12月31日，年份四位",
             "write 2025-12-31, with a year of four digits"),
    )


def read_boolean(value: Any) -> bool:
    """true/false, 是/否, 1/0."""
    if isinstance(value, bool):
        return value
    text = read_text(value).lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise CellError("bad_boolean", Text("不是“是/否”", "neither true nor false"),
                    Text("写 是 或 否（true/false、1/0 也可）",
                         "write true or false (是/否 and 1/0 do as well)"))


_READERS: dict[Type, Reader] = {
    Type.TEXT: read_text, Type.REFERENCE: read_text, Type.INTEGER: read_integer, Type.REAL: read_real,
    Type.MONEY: read_money, Type.YEAR: read_year, Type.DATE: read_date, Type.BOOLEAN: read_boolean,
}
