"""What a provision raises when the city crosses, or nears, a line that it draws: alerts, each with its date and its evidence.

An alert informs a person and stops nobody. It refuses to exist without the date of its data, and a line that nobody could look at is
undetermined and names what is missing: silence of the data is not quiet of the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs
from attrs import evolve, field, frozen

from dingdian.provisions.counting import show
from dingdian.provisions.finding import Input, Measure, Missing, Value
from dingdian.terms import LEVELS, UNITS_OF_MEASURE, Text

ALERT, APPROACHING, UNDETERMINED, QUIET = "alert", "approaching", "undetermined", "quiet"
STATES: Mapping[str, Text] = {
    ALERT: Text("预警", "alert"), APPROACHING: Text("临近", "approaching"), UNDETERMINED: Text("无法判定", "undetermined"),
    QUIET: Text("正常", "quiet"),
}
RAISED = (ALERT, APPROACHING)
LEAD_DAYS = 30  # how many days ahead a deadline is near, unless the caller says otherwise
OVER, SHORT = "over", "short"

# Sides of a line that raise an alert → the day from which being there counts; None for at once.
Sides = Mapping[str, date | None]


@frozen(kw_only=True)
class Alert:
    """One line of one provision, looked at in one place on one day.

    Attributes
    ----------
    trigger
        What was looked at: the measure, or the plan's own name of the condition.
    state
        ``alert`` (the line is crossed), ``approaching`` (it is crossed and does not bind yet, or a day is near), ``undetermined``
        or ``quiet``.
    value, operator, threshold
        ``value operator threshold`` is what ought to hold; an alert is where it does not. Empty where a day alone decides.
    since
        The date of the data that raised it: of the account, the register, the event. Required of whatever is raised.
    due
        The day that is near, or from which the line binds.
    missing
        What would have to be on file to tell; required of what is undetermined.
    follows
        What the plan says follows, where it says anything.
    provision, clause, locator, requirements
        Set by the loop, which knows the plan.
    """

    trigger: str
    title: Text
    state: str = field(validator=attrs.validators.in_(tuple(STATES)))
    unit: str
    unit_name: str
    sentence: Text
    since: date | None = None
    due: date | None = None
    value: Value = None
    operator: str = ""
    threshold: Value = None
    unit_of_measure: str = ""
    subject: str = ""
    subject_name: str = ""
    provider_class: str = ""
    level: str = ""
    zone: str = ""
    formula: Text | None = None
    evidence: tuple[Input, ...] = ()
    missing: tuple[Text, ...] = ()
    follows: Text | None = None
    readings: Mapping[str, str] = field(factory=dict)
    provision: str = ""
    clause: str = ""
    locator: str = ""
    requirements: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.state in RAISED and self.since is None:
            raise ValueError(f"{self.trigger} raises an alert without the date of its data")
        if (self.state == UNDETERMINED) != bool(self.missing):
            raise ValueError(f"{self.trigger} must name what is missing where it is undetermined, and only there")

    @property
    def id(self) -> str:
        """What stays the same from one day to the next: provision, trigger and whom it concerns."""
        whom = (self.zone, self.unit, self.subject, self.provider_class, self.level)
        return "/".join((self.provision, self.trigger, ":".join(part for part in whom if part)))

    def as_json(self) -> dict[str, Any]:
        """Keys in a fixed order; missing values are null."""
        return {
            "id": self.id, "trigger": self.trigger, "title": self.title, "state": self.state, "provision": self.provision, "clause": self.locator,
            "clause_id": self.clause, "requirements": list(self.requirements), "unit": self.unit, "unit_name": self.unit_name, "zone": self.zone,
            "subject": self.subject, "subject_name": self.subject_name, "provider_class": self.provider_class, "level": self.level,
            "value": self.value, "operator": self.operator, "threshold": self.threshold, "unit_of_measure": self.unit_of_measure,
            "since": self.since, "due": self.due, "sentence": self.sentence, "follows": self.follows, "formula": self.formula,
            "evidence": {item.name: item.as_json() for item in self.evidence}, "missing": list(self.missing), "reading": dict(self.readings),
        }


def lacking(alert: Alert, missing: Iterable[Missing | Text]) -> Alert:
    """The same line where it cannot be looked at: no value, no date, and what is missing."""
    absent = tuple(item.phrase if isinstance(item, Missing) else item for item in missing)
    zh, en = "；".join(text.zh for text in absent), "; ".join(text.en for text in absent)
    where = f"{alert.unit_name}{alert.title.zh}" if alert.unit_name not in alert.title.zh else alert.title.zh
    return evolve(
        alert, state=UNDETERMINED, value=None, operator="", threshold=None, since=None, due=None, missing=absent,
        sentence=Text(f"{where}无法判定：{zh}。", f"{alert.unit_name}, {alert.title.en}: undetermined ({en})."))


def of_rows(rows: Iterable[Measure], watched: Mapping[str, Sides], on: date) -> Iterable[Alert]:
    """What rows of need and supply raise, in their order; ``watched`` names the measures that state a line and the sides that count."""
    for row in rows:
        found = of_row(row, watched[row.measure], on) if row.measure in watched else None
        if found is not None:
            yield found


def of_row(row: Measure, sides: Sides, on: date) -> Alert | None:
    """What one row raises; None for a row that is held against no line."""
    if row.status == UNDETERMINED:
        return lacking(told_by(row), [row.reason or _NO_NUMBER])
    if row.gap is None:
        return None
    side = OVER if row.gap > 0 else SHORT if row.gap < 0 else ""
    state, due = (QUIET, None) if side not in sides else _standing(sides[side], on)
    operator, threshold = _line(row, side if side in sides else next(iter(sides), side))
    return raised(told_by(row), state, due=due, operator=operator, threshold=threshold, sentence=_sentence(row, state, operator, threshold, due))


def told_by(row: Measure) -> Alert:
    """A quiet line with all that a row says of itself: whom it concerns, its number, its date, its evidence."""
    dated = [item.as_of for item in row.inputs if item.as_of is not None]
    note = _unended(row.note or row.title)
    return Alert(
        trigger=row.measure, title=row.title, state=QUIET, unit=row.unit, unit_name=row.unit_name, subject=row.subject, level=row.level,
        provider_class=row.provider_class, zone=row.zone, unit_of_measure=row.unit_of_measure, formula=row.formula, evidence=row.inputs,
        readings=row.readings, value=row.supply, since=row.as_of or max(dated, default=None), sentence=Text(f"{note.zh}。", f"{note.en}."))


def raised(quiet: Alert, state: str, **more: Any) -> Alert:
    """The line in another state; without a date of its data nothing is raised: that is undetermined."""
    since = more.get("since", quiet.since)
    if state in RAISED and since is None:
        return lacking(quiet, [NO_DATE])
    return evolve(quiet, state=state, **more)


def _standing(binds_from: date | None, on: date) -> tuple[str, date | None]:
    """A line that is crossed: at once an alert, or approaching until the day from which it binds."""
    return (ALERT, None) if binds_from is None or on >= binds_from else (APPROACHING, binds_from)


def _line(row: Measure, side: str) -> tuple[str, Value]:
    """The bound on a side; inside a band the upper one, or the only one there is."""
    if row.need_high is not None and (side != SHORT or row.need_low is None):
        return "<=", row.need_high
    return (">=", row.need_low) if row.need_low is not None else ("<=", row.need)


_BEYOND = {"<=": Text("高于", "above"), ">=": Text("低于", "below")}
_WITHIN = {"<=": Text("不高于", "not above"), ">=": Text("不低于", "not below")}


def _sentence(row: Measure, state: str, operator: str, threshold: Value, due: date | None) -> Text:
    supply, line = quantity(row.supply, row.unit_of_measure), quantity(threshold, row.unit_of_measure)
    verb = (_WITHIN if state == QUIET else _BEYOND)[operator]
    later = Text("", "") if due is None else Text(f"，自 {due} 起适用", f", binding from {due}")
    said = None if row.note is None else _unended(row.note)
    note = Text("", "") if said is None else Text(f"（{said.zh}）", f" ({said.en})")
    level = Text(f"（{LEVELS.label(row.level)}）", f" ({LEVELS.label(row.level, 'en')})") if row.level else Text("", "")
    return Text(f"{row.unit_name}{row.title.zh}{level.zh} {supply.zh}，{verb.zh} {line.zh}{later.zh}{note.zh}。",
                f"{row.unit_name}, {row.title.en}{level.en}: {supply.en}, {verb.en} {line.en}{later.en}{note.en}.")


def _unended(note: Text) -> Text:
    """A note without its full stop, to stand inside a sentence."""
    return Text(note.zh.rstrip("。"), note.en.rstrip("."))


def quantity(value: Value, unit_of_measure: str) -> Text:
    """A number with its unit, in both languages; text stands as it is."""
    said, space = value if isinstance(value, str) else show(value), "" if unit_of_measure == "percent" else " "
    return Text(*(f"{said}{space}{UNITS_OF_MEASURE.label(unit_of_measure, lang)}".strip() for lang in ("zh", "en")))


def near(days_left: int, lead_days: int) -> str:
    """A day that lies ahead: approaching within the lead, its first and last day included, quiet before, an alert once it has passed."""
    return ALERT if days_left < 0 else APPROACHING if days_left <= lead_days else QUIET


NO_DATE = Text("缺少数据日期", "the date of the data is missing")
_NO_NUMBER = Text("该项测算没有数值", "the measure has no number")
