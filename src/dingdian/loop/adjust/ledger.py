"""The quota ledger: released, published, reserved, consumed, returned, expired; every operation gives another ledger.

A bed or place is spent once. Halves are rounded down as the plans do, and nothing is carried into another year unless the ledger was
opened so. It refuses, with the numbers, whatever would make an account negative; it judges no application.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from dingdian.loop.adjust.entries import (
    CARRY,
    CLOSE,
    CONSUME,
    EXPIRE,
    OFFSET,
    PUBLISH,
    RELEASE,
    RESERVE,
    RETURN,
    SWAP,
    Account,
    Entry,
)
from dingdian.loop.adjust.refusals import BadAmount
from dingdian.loop.adjust.state import Balance, Reservation, State, after
from dingdian.terms import Text

_WHOLE, _SHARE = Text("大于零的整数", "a whole number above zero"), Text("0 到 1 之间的比例", "a share from 0 to 1")
_NO_LESS = Text("不小于零的整数", "a whole number of zero or more")


@frozen(kw_only=True)
class Ledger:
    """Entries in the order in which they were made, and what they add up to.

    Attributes
    ----------
    carry_over
        Whether quota that is unused at the year's end may be carried into the next; stated by the plan, else not.
    entries
        Every line, never changed.

    Notes
    -----
    Each operation takes the day, the clause and the reference of the document, returns a new ledger, and raises a
    `dingdian.loop.adjust.refusals.Refused` when it cannot be done.
    """

    carry_over: bool = False
    entries: tuple[Entry, ...] = ()
    state: State = field(eq=False, repr=False)

    @state.default
    def _replayed(self) -> State:
        state = State(carry_over=self.carry_over)
        for entry in self.entries:
            state = after(state, entry)
        return state

    @classmethod
    def from_entries(cls, entries: Iterable[Entry], *, carry_over: bool = False) -> Ledger:
        """The ledger that these entries make, each checked as when it was made."""
        return cls(carry_over=carry_over, entries=tuple(entries))

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Ledger:
        """The ledger that `as_json` wrote; its balances are reckoned anew."""
        return cls.from_entries((Entry.from_json(row) for row in said["entries"]), carry_over=said["carry_over"])

    # --- what it says --------------------------------------------------------------------------------------

    @property
    def balances(self) -> Mapping[Account, Balance]:
        return self.state.balances

    def balance(self, account: Account) -> Balance:
        """The account; all zero where nothing has been entered."""
        return self.state.of(account)

    def reservation(self, name: str) -> Reservation | None:
        return self.state.reservations.get(name)

    def overdue(self, day: date) -> tuple[str, ...]:
        """Open reservations whose last day is before ``day``."""
        return tuple(name for name, kept in self.state.reservations.items() if kept.state == "open" and kept.expires_on < day)

    def as_json(self) -> dict[str, Any]:
        return {
            "carry_over": self.carry_over, "entries": [entry.as_json() for entry in self.entries],
            "accounts": [{**account.as_json(), "unit_of_measure": account.unit_of_measure, **balance.as_json()}
                         for account, balance in sorted(self.balances.items())],
        }

    # --- what is done --------------------------------------------------------------------------------------

    def release(self, account: Account, release: str, amount: int, *, day: date, clause: str, reference: str = "", provision: str = "") -> Ledger:
        """An exit or a cut frees ``amount`` for the account; it is no quota before it is published."""
        return self._with(Entry(operation=RELEASE, account=account, name=release, amount=_whole("amount", amount), day=day, clause=clause,
                                reference=reference, provision=provision))

    def publish(
        self, account: Account, *, day: date, clause: str, share: Fraction | Decimal | str | None = None, amount: int | None = None,
        reference: str = "", provision: str = "",
    ) -> Ledger:
        """Quota: ⌊share × freed⌋ (½ and 1 in the plans), or a number that the bureau states.

        A share is of everything freed so far and not swapped, less what earlier shares gave: half of three is one, and half of
        three and then of one more is two.
        """
        if (share is None) == (amount is None):
            raise BadAmount("share", share, Text("share 与 amount 二者之一", "given, or amount is: one of the two"))
        part = None if share is None else _share(share)
        entry = Entry(operation=PUBLISH, account=account, amount=0 if amount is None else _whole("amount", amount, least=0), share=part, day=day,
                      clause=clause, reference=reference, provision=provision)
        return self._with(entry)

    def reserve(
        self, account: Account, application: str, amount: int, *, expires_on: date, day: date, clause: str, reference: str = "", provision: str = "",
    ) -> Ledger:
        """Keeps quota for an application until ``expires_on``, included."""
        return self._with(Entry(operation=RESERVE, account=account, name=application, amount=_whole("amount", amount), expires_on=expires_on,
                                day=day, clause=clause, reference=reference, provision=provision))

    def consume(
        self, application: str, *, day: date, clause: str, amount: int | None = None, reference: str = "", provision: str = "",
    ) -> Ledger:
        """The application is admitted; with ``amount`` on fewer beds than were reserved, and the rest goes back."""
        kept = self.state.open_reservation(application)
        used = kept.amount if amount is None else _whole("amount", amount)
        return self._with(Entry(operation=CONSUME, account=kept.account, name=application, amount=used, day=day, clause=clause,
                                reference=reference, provision=provision))

    def return_(self, application: str, *, day: date, clause: str, reference: str = "", provision: str = "") -> Ledger:
        """The reservation is given up: refused, withdrawn. Its quota is available again while the year runs, else it has expired."""
        return self._ending(RETURN, application, day, clause, reference, provision)

    def expire(self, application: str, *, day: date, clause: str, reference: str = "", provision: str = "") -> Ledger:
        """The last day of the reservation is over; its quota goes where a returned one's goes."""
        return self._ending(EXPIRE, application, day, clause, reference, provision)

    def offset(self, account: Account, amount: int, *, day: date, clause: str, reference: str = "", provision: str = "") -> Ledger:
        """Beds of key projects use up quota before anybody else: what is available now, then what comes."""
        return self._with(Entry(operation=OFFSET, account=account, amount=_whole("amount", amount), day=day, clause=clause,
                                reference=reference, provision=provision))

    def swap(
        self, account: Account, swap: str, amount: int, *, release: str, day: date, clause: str, consents: Mapping[str, str] | None = None,
        reference: str = "", provision: str = "",
    ) -> Ledger:
        """Remove one, add one: beds of an exit are added in ``account``, bed for bed; across areas with both areas' consent.

        ``consents`` maps the two accounts' zones to the references of their consents. What is swapped cannot be published, and what
        a share has been published on cannot be swapped.
        """
        freed = self.state.releases.get(release)
        return self._with(Entry(operation=SWAP, account=account, name=swap, amount=_whole("amount", amount), release=release, day=day,
                                clause=clause, consents=dict(consents or {}), reference=reference, provision=provision,
                                source=None if freed is None else freed.account))

    def carry(self, account: Account, amount: int, *, day: date, clause: str, reference: str = "", provision: str = "") -> Ledger:
        """Carries what is available into the same zone's and class's next year, where the ledger was opened with carry-over."""
        return self._with(Entry(operation=CARRY, account=account.next, source=account, amount=_whole("amount", amount), day=day,
                                clause=clause, reference=reference, provision=provision))

    def close(self, account: Account, *, day: date, clause: str, reference: str = "", provision: str = "") -> Ledger:
        """The year ends: what is available expires; open reservations run on, and what they give back has expired."""
        return self._with(Entry(operation=CLOSE, account=account, amount=0, day=day, clause=clause, reference=reference, provision=provision))

    def _ending(self, operation: str, application: str, day: date, clause: str, reference: str, provision: str) -> Ledger:
        kept = self.state.open_reservation(application)
        return self._with(Entry(operation=operation, account=kept.account, name=application, amount=kept.amount, day=day, clause=clause,
                                reference=reference, provision=provision))

    def _with(self, entry: Entry) -> Ledger:
        return evolve(self, entries=(*self.entries, entry), state=after(self.state, entry))


def _whole(name: str, value: object, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BadAmount(name, value, _WHOLE if least else _NO_LESS)
    return value


def _share(value: Fraction | Decimal | str) -> Fraction:
    try:
        share = Fraction(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadAmount("share", value, _SHARE) from error
    if not 0 <= share <= 1:
        raise BadAmount("share", value, _SHARE)
    return share
