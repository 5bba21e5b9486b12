"""The rules that kinds answer with when a plan is played forward: ceilings, shares of exits, exchanges, stops.

Each is arithmetic on whole numbers, rounded as the kind itself rounds. Which of them a provision is, and with which numbers, its kind
says; they know no plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from dingdian.provisions.forward import AREA, Room, Year, YearRule, beds_at_most
from dingdian.terms import FUND_CONDITIONS


@frozen(kw_only=True)
class ShareOfReleases(YearRule):
    """A zone may add a share of what its exits freed in the year before, by how it stands; or up to its gap.

    Attributes
    ----------
    per_1000
        The norm that the zones are held against; None where they are held against their share of the people.
    above, other
        The share of a zone above, and of the others; ``other`` None where the gap is the limit.
    at_norm_above
        A zone exactly at the norm counts as above.
    capped
        Whether the gap limits a zone below the norm, or nothing does.
    slight_is_none
        A difference to the share of the people worth less than half an institution counts as none.
    """

    per_1000: Fraction | None = None
    slight_is_none: bool = False
    above: Fraction
    other: Fraction | None = None
    at_norm_above: bool = False
    capped: bool = True

    def room(self, year: Year) -> Room:
        return Room(zones=tuple(self._of_zone(year, i) for i in range(len(year.zones))))

    def keeps(self, year: Year, used: Sequence[int]) -> list[int]:
        """What is left of a share; a gap is no quota, and is reckoned anew."""
        if not self.carries:
            return super().keeps(year, used)
        return [max(0, (self._of_zone(year, i) or 0) - used[i]) if self._share(year, i) is not None else 0 for i in range(len(year.zones))]

    def refill(self) -> Fraction:
        return self.above

    def _share(self, year: Year, i: int) -> Fraction | None:
        return self.above if self._is_above(year, i) else self.other

    def _of_zone(self, year: Year, i: int) -> int | None:
        share = self._share(year, i)
        kept = year.kept[self.provision][i] if self.carries and self.provision in year.kept else 0
        if share is not None:
            return int(share * year.freed_before[i]) + kept
        if not self.capped:
            return None
        assert self.per_1000 is not None
        return max(0, beds_at_most(self.per_1000, year.insured[i]) - year.stock[i])

    def _is_above(self, year: Year, i: int) -> bool:
        """By the stock and the persons at the end of the year before: more than the norm, or than the share of the people."""
        stock, persons = year.opening[i], year.insured[i]
        if self.per_1000 is None:
            everybody = sum(year.insured)
            gap = stock * everybody - persons * sum(year.opening)
            return gap * 2 >= everybody if self.slight_is_none else gap > 0
        gap = stock * 1000 * self.per_1000.denominator - self.per_1000.numerator * persons
        return gap > 0 or (gap == 0 and self.at_norm_above)


@frozen(kw_only=True)
class Ceiling(YearRule):
    """The whole area holds no more beds per 1000 insured than an upper bound, which may fall from year to year.

    Attributes
    ----------
    highs
        Year → upper bound; before the first and after the last the nearest stated one.
    included
        Whether the bound itself may be reached.
    exits_from
        From this many per 1000 on (the lower bound), beds are added only against the year's exits; None where they are not.
    swap_only_until
        Before this year nothing is added net while the area is above the final bound; None where that is not so.
    """

    highs: Mapping[int, Fraction]
    included: bool = True
    exits_from: Fraction | None = None
    swap_only_until: int | None = None

    def room(self, year: Year) -> Room:
        return Room(zones=(None,) * len(year.zones), area=self._area(year))

    def _area(self, year: Year) -> int:
        stock, persons = sum(year.stock), sum(year.insured)
        room = max(0, self._allowed(self.high_in(year.year), persons) - stock)
        if self.swap_only_until is not None and year.year < self.swap_only_until:
            room = min(room, max(0, self._allowed(self.high_in(max(self.highs)), persons) - stock))
        if self.exits_from is not None and stock * 1000 >= self.exits_from * persons:
            room = min(room, sum(year.freed))
        return room

    def high_in(self, year: int) -> Fraction:
        return self.highs[min(max(year, min(self.highs)), max(self.highs))]

    def _allowed(self, high: Fraction, persons: int) -> int:
        most = beds_at_most(high, persons)
        exactly = high.numerator * persons == most * high.denominator * 1000
        return most if self.included or not exactly else max(0, most - 1)


@frozen(kw_only=True)
class Total(YearRule):
    """A published total of one class in the whole area."""

    totals: Mapping[str, int]

    def room(self, year: Year) -> Room:
        total = self.totals.get(year.provider_class)
        return Room(zones=(None,) * len(year.zones), area=None if total is None else max(0, total - sum(year.providers)))


@frozen(kw_only=True)
class FixedBeds(YearRule):
    """So many beds at most, in the whole area or in each zone: a norm of persons who are not played forward, and stay as they are."""

    beds_allowed: Mapping[str, int]  # zone, or AREA → beds

    def room(self, year: Year) -> Room:
        zones = tuple(None if (most := self.beds_allowed.get(zone)) is None else max(0, most - held) for zone, held in zip(year.zones, year.stock))
        area = self.beds_allowed.get(AREA)
        return Room(zones=zones, area=None if area is None else max(0, area - sum(year.stock)))


@frozen(kw_only=True)
class ZoneGap(YearRule):
    """Beds are added only in a zone whose need is above its stock; up to the gap where that is the limit."""

    per_1000: Fraction
    capped: bool = True

    def room(self, year: Year) -> Room:
        gaps = gaps_of(self.per_1000, year)
        return Room(zones=tuple(max(0, gap) if self.capped else None if gap > 0 else 0 for gap in gaps))


@frozen(kw_only=True)
class Exchange(YearRule):
    """So much may be added as the year's exits freed, times a ratio: in short zones only, or in every zone.

    Attributes
    ----------
    short_of
        Beds per 1000 below which a zone is short; None where every zone may add.
    capped
        Whether the gap of a short zone limits it.
    own_zone
        Whether a zone may use its own exits only; else those of the whole area.
    once_above
        As a gate, exits are needed only once the area has reached so many per 1000 insured; None where they are always.
    """

    ratio: Fraction
    short_of: Fraction | None = None
    capped: bool = False
    own_zone: bool = False
    once_above: Fraction | None = None

    def room(self, year: Year) -> Room:
        if self.once_above is not None and sum(year.stock) < beds_at_most(self.once_above, sum(year.insured)):
            return super().room(year)
        freed = [int(self.ratio * amount) for amount in year.freed]
        zones: list[int | None] = list(freed) if self.own_zone else [None] * len(freed)
        if self.short_of is not None:
            for i, gap in enumerate(gaps_of(self.short_of, year)):
                if gap <= 0:
                    zones[i] = 0
                elif self.capped:
                    zones[i] = gap if zones[i] is None else min(gap, freed[i])
        return Room(zones=tuple(zones), area=None if self.own_zone else int(self.ratio * sum(year.freed)))

    def refill(self) -> Fraction:
        return self.ratio


@frozen(kw_only=True)
class FundStop(YearRule):
    """Nothing is added while one of the accounts is in deficit, by any of the conditions; a zone without its own looks at the area's."""

    schemes: tuple[str, ...]
    conditions: tuple[str, ...]
    of_area: bool
    closed_year: bool = False

    def room(self, year: Year) -> Room:
        return Room(zones=tuple(0 if self._in_deficit(year, AREA if self.of_area else zone) else None for zone in year.zones))

    def _in_deficit(self, year: Year, zone: str) -> bool:
        accounts = [year.accounts[zone if (zone, scheme) in year.accounts else AREA, scheme] for scheme in self.schemes]
        return any((amount := self._tested(account, condition)) is not None and amount < 0
                   for account in accounts for condition in self.conditions)

    def _tested(self, account: object, condition: str) -> int | None:
        assert condition in FUND_CONDITIONS
        name = _TESTED[condition]
        if condition == "current_deficit" and self.closed_year:
            name = "last_flow"
        amount: int | None = getattr(account, name)
        return amount


