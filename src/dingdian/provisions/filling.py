"""Who fills a place within a radius: by class, level, kind, type and owner, as far as the clause narrows it.

A provider whose level, kind or owner nobody stated neither counts nor is left out: it counts possibly, and the column that would
tell is named. No place and no distance is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from dingdian.provisions.base import Slot
from dingdian.provisions.case import Case
from dingdian.provisions.ground import Ground
from dingdian.terms import KINDS, Text

LISTED, WITH_SPECIALISED, EVERY_LEVEL = "listed", "with_specialised", "every_level"
JOINTLY, SEPARATELY = "jointly", "separately"

WHICH = Slot(Text("哪些机构占用名额", "which institutions fill the places"), {
    LISTED: Text("仅所列等级的一般机构，另行计数的专科类型不占", "those of the listed levels, without the kinds that are counted elsewhere"),
    WITH_SPECIALISED: Text("所列等级的机构，专科类型也占", "those of the listed levels, the special kinds too"),
    EVERY_LEVEL: Text("各等级机构都占", "institutions of every level"),
}, otherwise=LISTED)

OWNERSHIP_OF_PLACES = Slot(Text("地方与兵团机构是否合并计数", "whether local and XPCC providers are counted together"), {
    JOINTLY: Text("合并计数", "together"), SEPARATELY: Text("各自计数", "each by itself"),
}, otherwise=JOINTLY)


@frozen(kw_only=True)
class Filling:
    """The rule by which a provider near an applicant counts, under the readings in force.

    Attributes
    ----------
    classes, levels, leaves_out
        Provider classes; levels, empty for all; kinds that are counted elsewhere.
    same_type, separate
        Only the applicant's own class and type group count; only those of the applicant's own owner count.
    """

    classes: frozenset[str]
    levels: frozenset[str] = field(factory=frozenset)
    leaves_out: frozenset[str] = field(factory=frozenset)
    same_type: bool = False
    separate: bool = False

    def lacking(self, case: Case) -> tuple[str, ...]:
        """Facts of the applicant without which nobody can say who counts against it."""
        needed = (("kind", self.same_type), ("provider_class", self.same_type), ("owner", self.separate))
        return tuple(name for name, asked in needed if asked and case.get(name) is None)

    def unknown(self, facts: Mapping[str, Any], case: Case | None = None) -> str | None:
        """"" where the record counts, the column that would tell where nobody knows, None where it does not count.

        Without a case only what hangs on no applicant is asked.
        """
        checks = [*self._of_itself(facts), *(() if case is None else self._against(facts, case))]
        if any(answer is False for _, answer in checks):
            return None
        return next((column for column, answer in checks if answer is None), "")

    def _of_itself(self, facts: Mapping[str, Any]) -> Iterable[tuple[str, bool | None]]:
        level, kind = facts.get("level"), facts.get("kind")
        yield "provider_class", facts.get("provider_class") in self.classes
        if self.levels:
            yield "level", None if level is None else level in self.levels
        if self.leaves_out:
            yield "kind", None if kind is None else kind not in self.leaves_out

    def _against(self, facts: Mapping[str, Any], case: Case) -> Iterable[tuple[str, bool | None]]:
        kind, owner = facts.get("kind"), facts.get("owner")
        if self.same_type:
            yield "provider_class", facts.get("provider_class") == case.provider_class
            yield "kind", None if kind is None else KINDS[kind].group == case.group
        if self.separate:
            yield "owner", None if owner is None else owner == case.get("owner")

    @property
    def is_plain(self) -> bool:
        """Whether the class alone decides."""
        return not (self.levels or self.leaves_out or self.same_type or self.separate)


def facts_of(ground: Ground, code: str) -> Mapping[str, Any]:
    """Facts of a provider on file, or of an application admitted before this one."""
    found = ground.snapshot.provider_records.get(code)
    if found is not None:
        return found
    return next((c.facts for c in ground.admitted_counted if c.application == code), {})
