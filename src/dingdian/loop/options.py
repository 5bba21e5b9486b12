"""What a siting hands on: where to add or leave out, how sure that is, and which applications compete. Frozen, ready for JSON.

Every figure carries its reason with it: what was asked, which limits stood, who was left out, and the certificate. An answer that
a time limit cut short never says that it is the best.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from dingdian.provisions.finding import Number
from dingdian.terms import Text

ADD, COVER, RELEASE = "add", "cover", "release"


@frozen(kw_only=True)
class Held:
    """How a place stands against one limit once it and those before it are taken."""

    provision: str
    locator: str
    nature: str  # what the limit is about, a code of NATURES
    value: int | Decimal
    threshold: int | Decimal

    def as_json(self) -> dict[str, Any]:
        return {"provision": self.provision, "clause": self.locator, "value": self.value, "threshold": self.threshold}


@frozen(kw_only=True)
class Place:
    """A place where one more provider would help most, or a provider that can best be spared, in the city's working frame.

    Attributes
    ----------
    gain
        People who come newly within reach when the places before it in the list are taken; below zero: people who lose theirs.
    covered_after
        People within reach when it and those before it are taken.
    candidate
        The street node, application, provider or row of a file that it is.
    saturation_after, cap
        Providers in its circle then, and the cap there; 0 where no cap speaks of it.
    """

    rank: int
    lon: float
    lat: float
    district: str
    district_name: str
    gain: int
    saturation_after: int
    cap: int
    sentence: Text
    covered_after: int = 0
    candidate: str = ""
    limits: tuple[Held, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "rank": self.rank, "lon": str(self.lon), "lat": str(self.lat), "district": self.district,
            "district_name": self.district_name, "gain": self.gain, "saturation_after": self.saturation_after,
            "cap": self.cap, "sentence": self.sentence, "covered_after": self.covered_after, "candidate": self.candidate,
            "limits": [held.as_json() for held in self.limits],
        }


@frozen(kw_only=True)
class Competition:
    """Applications that each pass alone but cannot all be admitted, and the limit that they share."""

    applications: tuple[str, ...]
    provision: str
    locator: str
    sentence: Text

    def as_json(self) -> dict[str, Any]:
        return {
            "applications": list(self.applications), "provision": self.provision, "clause": self.locator,
            "sentence": self.sentence,
        }


@frozen(kw_only=True)
class LimitNote:
    """A provision of the plan as the model keeps it, or, with ``kept`` False, a gate that the model does not know."""

    provision: str
    locator: str
    title: Text
    rule: Text
    kept: bool = True

    @property
    def named(self) -> Text:
        """The clause with what it is about: 二(二) 服务半径饱和度."""
        return Text(f"{self.locator} {self.title.zh}", f"{self.locator} {self.title.en}")

    def as_json(self) -> dict[str, Any]:
        return {"provision": self.provision, "clause": self.locator, "title": self.title, "rule": self.rule}


@frozen(kw_only=True)
class LeftOut:
    """Candidates that were not let in because nobody can say what a limit allows there, or because another gate refuses them."""

    count: int
    provision: str
    reason: Text

    def as_json(self) -> dict[str, Any]:
        return {"count": self.count, "provision": self.provision, "reason": self.reason}


@frozen(kw_only=True)
class Certificate:
    """How good an answer is, proved: its value, what no other choice can beat, and the same in one sentence.

    Attributes
    ----------
    counts
        What ``value`` and ``bound`` are: ``persons`` newly within reach (add) or losing their reach (release), or ``places`` (cover).
    value, bound
        No choice inside the model adds more (add), needs fewer (cover) or loses fewer (release) than ``bound``.
    gap
        |bound − value| as a share of the larger.
    status
        optimal, feasible, infeasible or time_limit; ``optimal`` only where value and bound meet.
    seconds
        By the clock that was handed in; None without one.
    verified
        Whether walks, people and limits came out the same when worked out again by other code; None where nothing was chosen.
    blocked_by
        Ids of the provisions that together leave no choice, or p, share, candidates.
    """

    counts: str
    status: str
    sentence: Text
    value: Decimal | None = None
    bound: Decimal | None = None
    gap: Decimal | None = None
    seconds: Decimal | None = None
    verified: bool | None = None
    blocked_by: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": self.counts, "value": self.value, "bound": self.bound, "gap": self.gap, "status": self.status,
            "seconds": self.seconds, "verified": self.verified, "blocked_by": list(self.blocked_by), "sentence": self.sentence,
        }


@frozen(kw_only=True)
class Persons:
    """Whose number counts. Where the grid counts others, an estimate: its formula and what went into it."""

    basis: str
    is_estimate: bool = False
    formula: str = ""
    inputs: tuple[Mapping[str, Any], ...] = ()
    note: Text | None = None

    def as_json(self) -> dict[str, Any]:
        return {"basis": self.basis, "estimate": self.is_estimate, "formula": self.formula, "inputs": list(self.inputs), "note": self.note}


@frozen(kw_only=True)
class Options:
    """Where to add, and which applications compete.

    Attributes
    ----------
    mode, asked
        add, cover or release, and how many places or which share was asked for.
    covered_before, covered_after
        People of ``considered`` (those inside the streets' extent), out of ``people`` in the whole city; None with ``reason`` when
        coverage could not be measured.
    uncovered
        Population cells among the considered whose people have no provider within reach today.
    gained
        Those of them that the places bring within reach; for a release, the cells that lose theirs.
    present_before, present_after
        Providers that serve, before and after.
    candidates, left_out
        How many places were to choose from, and who was not among them.
    limits, not_modelled
        Provisions that the model keeps, and gates of the class that it does not know: those are for the ruling.
    """

    provider_class: str
    places: tuple[Place, ...] = ()
    covered_before: int | None = None
    covered_after: int | None = None
    considered: int | None = None
    people: int | None = None
    basis: str = ""
    uncovered: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    competitions: tuple[Competition, ...] = ()
    method: Text = Text("", "")
    reason: Text | None = None
    mode: str = ADD
    asked: Number | None = None
    walk_m: Decimal | None = None
    present_before: int | None = None
    present_after: int | None = None
    candidates: int | None = None
    candidates_from: str = ""
    left_out: tuple[LeftOut, ...] = ()
    limits: tuple[LimitNote, ...] = ()
    not_modelled: tuple[LimitNote, ...] = ()
    certificate: Certificate | None = None
    persons: Persons | None = None
    readings: Mapping[str, str] = field(factory=dict)
    notes: tuple[Text, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "provider_class": self.provider_class, "places": [place.as_json() for place in self.places],
            "covered_before": self.covered_before, "covered_after": self.covered_after,
            "considered": self.considered, "people": self.people, "basis": self.basis,
            "competitions": [item.as_json() for item in self.competitions], "method": self.method,
            "reason": self.reason, "mode": self.mode, "asked": self.asked, "walk_m": self.walk_m,
            "present_before": self.present_before, "present_after": self.present_after,
            "candidates": self.candidates, "candidates_from": self.candidates_from,
            "left_out": [item.as_json() for item in self.left_out], "limits": [item.as_json() for item in self.limits],
            "not_modelled": [item.as_json() for item in self.not_modelled],
            "certificate": None if self.certificate is None else self.certificate.as_json(),
            "persons": None if self.persons is None else self.persons.as_json(),
            "readings": dict(self.readings), "notes": list(self.notes),
        }
