"""One ruling in four renderings, all from one tree: the clerk's table, the applicant's letter, the auditor's voucher, the public piece.

``rendered`` gives the text form; ``write`` puts the files of a rendering into a folder. Nothing here judges; see ``tree``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from dingdian.canonical import dumps
from dingdian.city.model import City
from dingdian.loop.results import Ruling
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.report.page_rulings import receipt_name
from dingdian.report.renderings.audit import audit, audit_text
from dingdian.report.renderings.clerk import clerk_docx, clerk_html, clerk_text
from dingdian.report.renderings.letter import letter_docx, letter_text
from dingdian.report.renderings.masking import Masked
from dingdian.report.renderings.public import PublicFragment, public
from dingdian.report.renderings.tree import Context, Node, Tree, context_of, tree_of
from dingdian.terms import Text

__all__ = ["RENDERINGS", "Context", "Masked", "Node", "PublicFragment", "Rendered", "Tree", "audit", "context_of", "public",
           "rendered", "tree_of", "trees", "write"]

RENDERINGS: Mapping[str, Text] = {
    "clerk": Text("经办人员审查表", "clerk's table"), "letter": Text("申请人告知书", "applicant's letter"),
    "audit": Text("审计凭证", "auditor's voucher"), "public": Text("公示片段", "public page fragment"),
}


@frozen(kw_only=True)
class Rendered:
    """The text form of one rendering of one ruling; ``masked`` is what it leaves out, None where it leaves out nothing."""

    application: str
    rendering: str
    lang: str
    text: str
    masked: tuple[Masked, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"application": self.application, "rendering": self.rendering, "lang": self.lang, "text": self.text}
        return said if self.masked is None else {**said, "masked": [one.as_json() for one in self.masked]}


def trees(rulings: Iterable[Ruling], city: City, plan: Plan) -> list[Tree]:
    """The trees of rulings made under ``plan`` in ``city``."""
    context = context_of(city, plan)
    return [tree_of(ruling, context) for ruling in rulings]


def rendered(tree: Tree, rendering: str, lang: str = "zh") -> Rendered:
    """One rendering as text: a table, a letter, JSON, or HTML."""
    masked = None
    if rendering == "public":
        fragment = public(tree, lang)
        text, masked = fragment.html, fragment.masked
    else:
        text = {"clerk": clerk_text, "letter": letter_text, "audit": lambda one, _: audit_text(one)}[rendering](tree, lang)
    return Rendered(application=tree.application, rendering=rendering, lang=lang, text=text, masked=masked)


def files(tree: Tree, rendering: str, lang: str = "zh") -> dict[str, bytes]:
    """Suffix → bytes of every file of a rendering."""
    said = rendered(tree, rendering, lang)
    if rendering == "clerk":
        return {"txt": said.text.encode(), "docx": clerk_docx(tree, lang), "html": clerk_html(tree, lang).encode()}
    if rendering == "letter":
        return {"txt": said.text.encode(), "docx": letter_docx(tree, lang)}
    if rendering == "audit":
        return {"json": said.text.encode()}
    record = {"application": tree.application, "masked": [one.as_json() for one in said.masked or ()]}
    return {"html": said.text.encode(), "json": dumps(record).encode()}


def write(found: Iterable[Tree], rendering: str, folder: Path, lang: str = "zh") -> list[str]:
    """Write the files of a rendering of every tree into ``folder`` and return their names.

    Names are made of the application's id and the rendering; earlier files of the same name are replaced.

    Raises
    ------
    BadData
        When two applications would share a file name; nothing is written then.
    """
    named = [(receipt_name(tree.application).removesuffix(".json"), tree) for tree in found]
    _distinct(named, folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for stem, tree in named:
        for suffix, data in files(tree, rendering, lang).items():
            written.append(f"{stem}-{rendering}.{suffix}")
            (folder / written[-1]).write_bytes(data)
    return written


def _distinct(named: list[tuple[str, Tree]], folder: Path) -> None:
    first: dict[str, str] = {}
    for stem, tree in named:
        # File systems that do not tell capitals apart would let the second overwrite the first.
        known = first.setdefault(stem.casefold(), tree.application)
        if known != tree.application:
            raise BadData([Problem(
                code="output_in_use", file=str(folder), table="applications", value=f"{known}, {tree.application}",
                message=Text("两份申请的文件名相同", "two applications would share a file name"),
                remedy=Text("用 --application 分别写到不同文件夹", "write them to different folders with --application"))])
