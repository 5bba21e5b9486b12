"""What a rendering for outsiders leaves out, and the record of it: other providers, exact places, a person's name.

Masking works on finished sentences: every name and number that must not be shown is looked for and replaced. It adds no fact: how
many there are and how far away they stand stays, who they are does not.

A provider's name counts as a person's when its kind is one that people usually open under their own name (clinics, outpatient
departments, village clinics, massage clinics), or when the kind is not stated; a public one, a hospital and a pharmacy keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import evolve, frozen

from dingdian.report import words
from dingdian.report.renderings.tree import Tree
from dingdian.terms import KINDS, PROVIDER_CLASSES, Text

PERSONAL_KINDS = ("clinic", "tcm_clinic", "dental_clinic", "outpatient_department", "village_clinic", "blind_massage_clinic")
SOMEBODY = Text("某机构", "another provider")

# Names of columns and tables that some phrases carry for the clerk: （facts.density 或人口格网）, （beds 表）, (publication).
_COLUMN = re.compile(r"[（(](?:[a-z]+(?:[_.][a-z_]+)+|[a-z]+ 表|publication|grounds)(?:[^（()）]*)[）)]")
# “某机构、某机构” says no more than “某机构”: the number stands beside it.
_ENUMERATED = re.compile(rf"({SOMEBODY.zh}|{SOMEBODY.en})(?:(?:、|, )\1)+")
_AFTER_NUMBER = r"(?!\s?(?:米|m\b|家|张|元|%|人|名))"


@frozen(kw_only=True)
class Masked:
    """One thing that was left out, and why."""

    field: str
    reason: Text

    def as_json(self) -> dict[str, object]:
        return {"field": self.field, "reason": self.reason}


@frozen(kw_only=True)
class _Hidden:
    needle: str
    shown: Text
    field: str


@frozen(kw_only=True)
class Veil:
    """Replaces what must not be shown in a text."""

    hidden: tuple[_Hidden, ...]
    kept: tuple[str, ...] = ()

    def __call__(self, text: Text) -> Text:
        return Text(self._said(text.zh, "zh"), self._said(text.en, "en"))

    def fields(self, texts: Iterable[Text]) -> frozenset[str]:
        """Which kinds of hidden things ``texts`` hold."""
        said = "\n".join(part for text in texts for part in (text.zh, text.en))
        return frozenset(one.field for one in self.hidden if re.search(_bounded(one.needle), said))

    def _said(self, text: str, lang: str) -> str:
        # Longest first, and the applicant's own name among them: a shorter name inside it is not somebody else.
        shown = {**{one.needle: one.shown(lang) for one in self.hidden}, **{name: name for name in self.kept}}
        if not shown:
            return text
        pattern = "|".join(_bounded(needle) for needle in sorted(shown, key=lambda needle: (-len(needle), needle)))
        masked = re.sub(pattern, lambda found: shown[found[0]], text)
        return _ENUMERATED.sub(r"\1", masked)


def _bounded(needle: str) -> str:
    """A pattern for ``needle``: one of letters and digits only is looked for as a whole word, and not as a quantity."""
    if not needle.isascii():
        return re.escape(needle)
    number = _AFTER_NUMBER if needle.isdigit() else ""
    return rf"(?<![0-9A-Za-z_.\-]){re.escape(needle)}(?![0-9A-Za-z_\-]|\.\d){number}"


def is_personal(tree: Tree) -> bool:
    """Whether the applicant's name may be a person's."""
    return tree.own.get("ownership") != "public" and (tree.kind is None or tree.kind in PERSONAL_KINDS)


def public_name(tree: Tree) -> Text:
    """The applicant's name as the public may read it."""
    if not is_personal(tree):
        return Text(tree.name, tree.name)
    codes, code = (KINDS, tree.kind) if tree.kind else (PROVIDER_CLASSES, tree.provider_class)
    zh, en = words.label(codes, code) or "医药机构", words.label(codes, code, "en") or "provider"
    place = f" ({tree.district_name})" if tree.district_name else ""
    return Text(f"{tree.district_name}某{zh}", f"A {en}{place}")


def letter_veil(tree: Tree) -> Veil:
    """For the applicant: who the others are stays hidden, and so does the applicant's internal code."""
    return Veil(hidden=(*_third_parties(tree), *_own_code(tree)), kept=(tree.name,))


def public_veil(tree: Tree) -> Veil:
    """For everybody: third parties, the exact place, the applicant's code, and a name that may be a person's."""
    veil = Veil(hidden=(*_third_parties(tree), *_place(tree), *_own_code(tree)), kept=(tree.name,))
    if not is_personal(tree):
        return veil
    name = _Hidden(needle=tree.name, shown=public_name(tree), field="case.name")
    return evolve(veil, hidden=(name, *veil.hidden), kept=())


def _third_parties(tree: Tree) -> list[_Hidden]:
    needles = dict.fromkeys(needle for pair in tree.others.items() for needle in pair if needle and needle != tree.name)
    return [_Hidden(needle=needle, shown=SOMEBODY, field="findings.others") for needle in needles]


def _own_code(tree: Tree) -> list[_Hidden]:
    code = str(tree.own.get("provider") or "")
    return [_Hidden(needle=code, shown=Text("本机构", "the applicant"), field="case.provider")] if code else []


def _place(tree: Tree) -> list[_Hidden]:
    """The coordinates as stated and in the city's working frame, however they are written."""
    hidden = []
    for axis, value in (("lon", tree.lon), ("lat", tree.lat)):
        written = dict.fromkeys(str(one) for one in (tree.own.get(axis), value) if one is not None)
        hidden += [_Hidden(needle=needle, shown=Text("（略）", "(left out)"), field=f"case.{axis}") for needle in written]
    return hidden


def plain_words(text: Text) -> Text:
    """``text`` without the names of tables and columns that only a clerk needs."""
    return Text(_COLUMN.sub("", text.zh), re.sub(" +", " ", _COLUMN.sub("", text.en)).replace(" .", ".").replace(" ;", ";"))
