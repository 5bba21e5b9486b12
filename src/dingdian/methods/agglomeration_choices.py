"""Agglomeration under every choice of resource, people and area, with what each choice says of a unit.

The plans leave open whose heads and which area are meant, and a verdict by area may turn with the answer: here all of them
stand side by side, by name. Refuses to choose, and to rank: a difference grows with how densely a unit is settled, so rank
by the ratio.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import TypeAlias, cast

from attrs import frozen

from dingdian.methods.agglomeration import difference, hrad, pad, worth
from dingdian.methods.rounding import Number, exact, not_negative
from dingdian.terms import Text

Columns: TypeAlias = Mapping[str, Sequence[Number | None]]
Names: TypeAlias = tuple[str, str, str]
Standing: TypeAlias = tuple[Fraction, Fraction, Fraction, Fraction]

ABOVE, MATCHED, BELOW = "above", "matched", "below"
# What HRAD says of the land, and HRAD ÷ PAD of the people on it; 1 is the parent's own level.
BY_AREA = {
    ABOVE: Text("按面积高于全域平均", "more per area than the parent"),
    MATCHED: Text("按面积与全域相当", "as much per area as the parent"),
    BELOW: Text("按面积低于全域平均", "less per area than the parent"),
}
BY_PEOPLE = {
    ABOVE: Text("按人口高于全域平均", "more per head than the parent"),
    MATCHED: Text("按人口与全域相当", "as much per head as the parent"),
    BELOW: Text("按人口低于全域平均", "less per head than the parent"),
}


@frozen(kw_only=True)
class Degrees:
    """One unit under one choice of resource, people and area.

    Attributes
    ----------
    unit, resource, people, area : str
        Names as given.
    hrad, pad, difference, ratio, worth : Fraction or None
        As the functions of these names in `dingdian.methods.agglomeration`; None where ``lacking`` says why, and ``ratio``
        also where nobody lives.
    by_area, by_people : str or None
        ``above``, ``matched`` or ``below``: HRAD, and the ratio, against 1.
    lacking : tuple of str
        Columns whose number, or whose total, is missing: the unit is undetermined, not zero.
    """

    unit: str
    resource: str
    people: str
    area: str
    hrad: Fraction | None = None
    pad: Fraction | None = None
    difference: Fraction | None = None
    ratio: Fraction | None = None
    worth: Fraction | None = None
    by_area: str | None = None
    by_people: str | None = None
    lacking: tuple[str, ...] = ()


def verdict(degree: Number, tolerance: Number = 0) -> str:
    """``matched`` where a degree is within ``tolerance`` of 1, both ends included; else ``above`` or ``below``.

    Exact unless a tolerance is asked for: papers say "close to 1" and do not say how close.
    """
    apart = exact(degree, "degree") - 1
    if abs(apart) <= not_negative(tolerance, "tolerance"):
        return MATCHED
    return ABOVE if apart > 0 else BELOW


def choices(
    units: Sequence[str],
    resources: Columns,
    people: Columns,
    areas: Columns,
    *,
    parents: Mapping[str, Number] | None = None,
    tolerance: Number = 0,
) -> tuple[Degrees, ...]:
    """Every unit under every choice of resource × people × area.

    Parameters
    ----------
    units : sequence of str, shape (n,)
    resources, people, areas : name → sequence, shape (n,)
        Columns by name, no name twice; None where a number is missing.
    parents : name → total, optional
        The parent's total of a column; the sum of the column when left out, which a missing number makes unknown.
    tolerance : number
        As of `verdict`.

    Returns
    -------
    tuple of Degrees
        By resource, then people, then area, then unit, each in the order given.

    Raises
    ------
    ValueError
        A name used twice, a parent of an unknown column, columns of other lengths than the units, no unit, and numbers that
        `hrad` or `pad` refuses: an area of zero, a count below zero, a parent smaller than its parts or without any.

    Notes
    -----
    The sign of the difference, the ratio, the worth and ``by_people`` are the same for every area; HRAD, PAD, the size of
    the difference and ``by_area`` are not.
    """
    columns = {**resources, **people, **areas}
    if len(columns) != len(resources) + len(people) + len(areas):
        raise ValueError("a column is named twice among resources, people and areas")
    for name, values in columns.items():
        if len(values) != len(units) or not units:
            raise ValueError(f"needs one number a unit: {len(units)} units but {len(values)} of {name}")
    totals = _totals(columns, parents or {})
    return tuple(row for names in product(resources, people, areas) for row in _rows(units, names, columns, totals, tolerance))


def _totals(columns: Columns, parents: Mapping[str, Number]) -> dict[str, Number | None]:
    unknown = sorted(parents.keys() - columns.keys())
    if unknown:
        raise ValueError(f"parents has {', '.join(unknown)}, of which there is no column")
    return {name: parents[name] if name in parents else _sum(name, values) for name, values in columns.items()}


def _sum(name: str, values: Sequence[Number | None]) -> Fraction | None:
    known = [exact(value, name) for value in values if value is not None]
    return sum(known, Fraction(0)) if len(known) == len(values) else None


def _rows(
    units: Sequence[str], names: Names, columns: Columns, totals: Mapping[str, Number | None], tolerance: Number
) -> list[Degrees]:
    lacking = [
        tuple(name for name in names if totals[name] is None or columns[name][place] is None) for place in range(len(units))
    ]
    known = [place for place, missing in enumerate(lacking) if not missing]
    standing = dict(zip(known, _standings(names, columns, totals, known)))
    return [_row(unit, names, lacking[place], standing.get(place), tolerance) for place, unit in enumerate(units)]


def _standings(
    names: Names, columns: Columns, totals: Mapping[str, Number | None], known: list[int]
) -> list[Standing]:
    """HRAD, PAD, difference and worth of the units that lack nothing."""
    if not known:
        return []
    held, heads, land = ([cast(Number, columns[name][place]) for place in known] for name in names)
    held_n, heads_n, land_n = (cast(Number, totals[name]) for name in names)
    resource, population = hrad(held, land, parent=(held_n, land_n)), pad(heads, land, parent=(heads_n, land_n))
    return list(zip(
        resource, population, difference(resource, population), worth(held, heads, parent=(held_n, heads_n))))


def _row(
    unit: str, names: Names, lacking: tuple[str, ...], standing: Standing | None, tolerance: Number
) -> Degrees:
    resource, people, area = names
    if standing is None:
        return Degrees(unit=unit, resource=resource, people=people, area=area, lacking=lacking)
    by_land, by_heads, apart, worth_here = standing
    share = by_land / by_heads if by_heads else None
    return Degrees(
        unit=unit, resource=resource, people=people, area=area, hrad=by_land, pad=by_heads, difference=apart, ratio=share,
        worth=worth_here, by_area=verdict(by_land, tolerance), by_people=None if share is None else verdict(share, tolerance))
