"""Thirds: which of some units are rich, which moderate and which weak in a resource.

Equal values get equal grades, and the order of the units does not matter. It refuses to grade fewer than three units: thirds of
two are nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dingdian.methods.rounding import Number, exact

SMALLEST = 3


def thirds(values: Sequence[Number]) -> tuple[int, ...]:
    """0, 1 or 2 for each value: the lower, middle or upper third, by how many values lie below it.

    A value below which b of n lie is in third ⌊3b / n⌋: of seven, three are lower, two middle and two upper. Ties share the
    lower of the grades that they span.

    Raises
    ------
    ValueError
        Fewer than three values.
    """
    numbers = [exact(value) for value in values]
    if len(numbers) < SMALLEST:
        raise ValueError(f"thirds of {len(numbers)} values: at least {SMALLEST} are needed")
    return tuple(3 * sum(other < own for other in numbers) // len(numbers) for own in numbers)


def mean(values: Sequence[Number]) -> Fraction:
    """The plain mean, exactly; of no values: ValueError."""
    if not values:
        raise ValueError("no values have no mean")
    return sum((exact(value) for value in values), Fraction(0)) / len(values)
