"""What a provision does to a year that has not come yet: the shapes that kinds answer with when a plan is played forward.

A rule sees one class in one year, zone by zone, after the year's exits: stocks, insured persons, what exits freed, how the accounts
stand. It answers with room: how many beds or places may be added, in each zone and in the whole area. It draws nothing and knows no
applicant; what a rule cannot tell of whole zones (a radius, a township) is told by the share of the applications on file that pass it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import field, frozen

from dingdian.provisions.finding import Missing
from dingdian.terms import PROVIDER_CLASSES

if TYPE_CHECKING:
    from dingdian.provisions.base import Provision

AREA = ""  # the code of the whole pooling area among zones


@frozen(kw_only=True)
class Account:
    """One scheme's account in a year: its flow (income less spending) and closing balance, last year's and as this year runs, in fen."""

    last_flow: int
    flow: int
    last_balance: int | None
    balance: int | None


@frozen(kw_only=True, eq=False)
class Year:
    """One class in one year, when additions are decided. Sequences have one number for each zone.

    Attributes
    ----------
    insured
        Persons at the end of the year before.
    providers, stock
        Providers, and what the class is counted in (beds of inpatient institutions, else providers), after the year's exits.
    freed, freed_before
        Beds or places that exits freed in this year and in the year before.
    opening
        The stock at the end of the year before.
    kept
        Provision → quota that it has carried over so far.
    accounts
        (zone, scheme) → account; the zone is AREA for the pooling area's own.
    """

    year: int
    provider_class: str
    zones: tuple[str, ...]
    insured: Sequence[int]
    providers: Sequence[int]
    stock: Sequence[int]
    opening: Sequence[int]
    freed: Sequence[int]
    freed_before: Sequence[int]
    kept: Mapping[str, Sequence[int]]
    accounts: Mapping[tuple[str, str], Account] = field(factory=dict)


@frozen(kw_only=True)
class Room:
    """What may be added: by zone, and in the whole area; None where no number limits it."""

    zones: tuple[int | None, ...]
    area: int | None = None


@frozen(kw_only=True)
class Target:
    """A norm that a stock is to come down to: so many per 1000 insured persons at most, in each zone or in the area alone."""

    per_1000: Fraction
    of_zones: bool


@frozen(kw_only=True)
class YearRule:
    """What one provision does to a year of some classes.

    Attributes
    ----------
    lifts
        Provisions whose room it widens; empty for a gate.
    target
        The norm that it holds the class against.
    by_share
        It limits no number: the share of applications on file that pass it is the share of later ones that do.
    carries
        What it leaves unused is carried into the next year.
    offers
        Who asks for more than is left may be admitted with what is left.
    beds
        The option of `counting.WHICH_BEDS` by which it counts beds; "" where it counts none.
    readings
        Reading id → option that it rests on.
    missing
        What keeps anybody from telling what it allows: then its classes cannot be played forward.
    """

    provision: str
    classes: tuple[str, ...]
    lifts: tuple[str, ...] = ()
    target: Target | None = None
    by_share: bool = False
    carries: bool = False
    offers: bool = True
    beds: str = ""
    readings: Mapping[str, str] = field(factory=dict)
    missing: tuple[Missing, ...] = ()

    def room(self, year: Year) -> Room:
        """What it allows in a year; without a limit unless the rule says otherwise."""
        return Room(zones=(None,) * len(year.zones))

    def keeps(self, year: Year, used: Sequence[int]) -> list[int]:
        """What each zone may carry into the next year after using so much; nothing unless the rule carries."""
        return [0] * len(year.zones)

    def refill(self) -> Fraction | None:
        """The share of exits that it lets be filled again where a norm is exceeded; None where it states none."""
        return None


def classes_of(provision: Provision) -> tuple[str, ...]:
    """The classes of which any new provider falls under a provision; none where it speaks of some types, levels or owners only."""
    scope = provision.scope
    narrowed = any((scope.kinds, scope.levels, scope.tags, scope.ownership, scope.owner, scope.specialties))
    if narrowed or (scope.actions and "designate" not in scope.actions):
        return ()
    return scope.provider_class or tuple(PROVIDER_CLASSES)


def beds_at_most(per_1000: Fraction, persons: int) -> int:
    """Whole beds that so many per 1000 persons allow, rounded down."""
    return per_1000.numerator * persons // (per_1000.denominator * 1000)
