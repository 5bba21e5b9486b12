"""Agglomeration: how much of a resource, and of the people, gathers on one per cent of the parent's area.

Exact fractions, because a sign decides: an area whose difference is zero is not one whose difference is a
rounding error. Refuses areas of zero, counts below zero, and parents smaller than their parts. Which
resource (institutions, beds, doctors), which people (insured, residents) and which area (land, built-up) is
the caller's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from dingdian.methods.rounding import Number, not_negative, positive

Exact: TypeAlias = npt.NDArray[np.object_]
Parent: TypeAlias = tuple[Number, Number]


def hrad(resource: Sequence[Number], area: Sequence[Number], *, parent: Parent | None = None) -> Exact:
    """Health-resource agglomeration degree: (HR_i / HR_n) / (A_i / A_n).

    Parameters
    ----------
    resource : sequence, shape (n,)
        Institutions, beds or doctors of each unit, zero or more.
    area : sequence, shape (n,)
        Area of each unit in one unit of measure, above zero.
    parent : (resource, area), optional
        Totals of the parent; the sums when left out.

    Returns
    -------
    object array, shape (n,)
        Fractions; 1 is the parent's own level. Weighted by area they average to exactly 1 when the units
        make up the parent.

    Raises
    ------
    ValueError
        Lengths that differ, no unit, a zero area, a parent without resource or smaller than its parts.

    Notes
    -----
    The definition of Chinese studies of the fairness of health resources by area.
    """
    return _degree(resource, area, parent, "resource")


def pad(people: Sequence[Number], area: Sequence[Number], *, parent: Parent | None = None) -> Exact:
    """Population agglomeration degree: (P_i / P_n) / (A_i / A_n); parameters and errors as in `hrad`."""
    return _degree(people, area, parent, "people")


def difference(resource_degree: Exact, population_degree: Exact) -> Exact:
    """HRAD − PAD: above zero the resource is in surplus against the people, below zero it is short."""
    _one_length(resource_degree, population_degree)
    return _array([a - b for a, b in zip(resource_degree, population_degree)])


def ratio(resource_degree: Exact, population_degree: Exact) -> Exact:
    """HRAD / PAD = (HR_i / P_i) / (HR_n / P_n): the area cancels. A unit without people has none: ValueError."""
    _one_length(resource_degree, population_degree)
    return _array([Fraction(a) / positive(b, "population degree") for a, b in zip(resource_degree, population_degree)])


def worth(resource: Sequence[Number], people: Sequence[Number], *, parent: Parent | None = None) -> Exact:
    """The difference in units of the resource: HR_i − HR_n × P_i / P_n, of the same sign as HRAD − PAD.

    It is (HRAD − PAD) × HR_n × A_i / A_n, from which the area cancels: how many institutions more, or
    fewer, than the unit's share of the people would have. ``parent`` is (resource, people).
    """
    held, heads = _counts(resource, "resource"), _counts(people, "people")
    _one_length(held, heads)
    held_n, heads_n = _parent(held, heads, parent, ("resource", "people"))
    return _array([mine - held_n * persons / heads_n for mine, persons in zip(held, heads)])


def _degree(count: Sequence[Number], area: Sequence[Number], parent: Parent | None, name: str) -> Exact:
    counts, areas = _counts(count, name), [positive(value, "area") for value in area]
    _one_length(counts, areas)
    count_n, area_n = _parent(counts, areas, parent, (name, "area"))
    return _array([(mine / count_n) / (own / area_n) for mine, own in zip(counts, areas)])


def _parent(
    one: list[Fraction], other: list[Fraction], parent: Parent | None, names: tuple[str, str]
) -> tuple[Fraction, Fraction]:
    sums = (sum(one, Fraction(0)), sum(other, Fraction(0)))
    given = sums if parent is None else parent
    totals = tuple(positive(value, f"{name} of the parent") for value, name in zip(given, names))
    for total, parts, name in zip(totals, sums, names):
        if total < parts:
            raise ValueError(f"{name} of the parent, {total}, is less than that of its parts, {parts}")
    return totals[0], totals[1]


def _counts(values: Sequence[Number], name: str) -> list[Fraction]:
    return [not_negative(value, name) for value in values]


def _one_length(one: Sequence[Any] | Exact, other: Sequence[Any] | Exact) -> None:
    if len(one) != len(other) or len(one) == 0:
        raise ValueError(f"needs two columns of one length, not {len(one)} and {len(other)}")


def _array(values: list[Fraction]) -> Exact:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
