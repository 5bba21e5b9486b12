"""What a siting is asked: how many places, or which share of the people, from which candidates, for whom.

Bad questions end here in one sentence. Reads nothing and looks at no city.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from attrs import field, frozen

from dingdian.loop.options import ADD, COVER, RELEASE
from dingdian.terms import KINDS, LEVELS, PROVIDER_CLASSES, CodeList

PLACES = 10  # asked for when nothing is said
STREETS, APPLICATIONS = "streets", "applications"
PEOPLE = {"insured": "insured", "residents": "resident"}

Point = tuple[str, float, float]  # name, longitude, latitude in the city's working frame


@frozen(kw_only=True)
class Ask:
    """One question.

    Attributes
    ----------
    mode, asked
        add or release so many, or cover so large a share (a decimal above 0, at most 1).
    candidates
        ``streets``, ``applications``, or points by name in the city's working frame.
    people
        ``insured``, ``resident``, or "" for whoever the population grid counts.
    kind, level
        What the newcomer would be, where the plan's limits ask for it.
    gap, seconds, clock
        When the search may stop; ``clock`` returns seconds, like ``time.monotonic``.
    """

    provider_class: str
    mode: str
    asked: int | Decimal
    candidates: str | tuple[Point, ...] = STREETS
    people: str = ""
    kind: str = ""
    level: str = ""
    gap: float | None = None
    seconds: float | None = None
    clock: Callable[[], float] | None = field(default=None, eq=False)

    @property
    def source(self) -> str:
        """Where the candidates come from, in a word."""
        return self.candidates if isinstance(self.candidates, str) else "file"


def asked(
    provider_class: str, *, add: int | None, cover: float | Decimal | str | None, release: int | None, candidates: str | Sequence[Point],
    people: str | None, kind: str | None, level: str | None, gap: float | None, seconds: float | None, clock: Callable[[], float] | None,
) -> Ask:
    """The question, checked.

    Raises
    ------
    ValueError
        More than one of add, cover and release; a number below zero; a share outside (0, 1]; an unknown code.
    """
    known(PROVIDER_CLASSES, "provider_class", provider_class)
    known(KINDS, "kind", kind)
    known(LEVELS, "level", level)
    if people is not None and people not in PEOPLE:
        raise ValueError(f"people is insured or residents, not {people}")
    if isinstance(candidates, str) and candidates not in (STREETS, APPLICATIONS):
        raise ValueError(f"candidates is streets, applications or a list of (name, lon, lat), not {candidates}")
    mode, amount = _wanted(add, cover, release)
    return Ask(
        provider_class=provider_class, mode=mode, asked=amount, candidates=candidates if isinstance(candidates, str) else tuple(candidates),
        people=PEOPLE[people] if people else "", kind=kind or (provider_class if provider_class in KINDS else ""), level=level or "",
        gap=gap, seconds=seconds, clock=clock)


def known(codes: CodeList, name: str, code: str | None) -> None:
    """Refuse a code that is not on its list."""
    if code is not None and code not in codes:
        raise ValueError(f"{name} {code} is unknown: one of {', '.join(codes)}")


def _wanted(add: int | None, cover: float | Decimal | str | None, release: int | None) -> tuple[str, int | Decimal]:
    given = {ADD: add, COVER: cover, RELEASE: release}
    stated = [name for name, value in given.items() if value is not None]
    if len(stated) > 1:
        raise ValueError(f"ask one thing at a time: {' or '.join(stated)}")
    if cover is not None:
        return COVER, _share(cover)
    number = PLACES if not stated else given[stated[0]]
    if not isinstance(number, int) or number < 0:
        raise ValueError(f"{stated[0]} is a whole number, zero or more, not {number}")
    return (stated[0] if stated else ADD), number


def _share(cover: float | Decimal | str) -> Decimal:
    try:
        share = Decimal(str(cover))
    except InvalidOperation as error:
        raise ValueError(f"cover is a share above 0 and at most 1, such as 0.95, not {cover}") from error
    if not 0 < share <= 1:
        raise ValueError(f"cover is a share above 0 and at most 1, such as 0.95, not {cover}")
    return share
