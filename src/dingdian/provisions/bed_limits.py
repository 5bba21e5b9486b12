"""What a provision says of beds that change hands: bands, shares, ceilings, exits, levels and who is left alone.

The words in which kinds of provisions answer a reallocation of beds, in whole beds throughout, so that the optimiser knows no kind.
States limits and targets only; moves nothing. What a provision cannot tell is a note or leaves somebody out, never a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from dingdian.terms import Text

ANY_LEVEL, SAME_OR_LOWER, SAME_LEVEL = "", "same_or_lower", "same_level"


@frozen(kw_only=True)
class BedBand:
    """Beds of some districts, to be from ``low`` to ``high`` (both included, None: no bound). A target: beds outside it are counted."""

    name: Text
    districts: tuple[str, ...]
    low: int | None = None
    high: int | None = None


@frozen(kw_only=True)
class BedShare:
    """One group of levels should have ``percent`` of all beds. A target: beds off it are counted."""

    level: str
    percent: Decimal


@frozen(kw_only=True)
class BedCeiling:
    """A district receives only while it has fewer beds than ``needed``; ``capped``: and never more than that. ``needed`` None: unknown, so none."""

    district: str
    needed: int | None
    capped: bool = True


@frozen(kw_only=True)
class BedExits:
    """Inside these districts together, at most ``ratio`` beds are added for one that is given up there."""

    districts: tuple[str, ...]
    ratio: Decimal


@frozen(kw_only=True)
class BedLimits:
    """What one provision says of beds that change hands.

    Attributes
    ----------
    column, per
        Which beds it counts (an option of WHICH_BEDS) against whose thousand; "" where it counts none.
    levels
        What level beds may become: any, the same or a lower one, the same only.
    left_alone
        Institutions that neither give nor receive, with the reason.
    readings
        Reading id → option in force, of those that were looked at.
    """

    column: str = ""
    per: str = ""
    bands: tuple[BedBand, ...] = ()
    shares: tuple[BedShare, ...] = ()
    ceilings: tuple[BedCeiling, ...] = ()
    exits: tuple[BedExits, ...] = ()
    levels: str = ANY_LEVEL
    left_alone: Mapping[str, Text] = field(factory=dict)
    notes: tuple[Text, ...] = ()
    readings: Mapping[str, str] = field(factory=dict)
