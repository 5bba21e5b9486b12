"""Why the ledger refuses an operation, each with the numbers that say so.

Every refusal is a `Refused`, and a ValueError; the ledger that refused is unchanged. None of them is about a rule of a plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dingdian.terms import Text


class Refused(ValueError):
    """The ledger refuses; ``reason`` says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(zh, en)


class NotEnough(Refused):
    """More is asked for than there is."""

    def __init__(self, what: Text, asked: int, left: int) -> None:
        super().__init__(f"{what.zh}余 {left}，要求 {asked}", f"{asked} asked for of {what.en}, {left} left")
        self.asked, self.left = asked, left


class BadAmount(Refused):
    """An amount that is no whole number above zero, or a share outside 0 to 1."""

    def __init__(self, what: str, value: object, wanted: Text) -> None:
        super().__init__(f"{what} 应为{wanted.zh}，而不是 {value!r}", f"{what} must be {wanted.en}, not {value!r}")


class BadEntry(Refused):
    """An entry that contradicts itself or the account it speaks of."""


class AlreadyEntered(Refused):
    """A release, reservation or swap of that name has been entered before: nothing is entered twice."""

    def __init__(self, what: Text, name: str) -> None:
        super().__init__(f"{what.zh} {name} 已经登记过", f"{what.en} {name} has been entered before")


class Unknown(Refused):
    """No release or reservation of that name is on the ledger."""

    def __init__(self, what: Text, name: str) -> None:
        super().__init__(f"台账中没有{what.zh} {name}", f"the ledger has no {what.en} {name}")


class AlreadyEnded(Refused):
    """The reservation has been consumed, returned or expired: each of them ends it once."""

    def __init__(self, name: str, how: str) -> None:
        super().__init__(f"预留 {name} 已终结（{how}）", f"reservation {name} has ended already ({how})")


class OutOfTime(Refused):
    """A day that lies before or after what it must lie in."""

    def __init__(self, what: Text, day: date, limit: date) -> None:
        super().__init__(f"{what.zh}：{day}，期限 {limit}", f"{what.en}: {day}, the limit is {limit}")


class YearClosed(Refused):
    """The account's year has been closed: what was left has expired."""

    def __init__(self, account: str) -> None:
        super().__init__(f"账户 {account} 已年终关闭", f"account {account} is closed for its year")


class NoCarryOver(Refused):
    """Quota is carried into the next year only where the ledger was opened with that rule."""

    def __init__(self, account: str) -> None:
        super().__init__(f"账户 {account} 的额度当年不用即失效，未写明可以结转",
                         f"quota of {account} lapses with its year: no carry-over is stated")


class NoConsent(Refused):
    """A swap between two areas lacks the consent of one of them."""

    def __init__(self, lacking: Iterable[str]) -> None:
        names = tuple(lacking)
        super().__init__(f"缺少 {'、'.join(names)} 对跨区域调剂的书面同意", f"no consent on file of {', '.join(names)} to the transfer")
        self.lacking = names
