"""A learned model for bed-days and visits by unit: gradient boosting, with an interval that was measured and a plain rival beside it.

It never decides by itself: a result carries the sentence that says so, and how it did against saying "as last year". It states no cause:
importance tells what the model leaned on, not what would change anything. Missing values are refused, not guessed.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from dingdian.methods.forecast.boosting import boosted, conformal_width, importance_of, one_thread, split
from dingdian.methods.forecast.series import Array
from dingdian.terms import Text

ASSUMES = Text("区间以可交换性为前提：待预测的单元与校准用的单元同属一个总体；政策或时期变化时不成立",
               "the interval assumes exchangeability: units to forecast are like those calibrated on; a change of policy or period breaks it")
MEDIAN = Text("学习样本的中位数", "the median of the rows learned from")
ADVISES = Text("模型结果仅供参考，不能单独作为准入、额度或规划的依据", "advice only: no admission, quota or target may rest on it alone")


@frozen(eq=False)
class Baseline:
    """A plain rival: its name, and what it says of the rows, shape (n,), and of the new rows, shape (m,), zero or more."""

    name: Text
    rows: npt.ArrayLike
    new: npt.ArrayLike


@frozen
class Comparison:
    """The model beside a plain rival on the same held-out rows, and the verdict.

    Attributes
    ----------
    name : Text
        The rival.
    model_error, baseline_error : float
        Mean absolute errors, in the unit of the target.
    doubt : float
        Standard error of their difference, over the held-out rows.
    """

    name: Text
    model_error: float
    baseline_error: float
    doubt: float

    @property
    def better(self) -> bool:
        """Whether the model's error is the smaller by more than twice the doubt: less may be chance."""
        return self.baseline_error - self.model_error > 2 * self.doubt

    @property
    def sentence(self) -> Text:
        figures = f"{self.model_error:.4g} / {self.baseline_error:.4g} ± {2 * self.doubt:.3g}"
        if self.better:
            return Text(f"留出样本上误差小于{self.name.zh}（{figures}）", f"on held-out rows its error is below that of {self.name.en} ({figures})")
        return Text(f"留出样本上看不出优于{self.name.zh}（{figures}），不宜采用",
                    f"on held-out rows not clearly better than {self.name.en} ({figures}): do not use it")


@frozen(eq=False)
class Learned:
    """What the model says of new rows, and what is known of its errors.

    Attributes
    ----------
    prediction, low, high : float arrays, shape (m,)
        In the unit of the target, never below zero.
    level : float
        Share of rows that the interval is to hold.
    measured_coverage : float
        Share of held-out rows that it held.
    importance : dict of feature to float
        Rise of the mean absolute error of the logarithm on held-out rows when the feature is shuffled among them; near zero or below
        where the model does without it.
    n_train, n_calibration, n_holdout : int
        Rows of the three parts.
    compared_with : Comparison
    notes : tuple of Text
        That it decides nothing, what the interval assumes, and the verdict of the comparison.
    """

    prediction: Array
    low: Array
    high: Array
    level: float
    measured_coverage: float
    importance: dict[str, float]
    n_train: int
    n_calibration: int
    n_holdout: int
    compared_with: Comparison

    @property
    def decides(self) -> bool:
        """Always False."""
        return False

    @property
    def notes(self) -> tuple[Text, ...]:
        return ADVISES, ASSUMES, self.compared_with.sentence


