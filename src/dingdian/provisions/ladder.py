"""The next step on a ladder of sanctions, from what happened: pure, with plain arguments.

A ground is an event of a type and severity, so many of them in the term of the agreement, or a ground that an official has
established. What a resumption, a termination or a correction has settled counts no more, except where events of the whole term
are counted. An event whose severity nobody stated may be any: it then decides only what it cannot change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from dingdian.terms import SEVERITIES

NOTHING, TO_DO, DONE, ENDED, UNKNOWN = "nothing", "to_do", "done", "ended", "unknown"
# The event by which a step is seen to have been taken.
TAKEN_BY = {"suspend": "suspension", "terminate": "termination"}
_SETTLES = ("resumption", "termination")


@frozen(kw_only=True)
class Happening:
    """Something that happened to a provider on a day; ``ground`` is the id of a ground established by an official."""

    day: date
    type: str = ""
    severity: str = ""
    ground: str = ""


@frozen(kw_only=True)
class NextStep:
    """What the ladder asks for.

    Attributes
    ----------
    state
        nothing; to_do; done (the step has been taken); ended (the agreement is terminated); unknown (then ``missing``).
    rung, ground, since
        The step, the ground that leads to it, and the day of the event. ``overdue`` where it follows from a correction not made in time.
    open_events
        How many unsettled events are grounds.
    missing
        What is not known: ``severity`` of an event, or ``signed_on``, the beginning of the term.
    """

    state: str
    rung: Mapping[str, Any] | None = None
    ground: Mapping[str, Any] | None = None
    since: date | None = None
    overdue: bool = False
    open_events: int = 0
    missing: tuple[str, ...] = ()


@frozen
class _Match:
    rung: int
    ground: Mapping[str, Any]
    since: date
    missing: str = ""


def next_step(
    rungs: Sequence[Mapping[str, Any]], grounds: Iterable[Mapping[str, Any]], events: Iterable[Happening], on: date, *,
    signed: date | None = None, correction_due: date | None = None, corrected: date | None = None,
) -> NextStep:
    """The severest step that unsettled events call for on a day.

    Parameters
    ----------
    rungs, grounds
        Rows of a ``sanction_ladder``; the rungs from the mildest to the severest.
    signed
        First day of the term in which repeated events are counted.
    correction_due, corrected
        Last day for putting right, and the day on which that was confirmed. Not put right after the last day, the rung's ``then``
        follows.
    """
    known = sorted((event for event in events if event.day <= on), key=lambda event: event.day)
    ended = max((event.day for event in known if event.type == "termination"), default=None)
    of_agreement = [event for event in known if ended is None or event.day > ended]
    if ended is not None and not of_agreement:
        return NextStep(state=ENDED, since=ended)
    corrected = None if corrected is None or corrected > on else corrected
    settled = max([event.day for event in of_agreement if event.type in _SETTLES] + ([corrected] if corrected else []), default=None)
    unsettled = [event for event in of_agreement if settled is None or event.day > settled]
    found = [match for ground in grounds for match in _matches(ground, rungs, unsettled, of_agreement, signed)]
    return _severest(rungs, found, unsettled, on, correction_due)


def _matches(
    ground: Mapping[str, Any], rungs: Sequence[Mapping[str, Any]], unsettled: list[Happening], of_agreement: list[Happening], signed: date | None
) -> Iterable[_Match]:
    rung = max((index for index, rung in enumerate(rungs) if ground["id"] in rung["grounds"]), default=None)
    if rung is None:
        return
    if ground["times"] is not None:
        yield from _repeated(ground, rung, of_agreement, signed)
        return
    for event in unsettled:
        fits = _fits(ground, event)
        if fits is not False:
            yield _Match(rung, ground, event.day, "severity" if fits is None else "")


def _fits(ground: Mapping[str, Any], event: Happening) -> bool | None:
    """Whether an event is this ground; None where its severity is not known and would tell."""
    if event.ground:
        return bool(event.ground == ground["id"])
    if not ground["event"] or event.type != ground["event"]:
        return False
    if not ground["severities"]:
        return True
    return None if event.severity not in SEVERITIES else event.severity in ground["severities"]


def _repeated(ground: Mapping[str, Any], rung: int, events: list[Happening], signed: date | None) -> Iterable[_Match]:
    of_kind = [event for event in events if _fits(ground, event)]
    in_term = [event for event in of_kind if signed is not None and event.day >= signed]
    if len(in_term) >= ground["times"]:
        yield _Match(rung, ground, in_term[-1].day)
    elif signed is None and len(of_kind) >= ground["times"]:
        yield _Match(rung, ground, of_kind[-1].day, "signed_on")


def _severest(
    rungs: Sequence[Mapping[str, Any]], found: list[_Match], unsettled: list[Happening], on: date, due: date | None
) -> NextStep:
    count = len({match.since for match in found if match.ground["times"] is None})
    sure = max((match for match in found if not match.missing), key=lambda match: (match.rung, match.since), default=None)
    doubtful = [match for match in found if match.missing and (sure is None or match.rung > sure.rung)]
    if doubtful:
        return NextStep(state=UNKNOWN, open_events=count, missing=tuple(dict.fromkeys(match.missing for match in doubtful)),
                        since=doubtful[0].since)
    if sure is None:
        return NextStep(state=NOTHING)
    rung = rungs[sure.rung]
    follows = next((other for other in rungs if other["id"] == rung["then"]), None)
    overdue = follows is not None and due is not None and due >= sure.since and on > due
    step = follows if overdue and follows is not None else rung
    taken = any(event.type == TAKEN_BY.get(step["action"]) and event.day >= sure.since for event in unsettled)
    return NextStep(state=DONE if taken else TO_DO, rung=step, ground=sure.ground, since=sure.since, overdue=overdue, open_events=count)
