"""One formatted ``.xlsx`` of a run for people who work in Excel: Chinese headings, filters, colours by status, print set-up.

Every text is written as text, never as a formula or link, whatever it begins with. The same run gives the same bytes:
the file's dates are the run's date.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from dingdian.report import formats, palette, tables, words
from dingdian.report.imprint import Imprint, table_name
from dingdian.report.tables import Flat
from dingdian.terms import (
    ACTIONS,
    EFFECTS,
    FINDING_STATUSES,
    KINDS,
    LEVELS,
    OUTCOMES,
    POSITIONS,
    PROVIDER_CLASSES,
    CodeList,
)

FONT = "微软雅黑"  # on every Windows in China; LibreOffice replaces it
TOP = 3  # rows above the body: title, notice, headings
_MOST_LINES = 12
CELL_LIMIT = 32_000  # Excel refuses cells above 32,767 characters

_CODES: Mapping[str, CodeList] = {
    "provider_class": PROVIDER_CLASSES, "level": LEVELS, "kind": KINDS, "action": ACTIONS, "outcome": OUTCOMES,
    "position": POSITIONS, "effect": EFFECTS,
}
_COLOURS: Mapping[tuple[str, str], Mapping[str, tuple[str, str]]] = {
    ("gaps", "position"): palette.POSITIONS, ("rulings", "outcome"): palette.OUTCOMES,
    ("findings", "status"): palette.FINDINGS, ("openings", "state"): palette.STATES,
}

# Columns that people read, with their width in characters; what is for machines only stays in CSV and Parquet.
_LAYOUT: Mapping[str, Mapping[str, int]] = {
    "measures": {
        "unit_name": 12, "title": 16, "level": 7, "subject": 14, "supply": 14, "unit_of_measure": 10, "need_low": 11,
        "need_high": 11, "gap": 11, "as_of": 11, "formula": 24, "inputs": 42, "clause": 12, "reading": 18, "reason": 16,
        "note": 18,
    },
    "gaps": {
        "unit_name": 12, "title": 16, "level": 7, "subject": 14, "position": 10, "supply": 14, "need_low": 11,
        "need_high": 11, "gap": 11, "unit_of_measure": 10, "sentence": 46, "as_of": 11, "clause": 12, "reading": 18,
    },
    "rulings": {
        "application": 11, "name": 18, "action": 9, "provider_class": 12, "kind": 12, "level": 7, "unit_name": 10,
        "outcome": 13, "needs_confirmation": 7, "sentence": 42, "clauses": 13, "would_change": 30, "flips": 24,
        "reading": 38, "untranslated": 13, "date": 11,
    },
    "findings": {
        "application": 11, "name": 16, "provision": 18, "effect": 6, "status": 9, "value": 12, "operator": 6,
        "threshold": 11, "margin": 11, "unit_of_measure": 10, "clause": 12, "sentence": 44, "missing": 22,
        "excepted_by": 14, "normally": 7, "as_of": 11, "reading": 16, "evidence": 36,
    },
    "merit": {"rank": 7, "application": 14, "name": 30, "admitted": 9, "reason": 60},
    "openings": {
        "unit_name": 14, "provider_class": 14, "level": 9, "state": 11, "room": 12, "unit_of_measure": 10, "reason": 70,
        "clauses": 16,
    },
}
_FROZEN_COLUMNS = {"measures": 2, "gaps": 2, "rulings": 2, "findings": 2, "merit": 2, "openings": 2}
_A3 = 8


def workbook_bytes(imprint: Imprint, lang: str = "zh") -> bytes:
    """The workbook as bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(_properties(imprint))
    book.set_size(2400, 1400)
    press = _Press(book, imprint)
    press.about()
    run = imprint.run
    for flat in (
        tables.measures(imprint, lang), tables.gaps(imprint, lang), tables.rulings(imprint, lang),
        tables.findings(imprint, lang), tables.merit(run, lang), tables.openings(run, lang),
    ):
        press.sheet(flat)
    book.close()
    return buffer.getvalue()


def _properties(imprint: Imprint) -> dict[str, Any]:
    on = imprint.run.date_on
    return {
        "title": f"{imprint.run.city.name} {imprint.run.annual_plan.year} 年定点医药机构资源配置测算表",
        "subject": imprint.plan_line.zh, "author": "dingdian", "company": "",
        "created": datetime(on.year, on.month, on.day), "comments": imprint.hashes.zh,
    }


