"""What stands against drawing conclusions from efficiency scores, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dingdian.methods.efficiency.units import Floats, Units
from dingdian.terms import Text

PROPORTIONAL = 1e-9


def enough_units(n: int, m: int, s: int) -> tuple[Text, ...]:
    """Whether there are enough units for so many indicators; nothing to say if there are.

    Two rules of thumb: n ≥ max(m·s, 3(m + s)) (Cooper, Seiford & Tone 2007) and n ≥ 2(m + s) (Golany & Roll 1989). With fewer units the
    scores tell units apart badly: many are efficient only because nobody resembles them.
    """
    said = []
    cooper, golany = max(m * s, 3 * (m + s)), 2 * (m + s)
    if n < cooper:
        said.append(Text(
            f"{n} 个单元对 {m} 项投入、{s} 项产出偏少：Cooper 等建议不少于 max(m·s, 3(m+s)) = {cooper} 个，许多单元可能仅因无可比对象而显得有效",
            f"{n} units are few for {m} inputs and {s} outputs: Cooper et al. ask for max(m·s, 3(m+s)) = {cooper}; many may be efficient only for "
            "want of anybody like them",
        ))  # fmt: skip
    if n < golany:
        said.append(Text(
            f"也不足 Golany 与 Roll 的 2(m+s) = {golany} 个：不应据此得出结论",
            f"nor does that reach the 2(m+s) = {golany} of Golany & Roll: nothing should be concluded from it",
        ))  # fmt: skip
    return tuple(said)


def about_figures(units: Units) -> tuple[Text, ...]:
    """Too few units, indicators that say the same, units that are all alike."""
    said = list(enough_units(len(units), units.m, units.s))
    if len(units) > 1 and (units.together() == units.together()[0]).all():
        said.append(Text("各单元数据完全相同，效率值均为 1，无从比较", "all units have the same figures: every score is 1 and nothing is compared"))
        return tuple(said)
    for table, zh, en in ((units.inputs, "投入", "inputs"), (units.outputs, "产出", "outputs")):
        for first, second in _proportional(table):
            said.append(Text(
                f"第 {first + 1}、{second + 1} 项{zh}成比例，重复计入并无信息", f"{en} {first + 1} and {second + 1} are proportional: the second adds nothing"
            ))  # fmt: skip
        if _dependent(table):
            said.append(Text(f"{zh}之间线性相关，指标应当精简", f"the {en} depend on each other linearly: there are more indicators than information"))
    return tuple(said)


def about_scores(score: Floats, efficient: int, unproven: list[int]) -> tuple[Text, ...]:
    """Scores that do not tell units apart, that do not exist, that lack a proof."""
    said = []
    if len(score) > 1 and 2 * efficient > len(score):
        said.append(Text(
            f"{len(score)} 个单元中有 {efficient} 个有效，区分度不足", f"{efficient} of {len(score)} units are efficient: the scores hardly tell units apart"
        ))  # fmt: skip
    missing = np.flatnonzero(np.isnan(score)).tolist()
    if missing:
        said.append(Text(
            f"单元（从 0 起）{_listed(missing)} 无可行的超效率解，不赋值", f"units {_listed(missing)} (from 0) have no super-efficiency: the others cannot reach them at any factor"
        ))  # fmt: skip
    if unproven:
        said.append(Text(
            f"单元（从 0 起）{_listed(unproven)} 数据相差悬殊，得分未证明到 10⁻⁶ 或松弛量未证明为最大",
            f"units {_listed(unproven)} (from 0): figures so far apart that the score is not proven to 1e-6, or the slacks not proven to be the largest",
        ))  # fmt: skip
    return tuple(said)


def _proportional(table: Floats) -> Iterator[tuple[int, int]]:
    """Pairs of columns that are multiples of each other."""
    share = table / table.sum(axis=0)
    for first in range(table.shape[1]):
        for second in range(first + 1, table.shape[1]):
            if np.abs(share[:, first] - share[:, second]).max() <= PROPORTIONAL * share[:, first].max():
                yield first, second


def _dependent(table: Floats) -> bool:
    """Whether some columns are sums of others, beyond pairs, where there are units enough to tell."""
    if len(table) <= table.shape[1] or any(True for _ in _proportional(table)):
        return False
    return bool(np.linalg.matrix_rank(table / table.mean(axis=0), tol=PROPORTIONAL * np.sqrt(table.size)) < table.shape[1])


def _listed(units: list[int], most: int = 10) -> str:
    shown = ", ".join(str(unit) for unit in units[:most])
    return shown + (f" … ({len(units)})" if len(units) > most else "")
