"""What a simulation is asked: how many years and runs, from which seed, and what is stated instead of taken from the past.

Bad questions end here in one sentence. Looks at no city.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from attrs import frozen

from dingdian.terms import PROVIDER_CLASSES

YEARS, RUNS, SEED = 10, 500, 1
MOST_YEARS, MOST_RUNS = 100, 100_000
HISTORY, UNLIMITED = "history", "unlimited"


@frozen(kw_only=True)
class Ask:
    """One question.

    Attributes
    ----------
    provider_class
        The class that is asked about; "" for all that the plan knows.
    exit_rate
        Share of the stock that exits take in a year, stated; None where the exits on file say it.
    arrivals
        ``history`` (the applications on file), ``unlimited`` (every quota is used in full) or so many applicants a year and class in
        the whole area.
    """

    years: int = YEARS
    runs: int = RUNS
    seed: int = SEED
    provider_class: str = ""
    exit_rate: Fraction | None = None
    arrivals: int | str = HISTORY

    def as_json(self) -> dict[str, Any]:
        rate = None if self.exit_rate is None else Decimal(self.exit_rate.numerator) / Decimal(self.exit_rate.denominator)
        return {"years": self.years, "runs": self.runs, "seed": self.seed, "provider_class": self.provider_class, "exit_rate": rate,
                "arrivals": self.arrivals}


def asked(
    years: int, runs: int, seed: int, provider_class: str | None, exit_rate: float | Decimal | str | None, arrivals: int | str | None,
) -> Ask:
    """The question, when it makes sense.

    Raises
    ------
    ValueError
        In one sentence: a number outside its range, an unknown class.
    """
    _whole("years", years, 1, MOST_YEARS)
    _whole("runs", runs, 1, MOST_RUNS)
    _whole("seed", seed, 0, 2**63 - 1)
    if provider_class and provider_class not in PROVIDER_CLASSES:
        raise ValueError(f"no provider class {provider_class}; one of: {', '.join(PROVIDER_CLASSES)}")
    come = HISTORY if arrivals is None else arrivals
    if come not in (HISTORY, UNLIMITED):
        _whole("arrivals", come, 0, 10**6)
    return Ask(years=years, runs=runs, seed=seed, provider_class=provider_class or "", exit_rate=_rate(exit_rate), arrivals=come)


def _whole(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value!r}")


def _rate(value: float | Decimal | str | None) -> Fraction | None:
    if value is None:
        return None
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        rate = Decimal("NaN")
    if not (rate.is_finite() and 0 <= rate < 1):
        raise ValueError(f"exit_rate must be a share of the stock from 0 to below 1, such as 0.03, not {value}")
    return Fraction(rate)