@frozen(eq=False)
class _Press:
    """Writes sheets into one book, and keeps each cell format once."""

    book: Any
    imprint: Imprint
    _formats: dict[Any, Any] = field(factory=dict)

    def style(self, **wanted: Any) -> Any:
        """The cell format with these properties."""
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            base = {"font_name": FONT, "font_size": 10, "valign": "top", "font_color": palette.INK}
            self._formats[key] = self.book.add_format({**base, **wanted})
        return self._formats[key]

    # --- the first sheet: what this is -------------------------------------------------------------------------

    def about(self) -> None:
        sheet = self.book.add_worksheet("说明")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 110)
        run = self.imprint.run
        sheet.set_row(0, 30)
        _text(sheet, 0, 0, f"{run.city.name}定点医药机构资源配置测算表", self.style(font_size=16, bold=True))
        row = 2
        for heading, said, alarm in _about_lines(self.imprint):
            colour = {"font_color": palette.SYNTHETIC, "bold": True} if alarm else {}
            _text(sheet, row, 0, heading, self.style(bold=True, font_color=palette.MUTED))
            _text(sheet, row, 1, said, self.style(text_wrap=True, **colour))
            sheet.set_row(row, 16 * max(1, -(-formats.width(said) // 104)))
            row += 1
        self._print_setup(sheet)

    # --- a table ---------------------------------------------------------------------------------------------

    def sheet(self, flat: Flat) -> None:
        sheet = self.book.add_worksheet(flat.zh)
        columns = _LAYOUT[flat.name]
        self._heading(sheet, flat, columns)
        for number, row in enumerate(flat.rows):
            self._row(sheet, TOP + number, flat, columns, row)
        if not flat.rows:
            _text(sheet, TOP, 0, "本次没有记录", self.style(font_color=palette.MUTED))
        last = TOP + max(len(flat.rows), 1) - 1
        sheet.autofilter(TOP - 1, 0, last, len(columns) - 1)
        sheet.freeze_panes(TOP, _FROZEN_COLUMNS[flat.name])
        sheet.hide_gridlines(2)
        sheet.repeat_rows(0, TOP - 1)
        self._print_setup(sheet)

    def _heading(self, sheet: Any, flat: Flat, columns: Mapping[str, int]) -> None:
        marks = [self.imprint.synthetic_notice, self.imprint.draft_notice]
        sheet.set_row(0, 24)
        _text(sheet, 0, 0, f"{flat.zh} · {self.imprint.run.city.name}", self.style(font_size=14, bold=True))
        _text(sheet, 1, 0, "  ".join(mark.zh for mark in marks if mark) or self.imprint.dates_line.zh,
              self.style(font_color=palette.SYNTHETIC, font_size=9))
        heads = {f.name: f.zh for f in flat.fields}
        head = self.style(bold=True, font_color=palette.PAPER, bg_color=palette.ACCENT, text_wrap=True, border=1,
                          border_color=palette.LINE, valign="vcenter")
        sheet.set_row(TOP - 1, 30)
        for column, (name, width) in enumerate(columns.items()):
            sheet.set_column(column, column, width)
            _text(sheet, TOP - 1, column, heads[name], head)

    def _row(self, sheet: Any, at: int, flat: Flat, columns: Mapping[str, int], row: tuple[Any, ...]) -> None:
        facts = {f.name: value for f, value in zip(flat.fields, row)}
        holds = {f.name: f.holds for f in flat.fields}
        shown = {name: _shown(flat.name, name, facts) for name in columns}
        # Set by hand: not every program fits a row to wrapped text by itself.
        lines = max(-(-formats.width(str(shown[name])) // (width - 1)) for name, width in columns.items())
        sheet.set_row(at, 15 * min(max(lines, 1), _MOST_LINES))
        for column, (name, value) in enumerate(shown.items()):
            colours = _COLOURS.get((flat.name, name), {}).get(facts[name])
            look = {"bg_color": colours[0], "font_color": colours[1]} if colours else {}
            self._cell(sheet, at, column, value, holds[name], look)

    def _cell(self, sheet: Any, row: int, column: int, value: Any, holds: str, look: dict[str, Any]) -> None:
        edge = {"border": 1, "border_color": palette.LINE, **look}
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day),
                                 self.style(num_format="yyyy-mm-dd", align="left", **edge))
        elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            sheet.write_number(row, column, float(value), self.style(num_format=_number_format(value), **edge))
        else:
            _text(sheet, row, column, str(value),
                  self.style(text_wrap=True, align="right" if holds == tables.NUMBER else "left", **edge))

    def _print_setup(self, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.set_paper(_A3)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        mark = "合成数据 SYNTHETIC　" if self.imprint.synthetic else ""
        # An ampersand starts a code in a header, so a name's own is doubled.
        said = f"{mark}{self.imprint.run.city.name}　{self.imprint.plan_status.zh}".replace("&", "&&")
        sheet.set_header(f"&L&9{said}&R&9{self.imprint.hashes.zh}")
        sheet.set_footer("&C&9第 &P 页，共 &N 页")


def _text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    shown = formats.printable(text)
    sheet.write_string(row, column, shown if len(shown) <= CELL_LIMIT else f"{shown[:CELL_LIMIT]}…（全文见 JSON）", style)


def _number_format(value: int | float | Decimal) -> str:
    """Thousands separated, with as many decimals as the value has, at most six."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    exponent = exact.normalize().as_tuple().exponent
    places = min(6, max(0, -exponent)) if isinstance(exponent, int) else 0
    return "#,##0" + ("." + "0" * places if places else "")


def _about_lines(imprint: Imprint) -> Iterable[tuple[str, str, bool]]:
    """(heading, text, whether it is a warning) of the first sheet."""
    run = imprint.run
    for notice, heading in ((imprint.synthetic_notice, "合成数据声明"), (imprint.draft_notice, "规划状态")):
        if notice:
            yield heading, notice.zh, True
    yield "依据", imprint.plan_line.zh, False
    yield "统筹区", f"{run.city.name}（{run.city.id}）", False
    yield "日期", imprint.dates_line.zh, False
    yield "条款", "、".join(imprint.clauses) or formats.DASH, False
    for line in imprint.readings:
        said = f"{line.question.zh} → {line.meaning.zh}" if line.meaning.zh else line.option
        yield f"口径 {line.reading}", said, False
    for locator, reason in imprint.untranslated:
        yield "未转化条款", f"{locator} {reason.zh}".strip(), False
    for note in imprint.sources:
        yield f"来源：{table_name(note.table)}", f"{note.source}（{note.licence}）", False
    yield "城市数据校验值", run.city.sha256, False
    yield "规划包校验值", run.plan.sha256, False
    yield "工作表", "测算：各单元所需与实际；比对：与目标比较；审查结论：逐件申请；判定明细：逐条规则；择优排序；年度计划。", False
    yield "读法", "“—”表示没有该值，括号内为原因；差值 = 实际值 − 所需值，负数为不足，正数为超出。", False


# --- cells as people read them -------------------------------------------------------------------------------------


def _shown(table: str, name: str, facts: Mapping[str, Any]) -> Any:
    """The cell for column ``name``: codes by their names, absent values as a dash with the reason."""
    value = facts[name]
    if name in _SHOW:
        return _SHOW[name](value)
    if name == "status":
        return FINDING_STATUSES.label(value) if table == "findings" else value
    if name in _CODES:
        return _CODES[name].label(value) if value else ""
    if isinstance(value, bool):
        return words.YES_NO[value].zh
    if value is None:
        return formats.missing(facts.get("reason") if name == "supply" else None)
    return value


def _inputs(text: str) -> str:
    parts = []
    for name, item in json.loads(text).items():
        value = Decimal(str(item["value"])) if isinstance(item["value"], (int, float)) else item["value"]
        said = formats.quantity(value, item["unit_of_measure"])
        beside = "，".join(part for part in (item["as_of"], item["source"]) if part)
        parts.append(f"{words.name_of_input(name)} {said}" + (f"（{beside}）" if beside else ""))
    return "；".join(parts)


def _finding_value(text: str) -> Any:
    """A finding's value, threshold or margin: a number stays a number."""
    try:
        value = json.loads(text) if text else None
    except ValueError:
        value = text
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return formats.number(value) if value is None or isinstance(value, (bool, str)) else text


_SHOW: Mapping[str, Callable[[Any], Any]] = {
    "inputs": _inputs,
    "formula": words.formula,
    "reading": lambda text: words.readings(json.loads(text)),
    "subject": words.group,
    "unit_of_measure": words.unit_of_measure,
    "state": lambda text: words.STATES[text].zh if text in words.STATES else text,
    "value": _finding_value, "threshold": _finding_value, "margin": _finding_value,
    "evidence": lambda text: "" if text == "{}" else text,
}
