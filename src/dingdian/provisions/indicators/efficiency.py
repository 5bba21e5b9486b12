"""Efficiency: each inpatient institution against the best of its peers of the same level and type, by data envelopment analysis.

Inputs: open beds on average and insured doctors; outputs: discharges and outpatient visits, of the latest closed year. Input-oriented, variable
and constant returns. Scores inform: they rank nobody, are not adjusted for case mix, and a group that is too small for its indicators says so
(Cooper, Seiford and Tone's rule). Groups of different kinds do not compare.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import evolve, frozen

from dingdian.methods.rounding import round_half_even
from dingdian.provisions.counting import basis_year
from dingdian.provisions.finding import Input, Measure
from dingdian.provisions.ground import Ground
from dingdian.provisions.indicators.density import staff_in
from dingdian.provisions.indicators.family import CITY, PROVIDER, Family, Group, groups
from dingdian.provisions.indicators.rows import information
from dingdian.provisions.indicators.use import activity_of, latest_year
from dingdian.provisions.peer_groups import peer_groups, peer_name
from dingdian.terms import LEVELS, Text

FORMULA = Text("min θ：同组 λ 加权的投入 ≤ θ × 自身投入，产出 ≥ 自身产出（投入导向；投入：平均开放床位、医保医师；产出：出院人次、门诊人次）",
               "min θ: peers weighted by λ use ≤ θ × its inputs and make ≥ its outputs (input-oriented; inputs: average open beds, insured doctors; "
               "outputs: discharges, visits)")
NOTE = Text("未按病例组合校正；得分只在组内比较，不用于排名", "not adjusted for case mix; scores compare within the group only and rank nobody")


@frozen(kw_only=True)
class PeerScores:
    """Scores of one group; ``lacking`` are members whose figures are not all on file: they are left out and named."""

    level: str
    group: str
    year: int
    members: tuple[str, ...]
    figures: tuple[tuple[Fraction, int, int, int], ...]
    lacking: tuple[str, ...]
    variable: tuple[float, ...] = ()
    constant: tuple[float, ...] = ()
    advice: tuple[Text, ...] = ()
    refused: Text | None = None  # why figures that are all on file cannot be compared

    @property
    def name(self) -> Text:
        return peer_name(self.level, self.group)


def rows(ground: Ground, by: str) -> Iterator[Measure]:
    """For the city one row a peer group, the mean score under variable returns; by provider the scores of each."""
    found = scores(ground)
    city = next(iter(groups(ground, CITY)))
    if found is None:
        reason = Text("没有已结束年度的服务量（activity 表）", "no closed year in the activity table")
        yield information(ground, city, "dea_mean_score", Text("同组机构平均效率", "mean efficiency of peers"), FORMULA, "ratio", None, reason=reason)
    elif by == CITY:
        yield from (_summary(ground, city, one) for one in found)
    else:
        places = {group.code: group for group in groups(ground, PROVIDER, ("inpatient",))}
        for one in found:
            yield from _by_provider(ground, places, one)


def scores(ground: Ground) -> tuple[PeerScores, ...] | None:
    """Scores of every peer group in the latest closed year; None without one."""
    year = latest_year(ground)
    found: tuple[PeerScores, ...] | None = None if year is None else ground.remember(
        ("indicators", "dea", year), lambda: tuple(_scored(ground, level, kind, members, year) for (level, kind), members in _peers(ground)))
    return found


def _peers(ground: Ground) -> list[tuple[tuple[str, str], list[str]]]:
    """The groups from the highest level down, each group's members by code."""
    order = list(LEVELS)
    return sorted(((key, sorted(codes)) for key, codes in peer_groups(ground).items()), key=lambda item: (order.index(item[0][0]), item[0][1]))


