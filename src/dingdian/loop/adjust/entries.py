"""What stands in the ledger: an account for each zone, class and year, and entries that never change.

An entry says what was done, how much, on which day, by which clause and on which document. Values only: what an entry does to a
balance is in `state`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from dingdian.terms import Text

RELEASE, PUBLISH, RESERVE, CONSUME, RETURN = "release", "publish", "reserve", "consume", "return"
EXPIRE, OFFSET, SWAP, CARRY, CLOSE = "expire", "offset", "swap", "carry", "close"
OPERATIONS: Mapping[str, Text] = {
    RELEASE: Text("释放", "release"), PUBLISH: Text("公布额度", "publish"), RESERVE: Text("预留", "reserve"),
    CONSUME: Text("使用", "consume"), RETURN: Text("退回", "return"), EXPIRE: Text("到期", "expire"),
    OFFSET: Text("重点项目冲抵", "offset"), SWAP: Text("减一增一", "swap"), CARRY: Text("结转", "carry over"),
    CLOSE: Text("年终关闭", "close the year"),
}


@frozen(order=True)
class Account:
    """The quota of one class in one zone (or unit) for one year; beds of inpatient institutions, places of the others.

    ``year`` is the year in which the quota may be used: what exits free in one year is entered in the account that it feeds.
    """

    zone: str
    provider_class: str
    year: int

    @property
    def unit_of_measure(self) -> str:
        return "bed" if self.provider_class == "inpatient" else "place"

    @property
    def next(self) -> Account:
        return evolve(self, year=self.year + 1)

    def __str__(self) -> str:
        return f"{self.zone}/{self.provider_class}/{self.year}"

    def as_json(self) -> dict[str, Any]:
        return {"zone": self.zone, "provider_class": self.provider_class, "year": self.year}


@frozen(kw_only=True)
class Entry:
    """One line of the ledger.

    Attributes
    ----------
    name
        Id of the release, of the reservation, or of the swap; "" where the operation has none.
    amount
        Beds or places, whole; what it means hangs on the operation.
    share
        The share of what was freed that a publication states, exactly; None where it states a number.
    release
        The exit on which a swap draws.
    source
        The account that a swap or a carry-over draws on; None elsewhere.
    consents
        Unit → reference of its written consent, of a swap between two areas.
    """

    operation: str
    account: Account
    amount: int
    day: date
    clause: str
    reference: str = ""
    provision: str = ""
    name: str = ""
    share: Fraction | None = None
    expires_on: date | None = None
    release: str = ""
    source: Account | None = None
    consents: Mapping[str, str] = field(factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "operation": self.operation, "account": self.account.as_json(), "amount": self.amount, "day": self.day, "clause": self.clause,
            "provision": self.provision, "reference": self.reference, "name": self.name,
            "share": None if self.share is None else str(self.share), "expires_on": self.expires_on, "release": self.release,
            "source": None if self.source is None else self.source.as_json(), "consents": dict(sorted(self.consents.items())),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Entry:
        """The entry that `as_json` wrote, days as ISO text or dates."""
        def day(value: Any) -> date | None:
            return date.fromisoformat(value) if isinstance(value, str) else value

        known = {**said, "account": Account(**said["account"]), "day": day(said["day"]), "expires_on": day(said["expires_on"]),
                 "share": None if said["share"] is None else Fraction(said["share"]),
                 "source": None if said["source"] is None else Account(**said["source"])}
        return cls(**known)
