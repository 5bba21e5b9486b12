"""A finding's evidence in words, for the clerk: each fact with its name, lists cut to what fits a table cell.

A key that has no Chinese name here or in the tables of the city is shown as it stands; nothing is guessed or left out but the formula,
which the column beside it says already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dingdian.city.tables import TABLES
from dingdian.report import formats, words
from dingdian.terms import Text

LISTED = 6  # of a long list so many are shown; the voucher holds them all
_UNSAID = ("formula",)

_NAMES = {
    "radius_m": "半径（米）", "limit_m": "步行上限（米）", "distance": "量法", "centre": "圆心", "counted": "计入家数",
    "counted_surely": "确定在内", "counted_possibly": "可能在内", "neighbours": "半径内机构", "within": "服务圈内机构", "density": "密度",
    "circles_over_cap_after": "纳入后圆内超限的机构", "without_coordinates_in_district": "本区县无坐标未计", "class": "类别",
    "persons_per_km2": "每平方千米人数", "threshold_per_km2": "密集界限（每平方千米人数）", "percentile": "分位",
    "straight_line_within": "直线距离内家数", "beyond_streets_nearby": "附近不在路网的家数", "type_group": "类型组",
    "accounts": "基金账户", "through": "截至", "balance": "收支差", "last_closed_year_balance": "上一结账年度收支差",
    "warning_letters": "预警函", "states": "供需状态", "state": "状态", "subject": "对象", "stock": "存量", "stock_as_of": "存量日期",
    "added": "本次新增", "plan_total": "规划目标", "plan_total_as_of": "目标日期", "bound": "界限", "beds_as_of": "床位日期",
    "beds_source": "床位来源", "beds_after": "纳入后床位", "beds_allowed": "允许床位", "room": "余量", "per": "按", "band": "区间", "by": "期限",
    "insured_as_of": "参保日期", "day": "当日", "publication": "规划发布日", "met": "已满足", "unmet": "未满足", "to_be_shown": "待证明",
    "asked": "应交材料", "handed_in": "已交材料", "unknown_names": "不认识的材料名", "missing_documents": "缺少材料", "sign_off": "签批",
    "counting": "是否计入", "computed": "测算值", "computed_source": "测算来源", "released": "退出释放", "exits": "退出记录",
    "released_since": "退出起算日", "released_until": "退出截止日", "left": "剩余", "used": "已用", "allowed": "允许", "norm": "标准",
    "from": "原区县", "to": "新区县", "since": "起", "open_events": "未结事件", "overdue": "逾期", "step": "环节", "value": "值",
}

_VALUES = {
    "straight_line": Text("直线", "straight line"), "walking": Text("步行", "walking"), "applicant": Text("申请机构", "the applicant's"),
    "every_circle": Text("每家机构", "everyone's"), "counted": Text("计入", "counted"), "not_counted": Text("不计入", "not counted"),
    "population": Text("人口格网", "population grid"),
}


def told(evidence: Mapping[str, Any], lang: str = "zh") -> str:
    """The evidence on one line; empty for none."""
    return Text("；", "; ")(lang).join(_facts(evidence, lang))


def _facts(evidence: Mapping[str, Any], lang: str) -> Iterator[str]:
    for key, value in evidence.items():
        if key not in _UNSAID and value is not None and value not in ("", (), [], {}):
            yield f"{_name(key, lang)} {_shown(value, lang, key)}"


def _name(key: str, lang: str) -> str:
    if lang == "en":
        return key.replace("_", " ")
    return _NAMES.get(key) or _columns().get(key) or words.name_of_input(key)


@lru_cache(maxsize=1)
def _columns() -> Mapping[str, str]:
    """Column → its Chinese heading, the first table's where several have it."""
    found: dict[str, str] = {}
    for table in TABLES.values():
        for column in table.columns:
            found.setdefault(column.name, column.zh)
    return found


def _shown(value: Any, lang: str, key: str = "") -> str:
    if isinstance(value, Mapping):
        return _one(value, lang)
    if isinstance(value, (list, tuple)):
        more = Text(f" 等 {len(value)} 项", f" … ({len(value)})")(lang) if len(value) > LISTED else ""
        return Text("、", ", ")(lang).join(_shown(item, lang) for item in value[:LISTED]) + more
    if key == "year" or isinstance(value, date):
        return str(value)
    if isinstance(value, str):
        return _VALUES[value](lang) if value in _VALUES else words.code(value, lang)
    return formats.number(value, lang) if isinstance(value, (bool, int, Decimal)) else str(value)


def _one(row: Mapping[str, Any], lang: str) -> str:
    """A row of the evidence: a provider by its distance, anything else by its facts."""
    if "provider" in row and "distance_m" in row:
        error = f" ± {formats.number(row['error_m'], lang)}" if row.get("error_m") else ""
        return f"{row['provider']} {formats.number(row['distance_m'], lang)}{error} {Text('米', 'm')(lang)}"
    return f"[{Text('，', ', ')(lang).join(_facts(row, lang))}]"
