"""Atkinson index: the share of a resource that could be given up without harm if the rest were shared evenly.

How much a low level weighs is a judgement and has no default here: ``aversion`` must be stated.
"""

from __future__ import annotations

import math

import numpy as np

from dingdian.methods.inequality.inputs import Column, mean, total, weighted


def atkinson(values: Column, weights: Column, aversion: float) -> float:
    """Atkinson index with inequality aversion ε: 1 − (Σ p (v/μ)^(1−ε))^(1/(1−ε)), for ε = 1: 1 − exp(Σ p ln(v/μ)).

    Parameters
    ----------
    values, weights
        As of `lorenz`.
    aversion : float
        ε, zero or more; 0.5, 1 and 2 are usual.

    Returns
    -------
    float
        0 where all levels are equal, or ε is 0; 1 where ε is 1 or more and somebody has none (the limit).

    Raises
    ------
    ValueError
        As `lorenz`; an aversion below zero or not finite.

    Notes
    -----
    Atkinson (1970). For ε = 1 it is 1 − e^(−L), with L the mean log deviation.
    """
    if not (math.isfinite(aversion) and aversion >= 0):
        raise ValueError(f"aversion must be zero or more and finite, not {aversion}")
    level, share = weighted(values, weights)
    middle = mean(level, share)
    relative, part = level[share > 0] / middle, share[share > 0]
    if aversion >= 1 and not relative.all():
        return 1.0
    logarithm = np.log(np.where(relative > 0, relative, 1.0))
    if aversion == 1:
        return max(-math.expm1(total(part * logarithm)), 0.0)
    power = 1.0 - aversion
    # expm1 and log1p keep what a power close to 0 leaves; a zero level has (v/μ)^power = 0.
    with np.errstate(over="ignore"):  # a term beyond the range of a float belongs to an index of 1
        excess = total(part * np.where(relative > 0, np.expm1(power * logarithm), -1.0))
    return max(-math.expm1(math.log1p(excess) / power), 0.0) if excess > -1 else 1.0