def learned(
    features: npt.ArrayLike,
    target: npt.ArrayLike,
    new: npt.ArrayLike,
    *,
    names: Sequence[str],
    seed: int,
    groups: Sequence[Hashable] | None = None,
    level: float = 0.8,
    baseline: Baseline | None = None,
) -> Learned:
    """Learn a count (bed-days, visits) by row and state it for new rows.

    Parameters
    ----------
    features : shape (n, p), no value missing
    target : shape (n,), zero or more
    new : shape (m, p)
    names : p names, all different
    seed : int
        Of the split, the model and the shuffling: the same seed gives the same numbers.
    groups : n labels, or None for each row by itself
        Rows of one label (the years of one unit) stay together in one part. At least 30 different ones.
    level : share above 0 and below 1
    baseline : Baseline or None
        What a plain rival says of each row, such as last year's figure: the model learns how the target departs from it, and is measured
        against it. Unless given, the median of the rows learned from.

    Returns
    -------
    Learned

    Raises
    ------
    ValueError
        Shapes that differ, a missing or negative value, too few groups, a level that the rows to calibrate on are too few for.

    Notes
    -----
    Histogram gradient boosting of scikit-learn on log(1 + target) − log(1 + baseline), absolute error (Friedman 2001; Ke et al. 2017).
    Split conformal interval (Vovk, Gammerman & Shafer 2005; Lei et al. 2018): of k calibration rows the ⌈(k + 1) level⌉-th smallest
    |residual| of the logarithm is taken both ways, so errors are relative. Permutation importance (Breiman 2001) with ten shuffles. The
    years of one unit are not exchangeable with each other, which is why they stay together; a unit's own next year is still only as safe
    as `ASSUMES` says.
    """
    x, y, ahead = _checked(features, target, new, names)
    if not 0 < level < 1:
        raise ValueError(f"a level is a share above 0 and below 1, not {level:g}: divide percentages by 100")
    parts = split(list(range(len(y))) if groups is None else list(groups), len(y), seed)
    middle = np.median(y[parts[0]])
    rival = Baseline(MEDIAN, np.full(len(y), middle), np.full(len(ahead), middle)) if baseline is None else baseline
    plain, plain_ahead = (_plain(said, size) for said, size in ((rival.rows, len(y)), (rival.new, len(ahead))))
    with one_thread():
        model = boosted(x[parts[0]], np.log1p(y[parts[0]]) - np.log1p(plain[parts[0]]), seed)
        importance = importance_of(model, x[parts[2]], (np.log1p(y) - np.log1p(plain))[parts[2]], names, seed)
        said, said_ahead = model.predict(x) + np.log1p(plain), model.predict(ahead) + np.log1p(plain_ahead)
    return _measured(y, said, said_ahead, plain, parts, level, importance, rival.name)


def _measured(
    y: Array, said: Array, ahead: Array, plain: Array, parts: tuple[list[int], list[int], list[int]], level: float,
    importance: dict[str, float], rival: Text,
) -> Learned:
    """The result, from what the model says of all rows and of the new ones, in logarithms."""
    train, calibration, holdout = parts
    residuals = np.abs(np.log1p(y) - said)
    width = conformal_width(residuals[calibration], level)
    own, other = (np.abs(y - one)[holdout] for one in (_count(said), plain))
    compared = Comparison(rival, float(own.mean()), float(other.mean()), float((other - own).std(ddof=1)) / math.sqrt(own.size))
    return Learned(
        prediction=_count(ahead), low=_count(ahead - width), high=_count(ahead + width), level=level,
        measured_coverage=float((residuals[holdout] <= width).mean()), importance=importance,
        n_train=len(train), n_calibration=len(calibration), n_holdout=len(holdout), compared_with=compared,
    )


def _checked(features: npt.ArrayLike, target: npt.ArrayLike, new: npt.ArrayLike, names: Sequence[str]) -> tuple[Array, Array, Array]:
    x, y, ahead = (np.asarray(values, dtype=np.float64) for values in (features, target, new))
    if x.ndim != 2 or ahead.ndim != 2 or y.shape != x.shape[:1] or ahead.shape[1] != x.shape[1]:
        raise ValueError(f"features {x.shape}, target {y.shape} and new rows {ahead.shape} do not fit together")
    if len(set(names)) != x.shape[1] or len(names) != x.shape[1] or not names:
        raise ValueError(f"{len(names)} names for {x.shape[1]} features; there must be one each, all different")
    if not all(np.isfinite(values).all() for values in (x, y, ahead)):
        raise ValueError("a feature or target is missing or not finite; leave the row out and say so")
    if (y < 0).any():
        raise ValueError(f"a count must be zero or more, not {y.min():g}")
    return x, y, ahead


def _plain(values: npt.ArrayLike, size: int) -> Array:
    said = np.asarray(values, dtype=np.float64)
    if said.shape != (size,) or not np.isfinite(said).all() or (said < 0).any():
        raise ValueError("the baseline must have a finite value, zero or more, for each row and each new row")
    return said


def _count(logarithm: Array) -> Array:
    counted: Array = np.maximum(np.expm1(logarithm), 0.0)
    return counted
