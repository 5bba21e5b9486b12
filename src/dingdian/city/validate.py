"""Rules between rows and between tables: references, the unit tree, pairs of coordinates, frames,
applications.

Pure: typed tables in, problems out. A rule whose table is missing is skipped, because the missing table is
already reported; nothing here stops at the first problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from attrs import evolve
from stdnum.cn import uscc as stdnum_uscc

from dingdian.city.geometry import STAGES
from dingdian.city.model import CityMeta
from dingdian.city.schema import Type
from dingdian.city.tables import TABLES
from dingdian.city.typed import Typed
from dingdian.problems import Problem
from dingdian.terms import Text

Tables = Mapping[str, Typed]

INLINE_FACTS = ("name", "kind", "provider_class", "unit")


def check_tables(tables: Tables, meta: CityMeta | None, only: str | None = None) -> list[Problem]:
    """Every rule that a table can break on its own or against another.

    Parameters
    ----------
    only
        Check this table alone (against the others): what a change of one table can break.
    """
    problems: list[Problem] = []
    for name, typed in tables.items():
        if only is not None and name != only:
            continue
        problems.extend(_orphans(typed, tables))
        problems.extend(_coordinate_pairs(typed))
        if meta is not None:
            problems.extend(_frames(typed, meta))
        for rule in _RULES.get(name, ()):
            problems.extend(rule(typed))
    if meta is not None and "units" in tables and only in (None, "units"):
        problems.extend(_pooling_area_known(tables["units"], meta))
    return problems


# --- references --------------------------------------------------------------------------------------------

def _orphans(typed: Typed, tables: Tables) -> Iterator[Problem]:
    for column in typed.definition.columns:
        if column.type != Type.REFERENCE or column.table not in tables:
            continue
        target = tables[column.table]
        key = target.definition.key[0]
        if key not in target.headings:
            continue
        values = typed.frame[column.name]
        known = set(target.frame[key].astype(object))
        present = values.notna().tolist()
        orphans = [i for i, code in enumerate(values.astype(object).tolist()) if present[i] and code not in known]
        for position in orphans:
            yield typed.problem(
                position, column.name, "orphan_reference",
                Text(f"“{target.definition.zh}”表里没有这个代码", f"table {column.table} has no such {key}"),
                Text(f"改正代码，或在“{target.definition.zh}”表（{column.table}）补上该行",
                     f"correct the code, or add the row to {column.table}"),
                values.iloc[position],
            )


# --- units -------------------------------------------------------------------------------------------------

def _unit_tree(units: Typed) -> Iterator[Problem]:
    frame = units.frame
    tops = np.flatnonzero(frame["level"].eq("pooling_area").fillna(False))
    if len(tops) == 0 and "level" in units.headings:
        yield units.problem(None, "level", "no_pooling_area", Text("没有统筹区单元",
                                                                   "no unit is the pooling area"),
                            Text("加一行层级为 pooling_area 的单元", "add one unit of level pooling_area"))
    for position in tops[1:]:
        yield units.problem(
            int(position), "level", "two_pooling_areas", Text("统筹区只能有一个",
                                                              "there can be only one pooling area"),
            Text("一个城市文件夹只放一个统筹区",
                 "one folder holds one pooling area"), frame["unit"].iloc[position],
        )
    yield from _parents(units, set(tops.tolist()))
    yield from _cycles(units)


def _parents(units: Typed, tops: set[int]) -> Iterator[Problem]:
    level, parent = units.frame["level"], units.frame["parent"]
    for position in range(len(units.frame)):
        has_parent = bool(pd.notna(parent.iloc[position]))
        if position in tops and has_parent:
            yield units.problem(
                position, "parent", "parent_of_top", Text("统筹区不能有上级单元",
                                                          "the pooling area has no parent"),
                Text("把该格留空", "leave the cell empty"), parent.iloc[position],
            )
        elif position not in tops and not has_parent and pd.notna(level.iloc[position]):
            yield units.problem(
                position, "parent", "missing_parent", Text("除统筹区外都要有上级单元",
                                                           "every other unit has a parent"),
                Text("填写上级单元代码", "fill in the code of the parent"),
            )


def _cycles(units: Typed) -> Iterator[Problem]:
    known = units.frame["unit"].notna() & units.frame["parent"].notna()
    parent = dict(zip(units.frame["unit"][known], units.frame["parent"][known]))
    for position in np.flatnonzero(known):
        start = units.frame["unit"].iloc[position]
        seen, at = {start}, parent.get(start)
        while at is not None and at not in seen:
            seen.add(at)
            at = parent.get(at)
        if at == start:
            yield units.problem(
                int(position), "parent", "unit_cycle",
                Text("上级关系成环", "following the parents leads back to the unit"),
                Text("改正其中一个上级单元", "correct one of the parents"), parent[start],
            )


def _pooling_area_known(units: Typed, meta: CityMeta) -> Iterator[Problem]:
    tops = units.frame["unit"][units.frame["level"].eq("pooling_area").fillna(False)]
    if len(tops) and meta.pooling_area not in set(tops):
        yield Problem(
            code="pooling_area_mismatch", file="city.yaml", table="city", column="pooling_area",
            value=meta.pooling_area,
            message=Text("与“规划单元”表的统筹区不一致", "is not the unit of level pooling_area"),
            remedy=Text(f"改为 {tops.iloc[0]}，或改正单元表", f"write {tops.iloc[0]}, or correct the units"),
        )


# --- coordinates -------------------------------------------------------------------------------------------

_PAIRS = (("lon", "lat"), ("from_lon", "from_lat"))


def _coordinate_pairs(typed: Typed) -> Iterator[Problem]:
    for lon, lat in _PAIRS:
        if lon not in typed.frame:
            continue
        if typed.definition[lon].required:  # then the missing value itself is reported
            continue
        has_lon, has_lat = typed.frame[lon].notna(), typed.frame[lat].notna()
        for position in np.flatnonzero(has_lon != has_lat):
            column = lat if has_lon.iloc[position] else lon
            yield typed.problem(
                int(position), column, "half_a_place", Text("经纬度只填了一个",
                                                            "one coordinate stands without the other"),
                Text("两个都填，或都留空", "fill in both, or leave both empty"),
            )


def _frames(typed: Typed, meta: CityMeta) -> Iterator[Problem]:
    """A row in a later frame than the working one would have to be decrypted: refused, once per frame."""
    if "frame" not in typed.frame:
        return
    declared = typed.frame["frame"]
    for frame in sorted(set(declared.dropna())):
        if STAGES[frame] <= STAGES[meta.frame]:
            continue
        rows = np.flatnonzero(declared.eq(frame).fillna(False))
        yield typed.problem(
            int(rows[np.argmin(typed.rows[rows])]), "frame", "frame_behind",
            Text(f"工作坐标系 {meta.frame} 落后于 {len(rows)} 行声明的 {frame}，不做反向解密",
                 f"{len(rows)} rows are in {frame}; bringing them back to {meta.frame} would decrypt them"),
            Text(f"在 city.yaml 写 frame: {frame}，或用 import --frame 明确转换",
                 f"declare frame: {frame} in city.yaml, or convert on purpose with import --frame"),
            frame,
        )


# --- rows of single tables ---------------------------------------------------------------------------------

def _usccs(providers: Typed) -> Iterator[Problem]:
    values = providers.frame["uscc"]
    for position in np.flatnonzero(values.notna()):
        if not stdnum_uscc.is_valid(str(values.iloc[position])):
            yield providers.problem(
                int(position), "uscc", "bad_uscc",
                Text("统一社会信用代码长度或校验位不符", "length or check digit of the credit code is wrong"),
                Text("对照证照核对；不知道请留空",
                     "check it against the licence; leave it empty where unknown"),
                values.iloc[position],
            )


def _own_campus(providers: Typed) -> Iterator[Problem]:
    own = providers.frame["campus_of"].eq(providers.frame["provider"]).fillna(False)
    for position in np.flatnonzero(own):
        yield providers.problem(
            int(position), "campus_of", "own_campus", Text("主院区指向了自己",
                                                           "a provider is not a campus of itself"),
            Text("填主机构代码，或留空", "write the main provider, or leave it empty"),
            providers.frame["campus_of"].iloc[position],
        )


def _applicants(applications: Typed) -> Iterator[Problem]:
    frame = applications.frame
    for position in np.flatnonzero(frame["provider"].isna()):
        lacking = [name for name in INLINE_FACTS if pd.isna(frame[name].iloc[position])]
        if lacking:
            named = "、".join(applications.definition[name].zh for name in lacking)
            yield applications.problem(
                int(position), "provider", "no_applicant",
                Text(f"既没有机构代码，又缺少：{named}",
                     f"neither a provider on file nor: {', '.join(lacking)}"),
                Text("填在册机构代码，或补齐机构信息", "name a provider on file, or describe the new one"),
            )


def _later_than(first: str, second: str) -> Callable[[Typed], Iterator[Problem]]:
    """The rule that the day in ``second`` is not before the day in ``first``."""
    def rule(typed: Typed) -> Iterator[Problem]:
        wrong = (typed.frame[second] < typed.frame[first]).to_numpy(dtype=bool)
        for position in np.flatnonzero(wrong):
            before = typed.definition[first]
            yield typed.problem(
                int(position), second, "dates_reversed",
                Text(f"早于“{before.zh}”", f"is before {first}"), Text("核对两个日期", "check the two days"),
                typed.frame[second].iloc[position].date(),
            )
    return rule


def _score_within_full_marks(scores: Typed) -> Iterator[Problem]:
    above = (scores.frame["score"] > scores.frame["max_score"]).fillna(False)
    for position in np.flatnonzero(above):
        yield scores.problem(
            int(position), "score", "out_of_bounds", Text("得分高于满分", "the score is above full marks"),
            Text("核对得分与满分", "check score and max_score"), scores.frame["score"].iloc[position],
        )


_RULES: dict[str, tuple[Callable[[Typed], Iterator[Problem]], ...]] = {
    "units": (_unit_tree, _later_than("valid_from", "valid_to")),
    "providers": (_usccs, _own_campus),
    "applications": (_applicants,),
    "warnings": (_later_than("issued_on", "lifted_on"),),
    "scores": (_score_within_full_marks,),
}


# --- a readable whole --------------------------------------------------------------------------------------

SHOWN = 100


def in_file_order(problems: list[Problem]) -> list[Problem]:
    """Sorted by table and row; of one rule in one column at most ``SHOWN`` are listed and the rest is
    counted.
    """
    order = {name: number for number, name in enumerate(("city", *TABLES))}
    kept: list[Problem] = []
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.file, problem.column, problem.code), []).append(problem)
    for group in groups.values():
        group.sort(key=lambda p: p.row or 0)
        kept.extend(group[:SHOWN])
        if len(group) > SHOWN:
            kept.append(_the_rest(group[SHOWN], len(group) - SHOWN))
    return sorted(kept, key=lambda p: (order.get(p.table, len(order)), p.file, p.row or 0, p.column, p.code))


def _the_rest(first: Problem, count: int) -> Problem:
    return evolve(first, message=Text(
        f"{first.message.zh}（此后同类问题还有 {count - 1} 处）",
        f"{first.message.en} (and {count - 1} more after this one)",
    ))
