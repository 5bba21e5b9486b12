"""The density class of a place: what is published of it, else what the population grid gives. No cap and no verdict."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from attrs import frozen

from dingdian.provisions.base import Slot
from dingdian.provisions.ground import Choice, Ground
from dingdian.terms import DENSITIES, Text

PUBLISHED = "published"
DENSITY = Slot(
    Text("“人口高度密集”如何认定", "what very dense means"),
    {"percentile": Text("公布的类别优先；否则按有人格网人口密度的分位数", "the published class, else a percentile of populated cells"),
     "high_percentile": Text("同上，分位数更高", "the same with a higher percentile"),
     PUBLISHED: Text("只看公布的类别", "the published class only")},
    {"percentile": ("percentile",), "high_percentile": ("percentile",)}, otherwise=PUBLISHED,
)


@frozen(kw_only=True)
class Density:
    """The density class of a place and how it was found; ``name`` empty when nothing tells, or nobody needs it."""

    name: str
    evidence: Mapping[str, Any]


def density_of(ground: Ground, choice: Choice, subjects: tuple[str, ...], lon: float, lat: float) -> Density:
    """The class published of a subject or of the cell, else the one that the reading gives."""
    cell = ground.places.cell_at(lon, lat)
    for subject in (*subjects, *(() if cell is None else (cell,))):
        fact = ground.snapshot.fact(subject, "density")
        if fact is not None and fact.value in DENSITIES:
            return Density(name=fact.value, evidence={"class": fact.value, "source": fact.source, "as_of": fact.as_of})
    return _modelled(ground, choice, ground.places.density(lon, lat))


def _modelled(ground: Ground, choice: Choice, persons_per_km2: Decimal | None) -> Density:
    if choice.option == PUBLISHED:
        return Density(name="", evidence={"class": None, "source": "facts.density"})
    percentile = choice["percentile"]
    threshold: Decimal | None = ground.remember(("density", percentile), lambda: ground.places.density_threshold(percentile))
    if threshold is None or persons_per_km2 is None:
        return Density(name="", evidence={"class": None, "source": "population"})
    name = "dense" if persons_per_km2 >= threshold else "other"
    return Density(name=name, evidence={
        "class": name, "persons_per_km2": persons_per_km2, "threshold_per_km2": threshold, "source": "population", "percentile": percentile})
