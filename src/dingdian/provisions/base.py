"""The contract of every kind of provision, and the registry of kinds.

A kind is an attrs class with declared fields, reading slots, and up to four answers: ``judge`` (one case), ``measure`` (the
whole city), ``sentence`` (the rule read back for an official to confirm) and ``check`` (what lint can hold against it).
A kind refuses to know its plan's other provisions except by the ids in its own fields.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from attrs import field, frozen

from dingdian.provisions import fields
from dingdian.provisions.case import Case, split_codes
from dingdian.provisions.finding import NOT_APPLICABLE, UNDETERMINED, Judgement, Measure, Missing
from dingdian.terms import ACTIONS, EFFECTS, KINDS, LEVELS, OWNERSHIPS, PROVIDER_CLASSES, TAGS, Text

if TYPE_CHECKING:
    from dingdian.provisions.ground import Ground


@frozen
class Slot:
    """A point at which the text can be read in more than one way; a pack fills it with a reading or an option.

    ``options`` maps option code → what it means; ``parameters`` names the numbers that an option must state.
    """

    title: Text
    options: Mapping[str, Text]
    parameters: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen(kw_only=True)
class Scope:
    """Which cases a provision speaks of. Empty means: no restriction on that attribute."""

    actions: tuple[str, ...] = fields.code_list(ACTIONS, "申请事项", "actions")
    provider_class: tuple[str, ...] = fields.code_list(PROVIDER_CLASSES, "规划类别", "provider classes")
    kinds: tuple[str, ...] = fields.code_list(KINDS, "机构类型", "kinds")
    levels: tuple[str, ...] = fields.code_list(LEVELS, "等级", "levels")
    tags: tuple[str, ...] = fields.code_list(TAGS, "具有任一标签", "any of these tags")
    ownership: tuple[str, ...] = fields.code_list(OWNERSHIPS, "经营性质", "ownership")

    def unmet(self, facts: Mapping[str, Any]) -> tuple[bool, tuple[str, ...]]:
        """(excluded, unknown columns): whether a known fact excludes the record, and which facts are not known."""
        unknown: list[str] = []
        for column, allowed in (
            ("action", self.actions), ("provider_class", self.provider_class), ("kind", self.kinds),
            ("level", self.levels), ("ownership", self.ownership),
        ):
            if not allowed:
                continue
            value = facts.get(column)
            if value is None:
                unknown.append(column)
            elif value not in allowed:
                return True, ()
        if self.tags and not split_codes(facts.get("tags")) & set(self.tags):
            return True, ()  # a tag that nobody stated does not hold: tags are claims, and a claim is made or not
        return False, tuple(unknown)

    def phrase(self) -> Text:
        """The scope in words, for sentences."""
        parts = [
            (ACTIONS, self.actions), (PROVIDER_CLASSES, self.provider_class), (KINDS, self.kinds),
            (LEVELS, self.levels), (TAGS, self.tags), (OWNERSHIPS, self.ownership),
        ]
        zh = "；".join("、".join(codes.label(code) for code in chosen) for codes, chosen in parts if chosen)
        en = "; ".join(", ".join(codes.label(code, "en") for code in chosen) for codes, chosen in parts if chosen)
        return Text(zh or "全部申请", en or "every application")


@frozen(kw_only=True)
class Provision:
    """What every provision states, whatever its kind.

    Attributes
    ----------
    clause
        Id of the clause of the pack that it carries out.
    requirements
        Requirement ids that it covers.
    effect
        What its finding does: gate, exemption, priority, quota, condition or information.
    normally
        The text says 原则上: the gate yields to a documented exemption.
    rank
        Among exceptions of one provision, the lower rank decides; two of equal rank are a conflict, shown loudly.
    readings
        Slot → reading id of the pack, or an option stated outright as ``{option: …, …parameters}``.
    """

    kind: ClassVar[str]
    title: ClassVar[Text]
    slots: ClassVar[Mapping[str, Slot]] = {}
    effects: ClassVar[tuple[str, ...]] = ("gate",)
    fact_keys: ClassVar[Mapping[str, Text]] = {}

    id: str
    clause: str
    requirements: tuple[str, ...] = ()
    effect: str = fields.code(EFFECTS, "作用", "effect", default="gate")
    normally: bool = fields.boolean("原则上", "normally", default=False)
    rank: int = 0
    scope: Scope = field(factory=Scope)
    readings: Mapping[str, Any] = field(factory=dict)

    def applies(self, case: Case) -> Judgement | None:
        """None when the provision speaks of the case; otherwise why it does not, or what is missing to tell."""
        facts = {**case.facts, "action": case.action}
        excluded, unknown = self.scope.unmet(facts)
        if excluded:
            phrase = self.scope.phrase()
            return Judgement(
                status=NOT_APPLICABLE,
                sentence=Text(f"本条仅适用于：{phrase.zh}。", f"Applies only to: {phrase.en}."),
            )
        if unknown:
            return undetermined([missing_column(case, column) for column in unknown])
        return None

    def judge(self, case: Case, ground: Ground) -> Judgement:
        """What the provision says about ``case``. Kinds that only measure keep this answer."""
        return Judgement(
            status=NOT_APPLICABLE,
            sentence=Text("本条为总体指标，不针对单个申请。", "A city-wide measure; it does not judge an application."),
        )

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """Rows of need and supply that this provision defines."""
        return ()

    def read_back(self) -> Text:
        """The rule as one plain sentence in each language, for the official to confirm."""
        raise NotImplementedError(f"{self.kind} does not read itself back")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        """What can be wrong with these fields beyond their types: (path, message, remedy)."""
        return ()


def missing_column(case: Case, column: str) -> Missing:
    """The fact ``column`` of ``case``'s application is absent."""
    from dingdian.city.tables import TABLES

    heading = next((c.zh for c in TABLES["applications"].columns if c.name == column), column)
    return Missing(
        table="applications", subject=case.application, column=column,
        phrase=Text(f"申请 {case.application} 缺少“{heading}”", f"application {case.application} lacks “{column}”"),
    )


def undetermined(missing: Iterable[Missing], **more: Any) -> Judgement:
    """A judgement that waits for evidence."""
    absent = tuple(missing)
    zh = "；".join(item.phrase.zh for item in absent)
    en = "; ".join(item.phrase.en for item in absent)
    more.setdefault("sentence", Text(f"无法判定：{zh}。", f"Undetermined: {en}."))
    return Judgement(status=UNDETERMINED, missing=absent, **more)


KIND = TypeVar("KIND", bound=type[Provision])
_REGISTRY: dict[str, type[Provision]] = {}


def kind_of_provision(cls: KIND) -> KIND:
    """Register a kind under its ``kind``; a second one of the same name fails at import."""
    if cls.kind in _REGISTRY:
        raise RuntimeError(f"provision kind {cls.kind} is defined twice")
    _REGISTRY[cls.kind] = cls
    return cls


def kinds() -> Mapping[str, type[Provision]]:
    """Every kind, by name: each module of this package is imported once and registers its own."""
    import dingdian.provisions as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_REGISTRY.items()))
