"""The quota ledger: what each operation does, what it refuses with which numbers, and laws over random sequences of operations."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian import canonical
from dingdian.loop.adjust import Account, Entry, Ledger, Refused
from dingdian.loop.adjust.refusals import (
    AlreadyEnded,
    AlreadyEntered,
    BadAmount,
    BadEntry,
    NoCarryOver,
    NoConsent,
    NotEnough,
    OutOfTime,
    Unknown,
    YearClosed,
)

URBAN, COUNTY = Account("main_urban", "inpatient", 2026), Account("faku", "inpatient", 2026)
SHOPS = Account("main_urban", "pharmacy", 2026)
DAY, LAST = date(2026, 3, 1), date(2026, 6, 30)
HALF = Fraction(1, 2)
SAID: dict[str, Any] = {"day": DAY, "clause": "sy-above"}


def freed(amount: int, account: Account = URBAN, **rules: Any) -> Ledger:
    return Ledger(**rules).release(account, "R1", amount, **SAID)


def quota(amount: int, **rules: Any) -> Ledger:
    """So much available in the main urban zone."""
    return Ledger(**rules).publish(URBAN, amount=amount, **SAID)


def reserved(amount: int = 10, of: int = 25) -> Ledger:
    return quota(of).reserve(URBAN, "A1", amount, expires_on=LAST, **SAID)


# --- each operation ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "share", "published"), [
    (50, "0.5", 25), (51, "0.5", 25), (1, "0.5", 0), (3, "1", 3), (0, "1", 0), (7, "0", 0),
])
def test_a_share_of_what_was_freed_is_rounded_down(amount: int, share: str, published: int) -> None:
    ledger = (freed(amount) if amount else Ledger()).publish(URBAN, share=share, **SAID)
    assert ledger.balance(URBAN).published == ledger.balance(URBAN).available == published


def test_halves_of_two_publications_are_not_lost_and_nothing_is_published_twice() -> None:
    once = freed(3).publish(URBAN, share=HALF, **SAID)
    again = once.publish(URBAN, share=HALF, **SAID)
    assert again.balance(URBAN).published == 1
    assert once.release(URBAN, "R2", 1, **SAID).publish(URBAN, share=HALF, **SAID).balance(URBAN).published == 2


def test_a_smaller_share_afterwards_takes_nothing_back() -> None:
    with pytest.raises(NotEnough, match=r"4 asked for.*2 left"):
        freed(4).publish(URBAN, share="1", **SAID).publish(URBAN, share=HALF, **SAID)


def test_a_reservation_is_consumed_in_part_and_the_rest_is_available_again() -> None:
    found = reserved().consume("A1", amount=7, day=LAST, clause="c").balance(URBAN)
    assert (found.available, found.reserved, found.consumed) == (18, 0, 7)


@pytest.mark.parametrize(("asked", "fits"), [(24, True), (25, True), (26, False)])
def test_no_more_is_reserved_than_is_available(asked: int, fits: bool) -> None:
    if fits:
        assert reserved(asked).balance(URBAN).available == 25 - asked
        return
    with pytest.raises(NotEnough, match=r"26 asked for.*25 left") as caught:
        reserved(asked)
    assert (caught.value.asked, caught.value.left) == (26, 25)
    assert caught.value.reason.zh == "账户 main_urban/inpatient/2026 的可用额度余 25，要求 26"


@pytest.mark.parametrize(("day", "consumable", "expirable"), [
    (date(2026, 6, 29), True, False), (LAST, True, False), (date(2026, 7, 1), False, True),
])
def test_a_reservation_is_in_force_until_its_last_day(day: date, consumable: bool, expirable: bool) -> None:
    ledger = reserved()
    for does, allowed in ((ledger.consume, consumable), (ledger.expire, expirable)):
        if allowed:
            does("A1", day=day, clause="c")
        else:
            with pytest.raises(OutOfTime):
                does("A1", day=day, clause="c")
    assert (ledger.overdue(day) == ("A1",)) is expirable


@pytest.mark.parametrize("first", ["consume", "return_", "expire"])
@pytest.mark.parametrize("second", ["consume", "return_", "expire"])
def test_a_reservation_ends_once(first: str, second: str) -> None:
    after_all = date(2026, 7, 1)
    ledger = getattr(reserved(), first)("A1", day=after_all if first == "expire" else DAY, clause="c")
    with pytest.raises(AlreadyEnded, match="A1 has ended already"):
        getattr(ledger, second)("A1", day=after_all if second == "expire" else DAY, clause="c")


def test_what_is_unused_expires_with_its_year_and_so_does_what_comes_back_later() -> None:
    closed = reserved().close(URBAN, day=date(2026, 12, 31), clause="c")
    assert (closed.balance(URBAN).expired, closed.balance(URBAN).available, closed.balance(URBAN).reserved) == (15, 0, 10)
    assert closed.return_("A1", day=date(2027, 1, 5), clause="c").balance(URBAN).expired == 25
    with pytest.raises(YearClosed):
        closed.publish(URBAN, amount=1, **SAID)


def test_nothing_is_carried_over_unless_the_ledger_was_opened_so() -> None:
    with pytest.raises(NoCarryOver):
        quota(5).carry(URBAN, 5, **SAID)
    carried = quota(5, carry_over=True).carry(URBAN, 4, **SAID).close(URBAN, **SAID)
    assert (carried.balance(URBAN).carried_out, carried.balance(URBAN).expired) == (4, 1)
    assert (carried.balance(URBAN.next).carried_in, carried.balance(URBAN.next).available) == (4, 4)
    assert carried.balance(URBAN.next).published == 0
    with pytest.raises(NotEnough, match=r"6 asked for.*5 left"):
        quota(5, carry_over=True).carry(URBAN, 6, **SAID)


@pytest.mark.parametrize(("beds", "available", "owed"), [(20, 5, 0), (25, 0, 0), (30, 0, 5)])
def test_key_projects_use_up_reductions_first(beds: int, available: int, owed: int) -> None:
    before = Ledger().offset(URBAN, beds, **SAID).publish(URBAN, amount=25, **SAID)
    later = quota(25).offset(URBAN, beds, **SAID)
    assert before.balances == later.balances
    found = later.balance(URBAN)
    assert (found.available, found.owed, found.consumed, found.offset) == (available, owed, 25 - available, 25 - available)


def test_what_key_projects_still_owe_is_taken_from_what_comes_back() -> None:
    ledger = reserved(25).offset(URBAN, 10, **SAID).return_("A1", day=DAY, clause="c")
    assert (ledger.balance(URBAN).available, ledger.balance(URBAN).offset, ledger.balance(URBAN).owed) == (15, 10, 0)


# --- swaps -------------------------------------------------------------------------------------------------------


def test_a_swap_across_areas_needs_the_consent_of_both() -> None:
    for consents, lacking in (({}, ("main_urban", "faku")), ({"faku": "D1"}, ("main_urban",)), ({"main_urban": "D2"}, ("faku",)),
                              ({"main_urban": "", "faku": "D1"}, ("main_urban",))):
        with pytest.raises(NoConsent) as caught:
            freed(40).swap(COUNTY, "S1", 40, release="R1", consents=consents, **SAID)
        assert caught.value.lacking == lacking
    found = freed(40).swap(COUNTY, "S1", 40, release="R1", consents={"faku": "D1", "main_urban": "D2"}, **SAID)
    assert (found.balance(COUNTY).published, found.balance(COUNTY).consumed, found.balance(URBAN).swapped) == (40, 40, 40)


def test_a_swap_inside_one_area_needs_no_consent() -> None:
    assert freed(40).swap(URBAN, "S1", 30, release="R1", **SAID).balance(URBAN).consumed == 30


@pytest.mark.parametrize(("beds", "fits"), [(9, True), (10, True), (11, False)])
def test_an_exit_is_swapped_once(beds: int, fits: bool) -> None:
    ledger = freed(40).swap(URBAN, "S1", 30, release="R1", **SAID)
    if fits:
        assert ledger.swap(URBAN, "S2", beds, release="R1", **SAID).balance(URBAN).swapped == 30 + beds
        return
    with pytest.raises(NotEnough, match=r"11 asked for.*10 left"):
        ledger.swap(URBAN, "S2", beds, release="R1", **SAID)


def test_what_was_published_on_is_not_swapped_and_what_was_swapped_is_not_published() -> None:
    with pytest.raises(NotEnough, match="0 left"):
        freed(40).publish(URBAN, share=HALF, **SAID).swap(URBAN, "S1", 1, release="R1", **SAID)
    swapped = freed(40).swap(URBAN, "S1", 30, release="R1", **SAID).publish(URBAN, share=HALF, **SAID)
    assert swapped.balance(URBAN).available == 5


def test_a_swap_is_of_one_class() -> None:
    with pytest.raises(BadEntry, match="another class"):
        freed(4).swap(SHOPS, "S1", 1, release="R1", **SAID)


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("does", "error"), [
    (lambda: freed(1).release(URBAN, "R1", 1, **SAID), AlreadyEntered),
    (lambda: reserved().reserve(URBAN, "A1", 1, expires_on=LAST, **SAID), AlreadyEntered),
    (lambda: freed(2).swap(URBAN, "S", 1, release="R1", **SAID).swap(URBAN, "S", 1, release="R1", **SAID), AlreadyEntered),
    (lambda: Ledger().return_("A9", **SAID), Unknown),
    (lambda: Ledger().swap(URBAN, "S", 1, release="R9", **SAID), Unknown),
    (lambda: quota(5).reserve(URBAN, "A1", 1, expires_on=date(2026, 2, 28), **SAID), OutOfTime),
    (lambda: reserved(10).consume("A1", amount=11, **SAID), NotEnough),
    (lambda: freed(0), BadAmount), (lambda: freed(True), BadAmount), (lambda: quota(-1), BadAmount),
    (lambda: Ledger().publish(URBAN, **SAID), BadAmount),
    (lambda: Ledger().publish(URBAN, share=HALF, amount=1, **SAID), BadAmount),
    (lambda: Ledger().publish(URBAN, share="1.01", **SAID), BadAmount),
    (lambda: Ledger().publish(URBAN, share="nan", **SAID), BadAmount),
    (lambda: Ledger.from_entries([Entry(operation="give", account=URBAN, amount=1, day=DAY, clause="c")]), BadEntry),
    (lambda: Ledger.from_entries([Entry(operation="release", account=URBAN, amount=-1, day=DAY, clause="c")]), BadEntry),
    (lambda: Ledger.from_entries([Entry(operation="reserve", account=URBAN, amount=1, day=DAY, clause="c")]), BadEntry),
    (lambda: Ledger.from_entries([Entry(operation="carry", account=URBAN, amount=1, day=DAY, clause="c")], carry_over=True), BadEntry),
])
def test_what_is_refused(does: Callable[[], Any], error: type[Refused]) -> None:
    with pytest.raises(error) as caught:
        does()
    assert isinstance(caught.value, ValueError)
    assert caught.value.reason.zh
    assert str(caught.value) == caught.value.reason.en


def test_every_entry_carries_day_clause_and_reference() -> None:
    ledger = Ledger().publish(URBAN, share=HALF, day=DAY, clause="sy-above", reference="沈医保〔2026〕1号", provision="inpatient-quota")
    (row,) = json.loads(canonical.dumps(ledger.as_json()))["entries"]
    assert (row["day"], row["clause"], row["reference"], row["provision"], row["share"]) == (
        "2026-03-01", "sy-above", "沈医保〔2026〕1号", "inpatient-quota", "1/2")


# --- laws over random sequences ----------------------------------------------------------------------------------

ACCOUNTS = (URBAN, COUNTY, SHOPS)
NAMES = st.sampled_from(["X1", "X2", "X3", "X4"])
AMOUNTS = st.integers(1, 12)
STEPS = st.lists(st.tuples(st.sampled_from(
    ["release", "share", "publish", "reserve", "consume", "return_", "expire", "offset", "swap", "carry", "close"]),
    st.sampled_from(ACCOUNTS), NAMES, AMOUNTS, st.integers(1, 28)), max_size=40)


def step(ledger: Ledger, operation: str, account: Account, name: str, amount: int, on: int) -> Ledger:
    said: dict[str, Any] = {"day": date(2026, 5, on), "clause": "c"}
    does: dict[str, Callable[[], Ledger]] = {
        "release": lambda: ledger.release(account, name, amount, **said), "share": lambda: ledger.publish(account, share=Fraction(amount, 12), **said),
        "publish": lambda: ledger.publish(account, amount=amount, **said),
        "reserve": lambda: ledger.reserve(account, name, amount, expires_on=date(2026, 5, 14), **said),
        "consume": lambda: ledger.consume(name, amount=amount, **said), "return_": lambda: ledger.return_(name, **said),
        "expire": lambda: ledger.expire(name, **said), "offset": lambda: ledger.offset(account, amount, **said),
        "swap": lambda: ledger.swap(account, name, amount, release=name, consents={"main_urban": "1", "faku": "2"}, **said),
        "carry": lambda: ledger.carry(account, amount, **said), "close": lambda: ledger.close(account, **said),
    }
    return does[operation]()


def played(steps: list[tuple[Any, ...]], carry_over: bool) -> Ledger:
    ledger = Ledger(carry_over=carry_over)
    for each in steps:
        try:
            ledger = step(ledger, *each)
        except Refused:
            continue
    return ledger


@given(STEPS, st.booleans())
def test_never_negative_and_what_is_published_is_somewhere(steps: list[tuple[Any, ...]], carry_over: bool) -> None:
    ledger = played(steps, carry_over)
    for balance in ledger.balances.values():
        assert all(value >= 0 for value in balance.as_json().values())
        assert balance.published + balance.carried_in == (
            balance.available + balance.reserved + balance.consumed + balance.expired + balance.carried_out)
        assert balance.basis + balance.swapped <= balance.freed
        assert not (balance.owed and balance.available)
        assert carry_over or not (balance.carried_in or balance.carried_out)


@given(STEPS, st.booleans())
def test_nothing_is_spent_twice(steps: list[tuple[Any, ...]], carry_over: bool) -> None:
    ledger = played(steps, carry_over)
    ended = [e.name for e in ledger.entries if e.operation in ("consume", "return", "expire")]
    assert len(ended) == len(set(ended))
    kept = {account: sum(r.amount for r in ledger.state.reservations.values() if r.state == "open" and r.account == account) for account in ACCOUNTS}
    assert all(ledger.balance(account).reserved == kept[account] for account in ACCOUNTS)
    used = {account: sum(e.amount for e in ledger.entries if e.operation in ("consume", "swap") and e.account == account) for account in ACCOUNTS}
    assert all(ledger.balance(account).consumed == used[account] + ledger.balance(account).offset for account in ACCOUNTS)
    for name, release in ledger.state.releases.items():
        assert sum(e.amount for e in ledger.entries if e.operation == "swap" and e.release == name) == release.swapped <= release.amount


@given(STEPS, st.booleans())
def test_replaying_the_entries_gives_the_same_state(steps: list[tuple[Any, ...]], carry_over: bool) -> None:
    ledger = played(steps, carry_over)
    again = Ledger.from_entries(ledger.entries, carry_over=carry_over)
    assert again == ledger
    assert again.state == ledger.state
    read = Ledger.from_json(json.loads(canonical.dumps(ledger.as_json())))
    assert read == ledger
    assert canonical.dumps(read.as_json()) == canonical.dumps(ledger.as_json())


@given(st.lists(st.tuples(st.sampled_from(ACCOUNTS), AMOUNTS), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_releases_numbers_published_and_offsets_commute(rows: list[tuple[Account, int]], random: Any) -> None:
    steps = [(operation, account, f"{operation}{i}", amount, 1) for i, (account, amount) in enumerate(rows)
             for operation in ("release", "publish", "offset")]
    shuffled = list(steps)
    random.shuffle(shuffled)
    assert played(steps, False).state == played(shuffled, False).state


@given(st.permutations(["A1", "A2", "A3"]), st.permutations(["A1", "A2", "A3"]))
def test_reservations_and_their_ends_commute_while_there_is_enough(made: list[str], ended: list[str]) -> None:
    sizes = {"A1": 3, "A2": 5, "A3": 7}
    ledger = quota(20)
    for name in made:
        ledger = ledger.reserve(URBAN, name, sizes[name], expires_on=LAST, **SAID)
    for name in ended:
        ledger = ledger.return_(name, **SAID) if name == "A2" else ledger.consume(name, **SAID)
    found = ledger.balance(URBAN)
    assert (found.available, found.reserved, found.consumed) == (10, 0, 10)


@given(STEPS)
def test_a_refused_operation_changes_nothing(steps: list[tuple[Any, ...]]) -> None:
    ledger = played(steps, False)
    before = canonical.dumps(ledger.as_json())
    with pytest.raises(Refused):
        ledger.reserve(URBAN, "X9", 10**6, expires_on=LAST, day=DAY, clause="c")
    assert canonical.dumps(ledger.as_json()) == before
