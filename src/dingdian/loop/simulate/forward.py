"""What a simulation hands on: rows with intervals, when a norm is reached, what was assumed, and sentences. Frozen, ready for JSON.

Every number is that of the runs or of the file; whoever prints them adds none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from dingdian.loop.options import LimitNote
from dingdian.loop.results import CityNote, PlanNote
from dingdian.loop.simulate.ask import Ask
from dingdian.provisions.finding import Number
from dingdian.terms import Text

if TYPE_CHECKING:
    import pandas as pd

QUANTITIES: Mapping[str, Text] = {
    "providers": Text("定点机构", "designated providers"), "beds": Text("医保床位", "insured beds"), "insured": Text("参保人", "insured persons"),
    "per_1000_insured": Text("千名参保人床位数", "beds per 1000 insured"), "per_10000_insured": Text("万名参保人机构数", "providers per 10,000 insured"),
    "exits": Text("退出机构", "providers that leave"), "released": Text("释放", "released"), "quota": Text("可新增额度", "room for additions"),
    "admitted": Text("新增", "admitted"), "unused": Text("未用额度", "unused room"), "reached": Text("已达标准的运行占比", "share of runs at the norm"),
    "balance": Text("年末累计结余", "balance at the year's end"),
}


@frozen(kw_only=True)
class Interval:
    """Median and central intervals of the runs: 80 % from the 10th to the 90th percentile, 95 % from the 2.5th to the 97.5th."""

    median: Number | None
    low_80: Number | None
    high_80: Number | None
    low_95: Number | None
    high_95: Number | None

    def as_json(self) -> dict[str, Any]:
        return {"median": self.median, "low_80": self.low_80, "high_80": self.high_80, "low_95": self.low_95, "high_95": self.high_95}


@frozen(kw_only=True)
class ForwardRow:
    """One quantity of one class in one zone at one year's end; ``zone`` "" is the whole area, ``scheme`` is that of a balance or of persons."""

    year: int
    zone: str
    zone_name: Text
    provider_class: str
    quantity: str
    unit_of_measure: str
    runs: Interval
    scheme: str = ""
    norm: Decimal | None = None

    @property
    def title(self) -> Text:
        return QUANTITIES[self.quantity]

    def as_json(self) -> dict[str, Any]:
        return {"year": self.year, "zone": self.zone, "zone_name": self.zone_name, "provider_class": self.provider_class, "scheme": self.scheme,
                "quantity": self.quantity, "title": self.title, "unit_of_measure": self.unit_of_measure, **self.runs.as_json(), "norm": self.norm}


@frozen(kw_only=True)
class ClosedForm:
    """Years to the norm at the runs' mean rates, in closed form: ``refill`` is the share of exits that is filled again; None is never."""

    exit_rate: Decimal
    refill: Decimal
    growth: Decimal
    years: Decimal | None

    def as_json(self) -> dict[str, Any]:
        return {"exit_rate": self.exit_rate, "refill": self.refill, "growth": self.growth, "years": self.years}


@frozen(kw_only=True)
class Reached:
    """When a stock comes down to a norm. ``first_year`` is over all runs; None where that part of them is not there by the last year."""

    zone: str
    zone_name: Text
    provider_class: str
    provision: str
    locator: str
    norm: Decimal
    start: Decimal
    share: Decimal
    first_year: Interval
    closed_forms: tuple[ClosedForm, ...]
    sentence: Text

    def as_json(self) -> dict[str, Any]:
        return {"zone": self.zone, "zone_name": self.zone_name, "provider_class": self.provider_class, "provision": self.provision,
                "clause": self.locator, "norm": self.norm, "start": self.start, "share": self.share, "first_year": self.first_year.as_json(),
                "closed_form": [each.as_json() for each in self.closed_forms], "sentence": self.sentence}


@frozen(kw_only=True)
class Course:
    """What becomes of one class in one zone, in a sentence."""

    zone: str
    provider_class: str
    sentence: Text

    def as_json(self) -> dict[str, Any]:
        return {"zone": self.zone, "provider_class": self.provider_class, "sentence": self.sentence}


@frozen(kw_only=True)
class Assumption:
    """What a run takes for granted, with what it rests on."""

    name: str
    sentence: Text
    provider_class: str = ""
    value: Number | None = None
    unit_of_measure: str = ""
    since: date | None = None
    until: date | None = None
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "provider_class": self.provider_class, "value": self.value, "unit_of_measure": self.unit_of_measure,
                "since": self.since, "until": self.until, "source": self.source, "sentence": self.sentence}


@frozen(kw_only=True)
class Forward:
    """A plan played forward on a city.

    Attributes
    ----------
    start_year
        The year at whose end the runs start: that of the latest insured persons.
    undetermined
        Class → why it could not be played forward.
    rules, not_modelled
        Provisions that the runs keep, and gates of which they know nothing.
    """

    plan: PlanNote
    city: CityNote
    date_on: date
    ask: Ask
    start_year: int
    zones: Mapping[str, Text]
    rows: tuple[ForwardRow, ...]
    reached: tuple[Reached, ...] = ()
    courses: tuple[Course, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    undetermined: Mapping[str, Text] = field(factory=dict)
    rules: tuple[LimitNote, ...] = ()
    not_modelled: tuple[LimitNote, ...] = ()
    readings: Mapping[str, str] = field(factory=dict)
    notes: tuple[Text, ...] = ()

    @property
    def last_year(self) -> int:
        return self.start_year + self.ask.years

    @property
    def sentences(self) -> tuple[Text, ...]:
        """The answers in words: what becomes of each class, and when norms are reached."""
        return (*(course.sentence for course in self.courses), *(reached.sentence for reached in self.reached))

    @property
    def table(self) -> pd.DataFrame:
        """One row per year, zone, class and quantity; numbers as floats, names in Chinese."""
        import pandas as pd

        from dingdian import canonical

        said = [canonical.plain(row.as_json()) | {"zone_name": row.zone_name.zh, "title": row.title.zh} for row in self.rows]
        numbers = ("median", "low_80", "high_80", "low_95", "high_95", "norm")
        return pd.DataFrame([{**row, **{name: None if row[name] is None else float(row[name]) for name in numbers}} for row in said])

    def of_zone(self, zone: str) -> Forward:
        """The same, of one zone; rows of a scheme are the whole area's and stay."""
        return evolve(self, rows=tuple(row for row in self.rows if row.zone == zone or row.scheme),
                      reached=tuple(r for r in self.reached if r.zone == zone), courses=tuple(c for c in self.courses if c.zone == zone))

    def as_json(self) -> dict[str, Any]:
        return {
            "plan": self.plan.as_json(), "city": self.city.as_json(), "as_of": self.date_on, "ask": self.ask.as_json(),
            "start_year": self.start_year, "last_year": self.last_year, "zones": dict(self.zones), "sentences": list(self.sentences),
            "reached": [each.as_json() for each in self.reached], "rows": [row.as_json() for row in self.rows],
            "courses": [each.as_json() for each in self.courses], "assumptions": [each.as_json() for each in self.assumptions],
            "undetermined": dict(self.undetermined), "rules": [note.as_json() for note in self.rules],
            "not_modelled": [note.as_json() for note in self.not_modelled], "readings": dict(self.readings), "notes": list(self.notes),
        }
