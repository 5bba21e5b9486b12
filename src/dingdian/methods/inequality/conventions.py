"""Named conventions: one word, several formulas, and where a reader meets each of them.

A figure from a paper can only be compared with one of the same convention. Nothing is computed here, and no convention
is recommended; the functions say which one they take when none is named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from attrs import frozen

from dingdian.terms import Text


@frozen(kw_only=True)
class Convention:
    """One way to compute a measure.

    Attributes
    ----------
    id : str
        What to pass as ``convention`` (``form`` for the Gini coefficient).
    name, met : Text
        Its name, and where it is met.
    formula : str
        p: share of the weight (heads, km²), y: share of the resource, v: level, μ: weighted mean level, n: number of units.
    zeros : Text
        What a unit without any of the resource does to it.
    """

    id: str
    name: Text
    formula: str
    met: Text
    zeros: Text


@frozen(kw_only=True)
class LogConvention(Convention):
    """A Theil convention.

    Attributes
    ----------
    base : float
        Base of the logarithm unless another one is asked for.
    by_resource : bool
        Whether terms are weighted by shares of the resource (Theil's T) or of the weight (Theil's L).
    counts_units : bool
        Whether every unit counts once, whatever its weight.
    """

    base: float
    by_resource: bool
    counts_units: bool = False


HARMLESS = Text("有定义：0·ln0 取极限 0", "defined: 0·ln 0 is its limit, 0")
REFUSED = Text("无定义（趋于无穷），报错并指出单元", "not defined (it tends to infinity): an error names the unit")
COUNTED = Text("按 0 计入", "counted as 0")

THEIL = {
    convention.id: convention
    for convention in (
        LogConvention(
            id="textbook", name=Text("泰尔 T 指数", "Theil's T, GE(1)"), formula="T = Σ y·ln(y / p) = Σ p·(v/μ)·ln(v/μ)",
            met=Text("收入分配教科书；Theil (1967)", "textbooks on income distribution; Theil (1967)"),
            zeros=HARMLESS, base=math.e, by_resource=True),
        LogConvention(
            id="population_log10", name=Text("人口占比加权、常用对数的泰尔指数", "Theil's L with common logarithms"),
            formula="T = Σ p·lg(p / y)",
            met=Text("国内卫生资源配置公平性论文中常见", "many Chinese papers on the fairness of health resources"),
            zeros=REFUSED, base=10.0, by_resource=False),
        LogConvention(
            id="mean_log_deviation", name=Text("泰尔 L 指数（平均对数离差）", "Theil's L, mean log deviation, GE(0)"),
            formula="L = Σ p·ln(p / y) = −Σ p·ln(v/μ)",
            met=Text("Shorrocks (1980) 的可分解指数；世界银行的不平等报告", "Shorrocks (1980) on decomposable measures; World Bank reports"),
            zeros=REFUSED, base=math.e, by_resource=False),
        LogConvention(
            id="unweighted", name=Text("不加权的泰尔 T 指数", "Theil's T, every unit counted once"),
            formula="T = (1/n)·Σ (v/v̄)·ln(v/v̄), v̄ the plain mean",
            met=Text("区域差异研究；与各单元人口多少无关，不宜与前几式比较", "studies of regional gaps; blind to how many people a unit has"),
            zeros=HARMLESS, base=math.e, by_resource=True, counts_units=True),
    )
}

GINI = {
    convention.id: convention
    for convention in (
        Convention(
            id="population", name=Text("总体形式", "population form"), formula="G = 1 − Σ (P_i − P_{i−1})·(L_i + L_{i−1})",
            met=Text("卫生资源论文的梯形法；单元即全部、非抽样", "the trapezoids of papers on health resources; the units are all there are"),
            zeros=COUNTED),
        Convention(
            id="sample", name=Text("小样本修正形式", "small-sample form"), formula="G·n / (n − 1), n the units that have weight",
            met=Text("Deltas (2003)；单元为抽样或个数很少时", "Deltas (2003); when units are a sample, or few"), zeros=COUNTED),
    )
}

CONCENTRATION = {
    convention.id: convention
    for convention in (
        Convention(
            id="standard", name=Text("集中指数", "concentration index"), formula="C = (2 / μ)·cov(v, R), R the mid-rank from 0 to 1",
            met=Text("Kakwani、Wagstaff 与 van Doorslaer (1997)", "Kakwani, Wagstaff & van Doorslaer (1997)"), zeros=COUNTED),
        Convention(
            id="generalised", name=Text("广义集中指数", "generalised concentration index"), formula="μ·C",
            met=Text("同时看水平与分布", "level and distribution together"), zeros=COUNTED),
        Convention(
            id="wagstaff", name=Text("Wagstaff 归一化", "Wagstaff's normalisation"), formula="C·(b − a)·μ / ((b − μ)·(μ − a))",
            met=Text("有上下界的指标；Wagstaff (2005)", "bounded variables; Wagstaff (2005)"), zeros=COUNTED),
        Convention(
            id="erreygers", name=Text("Erreygers 修正", "Erreygers' correction"), formula="4·μ·C / (b − a)",
            met=Text("有上下界的指标；Erreygers (2009)", "bounded variables; Erreygers (2009)"), zeros=COUNTED),
    )
}

HRDI = {
    convention.id: convention
    for convention in (
        Convention(
            id="absolute", name=Text("卫生资源密度指数", "health resource density index"),
            formula="√(HR_i / (P_i / 1000) · HR_i / A_i)",
            met=Text("每千人口与每平方千米密度的几何平均；数值随面积单位而变", "geometric mean of per-1000-people and per-km² densities; depends on the unit of area"),
            zeros=COUNTED),
        Convention(
            id="relative", name=Text("相对密度指数（全域为 1）", "relative to the parent, which is 1"), formula="HRDI_i / HRDI_n = √(HRAD_i · HRAD_i / PAD_i)",
            met=Text("各地或各年之间比较；与单位无关", "comparisons of places or years; free of units"), zeros=COUNTED),
    )
}


def named(conventions: Mapping[str, Convention], id: str) -> Convention:
    """The convention of that id; ValueError lists those there are."""
    if id not in conventions:
        raise ValueError(f"no convention {id!r}: choose one of {', '.join(conventions)}")
    return conventions[id]
