"""监测: what a plan watches in a city, line by line: crossed, near, undetermined or quiet, each with its clause and its date.

Knows no rule: each provision raises its own alerts. It informs and changes nothing; a line that nobody could look at is told as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from attrs import evolve

from dingdian.city.model import City
from dingdian.loop.alerts import Alerts
from dingdian.loop.ground import city_note, ground, notes, plan_note
from dingdian.loop.trends import trends, year_ends
from dingdian.plans.model import Plan
from dingdian.problems import Unanswerable
from dingdian.provisions.alert import LEAD_DAYS, RAISED, Alert
from dingdian.provisions.base import Provision
from dingdian.provisions.ground import Ground
from dingdian.terms import Text

Progress = Callable[[str, int, int], None]
_BINDING = ("gate", "condition", "quota")  # effects under which the rule itself says what follows


def monitor(
    city: City, plan: Plan, on: date | None = None, *, earlier: Iterable[City] = (), lead_days: int = LEAD_DAYS, past: bool = True,
    progress: Progress | None = None,
) -> Alerts:
    """Every line that the plan draws for the whole city, and how its measures have moved.

    Parameters
    ----------
    on
        The day on which the city is looked at; its as-of date when left out.
    earlier
        The same pooling area at earlier dates, to compare with; year-ends of ``city`` itself are always looked at.
    lead_days
        A deadline that is so many days ahead, or fewer, is near.
    past
        Whether earlier dates are looked at at all; without them there are no trends.

    Raises
    ------
    ValueError
        An earlier city of another pooling area, or one that is not earlier; a lead below zero.
    """
    towns = tuple(earlier)
    _refuse(city, towns, lead_days)
    day = on or city.meta.as_of
    facts = ground(city, plan, day)
    rows: list[Alert] = []
    for number, provision in enumerate(plan.provisions, start=1):
        if progress:
            progress(provision.id, number, len(plan.provisions))
        rows += _told(plan, provision, facts, lead_days)
    moved, cautions = (trends(city, plan, day, towns), _of_the_past(city, towns, day)) if past else ((), ())
    return Alerts(
        plan=plan_note(plan), city=city_note(city), date_on=day, lead_days=lead_days, rows=tuple(rows), trends=moved,
        earlier=tuple(map(city_note, towns)), notes=(*notes(city, plan, day), *_old_data(city, day), *cautions))


def _told(plan: Plan, provision: Provision, facts: Ground, lead_days: int) -> Iterator[Alert]:
    """A provision's lines with its clause on them; where a rule binds and says nothing more, the rule itself is what follows.

    A provision that is not in force on the day draws no line.
    """
    if not provision.in_force(facts.on):
        return
    rule = provision.read_back() if provision.effect in _BINDING else None
    for alert in provision.alerts(facts, lead_days):
        follows = alert.follows or (rule if alert.state in RAISED else None)
        yield evolve(
            alert, provision=provision.id, clause=provision.clause, locator=plan.locator(provision), requirements=provision.requirements,
            follows=follows, zone=alert.zone or facts.snapshot.zone_of(alert.unit))


def _refuse(city: City, earlier: Sequence[City], lead_days: int) -> None:
    if lead_days < 0:
        raise ValueError(f"the lead must be zero days or more, not {lead_days}")
    for town in earlier:
        if town.meta.pooling_area != city.meta.pooling_area:
            raise Unanswerable(Text(f"{town.meta.id} 属于统筹区 {town.meta.pooling_area}，不是 {city.meta.pooling_area}",
                                    f"{town.meta.id} is pooling area {town.meta.pooling_area}, not {city.meta.pooling_area}"))
        if town.meta.as_of >= city.meta.as_of:
            raise Unanswerable(Text(f"{town.meta.id} 是 {town.meta.as_of} 的数据，不早于 {city.meta.as_of}",
                                    f"{town.meta.id} is of {town.meta.as_of}, not earlier than {city.meta.as_of}"))


def _old_data(city: City, day: date) -> tuple[Text, ...]:
    """A file cannot know what has happened since."""
    days = (day - city.meta.as_of).days
    return () if days <= 0 else (Text(f"数据截至 {city.meta.as_of}，早于判断日期 {days} 天：其后的变化不在其中。",
                                      f"The data end on {city.meta.as_of}, {days} days before the day of the question: what happened since is not in them."),)


def _of_the_past(city: City, earlier: Sequence[City], day: date) -> tuple[Text, ...]:
    """What a reader must know before using a trend."""
    found = [Text(f"早期数据 {town.meta.id}（{town.meta.as_of}）为合成数据：{'、'.join(town.meta.synthetic)}。",
                  f"The earlier city {town.meta.id} ({town.meta.as_of}) is synthetic: {', '.join(town.meta.synthetic)}.")
             for town in earlier if town.meta.synthetic]
    if year_ends(city, day):
        found.append(Text("年末的历史值按现有机构名册与本规划的界线计算，其间退出的机构不在其中；要看当时的名册，请用 --earlier 给出当时的数据。",
                          "Values at earlier year-ends rest on today's register and this plan's lines; providers that left since are not among "
                          "them. Give the data of the time with --earlier to see its own register."))
    return tuple(found)
