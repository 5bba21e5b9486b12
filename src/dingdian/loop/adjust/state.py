"""What the entries add up to: balances by account, what is left of each release, and where each reservation stands.

One function a kind of entry, from one state to the next. Each checks before it changes anything; whoever replays entries meets the
same checks. Conservation, in every account at every time: published + carried in = available + reserved + consumed + expired +
carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
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
from dingdian.loop.adjust.refusals import (
    AlreadyEnded,
    AlreadyEntered,
    BadEntry,
    NoCarryOver,
    NoConsent,
    NotEnough,
    OutOfTime,
    Unknown,
    YearClosed,
)
from dingdian.terms import Text

OPEN = "open"
_RELEASE, _RESERVATION, _SWAP = Text("退出", "release"), Text("预留", "reservation"), Text("调剂", "swap")


@frozen(kw_only=True)
class Balance:
    """One account.

    Attributes
    ----------
    freed, swapped
        What exits freed, and how much of it swaps have taken elsewhere (or here) bed for bed.
    basis
        How much of what was freed shares have been published on; swaps cannot take it any more.
    by_share
        What has been published as a share.
    published, carried_in, available, reserved, consumed, expired, carried_out
        The quota and where it is.
    offset
        How much of ``consumed`` key projects used up; ``owed`` is what they have still to use up of quota to come.
    """

    freed: int = 0
    swapped: int = 0
    basis: int = 0
    by_share: int = 0
    published: int = 0
    carried_in: int = 0
    available: int = 0
    reserved: int = 0
    consumed: int = 0
    expired: int = 0
    carried_out: int = 0
    offset: int = 0
    owed: int = 0
    closed: bool = False

    @property
    def free_of_publication(self) -> int:
        """What was freed and neither published on nor swapped."""
        return self.freed - self.swapped - self.basis

    def settled(self) -> Balance:
        """What is available after key projects have used up what they still owe: they come first."""
        taken = min(self.available, self.owed)
        return evolve(self, available=self.available - taken, consumed=self.consumed + taken, offset=self.offset + taken, owed=self.owed - taken)

    def freeing(self, amount: int) -> Balance:
        """A reservation gives back ``amount``: to be used again while the year runs, else it has expired."""
        back = evolve(self, reserved=self.reserved - amount)
        if self.closed:
            return evolve(back, expired=back.expired + amount)
        return evolve(back, available=back.available + amount).settled()

    def as_json(self) -> dict[str, Any]:
        names = ("freed", "swapped", "published", "carried_in", "available", "reserved", "consumed", "expired", "carried_out", "offset",
                 "owed", "closed")
        return {name: getattr(self, name) for name in names}


@frozen(kw_only=True)
class Release:
    """One exit: whom it feeds, what it freed, what swaps have taken of it."""

    account: Account
    amount: int
    swapped: int = 0


@frozen(kw_only=True)
class Reservation:
    """Quota kept for one application until a day (included); ``state`` is open, consume, return or expire."""

    account: Account
    amount: int
    since: date
    expires_on: date
    state: str = OPEN


@frozen(kw_only=True)
class State:
    """Everything the entries add up to; equal states are equal however they came about."""

    carry_over: bool = False
    balances: Mapping[Account, Balance] = field(factory=dict)
    releases: Mapping[str, Release] = field(factory=dict)
    reservations: Mapping[str, Reservation] = field(factory=dict)
    swaps: frozenset[str] = frozenset()

    def of(self, account: Account) -> Balance:
        return self.balances.get(account, Balance())

    def open_account(self, account: Account) -> Balance:
        """Its balance; refused when its year is closed."""
        found = self.of(account)
        if found.closed:
            raise YearClosed(str(account))
        return found

    def open_reservation(self, name: str) -> Reservation:
        """It, when it has not ended."""
        found = self.reservations.get(name)
        if found is None:
            raise Unknown(_RESERVATION, name)
        if found.state != OPEN:
            raise AlreadyEnded(name, found.state)
        return found

    def with_balance(self, account: Account, balance: Balance, **more: Any) -> State:
        return evolve(self, balances={**self.balances, account: balance}, **more)


def after(state: State, entry: Entry) -> State:
    """The state after one more entry.

    Raises
    ------
    Refused
        When the entry would make something negative, spend something twice, or lacks a consent; the numbers are in the message.
    """
    does = _DOES.get(entry.operation)
    least = 0 if entry.operation in (PUBLISH, CLOSE) else 1
    if does is None or entry.amount < least:
        raise BadEntry(f"不是台账的分录：{entry.operation} {entry.amount}", f"no entry of a ledger: {entry.operation} {entry.amount}")
    return does(state, entry)


def _release(state: State, entry: Entry) -> State:
    if entry.name in state.releases:
        raise AlreadyEntered(_RELEASE, entry.name)
    found = state.open_account(entry.account)
    return state.with_balance(entry.account, evolve(found, freed=found.freed + entry.amount),
                              releases={**state.releases, entry.name: Release(account=entry.account, amount=entry.amount)})


def published_now(balance: Balance, entry: Entry) -> int:
    """What a publication adds: its number; or ⌊share × what is freed⌋ less what earlier shares of the same account have given."""
    if entry.share is None:
        return entry.amount
    return int(entry.share * (balance.freed - balance.swapped)) - balance.by_share


def _publish(state: State, entry: Entry) -> State:
    found = state.open_account(entry.account)
    more = published_now(found, entry)
    if more < 0:
        raise NotEnough(Text(f"{entry.account} 按比例可公布的额度", f"what {entry.account} may publish by share"), found.by_share, found.by_share + more)
    if entry.share is not None:
        found = evolve(found, basis=found.freed - found.swapped, by_share=found.by_share + more)
    return state.with_balance(entry.account, evolve(found, published=found.published + more, available=found.available + more).settled())


def _reserve(state: State, entry: Entry) -> State:
    found, until = state.open_account(entry.account), entry.expires_on
    if until is None:
        raise BadEntry(f"预留 {entry.name} 没有到期日", f"reservation {entry.name} has no last day")
    if entry.name in state.reservations:
        raise AlreadyEntered(_RESERVATION, entry.name)
    if until < entry.day:
        raise OutOfTime(Text("预留在登记前已到期", "the reservation would have expired before it is made"), entry.day, until)
    if entry.amount > found.available:
        raise NotEnough(Text(f"账户 {entry.account} 的可用额度", f"the quota of {entry.account}"), entry.amount, found.available)
    kept = Reservation(account=entry.account, amount=entry.amount, since=entry.day, expires_on=until)
    return state.with_balance(entry.account, evolve(found, available=found.available - entry.amount, reserved=found.reserved + entry.amount),
                              reservations={**state.reservations, entry.name: kept})


def _ended(state: State, entry: Entry, kept: Reservation, balance: Balance) -> State:
    return state.with_balance(kept.account, balance, reservations={**state.reservations, entry.name: evolve(kept, state=entry.operation)})


def _consume(state: State, entry: Entry) -> State:
    """Uses what was reserved, or less of it; the rest goes back."""
    kept = state.open_reservation(entry.name)
    if not kept.since <= entry.day <= kept.expires_on:
        raise OutOfTime(Text(f"预留 {entry.name} 不在有效期内", f"reservation {entry.name} is not in force"), entry.day, kept.expires_on)
    if entry.amount > kept.amount:
        raise NotEnough(Text(f"预留 {entry.name}", f"reservation {entry.name}"), entry.amount, kept.amount)
    found = state.of(kept.account)
    used = evolve(found, reserved=found.reserved - entry.amount, consumed=found.consumed + entry.amount)
    return _ended(state, entry, kept, used.freeing(kept.amount - entry.amount))


def _return(state: State, entry: Entry) -> State:
    kept = state.open_reservation(entry.name)
    return _ended(state, entry, kept, state.of(kept.account).freeing(kept.amount))


def _expire(state: State, entry: Entry) -> State:
    kept = state.open_reservation(entry.name)
    if entry.day <= kept.expires_on:
        raise OutOfTime(Text(f"预留 {entry.name} 尚未到期", f"reservation {entry.name} has not expired yet"), entry.day, kept.expires_on)
    return _ended(state, entry, kept, state.of(kept.account).freeing(kept.amount))


def _offset(state: State, entry: Entry) -> State:
    found = state.open_account(entry.account)
    return state.with_balance(entry.account, evolve(found, owed=found.owed + entry.amount).settled())


def _swap(state: State, entry: Entry) -> State:
    """Takes beds of one exit out of where it freed them, and uses them at once in the account that adds."""
    if entry.name in state.swaps:
        raise AlreadyEntered(_SWAP, entry.name)
    freed = state.releases.get(entry.release)
    if freed is None:
        raise Unknown(_RELEASE, entry.release)
    if freed.account.provider_class != entry.account.provider_class:
        raise BadEntry(f"退出 {entry.release} 属另一类别，不能换给 {entry.account}", f"release {entry.release} is of another class than {entry.account}")
    lacking = [zone for zone in dict.fromkeys((freed.account.zone, entry.account.zone)) if not entry.consents.get(zone)]
    if freed.account.zone != entry.account.zone and lacking:
        raise NoConsent(lacking)
    giving = state.of(freed.account)
    left = min(freed.amount - freed.swapped, giving.free_of_publication)
    if entry.amount > left:
        raise NotEnough(Text(f"退出 {entry.release} 尚未使用的部分", f"what release {entry.release} leaves"), entry.amount, left)
    state.open_account(entry.account)
    given = state.with_balance(freed.account, evolve(giving, swapped=giving.swapped + entry.amount), swaps=state.swaps | {entry.name},
                               releases={**state.releases, entry.release: evolve(freed, swapped=freed.swapped + entry.amount)})
    taking = given.of(entry.account)
    return given.with_balance(entry.account, evolve(
        taking, published=taking.published + entry.amount, consumed=taking.consumed + entry.amount))


def _carry(state: State, entry: Entry) -> State:
    if entry.source is None or entry.source.next != entry.account:
        raise BadEntry(f"结转只能到下一年：{entry.source} → {entry.account}", f"quota is carried into the next year only: {entry.source} → {entry.account}")
    if not state.carry_over:
        raise NoCarryOver(str(entry.source))
    found, into = state.open_account(entry.source), state.open_account(entry.account)
    if entry.amount > found.available:
        raise NotEnough(Text(f"账户 {entry.source} 的可用额度", f"the quota of {entry.source}"), entry.amount, found.available)
    out = state.with_balance(entry.source, evolve(found, available=found.available - entry.amount, carried_out=found.carried_out + entry.amount))
    return out.with_balance(entry.account, evolve(
        into, available=into.available + entry.amount, carried_in=into.carried_in + entry.amount).settled())


def _close(state: State, entry: Entry) -> State:
    found = state.open_account(entry.account)
    return state.with_balance(entry.account, evolve(found, available=0, expired=found.expired + found.available, closed=True))


_DOES: Mapping[str, Callable[[State, Entry], State]] = {
    RELEASE: _release, PUBLISH: _publish, RESERVE: _reserve, CONSUME: _consume, RETURN: _return, EXPIRE: _expire, OFFSET: _offset,
    SWAP: _swap, CARRY: _carry, CLOSE: _close,
}
