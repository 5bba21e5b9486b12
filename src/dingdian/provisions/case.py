"""One case: an application joined with what is on file about its provider. Facts that are not known are absent.

A case never supplies a value of its own; ``get`` answers None for what nobody stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from dingdian.terms import KINDS


def _frozen(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(facts))


@frozen(kw_only=True)
class Case:
    """An application as the rules see it.

    Attributes
    ----------
    facts
        Columns of `applications` and, for a provider on file, of `providers`; only those with a value.
    lon, lat
        The place applied for, in degrees of the city's working frame; None where it is not known.
    district
        District-level unit of that place.
    """

    application: str
    action: str
    applied_on: date | None
    provider: str = ""
    facts: Mapping[str, Any] = field(factory=dict, converter=_frozen)
    lon: float | None = None
    lat: float | None = None
    district: str = ""

    def get(self, column: str) -> Any:
        return self.facts.get(column)

    @property
    def name(self) -> str:
        return str(self.facts.get("name") or self.provider or self.application)

    @property
    def provider_class(self) -> str | None:
        return self.facts.get("provider_class")

    @property
    def kind(self) -> str | None:
        return self.facts.get("kind")

    @property
    def level(self) -> str | None:
        return self.facts.get("level")

    @property
    def group(self) -> str:
        """Type group of the kind: what "same type" compares."""
        return KINDS[self.kind].group if self.kind is not None and self.kind in KINDS else ""

    @property
    def tags(self) -> frozenset[str]:
        return split_codes(self.facts.get("tags"))

    @property
    def specialties(self) -> frozenset[str]:
        return split_codes(self.facts.get("specialties"))

    @property
    def beds(self) -> int | None:
        """Insured beds applied for. A class without beds, and a move, add none; a conversion adds what it states."""
        if self.action == "relocate" or self.provider_class in ("pharmacy", "outpatient_pooling", "personal_account"):
            return 0
        stated: int | None = self.facts.get("beds")
        return 0 if stated is None and self.action == "convert" else stated

    @property
    def subjects(self) -> tuple[str, ...]:
        """Under which names `facts` may speak of this case."""
        return tuple(name for name in (self.application, self.provider) if name)


def split_codes(cell: object) -> frozenset[str]:
    """The codes of a cell such as ``a;b``."""
    return frozenset(part for part in str(cell).split(";") if part) if isinstance(cell, str) else frozenset()
