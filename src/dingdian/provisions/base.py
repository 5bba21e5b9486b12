"""The contract of every kind of provision, and the registry of kinds.

A kind is an attrs class with declared fields, reading slots, and its answers: ``judge`` (one case), ``measure`` (the
whole city), ``alerts`` (lines crossed or near in the whole city), ``read_back`` (the rule in words, for an official to confirm),
``problems`` (what lint can hold against its fields), ``probes`` (generated cases below, at and above its own limits), ``site_limits``
(what it allows of places where one more provider might stand), ``surplus`` (how many may leave where there are too many),
``bed_limits`` (what it says of beds that change hands), ``forward`` (what it does to a year to come) and more below. A kind refuses to know its plan's other provisions except by the
ids in its own fields.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs
from attrs import field, frozen

from dingdian.provisions import fields
from dingdian.provisions.case import Case, split_codes
from dingdian.provisions.finding import NOT_APPLICABLE, UNDETERMINED, Judgement, Measure, Missing
from dingdian.terms import (
    ACTIONS,
    BOUNDARY_SIDES,
    BOUNDARY_WORDS,
    EFFECTS,
    GOVERNING_DATES,
    KINDS,
    LEVELS,
    OWNERS,
    OWNERSHIPS,
    PROVIDER_CLASSES,
    SPECIALTIES,
    TAGS,
    Text,
)

if TYPE_CHECKING:
    from dingdian.provisions.alert import Alert, Sides
    from dingdian.provisions.bed_limits import BedLimits
    from dingdian.provisions.forward import YearRule
    from dingdian.provisions.ground import Choices, Ground
    from dingdian.provisions.newcomers import Integers, Newcomers, SiteLimits
    from dingdian.provisions.probe import Probe
    from dingdian.space.siting.limits import Limits


@frozen
class Slot:
    """A point at which the text can be read in more than one way; a pack fills it with a reading or an option.

    ``options`` maps option code → what it means; ``parameters`` names the numbers that an option must state. ``otherwise`` is the
    option of packs whose text does not raise the question and so leave the slot out; without it every pack must fill the slot.
    """

    title: Text
    options: Mapping[str, Text]
    parameters: Mapping[str, tuple[str, ...]] = field(factory=dict)
    otherwise: str = ""


@frozen(kw_only=True)
class Scope:
    """Which cases a provision speaks of. Empty means: no restriction on that attribute."""

    actions: tuple[str, ...] = fields.code_list(ACTIONS, "申请事项", "actions")
    provider_class: tuple[str, ...] = fields.code_list(PROVIDER_CLASSES, "规划类别", "provider classes")
    kinds: tuple[str, ...] = fields.code_list(KINDS, "机构类型", "kinds")
    levels: tuple[str, ...] = fields.code_list(LEVELS, "等级", "levels")
    tags: tuple[str, ...] = fields.code_list(TAGS, "具有任一标签", "any of these tags")
    ownership: tuple[str, ...] = fields.code_list(OWNERSHIPS, "经营性质", "ownership")
    owner: tuple[str, ...] = fields.code_list(OWNERS, "管理主体", "owner")
    specialties: tuple[str, ...] = fields.code_list(SPECIALTIES, "具有任一专科", "any of these specialties")
    except_kinds: tuple[str, ...] = fields.code_list(KINDS, "除外的机构类型", "kinds left out")

    def unmet(self, facts: Mapping[str, Any]) -> tuple[bool, tuple[str, ...]]:
        """(excluded, unknown columns): whether a known fact excludes the record, and which facts are not known."""
        unknown: list[str] = []
        for column, allowed in (
            ("action", self.actions), ("provider_class", self.provider_class), ("kind", self.kinds),
            ("level", self.levels), ("ownership", self.ownership), ("owner", self.owner),
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
        if self.specialties and not split_codes(facts.get("specialties")) & set(self.specialties):
            return True, ()  # as with tags
        if self.except_kinds:
            if facts.get("kind") in self.except_kinds:
                return True, ()
            unknown += ["kind"] if facts.get("kind") is None and "kind" not in unknown else []
        return False, tuple(unknown)

    def phrase(self) -> Text:
        """The scope in words, for sentences."""
        parts = [
            (ACTIONS, self.actions), (PROVIDER_CLASSES, self.provider_class), (KINDS, self.kinds),
            (LEVELS, self.levels), (TAGS, self.tags), (OWNERSHIPS, self.ownership), (OWNERS, self.owner),
            (SPECIALTIES, self.specialties),
        ]
        zh = "；".join("、".join(codes.label(code) for code in chosen) for codes, chosen in parts if chosen)
        en = "; ".join(", ".join(codes.label(code, "en") for code in chosen) for codes, chosen in parts if chosen)
        if self.except_kinds:
            zh += f"（{'、'.join(KINDS.label(k) for k in self.except_kinds)}除外）"
            en += f" (except {', '.join(KINDS.label(k, 'en') for k in self.except_kinds)})"
        return Text(zh or "全部申请", en or "every application")


@frozen(kw_only=True)
class Boundary:
    """The word with which the text draws the line, and what it says of that side: allowed or stopped.

    Lint holds it against the operator of the kind: 不超过 (allowed) passes by ``<=``, 低于 (stopped) by ``>=``.
    """

    word: str = fields.code_word(BOUNDARY_WORDS, "边界用语", "boundary word")
    says: str = fields.code(BOUNDARY_SIDES, "该侧的后果", "what happens on that side")

    @property
    def passes_when(self) -> str:
        """The operator by which a value passes; ``band`` where a reading draws the line, ``open`` where the word is read both ways."""
        said = BOUNDARY_WORDS[self.word].group
        return said if said not in _OPPOSITE or self.says == "allowed" else _OPPOSITE[said]


_OPPOSITE = {"<=": ">", ">": "<=", ">=": "<", "<": ">="}


@frozen(kw_only=True)
class Provision:
    """What every provision states, whatever its kind.

    Attributes
    ----------
    clause
        Id of the clause of the pack that it carries out.
    requirements
        Requirement ids that it covers.
    with_clauses
        Further clauses that it rests on: the numbers of its fields stand in one of them.
    boundary
        The word of the text that draws its line; lint holds it against the operator.
    governing_date
        The day whose facts decide: of the decision (default), the application, the agreement, or the end of the assessed year.
    valid_from, valid_until
        First and last day of force, both included as written; inside, the interval is half-open.
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
    comparison: ClassVar[str] = ""  # the operator by which a value passes: <=, >=, <, >; empty where no number is compared
    nature: ClassVar[str] = "other"  # what the limit is about, a code of NATURES
    needs: ClassVar[tuple[str, ...]] = ()  # tables without which it cannot judge: then it is undetermined
    section: ClassVar[str] = "target"  # where its rows stand in the annual plan, a code of ANNUAL_SECTIONS
    refers_to: ClassVar[Mapping[str, str]] = {}  # field that names provisions of the plan → the kind they must be, "" for any

    id: str
    clause: str
    requirements: tuple[str, ...] = ()
    with_clauses: tuple[str, ...] = fields.names("同时依据的条款", "further clauses")
    boundary: Boundary | None = fields.record(Boundary, "边界用语", "boundary", default=None)
    governing_date: str = fields.code(GOVERNING_DATES, "依据日期", "governing date", default="decision")
    valid_from: date | None = fields.day("生效日期", "first day of force", default=None)
    valid_until: date | None = fields.day("失效前最后一日", "last day of force", default=None)
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

    def in_force(self, day: date) -> bool:
        """Whether the provision is in force on a day: from its first day, until the day after its last."""
        ends = None if self.valid_until is None else self.valid_until + timedelta(days=1)
        return (self.valid_from is None or self.valid_from <= day) and (ends is None or day < ends)

    def passes_when(self) -> str:
        """The operator by which a value passes; kinds whose operator hangs on a field say so here."""
        return type(self).comparison

    def figures(self) -> tuple[Decimal, ...]:
        """The numbers of its fields that its clauses must state; what is as when left out states nothing."""
        declared, unstated = fields.specs(type(self)), {a.name: a.default for a in attrs.fields(type(self))}
        stated = {name: value for name in declared if (value := getattr(self, name)) is not None and value != unstated[name]}
        return tuple(figure for name, value in stated.items() for figure in declared[name][0].figures(value))

    def removes_from_counts(self, ground: Ground) -> bool:
        """Whether the providers that it speaks of are taken out of every count (不计入规划)."""
        return False

    def members(self, ground: Ground) -> frozenset[str]:
        """Providers on file that it would take out of the counts."""
        return frozenset()

    def takes_in(self, facts: Mapping[str, Any], ground: Ground) -> bool:
        """Whether a record of these facts would be among them."""
        return False

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """Generated cases around its own limits, with the status that each must get under the options in ``choices``."""
        return ()

    def judge(self, case: Case, ground: Ground) -> Judgement:
        """What the provision says about ``case``. Kinds that only measure keep this answer."""
        return Judgement(
            status=NOT_APPLICABLE,
            sentence=Text("本条为总体指标，不针对单个申请。", "A city-wide measure; it does not judge an application."),
        )

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """Rows of need and supply that this provision defines."""
        return ()

    def watched(self) -> Mapping[str, Sides]:
        """Measures of its rows that state a line → the sides of it that raise an alert; none for a kind that only informs."""
        return {}

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Lines of its own that are crossed or near, those that nobody can tell, and those that are quiet.

        Rows of the measures that it has `watched`; a kind whose line stands in no row says its own. ``lead_days``: how many days ahead
        a deadline is near.
        """
        from dingdian.provisions.alert import of_rows

        watched = self.watched()
        return of_rows(self.measure(ground), watched, ground.on) if watched else ()

    def breakdown(self, ground: Ground, by: str) -> Iterable[Measure]:
        """Further rows of the same, broken down by ``by`` (a word of `indicators.family.BY`); none for a kind that has no such rows."""
        return ()

    def site_limits(self, ground: Ground, choices: Choices, newcomers: Newcomers) -> SiteLimits | None:
        """What it allows of newcomers, inside a siting; None for a kind that limits no places."""
        return None

    @property
    def limits_sites(self) -> bool:
        """Whether its kind has limits of its own inside a siting."""
        return type(self).site_limits is not Provision.site_limits

    def surplus(self, ground: Ground, choices: Choices, rows: Integers) -> Limits | None:
        """How many of those that leave may leave together: where too many stand, what is beyond the cap. ``rows``: of
        `Places.located`. None for a kind that knows no too many.
        """
        return None

    def forward(self, ground: Ground, choices: Choices) -> YearRule | None:
        """What it does to a year to come, when the plan is played forward; None for a kind that changes no number of additions."""
        return None

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """What it says of beds that change hands, inside a reallocation; None for a kind that says nothing of them."""
        return None

    @property
    def plays_forward(self) -> bool:
        """Whether its kind knows years to come."""
        return type(self).forward is not Provision.forward

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
    """Every kind, by name: each module of ``provisions.kinds`` is imported once and registers its own."""
    import dingdian.provisions.kinds as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_REGISTRY.items()))
