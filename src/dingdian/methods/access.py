"""Floating catchments: how much supply is within reach of each place, shared with everybody else who reaches it.

2SFCA, E2SFCA, the Gaussian variants, 3SFCA and cumulative opportunities; the shares of people and of places within a limit
are next door, in `methods.coverage`. Works on pairs that were measured elsewhere; it measures nothing and draws nothing. It refuses pairs that were not
sought as far as the decay reaches, since whoever is missing from them would silently not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import exp, inf, isfinite
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from dingdian.space import decimetres
from dingdian.space.arrays import Floats, Integers, Mask, Numbers, indices, read_only, refuse, weights
from dingdian.space.compiled import compiled
from dingdian.space.decimetres import NOISE

THREE_STEP = "3sfca"
BEFORE, AFTER = exp(-0.5), 1.0 - exp(-0.5)  # of the normalised Gaussian: its value at the radius, and the rest

Decay = Callable[[Floats], npt.ArrayLike]
T = TypeVar("T", np.int64, np.float64)


class Reached(Protocol):
    """What is asked of pairs: a `dingdian.space.pairs.Pairs`, or anything with these columns.

    A ``limit``, where there is one, says how many metres far the pairs were sought.
    """

    @property
    def source(self) -> Integers: ...
    @property
    def target(self) -> Integers: ...
    @property
    def distance(self) -> Floats: ...
    @property
    def n_source(self) -> int: ...
    @property
    def n_target(self) -> int: ...


# --- decays ----------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class Steps:
    """Weights by distance band: ``weight[k]`` up to ``edge[k]`` metres, the edge included, nothing beyond the last edge."""

    edge: Floats
    weight: Floats

    def __attrs_post_init__(self) -> None:
        if not self.edge.size:
            raise ValueError("steps must name at least one distance and its weight")
        refuse(~(self.edge >= 0.0), "distances of steps must be metres, zero or more")
        refuse(~((self.weight >= 0.0) & (self.weight <= 1.0)), "weights of steps must lie between 0 and 1")
        refuse(np.diff(self.edge) <= 0.0, "distances of steps must rise from one to the next")
        refuse(np.diff(self.weight) > 0.0, "weights of steps must not rise with distance")
        read_only(self.edge)
        read_only(self.weight)

    @property
    def reach(self) -> float:
        """Metres beyond which nothing counts."""
        return float(self.edge[-1])

    def __call__(self, metres: Floats) -> Floats:
        return np.append(self.weight, 0.0)[np.searchsorted(self.edge + NOISE, metres, side="left")]


EVERYWHERE = Steps(np.array([inf]), np.array([1.0]))  # no decay: all pairs weigh 1


@frozen
class Gaussian:
    """exp(−d² / 2σ²); it never ends: the catchment ends where the pairs do."""

    sigma: float = field()
    reach: float = field(default=inf, init=False)

    @sigma.validator
    def _positive(self, _: object, value: float) -> None:
        _refuse_unless_positive("sigma", value)

    def __call__(self, metres: Floats) -> Floats:
        return np.exp(-0.5 * np.square(metres / self.sigma))


@frozen
class NormalisedGaussian:
    """(exp(−½ (d/r)²) − exp(−½)) / (1 − exp(−½)): 1 at the door, 0 at the radius r and beyond."""

    radius: float = field()

    @radius.validator
    def _positive(self, _: object, value: float) -> None:
        _refuse_unless_positive("radius", value)

    @property
    def reach(self) -> float:
        return self.radius

    def __call__(self, metres: Floats) -> Floats:
        value = (np.exp(-0.5 * np.square(metres / self.radius)) - BEFORE) / AFTER
        return np.where(metres <= self.radius, np.clip(value, 0.0, 1.0), 0.0)


def steps(bands: Iterable[tuple[float, float]]) -> Steps:
    """Weights by distance band, as in E2SFCA (Luo & Qi 2009).

    Parameters
    ----------
    bands : iterable of (metres, weight)
        Rising distances, weights between 0 and 1 that do not rise: ``[(400, 1.0), (800, 0.68), (1200, 0.22)]``. A distance
        belongs to the first band that holds it, its edge included; beyond the last one the weight is 0.

    Raises
    ------
    ValueError
        No band, distances that do not rise or are negative, weights that rise or leave [0, 1].
    """
    table = [(float(metres), float(weight)) for metres, weight in bands]
    return Steps(np.array([metres for metres, _ in table]), np.array([weight for _, weight in table]))


def gaussian(sigma: float) -> Gaussian:
    """Weight exp(−d² / 2σ²), 1 at the door and never nil (Kwan 1998; PySAL's ``weights.gaussian``).

    ``sigma`` in metres, above 0 (ValueError). The catchment is as wide as the pairs were sought.
    """
    return Gaussian(sigma)


def gaussian_normalised(radius: float) -> NormalisedGaussian:
    """Weight (e^{−½(d/r)²} − e^{−½}) / (1 − e^{−½}): 1 at the door, falling to 0 at the radius.

    Dai (2010), Health & Place 16(5), and the usual form of Chinese papers. ``radius`` in metres, above 0 (ValueError).
    Somebody exactly at the radius is within it and has the weight 0.
    """
    return NormalisedGaussian(radius)


def _refuse_unless_positive(name: str, value: float) -> None:
    if not (isfinite(value) and value > 0.0):
        raise ValueError(f"{name} must be finite metres above 0, not {value}")


# --- measures --------------------------------------------------------------------------------------------------------


def two_step(
    supply: Numbers, demand: Numbers, pairs: Reached, *, decay: Decay | None = None, choice: str | None = None
) -> Floats:
    """Supply per head within reach of each place, by floating catchments.

    Parameters
    ----------
    supply : array, shape (n_supply,)
        Capacity of each provider (beds, doctors, 1 each), finite, zero or more.
    demand : array, shape (n_demand,)
        Persons at each place, finite, zero or more.
    pairs : Pairs
        ``source`` indexes ``demand``, ``target`` indexes ``supply``, each pair at most once; in any order.
    decay : Steps, Gaussian, NormalisedGaussian or callable, optional
        Weight f(d) of a distance in metres; a callable takes and gives an array, between 0 and 1. None: every pair
        weighs 1 and the catchment is as wide as the pairs were sought (2SFCA).
    choice : {None, "3sfca"}
        ``"3sfca"`` lets people divide themselves among the providers that they reach, by weight.

    Returns
    -------
    float64 array, shape (n_demand,)
        Supply per head. 0.0 where nothing is in reach: `reached` tells that from supply of nil.

    Raises
    ------
    ValueError
        Supply, demand or a distance that is negative, missing or infinite; indices out of range; lists whose lengths do
        not fit the pairs; weights outside [0, 1]; pairs not sought as far as the decay reaches; an unknown ``choice``;
        a result too large for a float.

    Notes
    -----
    With D the demand, S the supply, f the decay::

        R_j = S_j / Σ_i D_i w_ij        A_i = Σ_j R_j w_ij

    - 2SFCA (Luo & Wang 2003, Environment and Planning B 30): w = 1 within the catchment.
    - E2SFCA (Luo & Qi 2009, Health & Place 15): w = f(d), f by bands (`steps`).
    - Gaussian 2SFCA (Dai 2010, Health & Place 16): w = f(d), f = `gaussian_normalised`.
    - 3SFCA (Wan, Zou & Sternberg 2012, Int. J. Geographical Information Science 26): w = G f(d) with the selection
      weight G_ij = f(d_ij) / Σ_k f(d_ik). Every provider in the pairs competes, one of supply 0 too.

    Provider j whose catchment holds nobody (Σ_i D_i w_ij = 0) has no ratio and serves nobody: it adds nothing anywhere,
    and `unused_supply` names it. For all others supply is handed out whole: Σ D_i A_i = Σ S_j. Sums run in the order of
    the pairs, so the same pairs give the same bits.
    """
    if choice not in (None, THREE_STEP):
        raise ValueError(f"choice must be None or {THREE_STEP!r}, not {choice!r}")
    capacity, persons = _amounts("supply", supply, pairs.n_target), _amounts("demand", demand, pairs.n_source)
    source, target, weight = _weighted(pairs, decay)
    if choice == THREE_STEP:
        weight = _selected(source, weight, persons.size)
    access = _shared_out(source, target, _fixed(weight), capacity, persons)
    refuse(~np.isfinite(access), "supply per head must fit a float")
    return access


def unused_supply(supply: Numbers, demand: Numbers, pairs: Reached, *, decay: Decay | None = None) -> Integers:
    """Providers with supply whose catchment holds nobody: what `two_step` hands out to no one.

    Returns
    -------
    int64 array
        Positions in ``supply``, ascending: supply above 0, and no demand above 0 at a weight above 0. The arguments and
        what is refused are those of `two_step`; ``choice`` makes no difference.
    """
    capacity, persons = _amounts("supply", supply, pairs.n_target), _amounts("demand", demand, pairs.n_source)
    source, target, weight = _weighted(pairs, decay)
    held = np.bincount(target[(weight > 0.0) & (persons[source] > 0.0)], minlength=capacity.size)
    return np.flatnonzero((capacity > 0.0) & (held == 0))


def reached(pairs: Reached, n_demand: int, *, decay: Decay | None = None) -> Mask:
    """Which places have a provider in reach, be its supply nil: tells "none in reach" from "no supply".

    Parameters
    ----------
    pairs : Pairs
        ``source`` indexes the places.
    n_demand : int
        Number of places.
    decay : as in `two_step`
        In reach is then who has a weight above 0. Without it, whoever is in the pairs.

    Returns
    -------
    bool array, shape (n_demand,)
    """
    if n_demand != pairs.n_source:
        raise ValueError(f"n_demand must be {pairs.n_source} as in the pairs, not {n_demand}")
    source, _, weight = _weighted(pairs, decay)
    return np.bincount(source[weight > 0.0], minlength=n_demand) > 0


def opportunities(supply: Numbers, pairs: Reached, decay: Decay | None = None) -> Floats:
    """Cumulative opportunities: supply within reach of each place, shared with nobody: Σ_j S_j f(d_ij).

    Hansen (1959), J. American Institute of Planners 25, with the weight of `two_step`; without a decay the supply in the
    pairs is added up. It never falls when the radius grows. Float64, shape (n_demand,); refuses what `two_step` refuses.
    """
    capacity = _amounts("supply", supply, pairs.n_target)
    source, target, weight = _weighted(pairs, decay)
    return np.bincount(source, weights=capacity[target] * weight, minlength=pairs.n_source).astype(np.float64)


# --- checks and weights ----------------------------------------------------------------------------------------------


def _amounts(name: str, values: Numbers, size: int) -> Floats:
    """Amounts as the kernels take them; their sum must be finite, so that no sum over a catchment can overflow."""
    amounts = weights(name, values, size)
    with np.errstate(over="ignore"):
        if not isfinite(amounts.sum()):
            raise ValueError(f"{name} must add up to a number that fits a float")
    return _fixed(amounts)


def _weighted(pairs: Reached, decay: Decay | None) -> tuple[Integers, Integers, Floats]:
    """Source, target and weight of every pair, checked."""
    _refuse_short(pairs, decay)
    source, target = _whole("source", pairs.source), _whole("target", pairs.target)
    distance = _fixed(np.asarray(pairs.distance, dtype=np.float64))
    if not source.shape == target.shape == distance.shape or source.ndim != 1:
        raise ValueError("source, target and distance must be columns of one length")
    bands = decay if isinstance(decay, Steps) else EVERYWHERE
    edge, weight = _fixed(bands.edge + NOISE), _fixed(np.append(bands.weight, 0.0))
    found = _banded(source, target, distance, edge, weight, pairs.n_source, pairs.n_target)
    if found.size != source.size:
        _refuse_broken(source, target, distance, pairs)
    if decay is None or isinstance(decay, Steps):
        return source, target, found
    return source, target, _called(decay, distance)


def _refuse_short(pairs: Reached, decay: Decay | None) -> None:
    limit, reach = getattr(pairs, "limit", inf), getattr(decay, "reach", inf)
    if isfinite(reach) and decimetres.limit(reach) > decimetres.limit(limit):
        raise ValueError(f"pairs must be sought up to {reach} m, as far as the decay reaches, not {limit} m")


def _refuse_broken(source: Integers, target: Integers, distance: Floats, pairs: Reached) -> None:
    refuse(~(np.isfinite(distance) & (distance >= 0.0)), "distance must be finite metres, zero or more")
    indices("source", source, pairs.n_source)
    indices("target", target, pairs.n_target)


def _called(decay: Decay, distance: Floats) -> Floats:
    """What a decay says of each distance, if these are weights."""
    found = np.asarray(decay(distance), dtype=np.float64)
    if found.shape != distance.shape:
        raise ValueError(f"decay must give one weight for each distance, not an array of shape {found.shape}")
    refuse(~((found >= 0.0) & (found <= 1.0)), "decay must give weights between 0 and 1")
    return found


def _selected(source: Integers, weight: Floats, n_demand: int) -> Floats:
    """Weights times the selection weight G of 3SFCA; where nothing weighs anything, nothing is selected."""
    total = np.bincount(source, weights=weight, minlength=n_demand)[source]
    return weight * np.divide(weight, total, out=np.zeros_like(weight), where=total > 0.0)


def _whole(name: str, values: Numbers) -> Integers:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers (indices), not {array.dtype}")
    return _fixed(array.astype(np.int64, copy=False))


def _fixed(array: npt.NDArray[T]) -> npt.NDArray[T]:
    """A locked, contiguous view: kernels are compiled once, for the arrays that `Pairs` keeps."""
    view = np.ascontiguousarray(array).view()
    read_only(view)
    return view


# --- kernels ---------------------------------------------------------------------------------------------------------


@compiled
def _banded(
    source: Integers, target: Integers, distance: Floats, edge: Floats, weight: Floats, n_source: int, n_target: int
) -> Floats:
    """Weight of each pair by the band of its distance (one weight more than edges: the last is beyond them).

    One entry too few when any pair is broken: a negative, missing or infinite distance, or an index out of range.
    """
    found = np.empty(distance.size, dtype=np.float64)
    for pair in range(distance.size):
        metres = distance[pair]
        inside = 0 <= source[pair] < n_source and 0 <= target[pair] < n_target
        if not (inside and 0.0 <= metres < np.inf):
            return found[:-1]
        # Counting the edges that lie before a distance takes no jump that the processor would have to guess.
        band = 0
        for step in range(edge.size):
            band += metres > edge[step]
        found[pair] = weight[band]
    return found


@compiled
def _shared_out(source: Integers, target: Integers, weight: Floats, supply: Floats, demand: Floats) -> Floats:
    """Both steps of the floating catchments, in the order of the pairs."""
    ratio = np.zeros(supply.size, dtype=np.float64)
    for pair in range(source.size):
        ratio[target[pair]] += demand[source[pair]] * weight[pair]
    for site in range(supply.size):
        if ratio[site] > 0.0:
            ratio[site] = supply[site] / ratio[site]
    access = np.zeros(demand.size, dtype=np.float64)
    for pair in range(source.size):
        access[source[pair]] += ratio[target[pair]] * weight[pair]
    return access
