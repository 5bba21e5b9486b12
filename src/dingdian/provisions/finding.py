"""What a provision answers: a judgement on one case, a measure of one unit. Frozen values, no behaviour of a rule.

A judgement speaks for its provision only; what the findings of a case add up to is said in ``loop.decide``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from dingdian.terms import Text

Number = int | Decimal
Value = int | Decimal | str | bool | None

HOLDS = "holds"
FAILS = "fails"
NOT_APPLICABLE = "not_applicable"
UNDETERMINED = "undetermined"


@frozen(kw_only=True)
class Missing:
    """One absent fact: where it would stand and who could supply it, in one phrase."""

    table: str
    subject: str
    column: str
    phrase: Text

    def as_json(self) -> dict[str, Any]:
        return {"table": self.table, "subject": self.subject, "column": self.column, "phrase": self.phrase}


@frozen(kw_only=True)
class Judgement:
    """What one kind says about one case, before the provision's identity is put on it.

    Attributes
    ----------
    value, operator, threshold, margin
        ``value operator threshold`` is what was tested; ``margin`` is how far the value may still move (≥ 0) or has gone too
        far (< 0), in ``unit_of_measure``.
    waives, may_waive
        Provisions that this one lifts for this case; or would lift if the missing evidence were there.
    would_change
        What would change this judgement: a nearest threshold, never a promise.
    """

    status: str
    sentence: Text
    value: Value = None
    operator: str = ""
    threshold: Value = None
    margin: Value = None
    unit_of_measure: str = ""
    evidence: Mapping[str, Any] = field(factory=dict)
    missing: tuple[Missing, ...] = ()
    readings: Mapping[str, str] = field(factory=dict)
    would_change: tuple[Text, ...] = ()
    waives: tuple[str, ...] = ()
    may_waive: tuple[str, ...] = ()
    as_of: date | None = None


@frozen(kw_only=True)
class Finding:
    """One provision's judgement on one case, with its clause.

    ``looked_at`` are all readings on which the judgement could hang: under any other change it stays as it is.
    """

    provision: str
    kind: str
    effect: str
    clause: str
    locator: str
    requirements: tuple[str, ...]
    normally: bool
    judgement: Judgement
    excepted_by: str = ""
    governing_date: str = "decision"
    date_on: date | None = None
    looked_at: frozenset[str] = frozenset()

    @property
    def status(self) -> str:
        return self.judgement.status

    @property
    def sentence(self) -> Text:
        return self.judgement.sentence

    def as_json(self) -> dict[str, Any]:
        """The shape of INTERFACES (`check --json`), keys in a fixed order."""
        said = self.judgement
        return {
            "provision": self.provision, "kind": self.kind, "clause": self.locator, "clause_id": self.clause,
            "requirements": list(self.requirements), "effect": self.effect, "normally": self.normally,
            "status": said.status, "value": said.value, "operator": said.operator, "threshold": said.threshold,
            "margin": said.margin, "unit_of_measure": said.unit_of_measure, "as_of": said.as_of,
            "governing_date": self.governing_date, "date": self.date_on,
            "evidence": dict(said.evidence), "missing": [item.as_json() for item in said.missing],
            "reading": dict(said.readings), "waives": list(said.waives), "may_waive": list(said.may_waive),
            "excepted_by": self.excepted_by, "sentence": said.sentence, "would_change": list(said.would_change),
        }


@frozen(kw_only=True)
class Input:
    """One number that went into a measure, with its date and source."""

    name: str
    value: Value
    unit_of_measure: str = ""
    as_of: date | None = None
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "unit_of_measure": self.unit_of_measure, "as_of": self.as_of, "source": self.source}


def _in_words(formula: str | Text) -> Text:
    """A formula in both languages; one of names and signs alone is the same in both, and the report knows the names."""
    return formula if isinstance(formula, Text) else Text(formula, formula)


@frozen(kw_only=True)
class Measure:
    """Need and supply of one thing in one unit, able to explain itself.

    ``need_low`` and ``need_high`` are the band; ``need`` is the point of the band nearest to the supply, so that
    ``gap = supply − need`` is 0 inside the band, negative when short and positive when over. An information row has no
    need. ``status`` is ``measured`` or ``undetermined`` (then ``reason`` says why and supply or need is None).
    """

    measure: str
    title: Text
    unit: str
    unit_name: str
    unit_of_measure: str
    formula: Text = field(converter=_in_words)
    provision: str = ""
    clause: str = ""
    locator: str = ""
    requirements: tuple[str, ...] = ()
    zone: str = ""
    provider_class: str = ""
    level: str = ""
    subject: str = ""
    need: Number | None = None
    need_low: Number | None = None
    need_high: Number | None = None
    supply: Number | None = None
    gap: Number | None = None
    inputs: tuple[Input, ...] = ()
    readings: Mapping[str, str] = field(factory=dict)
    status: str = "measured"
    as_of: date | None = None
    reason: Text | None = None
    note: Text | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape of INTERFACES (`measure --json`), keys in a fixed order."""
        return {
            "measure": self.measure, "title": self.title, "unit": self.unit, "unit_name": self.unit_name,
            "zone": self.zone, "provider_class": self.provider_class, "level": self.level, "subject": self.subject,
            "need": self.need, "need_low": self.need_low, "need_high": self.need_high, "supply": self.supply,
            "gap": self.gap, "unit_of_measure": self.unit_of_measure, "formula": self.formula.en, "formula_zh": self.formula.zh,
            "inputs": {item.name: item.as_json() for item in self.inputs}, "clause": self.locator,
            "clause_id": self.clause, "requirements": list(self.requirements), "provision": self.provision,
            "reading": dict(self.readings), "status": self.status, "as_of": self.as_of, "reason": self.reason,
            "note": self.note,
        }


def nearest_in_band(supply: Number, low: Number | None, high: Number | None) -> Number:
    """The point of ``[low, high]`` nearest to ``supply``; an absent bound does not bind."""
    if low is not None and supply < low:
        return low
    if high is not None and supply > high:
        return high
    return supply
