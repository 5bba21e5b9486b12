"""How a Chinese public document looks in Word: A4, 仿宋 body, 黑体 headings, page numbers, tables that repeat their heading.

Follows the habits of GB/T 9704 (margins, sizes, line pitch) without being an issued document. It holds no content. Latin letters and
figures are Times New Roman; every style sets the East-Asian typeface, which python-docx leaves out.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from attrs import field, frozen
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from dingdian.report import palette
from dingdian.report.archive import settled
from dingdian.report.formats import printable

BODY, HEADING, SUBHEADING, TITLE = "仿宋", "黑体", "楷体", "方正小标宋简体"
LATIN = "Times New Roman"
# What stands in for a typeface that the reader's machine lacks (w:altName), most like it first.
_ALTERNATIVES = {
    BODY: "FangSong,仿宋_GB2312,FangSong_GB2312,STFangsong,Noto Serif CJK SC",
    HEADING: "SimHei,STHeiti,Noto Sans CJK SC",
    SUBHEADING: "KaiTi,楷体_GB2312,STKaiti,Noto Serif CJK SC",
    TITLE: "宋体,SimSun,Noto Serif CJK SC",
}
TEXT_WIDTH = Mm(156)
BODY_SIZE, TABLE_SIZE, NOTE_SIZE = Pt(16), Pt(10), Pt(10.5)


@frozen
class Cell:
    """A cell's text and, where it carries a judgement, its colours (background, text)."""

    text: str
    colours: tuple[str, str] | None = None
    right: bool = False


@frozen(eq=False)
class Paper:
    """One document in the making."""

    doc: Any = field(factory=Document)

    @classmethod
    def start(cls, *, title: str, subject: str, on: date, running_head: str) -> Paper:
        """An empty A4 document with its styles, running head and page numbers."""
        paper = cls()
        for section in paper.doc.sections:
            section.page_width, section.page_height = Mm(210), Mm(297)
            section.top_margin, section.bottom_margin = Mm(34), Mm(30)
            section.left_margin, section.right_margin = Mm(28), Mm(26)
        paper._styles()
        paper._running(running_head)
        properties = paper.doc.core_properties
        properties.title, properties.subject, properties.author = title, subject, "dingdian"
        properties.created = properties.modified = datetime(on.year, on.month, on.day)
        properties.last_modified_by, properties.comments, properties.language = "dingdian", "", "zh-CN"
        return paper

    def data(self, on: date) -> bytes:
        """The finished file; the same content gives the same bytes."""
        _name_alternatives(self.doc)
        buffer = io.BytesIO()
        self.doc.save(buffer)
        return settled(buffer.getvalue(), on)

    # --- content -------------------------------------------------------------------------------------------------

    def title(self, text: str) -> None:
        self._paragraph(text, "Title")

    def heading(self, text: str, level: int = 1) -> None:
        self._paragraph(text, f"Heading {level}")

    def text(self, text: str) -> None:
        self._paragraph(text, "Normal")

    def note(self, text: str, *, colour: str = palette.MUTED, centre: bool = False) -> None:
        """A small paragraph: captions, sources, remarks under a table."""
        paragraph = self._paragraph(text, "Note")
        paragraph.runs[0].font.color.rgb = _rgb(colour)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def caption(self, text: str, *, above: bool = True) -> None:
        """The title of a table (``above`` it) or of a picture (below it)."""
        self._paragraph(text, "Table Title").paragraph_format.keep_with_next = above

    def warning(self, text: str) -> None:
        """A paragraph in a frame: invented data, a draft plan."""
        paragraph = self._paragraph(text, "Note")
        paragraph.runs[0].font.color.rgb = _rgb(palette.SYNTHETIC)
        borders = OxmlElement("w:pBdr")
        for side in ("top", "left", "bottom", "right"):
            edge = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", "6"), ("space", "5"), ("color", palette.SYNTHETIC.lstrip("#"))):
                edge.set(qn(f"w:{name}"), value)
            borders.append(edge)
        paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")

    def picture(self, png: bytes, description: str) -> None:
        paragraph = self.doc.add_paragraph(style="Picture")
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=TEXT_WIDTH)
        shape._inline.docPr.set("descr", description)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str | Cell]], widths: Sequence[float]) -> None:
        """A table whose heading repeats on every page; ``widths`` are proportions."""
        table = self.doc.add_table(rows=1, cols=len(headings))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        _borders(table)
        millimetres = [Mm(156 * share / sum(widths)) for share in widths]
        for column, width in zip(table.columns, millimetres):
            column.width = width
        for cell, text, width in zip(table.rows[0].cells, headings, millimetres):
            _fill(cell, Cell(text, ("#e8edf1", palette.INK)), width, heading=True)
        _flag(table.rows[0], "w:tblHeader")
        for row in rows:
            line = table.add_row()
            _flag(line, "w:cantSplit")
            for cell, said, width in zip(line.cells, row, millimetres):
                _fill(cell, said if isinstance(said, Cell) else Cell(said), width)
        self.doc.add_paragraph(style="After Table")

    def _paragraph(self, text: str, style: str) -> Any:
        paragraph = self.doc.add_paragraph(style=style)
        paragraph.add_run(printable(text))
        return paragraph

    # --- styles --------------------------------------------------------------------------------------------------

    def _styles(self) -> None:
        styles = self.doc.styles
        _style(styles["Normal"], BODY, BODY_SIZE, indent=True, pitch=28)
        _style(styles["Title"], TITLE, Pt(22), centre=True, pitch=34, after=10)
        _style(styles["Heading 1"], HEADING, BODY_SIZE, indent=True, pitch=30, before=10)
        _style(styles["Heading 2"], SUBHEADING, BODY_SIZE, indent=True, pitch=30, before=4)
        for name, typeface, size, options in (
            ("Note", BODY, NOTE_SIZE, {"pitch": 16, "after": 3}),
            ("Table Title", HEADING, Pt(11), {"pitch": 18, "before": 6, "after": 3, "centre": True}),
            ("Table Text", BODY, TABLE_SIZE, {"pitch": 13.5}),
            ("Picture", BODY, BODY_SIZE, {"centre": True}),
            ("After Table", BODY, Pt(6), {"pitch": 8}),
        ):
            style = styles.add_style(name, 1)
            style.base_style = None
            _style(style, typeface, size, **options)

    def _running(self, head: str) -> None:
        section = self.doc.sections[0]
        header = section.header.paragraphs[0]
        header.style = self.doc.styles["Note"]
        header.alignment = WD_ALIGN_PARAGRAPH.CENTER
        header.add_run(printable(head)).font.color.rgb = _rgb(palette.MUTED)
        footer = section.footer.paragraphs[0]
        footer.style = self.doc.styles["Note"]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        footer.add_run("— ")
        _page_number(footer)
        footer.add_run(" —")


