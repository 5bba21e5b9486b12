"""Health resource density index and location quotient: one resource set against people and area at once, or people alone.

Both compare a unit with others or with its parent. Neither says how much is enough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dingdian.methods.agglomeration import Exact, Parent, hrad, pad, ratio
from dingdian.methods.inequality.conventions import HRDI, Convention, named
from dingdian.methods.inequality.inputs import Column, Floats, not_negative, one_length, total
from dingdian.methods.rounding import Number


def hrdi(
    resource: Column,
    people: Column,
    area: Column,
    *,
    convention: str = "absolute",
    parent: tuple[float, float, float] | None = None,
) -> Floats:
    """Health resource density index (卫生资源密度指数): geometric mean of the densities by people and by area.

    Parameters
    ----------
    resource : sequence, shape (n,)
        Institutions, beds or doctors, zero or more.
    people : sequence, shape (n,)
        Heads (not thousands), above zero.
    area : sequence, shape (n,)
        km², above zero.
    convention : {"absolute", "relative"}
        ``absolute``: √(resource per 1000 people × resource per km²). ``relative``: that, divided by the parent's.
    parent : (resource, people, area), optional
        Totals of the parent for ``relative``; the sums when left out.

    Returns
    -------
    float64 array, shape (n,)
        Relative: 1 is the parent's level; squared it is HRAD × (HRAD ÷ PAD).

    Raises
    ------
    ValueError
        Lengths that differ, no unit, what is missing or below zero, a unit without people or area; a parent without
        resource, people or area, or given for ``absolute``.
    """
    named(HRDI, convention)
    held, heads, land = not_negative(resource, "resource"), _above_zero(people, "people"), _above_zero(area, "area")
    one_length(held, heads, "people")
    one_length(held, land, "areas")
    found: Floats = np.sqrt(held / (heads / 1000.0)) * np.sqrt(held / land)
    if convention == "absolute":
        if parent is not None:
            raise ValueError("a parent belongs to the relative convention")
        return found
    whole = np.array([total(held), total(heads), total(land)] if parent is None else parent, dtype=np.float64)
    if whole.shape != (3,) or not (np.isfinite(whole).all() and (whole > 0).all()):
        raise ValueError("resource, people and area of the parent must be above zero")
    return found / float(hrdi(whole[:1], whole[1:2], whole[2:])[0])


def hrdi_conventions() -> tuple[Convention, ...]:
    """The conventions of `hrdi`, each with formula and where it is met."""
    return tuple(HRDI.values())


def location_quotient(resource: Sequence[Number], people: Sequence[Number], *, parent: Parent | None = None) -> Exact:
    """Location quotient (区位商): (HR_i / HR_n) ÷ (P_i / P_n), exactly; above 1 a unit has more per head than its parent.

    It equals HRAD ÷ PAD, whatever the areas. ``people`` may be any base: persons, insured, discharges. ``parent`` is
    (resource, people), the sums when left out.

    Raises
    ------
    ValueError
        Lengths that differ, no unit, a count below zero, a unit without people, a parent without resource or smaller
        than its parts.
    """
    alike = [1] * len(people)
    held, heads = (None, None) if parent is None else ((parent[0], len(alike)), (parent[1], len(alike)))
    return ratio(hrad(resource, alike, parent=held), pad(people, alike, parent=heads))


def _above_zero(values: Column, name: str) -> Floats:
    column = not_negative(values, name)
    bad = np.flatnonzero(column == 0)
    if bad.size:
        raise ValueError(f"{name} must be above zero: 0 at position {bad[0]}")
    return column
