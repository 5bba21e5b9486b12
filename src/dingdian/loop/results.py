"""What the verbs of the loop hand on: measures, gaps, options, rulings, an annual plan. Frozen, ready for canonical JSON.

These values carry every reason with them; whoever prints them adds no number and no rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from dingdian.loop.options import Competition as Competition
from dingdian.loop.options import Options as Options
from dingdian.loop.options import Place as Place
from dingdian.provisions.finding import Finding, Measure, Number
from dingdian.terms import Text

if TYPE_CHECKING:
    import pandas as pd

    from dingdian.loop.alerts import Alerts


@frozen(kw_only=True)
class PlanNote:
    """How a result names the plan it rests on."""

    id: str
    revision: int
    title: Text
    status: str  # draft | final
    sha256: str

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "revision": self.revision, "title": self.title, "status": self.status, "sha256": self.sha256}


@frozen(kw_only=True)
class CityNote:
    """How a result names the city it rests on; ``synthetic`` lists the tables that are invented."""

    id: str
    name: str
    as_of: date
    sha256: str
    synthetic: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "as_of": self.as_of, "sha256": self.sha256,
            "synthetic": list(self.synthetic),
        }


@frozen(kw_only=True)
class Measures:
    """Every row of need and supply, in the plan's own order.

    ``date_on`` is the day on which the city was looked at.
    """

    plan: PlanNote
    city: CityNote
    date_on: date
    rows: tuple[Measure, ...]
    notes: tuple[Text, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """One row per measure and unit; joins `units.geojson` on ``unit``. Inputs and readings as JSON text."""
        from dingdian.loop.tabular import measures_table

        return measures_table(self)

    def explain(self, row: Measure | int, lang: str = "zh") -> str:
        """Formula, inputs with dates and sources, reading and clause of one row, as text."""
        from dingdian.loop.tabular import explain

        return explain(self.rows[row] if isinstance(row, int) else row, lang)

    def as_json(self) -> dict[str, Any]:
        return {
            "plan": self.plan.as_json(), "city": self.city.as_json(), "as_of": self.date_on,
            "notes": list(self.notes), "measures": [row.as_json() for row in self.rows],
        }


@frozen(kw_only=True)
class Gap:
    """A measure held against its need. ``position``: short, within, over, undetermined or information."""

    measure: Measure
    position: str
    sentence: Text

    def as_json(self) -> dict[str, Any]:
        return {**self.measure.as_json(), "position": self.position, "sentence": self.sentence}


@frozen(kw_only=True)
class Gaps:
    """All gaps, in the order of the measures."""

    plan: PlanNote
    city: CityNote
    date_on: date
    rows: tuple[Gap, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "plan": self.plan.as_json(), "city": self.city.as_json(), "as_of": self.date_on,
            "gaps": [row.as_json() for row in self.rows],
        }


@frozen(kw_only=True)
class Flip:
    """An alternative reading under which the outcome would be another."""

    reading: str
    option: str
    outcome: str
    sentence: Text

    def as_json(self) -> dict[str, Any]:
        return {"reading": self.reading, "option": self.option, "outcome": self.outcome, "sentence": self.sentence}


@frozen(kw_only=True)
class Ruling:
    """What all findings of one case add up to.

    Attributes
    ----------
    outcome
        eligible, refused or review, under the readings in force.
    deciding
        Provision ids that made the outcome what it is.
    robust, flips
        Whether every alternative reading that the case touches gives the same outcome, and those that do not.
    readings_tried, readings_left_out
        How many alternatives, single and joint, were tried, and how many joint ones were too many to try.
    untranslated
        Locators of clauses in scope that no kind can express, printed beside every ruling.
    notes
        What a reader must know before using it: a draft, another pooling area, a day outside the plan's period.
    """

    application: str
    name: str
    action: str
    provider_class: str | None
    kind: str | None
    level: str | None
    district: str
    district_name: str
    lon: float | None
    lat: float | None
    date_on: date
    outcome: str
    sentence: Text
    deciding: tuple[str, ...]
    findings: tuple[Finding, ...]
    robust: bool
    flips: tuple[Flip, ...] = ()
    readings_tried: int = 0
    readings_left_out: int = 0
    would_change: tuple[Text, ...] = ()
    untranslated: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    receipt: Mapping[str, Any] = field(factory=dict)

    @property
    def needs_confirmation(self) -> bool:
        """A ruling that is not robust keeps its outcome but waits for a person's confirmation with a reason."""
        return not self.robust

    def as_json(self, *, receipt: bool = True) -> dict[str, Any]:
        said: dict[str, Any] = {
            "application": self.application, "name": self.name, "action": self.action,
            "provider_class": self.provider_class, "kind": self.kind, "level": self.level,
            "district": self.district, "district_name": self.district_name, "date": self.date_on,
            "outcome": self.outcome, "sentence": self.sentence, "deciding": list(self.deciding),
            "robust": self.robust, "needs_confirmation": self.needs_confirmation,
            "flips": [flip.as_json() for flip in self.flips],
            "readings_tried": self.readings_tried, "readings_left_out": self.readings_left_out,
            "findings": [finding.as_json() for finding in self.findings],
            "would_change": list(self.would_change), "untranslated": list(self.untranslated),
            "notes": list(self.notes),
        }
        if receipt:
            said["receipt"] = self.receipt
        return said


