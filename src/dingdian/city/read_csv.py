"""CSV as it comes: UTF-8 with or without a byte-order mark, or GB18030. Cells stay text.

Refuses what would shift or garble cells in silence: rows of another length than the heading, unclosed quotes,
damaged UTF-8 (which GB18030 would gladly turn into other characters), UTF-16, semicolons or tabs for commas.
"""

from __future__ import annotations

import csv
import io
import re

from dingdian.city.raw import RawTable, from_records
from dingdian.problems import Problem
from dingdian.terms import Text

_LIMIT = 1_000_000  # characters of one cell; more is an unclosed quote


def read_csv(table: str, content: bytes, file: str, problems: list[Problem], encoding: str = "") -> RawTable | None:
    """The cells of a CSV file, or None with what is wrong added to ``problems``."""
    text = decode(content, file, table, problems, encoding)
    if text is None:
        return None
    csv.field_size_limit(_LIMIT)
    records: list[list[str]] = []
    try:
        records.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        problems.append(_problem(
            table, file, len(records) + 1, "bad_csv", Text("引号不成对，或单元格过长",
                                                           "unpaired quotes or a cell too long"),
            Text("检查该行及之后的双引号", "check the double quotes from this row on"), str(error)))
        return None
    return _table(table, file, records, problems)


def _table(table: str, file: str, records: list[list[str]], problems: list[Problem]) -> RawTable | None:
    start = next((number for number, record in enumerate(records) if any(cell.strip() for cell in record)), None)
    if start is None:
        problems.append(_problem(table, file, None, "empty_file", Text("文件是空的", "the file is empty"),
                                 Text("至少写一行标题", "write at least the row of headings")))
        return None
    headings = records[start]
    if len(headings) == 1 and re.search("[;\t；]", headings[0]):
        problems.append(_problem(table, file, start + 1, "bad_delimiter", Text("列之间不是逗号",
                                                                               "not parted by commas"),
                                 Text("另存为逗号分隔的 CSV", "save it as comma-separated CSV"), headings[0]))
        return None
    kept: list[list[str]] = []
    rows: list[int] = []
    for number, record in enumerate(records[start + 1:], start=start + 2):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) > len(headings) and not any(cell.strip() for cell in record[len(headings):]):
            record = record[:len(headings)]
        if len(record) != len(headings):
            problems.append(_problem(
                table, file, number, "ragged_row",
                Text(f"该行有 {len(record)} 格，标题有 {len(headings)} 列",
                     f"{len(record)} cells under {len(headings)} headings"),
                Text("补齐逗号；含逗号的文字要加双引号",
                     "mend the commas; put quotes round text that holds one"),
                ",".join(record)[:60]))
            continue
        kept.append(record)
        rows.append(number)
    return from_records(table, file, headings, kept, rows)


def decode(content: bytes, file: str, table: str, problems: list[Problem], encoding: str = "") -> str | None:
    """Text of a file; None, with the row of the first bad byte, when it is no text that can be trusted."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        problems.append(_encoding(content, file, table, content.find(b"\x00"), "UTF-16 or binary"))
        return None
    for name in (encoding,) if encoding else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError as error:
            at = error.start
        except LookupError:
            at = 0
        else:
            if name == "gb18030" and not encoding and _damaged_utf8(content):
                break
            return text
    first = _first_bad_byte(content) if not encoding else at
    problems.append(_encoding(content, file, table, first, repr(content[first:first + 4])))
    return None


def _first_bad_byte(content: bytes) -> int:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _damaged_utf8(content: bytes) -> bool:
    """Whether bytes that GB18030 accepts are rather UTF-8 with a few broken characters: most of it reads as
    UTF-8.
    """
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    sound = sum(1 for character in text if ord(character) > 127) - broken
    return sound > 4 * broken


def _encoding(content: bytes, file: str, table: str, at: int, value: str) -> Problem:
    row = content.count(b"\n", 0, max(at, 0)) + 1
    return _problem(table, file, row, "encoding", Text("编码不是 UTF-8 或 GB18030，或字节已损坏",
                                                       "not UTF-8 or GB18030"),
                    Text("另存为“CSV UTF-8（逗号分隔）”", "save it as CSV UTF-8"), value)


def _problem(
    table: str, file: str, row: int | None, code: str, message: Text, remedy: Text, value: str = ""
) -> Problem:
    return Problem(code=code, file=file, table=table, row=row, value=value, message=message, remedy=remedy)