def _style(
    style: Any, typeface: str, size: Any, *, indent: bool = False, centre: bool = False, pitch: float = 0, before: float = 0,
    after: float = 0,
) -> None:
    style.font.size, style.font.bold, style.font.italic = size, False, False
    style.font.color.rgb = _rgb("#000000" if typeface != BODY else palette.INK)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", typeface)):
        fonts.set(qn(f"w:{name}"), value)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    if pitch:
        layout.line_spacing = Pt(pitch)
    if centre:
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
        flush(layout)
    paragraph = style.element.get_or_add_pPr()
    for border in paragraph.findall(qn("w:pBdr")):
        paragraph.remove(border)
    if indent:
        layout.first_line_indent = size * 2
        paragraph.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def flush(layout: Any) -> None:
    """Takes back the first-line indent of the body text, in points and in characters: Word obeys the latter."""
    layout.first_line_indent = 0
    layout._element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "0")


def _fill(cell: Any, said: Cell, width: Any, *, heading: bool = False) -> None:
    cell.width = width
    paragraph = cell.paragraphs[0]
    paragraph.style = cell.part.document.styles["Table Text"]
    run = paragraph.add_run(printable(said.text))
    if heading:
        run.font.bold = True
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif said.right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if said.colours:
        background, ink = said.colours
        run.font.color.rgb = _rgb(ink)
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", background.lstrip("#"))):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _borders(table: Any) -> None:
    """Strong lines above and below, thin ones inside, a millimetre of air left and right."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        strong = side in ("top", "bottom")
        for name, value in (("val", "single"), ("sz", "8" if strong else "4"), ("space", "0"),
                            ("color", (palette.INK if strong else palette.FAINT).lstrip("#"))):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    table._tbl.tblPr.append(borders)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "60")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)


def _flag(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _page_number(paragraph: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("", None), ("end", "")):
        run = paragraph.add_run("1" if text is None else "")._r
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run.append(mark)
        elif text:
            code = OxmlElement("w:instrText")
            code.text = text
            run.append(code)


def _name_alternatives(doc: Any) -> None:
    """Tell Word which typefaces may stand in for ours (fontTable.xml is an opaque part to python-docx)."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>' for name, others in _ALTERNATIVES.items()
    )
    for part in doc.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", f"{entries}</w:fonts>".encode())


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())
