"""How fast a stock falls by exits of which only a share may be filled again, in closed form.

Exits take a constant share of the stock each year, additions put a constant share of them back, the persons grow at a constant rate: the
stock per person falls geometrically. It is the mean path that a simulation is checked against; it knows no chance and no rounding.
"""

from __future__ import annotations

import math


def yearly_factor(exit_rate: float, refill: float = 0.0, growth: float = 0.0, *, lagged: bool = False) -> float:
    """By what the stock per person is multiplied in a year.

    Parameters
    ----------
    exit_rate : float
        Share of the stock that exits take in a year, h, from 0 to below 1.
    refill : float
        Share of the exits that is filled again, s, from 0 to 1: one half under a 50 % rule.
    growth : float
        Yearly growth of the persons, g, above −1.
    lagged : bool
        Whether what fills again in a year is the share of the exits of the year before, as where a quota is published from the last
        year's releases; else of the same year's.

    Returns
    -------
    float
        (1 − h(1 − s)) / (1 + g); lagged, r / (1 + g) with r the larger root of r² = (1 − h) r + s h.

    Raises
    ------
    ValueError
        When a rate is not a number or lies outside its range.

    Notes
    -----
    Without lag S(t) = S(t−1) (1 − h + s h). With it S(t) = (1 − h) S(t−1) + s h S(t−2), a linear recurrence of second order, whose
    solution is governed by the larger root of its characteristic equation. Elementary; derived here.
    """
    h, s, g = _within("exit_rate", exit_rate, 0, 1, below=True), _within("refill", refill, 0, 1), _within("growth", growth, -1, math.inf, above=True)
    if lagged:
        return ((1 - h) + math.sqrt((1 - h) ** 2 + 4 * s * h)) / 2 / (1 + g)
    return (1 - h * (1 - s)) / (1 + g)


def years_to_reach(
    now: float, target: float, exit_rate: float, refill: float = 0.0, growth: float = 0.0, *, lagged: bool = False
) -> float:
    """Years until a stock per person has fallen to a target: ln(target / now) / ln(factor).

    Parameters
    ----------
    now, target : float
        Stock per person (beds per 1000), both above zero.
    exit_rate, refill, growth, lagged
        As in `yearly_factor`.

    Returns
    -------
    float
        0 where the target is reached already; ``inf`` where the stock does not fall (factor of 1 or more).

    Raises
    ------
    ValueError
        When ``now`` or ``target`` is not above zero, or a rate lies outside its range.
    """
    _within("now", now, 0, math.inf, above=True)
    _within("target", target, 0, math.inf, above=True)
    factor = yearly_factor(exit_rate, refill, growth, lagged=lagged)
    if now <= target:
        return 0.0
    return math.inf if factor >= 1 else math.log(target / now) / math.log(factor)


def _within(name: str, value: float, low: float, high: float, *, above: bool = False, below: bool = False) -> float:
    """``value`` when it is a number in the range; the ends belong to it unless told otherwise."""
    number = float(value)
    inside = (low < number if above else low <= number) and (number < high if below or math.isinf(high) else number <= high)
    if not inside:
        raise ValueError(f"{name} must lie {'above' if above else 'from'} {low:g} {'and below' if below else 'to'} {high:g}, not {value}")
    return number