@frozen(kw_only=True)
class Opening:
    """One line of the annual plan: whether a unit is open for a class (and level), by how much, and why."""

    unit: str
    unit_name: str
    provider_class: str
    level: str = ""
    zone: str = ""
    state: str = "open"  # open | closed | undetermined
    room: Number | None = None
    unit_of_measure: str = ""
    reason: Text
    locators: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": self.unit, "unit_name": self.unit_name, "zone": self.zone, "provider_class": self.provider_class,
            "level": self.level, "state": self.state, "room": self.room, "unit_of_measure": self.unit_of_measure, "reason": self.reason,
            "clauses": list(self.locators),
        }


@frozen(kw_only=True)
class Merit:
    """One eligible application in merit order; ``admitted`` False names the limit that those before it used up.

    ``score`` is that of a published scoring table, ``best`` and ``worst`` the places between which it stands when a weight moves.
    """

    rank: int
    application: str
    name: str
    admitted: bool
    reason: Text
    score: Number | None = None
    best: int | None = None
    worst: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "rank": self.rank, "application": self.application, "name": self.name, "admitted": self.admitted,
            "score": self.score, "best": self.best, "worst": self.worst, "reason": self.reason,
        }


@frozen(kw_only=True)
class Section:
    """One part of the annual plan beside the targets: quotas, settlement, deadlines; a code of ANNUAL_SECTIONS and its rows."""

    code: str
    title: Text
    rows: tuple[Gap, ...]

    def as_json(self) -> dict[str, Any]:
        return {"section": self.code, "title": self.title, "rows": [row.as_json() for row in self.rows]}


@frozen(kw_only=True)
class AnnualPlan:
    """Targets, what is open and closed by unit, class and level, the plan's further parts, and the merit order among eligible
    applications.
    """

    year: int
    targets: tuple[Gap, ...]
    openings: tuple[Opening, ...]
    merit: tuple[Merit, ...]
    merit_method: Text
    priorities: tuple[Text, ...] = ()
    sections: tuple[Section, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "year": self.year, "sections": [section.as_json() for section in self.sections], "targets": [gap.as_json() for gap in self.targets],
            "openings": [row.as_json() for row in self.openings], "merit": [row.as_json() for row in self.merit],
            "merit_method": self.merit_method, "priorities": list(self.priorities),
        }


@frozen(kw_only=True)
class TestResult:
    """One test of a pack: what was expected and what came out; ``differences`` is empty when they agree.

    ``line`` is the test's line in ``tests.yaml``; None for a generated case.
    """

    __test__ = False  # not a pytest class, whatever its name

    name: str
    line: int | None
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences

    @property
    def is_generated(self) -> bool:
        return self.line is None

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "line": self.line, "generated": self.is_generated, "passed": self.passed,
                "differences": list(self.differences)}


@frozen(kw_only=True)
class Run:
    """Everything one pass of the loop said; ``alerts`` None where nothing was monitored."""

    plan: PlanNote
    city: CityNote
    date_on: date
    measures: Measures
    gaps: Gaps
    options: Options
    rulings: tuple[Ruling, ...]
    annual_plan: AnnualPlan
    summary: tuple[Text, ...] = ()
    alerts: Alerts | None = None