_TESTED = {"current_deficit": "flow", "last_year_deficit": "last_flow", "cumulative_deficit": "last_balance", "forecast_flow_deficit": "flow",
           "forecast_balance_deficit": "balance"}


@frozen(kw_only=True)
class DoctorStop(YearRule):
    """A zone above a norm of doctors per 1000 insured adds no outpatient institution; doctors come and go with the institutions."""

    norm: Fraction
    doctors: Mapping[tuple[str, str], tuple[int, Fraction]] = field(factory=dict)  # (class, zone) → doctors elsewhere, and for each of the class

    def room(self, year: Year) -> Room:
        return Room(zones=tuple(0 if self._surplus(year, i) else None for i in range(len(year.zones))))

    def _surplus(self, year: Year, i: int) -> bool:
        elsewhere, each = self.doctors[year.provider_class, year.zones[i]]
        return (elsewhere + each * year.providers[i]) * 1000 > self.norm * year.insured[i]


@frozen(kw_only=True)
class Stop(YearRule):
    """No additions of the class in some zones."""

    zones: Mapping[str, frozenset[str]]  # class → zones

    def room(self, year: Year) -> Room:
        stopped = self.zones.get(year.provider_class, frozenset())
        return Room(zones=tuple(0 if zone in stopped else None for zone in year.zones))


def gaps_of(per_1000: Fraction, year: Year) -> list[int]:
    """What each zone lacks to a norm, in whole beds; below zero where it has more."""
    return [beds_at_most(per_1000, persons) - stock for persons, stock in zip(year.insured, year.stock)]
