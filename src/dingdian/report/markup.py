"""Small pieces of HTML. Everything that comes from a run passes through ``esc``: a name is text, whatever it holds."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from attrs import frozen

from dingdian.report.formats import printable
from dingdian.terms import Text

_FITS_A_PHONE = 4  # columns; a wider table scrolls instead of squeezing its words


def esc(text: str) -> str:
    """Text safe in an element and in a quoted attribute."""
    return html.escape(printable(text), quote=True)


def two(text: Text) -> str:
    """Both languages, of which the page shows one; one alone where they are the same or English is absent."""
    if text.zh == text.en or not text.en:
        return esc(text.zh)
    return f'<span class="zh" lang="zh-CN">{esc(text.zh)}</span><span class="en" lang="en">{esc(text.en)}</span>'


def tag(name: str, content: str, classes: str = "", **attributes: str) -> str:
    """An element; ``content`` is markup, attribute values are text. Trailing underscores of names are dropped."""
    said = {"class": classes, **{key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}}
    written = "".join(f' {key}="{esc(value)}"' for key, value in said.items() if value)
    return f"<{name}{written}>{content}</{name}>"


def chip(code: str, text: Text) -> str:
    """A judgement in its colour; the word is always there."""
    return tag("span", two(text), f"chip {code}")


@frozen
class Td:
    """A table cell: markup and class names."""

    content: str
    classes: str = ""


def table(headings: Sequence[str | Td], rows: Iterable[Sequence[str | Td]], *, classes: str = "", caption: str = "", lead: bool = True) -> str:
    """A table that scrolls sideways on a narrow screen; ``lead`` makes the first cell of a row its heading."""
    head = "".join(tag("th", _cell(cell).content, _cell(cell).classes, scope="col") for cell in headings)
    body = "".join(_row(row, lead) for row in rows)
    classes = f"{classes} wide".strip() if len(headings) > _FITS_A_PHONE else classes
    titled = tag("caption", caption) if caption else ""
    return f'<div class="scroll" tabindex="0">{tag("table", f"{titled}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>", classes)}</div>'


def _row(row: Sequence[str | Td], lead: bool) -> str:
    cells = [_cell(cell) for cell in row]
    first = tag("th", cells[0].content, cells[0].classes, scope="row") if lead else tag("td", cells[0].content, cells[0].classes)
    return f"<tr>{first}{''.join(tag('td', cell.content, cell.classes) for cell in cells[1:])}</tr>"


def _cell(cell: str | Td) -> Td:
    return cell if isinstance(cell, Td) else Td(cell)


def more(summary: str, content: str) -> str:
    """Something to unfold."""
    return f'<details class="more"><summary>{summary}</summary>{content}</details>'
