"""Indicators that a clause wants watched: which families, and the rows of each for the city, its units, zones, classes, levels, providers.

States no norm and judges nobody. With a plain measurement come the rows of the pooling area; the others come when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, kind_of_provision
from dingdian.provisions.finding import Measure
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators import families
from dingdian.provisions.indicators.family import CITY
from dingdian.terms import CodeList, Term, Text

FAMILIES = CodeList("indicator_family", Text("监测方面", "family of indicators"), {
    code: Term(code, family.title) for code, family in families().items()})


@kind_of_provision
@frozen(kw_only=True)
class IndicatorSet(Provision):
    """The families of indicators that a monitoring clause asks for."""

    kind: ClassVar[str] = "indicator_set"
    title: ClassVar[Text] = Text("监测指标", "indicators watched")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    section: ClassVar[str] = "indicators"
    nature: ClassVar[str] = "procedure"

    families: tuple[str, ...] = fields.code_list(FAMILIES, "监测哪些方面", "families of indicators")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.families:
            yield ("families",), Text("没有列出监测哪些方面", "no family is listed"), Text("至少写一项", "list one at least")

    def measure(self, ground: Ground) -> Iterable[Measure]:
        yield from self.breakdown(ground, CITY)

    def breakdown(self, ground: Ground, by: str) -> Iterator[Measure]:
        known = families()
        for code in self.families:
            if by in known[code].by:
                yield from known[code].rows(ground, by)

    def read_back(self) -> Text:
        english = ", ".join(FAMILIES.label(code, "en") for code in self.families)
        return Text(f"监测下列方面的指标：{'、'.join(FAMILIES.label(code) for code in self.families)}。",
                    f"Indicators of these are watched: {english}.")