def _scored(ground: Ground, level: str, kind: str, members: list[str], year: int) -> PeerScores:
    from dingdian.methods.efficiency import dea

    figures = {code: _figures(ground, code, year) for code in members}
    known = [code for code in members if (row := figures[code]) is not None and row[0] > 0 and row[1] > 0 and row[2] + row[3] > 0]
    rows = tuple(row for code in known if (row := figures[code]) is not None)
    base = PeerScores(level=level, group=kind, year=year, members=tuple(known), figures=rows,
                      lacking=tuple(code for code in members if code not in known))
    if not known:
        return base
    table = np.array([[float(value) for value in row] for row in rows])
    try:
        variable, constant = (dea(table[:, :2], table[:, 2:], returns=returns, check=0) for returns in ("vrs", "crs"))
    except ValueError as error:  # an indicator that is zero for the whole group, or spread beyond what scores can bear
        return evolve(base, refused=Text(f"该组数据不能比较：{error}", f"the figures of the group cannot be compared: {error}"))
    return evolve(base, variable=tuple(variable.score.tolist()), constant=tuple(constant.score.tolist()), advice=variable.advice)


def _figures(ground: Ground, code: str, year: int) -> tuple[Fraction, int, int, int] | None:
    """Average open beds, insured doctors, discharges, visits; None where one of them is not on file."""
    row, doctors = activity_of(ground, year).get(code, {}), staff_in(ground, (code,), "insured_doctor", basis_year(ground))
    parts: list[Any] = [row.get("open_bed_days"), doctors.value, row.get("discharges"), row.get("visits")]
    if any(part is None for part in parts):
        return None
    return Fraction(parts[0], (date(year, 12, 31) - date(year, 1, 1)).days + 1), parts[1], parts[2], parts[3]


def _summary(ground: Ground, city: Group, one: PeerScores) -> Measure:
    efficient = sum(score >= 1 - 1e-9 for score in one.variable)
    inputs = (Input(name="providers", value=len(one.members), unit_of_measure="provider", as_of=date(one.year, 12, 31), source="activity, staff"),
              Input(name="efficient", value=efficient, unit_of_measure="provider", as_of=date(one.year, 12, 31), source="dea"),
              Input(name="without_figures", value=len(one.lacking), unit_of_measure="provider", source="activity, staff"))
    mean = Fraction(sum(one.variable) / len(one.variable)) if one.variable else None
    said = [NOTE, *one.advice, *([_left_out(one)] if one.lacking else [])]
    return information(
        ground, city, "dea_mean_score", Text(f"平均效率（{one.name.zh}，规模报酬可变）", f"mean efficiency ({one.name.en}, variable returns)"), FORMULA,
        "ratio", mean, places=4, inputs=inputs, as_of=date(one.year, 12, 31), provider_class="inpatient", subject=f"{one.level}:{one.group}",
        reason=one.refused or Text("没有一家的投入产出齐全", "no member has all figures on file"),
        note=Text("；".join(text.zh for text in said), "; ".join(text.en for text in said)))


def _left_out(one: PeerScores) -> Text:
    shown = "、".join(one.lacking[:3]) + ("…" if len(one.lacking) > 3 else "")
    return Text(f"{len(one.lacking)} 家数据不齐未参与（{shown}）", f"{len(one.lacking)} without all figures are left out ({shown})")


def _by_provider(ground: Ground, places: dict[str, Group], one: PeerScores) -> Iterator[Measure]:
    as_of = date(one.year, 12, 31)
    for code, figures, variable, constant in zip(one.members, one.figures, one.variable, one.constant):
        beds, doctors, discharges, visits = figures
        inputs = (
            Input(name="average_open_beds", value=round_half_even(beds, 2), unit_of_measure="bed", as_of=as_of, source="activity.open_bed_days / days"),
            Input(name="insured_doctors", value=doctors, unit_of_measure="doctor", source="staff.insured_doctor"),
            Input(name="discharges", value=discharges, unit_of_measure="person", as_of=as_of, source="activity.discharges"),
            Input(name="visits", value=visits, unit_of_measure="visit", as_of=as_of, source="activity.visits"),
        )
        for name, title, value in (
            ("dea_score_vrs", Text("效率（规模报酬可变）", "efficiency, variable returns"), variable),
            ("dea_score_crs", Text("效率（规模报酬不变）", "efficiency, constant returns"), constant),
            ("dea_scale_efficiency", Text("规模效率", "scale efficiency"), constant / variable),
        ):
            yield information(ground, places[code], name, title, FORMULA, "ratio", Fraction(value), places=4, inputs=inputs, as_of=as_of,
                              subject=code, note=NOTE)


FAMILY = Family(code="efficiency", title=Text("同类机构效率", "efficiency among peers"), by=(CITY, PROVIDER), rows=rows)
