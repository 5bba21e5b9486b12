"""The frozen Plan and its parts. A Plan is made by ``plans.load`` and never edited; ``with_dates`` and ``with_readings``
give another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

import attrs
from attrs import field, frozen

from dingdian.problems import BadData, Problem
from dingdian.provisions.base import Provision
from dingdian.terms import PROVIDER_CLASSES, Text


@frozen(kw_only=True)
class Clause:
    """One clause: where it stands, and what it says in our own words."""

    id: str
    locator: str
    paraphrase: Text
    basis: str = ""


@frozen(kw_only=True)
class Option:
    """One answer to an ambiguity, with the numbers it needs."""

    code: str
    meaning: Text
    parameters: Mapping[str, Decimal] = field(factory=dict)


@frozen(kw_only=True)
class Reading:
    """An ambiguity of the text, its possible answers and the one in force unless told otherwise."""

    id: str
    question: Text
    options: Mapping[str, Option]
    default: str
    touches: tuple[str, ...] = ()

    @property
    def alternatives(self) -> tuple[str, ...]:
        return tuple(code for code in self.options if code != self.default)


@frozen(kw_only=True)
class PlanDate:
    """A date the rules use; the text may leave it open (publication of a draft)."""

    name: str
    title: Text
    value: date | None
    note: Text | None = None


@frozen(kw_only=True)
class Record:
    """A requirement that is no provision: metadata, output, organisational, casework — or ``untranslated``, with reason."""

    clause: str
    requirements: tuple[str, ...]
    type: str
    reason: Text
    output: str = ""
    scope_class: tuple[str, ...] = ()


@frozen(kw_only=True)
class Override:
    """A provision of the base that the pack changes: by which of its own clauses, and which fields."""

    provision: str
    type: str
    clause: str
    changed: tuple[str, ...]


@frozen(kw_only=True)
class Plan:
    """The rules of one pooling area.

    Attributes
    ----------
    chosen
        Reading id → option in force (defaults unless ``with_readings`` said otherwise).
    sha256
        Digest of the pack's text and its base's; a plan with other dates or readings keeps it, and states those beside it.
    valid_until
        Last day of the plan, included; None where the text sets none. `in_force` treats the period as half-open.
    classes
        Provider classes that the plan tells apart; all of them where it does not say.
    also_binds
        Codes of further areas that the plan binds beside its own (a region's divisions under another authority).
    base, overrides
        The pack that it extends, whose provisions are among ``provisions``, and what it changes there.
    """

    id: str
    revision: int
    title: Text
    pooling_area: str
    status: str
    valid_from: date
    valid_until: date | None
    legal_bases: tuple[str, ...]
    source: Text
    clauses: Mapping[str, Clause]
    readings: Mapping[str, Reading]
    dates: Mapping[str, PlanDate]
    provisions: tuple[Provision, ...]
    records: tuple[Record, ...]
    sha256: str
    path: str
    digests: Mapping[str, str]
    requirement_ids: tuple[str, ...] = ()
    also_binds: tuple[str, ...] = ()
    classes: tuple[str, ...] = tuple(PROVIDER_CLASSES)
    is_base: bool = False
    base: Plan | None = None
    overrides: tuple[Override, ...] = ()
    chosen: Mapping[str, str] = field(factory=dict)

    def provision(self, id: str) -> Provision:
        """The provision with this id; KeyError when there is none."""
        return next((p for p in self.provisions if p.id == id), None) or _missing(id)

    def locator(self, provision: Provision) -> str:
        return self.clauses[provision.clause].locator

    def option(self, reading: str) -> Option:
        """The option in force for ``reading``."""
        return self.readings[reading].options[self.chosen.get(reading, self.readings[reading].default)]

    def in_force(self, day: date) -> bool:
        """From the first day until the day after the last: a half-open interval."""
        ends = None if self.valid_until is None else self.valid_until + timedelta(days=1)
        return self.valid_from <= day and (ends is None or day < ends)

    @property
    def period(self) -> str:
        """First and last day, for people; an open end is left open."""
        return f"{self.valid_from} — {self.valid_until or ''}".rstrip()

    @property
    def inherited(self) -> frozenset[str]:
        """Ids of the provisions that stand as the base has them."""
        changed = {o.provision for o in self.overrides}
        return frozenset() if self.base is None else frozenset(p.id for p in self.base.provisions if p.id not in changed)

    @property
    def untranslated(self) -> tuple[Record, ...]:
        return tuple(record for record in self.records if record.type == "untranslated")

    def with_dates(self, **dates: date | None) -> Plan:
        """The plan with some of its open dates set; an unknown name is an error."""
        problems = [_unknown(self.id, "plan_date", name, self.dates) for name in dates if name not in self.dates]
        problems += [_no_day(self.id, name, value) for name, value in dates.items()
                     if name in self.dates and value is not None and not _is_day(value)]
        if problems:
            raise BadData(problems)
        merged = {name: attrs.evolve(d, value=dates.get(name, d.value)) for name, d in self.dates.items()}
        return attrs.evolve(self, dates=MappingProxyType(merged))

    def with_readings(self, readings: Mapping[str, str]) -> Plan:
        """The plan under other readings; an unknown reading or option is an error, all of them at once."""
        problems: list[Problem] = []
        for reading, option in readings.items():
            if reading not in self.readings:
                problems.append(_unknown(self.id, "reading", reading, self.readings))
            elif option not in self.readings[reading].options:
                problems.append(_unknown(self.id, f"option of {reading}", option, self.readings[reading].options))
        if problems:
            raise BadData(problems)
        return attrs.evolve(self, chosen=MappingProxyType({**self.chosen, **readings}))


def _missing(id: str) -> Provision:
    raise KeyError(id)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _no_day(plan: str, name: str, value: object) -> Problem:
    return Problem(
        code="bad_value", file=plan, table="plan", column=name, value=str(value),
        message=Text("不是日期", "not a date"), remedy=Text("给出日期，如 2026-07-01", "give a date such as 2026-07-01"),
    )


def _unknown(plan: str, what: str, name: str, known: Iterable[str]) -> Problem:
    names = ", ".join(known) or "—"
    return Problem(
        code=f"unknown_{what.split()[0]}", file=plan, table="plan", column=what, value=name,
        message=Text(f"规划 {plan} 没有这个 {what}", f"plan {plan} has no such {what}"),
        remedy=Text(f"可用：{names}", f"one of: {names}"),
    )
