"""One simulation from question to answer: the start, the runs, rows, words.

Pure: no clock, no file, and no randomness but that of the seed. Each run has its own streams, so that their number and order change none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import numpy as np

from dingdian.city.model import City
from dingdian.loop.cases import application_ids, case_of
from dingdian.loop.ground import city_note, ground, notes, plan_note
from dingdian.loop.options import LimitNote
from dingdian.loop.simulate.ask import Ask, asked
from dingdian.loop.simulate.assumed import assumptions
from dingdian.loop.simulate.forward import ClosedForm, Course, Forward, Reached
from dingdian.loop.simulate.play import ADMITTED, EXITS, RELEASED, STOCK, Played, play
from dingdian.loop.simulate.rooms import NoLimit
from dingdian.loop.simulate.summary import (
    Array,
    Runs,
    first_interval,
    first_years,
    interval,
    norm_shown,
    rows,
    target_of,
    zone_names,
)
from dingdian.loop.simulate.words import course, reached
from dingdian.loop.simulate.world import World, world
from dingdian.methods.attrition import years_to_reach
from dingdian.plans.model import Plan
from dingdian.problems import Unanswerable
from dingdian.provisions.base import Provision
from dingdian.provisions.forward import AREA, Target, YearRule, classes_of
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.terms import Text

Progress = Callable[[str, int, int], None]


def simulate(
    city: City, plan: Plan, years: int = 10, *, runs: int = 500, seed: int = 1, provider_class: str | None = None, zone: str | None = None,
    exit_rate: float | Decimal | str | None = None, arrivals: int | str | None = None, on: date | None = None,
    readings: Mapping[str, str] | None = None, progress: Progress | None = None,
) -> Forward:
    """Years to come under a plan: exits, releases, quotas, admissions, insured persons and accounts, with intervals.

    Parameters
    ----------
    years, runs, seed : int
        How far, how often, and from which seed; the same seed gives the same bytes.
    provider_class : str, optional
        A code of PROVIDER_CLASSES; all that the plan knows when left out.
    zone : str, optional
        Rows and sentences of this zone only; the runs always know all of them.
    exit_rate : float, optional
        Yearly share of the stock that exits take, instead of what the exits on file say.
    arrivals : int or {"history", "unlimited"}, optional
        Applicants a year and class in the whole area, or ``unlimited``: every quota is used in full. The applications on file when left out.
    on : date, optional
        The day on which the city is looked at; its as-of date when left out.
    readings : mapping, optional
        Reading id → option, as in `check`.

    Returns
    -------
    Forward
        Rows by year, zone, class and quantity; when norms are reached; assumptions with evidence; sentences.

    Raises
    ------
    ValueError
        A question that makes no sense, or unlimited applicants where no number limits a class, in one sentence.
    BadData
        An unknown reading; or nothing on file from which any class could be played forward.
    """
    ask = asked(years, runs, seed, provider_class, exit_rate, arrivals)
    chosen, day = plan.with_readings(readings or {}), on or city.meta.as_of
    facts = ground(city, chosen, day)
    cases = tuple(case_of(city, code, day) for code in application_ids(city))
    begun = world(chosen, facts, ask, cases)
    known = {code: name for code, name in zone_names(begun) if code}
    if zone and zone not in known:
        raise Unanswerable(Text(f"没有定点区域 {zone}；可用：{'、'.join(known)}", f"no zone {zone}; one of: {', '.join(known)}"))
    found = Runs.of(_play(begun, ask, progress))
    told = Forward(
        plan=plan_note(chosen), city=city_note(city), date_on=day, ask=ask, start_year=begun.year, zones=known, rows=tuple(rows(begun, found)),
        reached=tuple(_reached(chosen, begun, found, ask)), courses=tuple(_courses(begun, found, ask)), assumptions=tuple(assumptions(begun)),
        undetermined={c: reason_of(missing) for c, missing in begun.undetermined}, rules=tuple(_note(chosen, chosen.provision(id)) for id in begun.rules),
        not_modelled=tuple(_note(chosen, p, kept=False) for p in begun.not_modelled), readings=_readings(begun),
        notes=(*notes(city, chosen, day), *_beyond(chosen, begun.year + ask.years), *_overstated(chosen, begun)))
    return told.of_zone(zone) if zone else told


def _play(begun: World, ask: Ask, progress: Progress | None) -> list[Played]:
    played = []
    for run in range(ask.runs):
        if progress:
            progress("runs", run, ask.runs)
        try:
            played.append(play(begun, ask.years, ask.seed, run))
        except NoLimit:
            raise Unanswerable(Text(
                "有的类别没有数量限制：请写明每年多少申请，unlimited 没有意义",
                "no number limits additions of a class: state how many applicants come a year, unlimited has no meaning")) from None
    return played


def _note(plan: Plan, provision: Provision, *, kept: bool = True) -> LimitNote:
    return LimitNote(provision=provision.id, locator=plan.locator(provision), title=provision.title, rule=provision.read_back(), kept=kept)


def _readings(begun: World) -> dict[str, str]:
    return dict(sorted({key: option for rule in begun.rules.values() for key, option in rule.readings.items()}.items()))


def _beyond(plan: Plan, last: int) -> tuple[Text, ...]:
    ends = plan.valid_until
    return () if ends is None or last <= ends.year else (Text(
        f"规划期止于 {ends}，其后各年按现行条款延续推演。", f"The plan ends on {ends}; the years after it are played as if its clauses went on."),)


def _overstated(plan: Plan, begun: World) -> tuple[Text, ...]:
    """A limit of number that the runs do not know lets more in than the plan does: that is said, clause by clause."""
    classes = {start.provider_class for start in begun.starts}
    unknown = [p for p in begun.not_modelled if p.nature == "number" and not p.plays_forward and classes & set(classes_of(p))]
    if not unknown:
        return ()
    named = [_note(plan, p, kept=False).named for p in unknown]
    return (Text(f"未计入模型的数量限制：{'、'.join(n.zh for n in named)}；新增数可能偏高。",
                 f"Limits of number that the runs do not know, so that additions may be overstated: {', '.join(n.en for n in named)}."),)


# --- answers -----------------------------------------------------------------------------------------------------


def _courses(begun: World, runs: Runs, ask: Ask) -> Iterator[Course]:
    for provider_class, array in runs.classes.items():
        beds = provider_class == "inpatient"
        for i, (zone, name) in enumerate(zone_names(begun)):
            here = array[:, :, i]
            yield Course(zone=zone, provider_class=provider_class, sentence=course(
                name, provider_class, interval(here[:, 0, STOCK]), interval(here[:, -1, STOCK]), (begun.year, begun.year + ask.years),
                interval(here[:, 1:, RELEASED if beds else EXITS].sum(axis=1)), interval(here[:, 1:, ADMITTED].sum(axis=1)), beds=beds))


def _reached(plan: Plan, begun: World, runs: Runs, ask: Ask) -> Iterator[Reached]:
    for provider_class, array in runs.classes.items():
        target = target_of(begun, provider_class)
        if target is None:
            continue
        rules = next(s.rules for s in begun.starts if s.provider_class == provider_class)
        for i, (zone, name) in enumerate(zone_names(begun)):
            if (target.of_zones or zone == AREA) and runs.insured[:, :, i].all():
                yield _one(plan, begun, ask, target, rules, (zone, name), provider_class, array[:, :, i], runs.insured[:, :, i])


def _one(
    plan: Plan, begun: World, ask: Ask, target: Target, rules: tuple[YearRule, ...], zone: tuple[str, Text], provider_class: str, array: Array,
    insured: Array,
) -> Reached:
    norm, firsts = norm_shown(target), first_years(array, insured, target)
    assert norm is not None
    start = Decimal(f"{array[0, 0, STOCK] * 1000 / insured[0, 0]:.4f}")
    share = Decimal(f"{(firsts <= ask.years).mean():.4f}")
    first = first_interval(firsts, begun.year, ask.years)
    until = min(ask.years, int(np.quantile(firsts, 0.5, method="inverted_cdf")))  # after that the rule is another
    closed = () if firsts[0] == 0 or not target.per_1000 else tuple(_closed(target, rules, zone[0], array[:, : until + 1], insured[:, : until + 1]))
    said = reached(zone[1], norm, start, share, first, (begun.year, begun.year + ask.years), closed)
    provision = next(plan.provision(rule.provision) for rule in rules if rule.target is target)
    return Reached(zone=zone[0], zone_name=zone[1], provider_class=provider_class, provision=provision.id, locator=plan.locator(provision), norm=norm,
                   start=start, share=share, first_year=first, closed_forms=closed, sentence=said)


def _closed(target: Target, rules: tuple[YearRule, ...], zone: str, array: Array, insured: Array) -> Iterator[ClosedForm]:
    """At the runs' mean rates until the norm is reached: with what the rules let be filled again, and with no additions at all."""
    rate = float(array[:, 1:, RELEASED].sum() / max(1, array[:, :-1, STOCK].sum()))
    growth = float(np.median(insured[:, -1] / insured[:, 0]) ** (1 / (insured.shape[1] - 1)) - 1)
    of_part = target.of_zones and zone == AREA  # zones below the norm follow their gap, not the share: no share is the area's
    shares = [] if of_part else [share for rule in rules if (share := rule.refill()) is not None]
    now = float(array[0, 0, STOCK] * 1000 / insured[0, 0])
    for refill in dict.fromkeys((*([float(max(shares))] if shares else []), 0.0)):
        years = years_to_reach(now, float(target.per_1000), min(rate, 0.999999), refill, growth, lagged=target.of_zones)
        yield ClosedForm(exit_rate=Decimal(f"{rate:.4f}"), refill=Decimal(f"{refill:.4f}"), growth=Decimal(f"{growth:.4f}"),
                         years=None if np.isinf(years) else Decimal(f"{years:.1f}"))
