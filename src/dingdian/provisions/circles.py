"""The circles of those near an applicant: how many each would hold with it, and whether that would be too many.

Looked at only where a reading says that nobody else's circle may come to exceed its cap. It changes a judgement that is already
made, and refuses to pass one where who counts, or the density of the place, is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from dingdian.provisions import radius_words
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.filling import facts_of
from dingdian.provisions.finding import FAILS, UNDETERMINED, Judgement, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.nearby import Tally, among
from dingdian.terms import Text

if TYPE_CHECKING:
    from dingdian.provisions.kinds.radius_cap import RadiusCap


@frozen(kw_only=True)
class Circle:
    """An existing provider's circle with the applicant in it: how many it would hold, and whether that is too many.

    ``verdict`` fails or is undetermined; ``cap`` is the smallest that may apply.
    """

    provider: str
    count: int
    cap: int
    verdict: str
    density: str


def circles_over(rule: RadiusCap, case: Case, ground: Ground, choices: Choices, counted: Tally) -> list[Circle]:
    """Circles of those near the applicant (admitted applications too) that would, or may, exceed their cap with it."""
    found = []
    for row in counted.rows:
        place = _place(ground, row["provider"])
        if place is None:
            continue
        sure, possible = (count + 1 for count in _in_circle(rule, case, ground, choices, place))
        density = rule.density_of(ground, choices, (row["provider"],), *place).name
        caps = [int(rule.caps[name]) for name in ([density] if density else rule.caps)]
        if possible > min(caps):
            certain = row["inside"] == "yes" and sure > max(caps) and density not in rule.to_person
            found.append(Circle(provider=row["provider"], count=possible, cap=min(caps), density=density, verdict=FAILS if certain else UNDETERMINED))
    return found


def _place(ground: Ground, code: str) -> tuple[float, float] | None:
    """Where a counted provider stands, or an application admitted before this one."""
    if code in ground.places.row_of:
        row = ground.places.located.iloc[ground.places.row_of[code]]
        return float(row["lon"]), float(row["lat"])
    other = next((c for c in ground.admitted_counted if c.application == code), None)
    return None if other is None or other.lon is None or other.lat is None else (other.lon, other.lat)


def _in_circle(rule: RadiusCap, case: Case, ground: Ground, choices: Choices, place: tuple[float, float]) -> tuple[int, int]:
    """Providers and admitted applications within the radius of a place, by the stated coordinates: surely counted, possibly."""
    limit, filling = rule.limit_m(choices), rule.filling(choices)
    held = [n.provider for n in among(ground, case, ground.places.straight(*place, float(limit)), rule.counted_codes(ground, choices))]
    held += [c.application for c in ground.admitted_counted if c.provider_class in rule.counts and c.application != case.application
             and c.lon is not None and c.lat is not None and ground.places.apart(*place, c.lon, c.lat) <= limit]
    if filling.is_plain:
        return len(held), len(held)
    answers = [filling.unknown(facts_of(ground, code), case) for code in held]
    return answers.count(""), sum(answer is not None for answer in answers)


def by_circle(rule: RadiusCap, case: Case, ground: Ground, choices: Choices, said: Judgement, circles: list[Circle]) -> Judgement:
    """The judgement where another's circle decides: it would be over, or nobody can tell."""
    worst = next((c for c in circles if c.verdict == FAILS), circles[0])
    name = ground.snapshot.provider_names.get(worst.provider, worst.provider)
    verb = Text("将达", "would hold") if worst.verdict == FAILS else Text("可能达到", "may come to hold")
    place, radius = radius_words.place_words(rule, worst.density), show(rule.limit_m(choices))
    return evolve(
        said, status=worst.verdict, value=worst.count, operator="<=", threshold=worst.cap, margin=worst.cap - worst.count,
        unit_of_measure="provider", missing=tuple(dict.fromkeys([*said.missing, *_missing(rule, case, worst)])), would_change=(),
        sentence=Text(
            f"纳入本申请后，{name}的 {radius} 米半径内{verb.zh} {worst.count} 家，超过{place.zh}上限 {worst.cap} 家。",
            f"With this one, the {radius} m around {name} {verb.en} {worst.count}, above the cap of {worst.cap}{place.en}."),
    )


def _missing(rule: RadiusCap, case: Case, worst: Circle) -> list[Any]:
    if worst.verdict != UNDETERMINED:
        return []
    if worst.density in rule.to_person:
        return [radius_words.no_decision(case.application)]
    if worst.density or rule.uniform:
        return []
    return [Missing(table="population", subject=worst.provider, column="persons", phrase=Text(
        f"缺少 {worst.provider} 所在地的人口密度类别", f"the density class around {worst.provider} is missing"))]
