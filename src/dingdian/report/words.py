"""Words that results carry in English only and that documents show in both languages: units of measure, formulas, states.

A word that is not listed is shown as it stands; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dingdian.loop.results import Ruling
from dingdian.provisions.finding import Measure
from dingdian.terms import (
    ACTIONS,
    AUTHORITIES,
    BASES,
    DENSITIES,
    EFFECTS,
    FINDING_STATUSES,
    KINDS,
    LEVELS,
    OUTCOMES,
    OWNERSHIPS,
    POSITIONS,
    PROVIDER_CLASSES,
    SCHEMES,
    SPECIALTIES,
    STATUSES,
    SUPPLY_DEMAND,
    TAGS,
    UNITS_OF_MEASURE,
    CodeList,
    Text,
)

# A code that stands alone as a value (density `dense`, level `tertiary`) is looked for in these lists, in this order.
_VALUE_LISTS = (
    DENSITIES, SUPPLY_DEMAND, LEVELS, STATUSES, PROVIDER_CLASSES, KINDS, SCHEMES, ACTIONS, SPECIALTIES, TAGS, BASES,
    AUTHORITIES, OWNERSHIPS,
)

_UNITS_OF_MEASURE = {
    "bed": Text("张", "beds"),
    "beds": Text("张", "beds"),
    "bed per 1000 insured": Text("张/千名参保人", "beds per 1000 insured"),
    "张/千名参保人": Text("张/千名参保人", "beds per 1000 insured"),
    "bed per 1000 residents": Text("张/千名常住人口", "beds per 1000 residents"),
    "doctor per 1000 insured": Text("名/千名参保人", "doctors per 1000 insured"),
    "doctor": Text("名", "doctors"),
    "bed day": Text("床日", "bed-days"),
    "person": Text("人", "persons"),
    "persons": Text("人", "persons"),
    "person per km²": Text("人/平方千米", "persons per km²"),
    "place": Text("家", "places"),
    "populated cell": Text("格", "populated cells"),
    "township": Text("个", "townships"),
    "provider": Text("家", "providers"),
    "providers": Text("家", "providers"),
    "家": Text("家", "providers"),
    "provider per 10000 insured": Text("家/万名参保人", "providers per 10,000 insured"),
    "yuan": Text("元", "yuan"),
    "m": Text("米", "m"),
    "metre": Text("米", "m"),
    "km²": Text("平方千米", "km²"),
    "month": Text("个月", "months"),
    "day": Text("天", "days"),
    "event": Text("起", "events"),
    "percent": Text("%", "%"),
    "percentage point": Text("个百分点", "percentage points"),
    "point": Text("分", "points"),
    "share": Text("", ""),
    "ratio": Text("", ""),
}

# Names in formulas and inputs, by longest first when a formula is read out.
_FORMULA_WORDS = {
    "beds": "床位数", "beds_of_level": "该等级床位数", "beds_total": "床位总数", "beds_applied_for": "申请床位数",
    "insured": "参保人数", "residents": "常住人口", "people": "人口数", "people_within": "服务圈内人口数",
    "covered": "服务圈内人口数", "considered": "路网范围内人口数", "persons": "人数",
    "covered_cells": "服务圈内有人口格网数", "considered_cells": "路网范围内有人口格网数", "cells": "有人口格网数", "share_of_cells": "格网覆盖率",
    "low": "下限", "high": "上限", "target": "参照值", "tolerance": "容许偏差", "added": "新增数", "area": "面积",
    "need": "所需值", "need_low": "所需下限", "need_high": "所需上限", "supply": "实际值", "gap": "差值",
    "doctors": "医保医师数", "norm": "标准", "per": "每若干人", "ratio": "公布的比值", "bed_days": "实际住院床日", "open_bed_days": "实际开放床日",
    "persons_low": "最少参保人数", "persons_high": "最多参保人数", "change_low": "变化下限", "change_high": "变化上限",
    "income": "收入", "expenditure": "支出", "closing_balance": "期末累计结余",
    "last_closed_year_balance": "上一结账年度收支差", "share": "占比", "count": "数量", "neighbours": "周边机构数",
    "cap": "上限家数", "cap_dense": "人口高度密集区域上限", "cap_other": "其他区域上限", "plan_total": "规划目标总量",
    "providers": "机构数", "group_size": "组内机构数", "located": "有坐标的机构数", "walk": "步行距离", "radius": "半径", "density": "人口密度", "ceil": "向上取整", "floor": "向下取整", "round": "四舍五入",
    "deadline": "到期日", "on": "判断日期", "date": "日期", "months": "月数", "applied_on": "申请日期", "event": "起算日", "length": "期限",
    "sum": "合计", "min": "取小", "max": "取大", "and": "且", "or": "或",
}

# Formulas that are said in words.
_FORMULAS = {
    "ceil(low * insured / 1000) to floor(high * insured / 1000)":
        "下限 × 参保人数 ÷ 1000（向上取整）至 上限 × 参保人数 ÷ 1000（向下取整）",
    "ceil(bed_days / 365 / occupancy)":
        "实际床日 ÷ 365 ÷ 目标使用率（向上取整）",
    "count of units with at least the minimum; need_low = all of them":
        "达到最低家数的单元数；目标为全部单元",
    "count of the sort in the unit":
        "单元内该类机构数",
    "deduction = inpatient_fund / actual_bed_days * max(0, actual_bed_days - insured_beds * days), rounded down to whole fen; insured_beds weighted by day":
        "扣减 = 住院基金支出 ÷ 实际床日 × max(0, 实际床日 − 医保床位 × 天数)，向下取整到分；医保床位按日加权",
    "sum(visits)":
        "门诊人次之和",
    "nonlocal_visits * 100 / visits":
        "外地门诊人次 × 100 ÷ 门诊人次",
    "sum(persons of a cell * providers within the radius of its centre) / persons":
        "Σ（格网人口 × 格网中心半径内机构数）÷ 人口",
    "designated * 100 / all on the register":
        "定点机构数 × 100 ÷ 在册机构总数",
    "forecast_income - forecast_expenditure":
        "预计全年收入 − 预计全年支出",
    "HRAD - PAD":
        "资源集聚度（HRAD）− 人口集聚度（PAD）",
    "HRAD / PAD = (HR_i / P_i) / (HR_n / P_n)":
        "HRAD ÷ PAD =（本区域资源 ÷ 人口）÷（全市资源 ÷ 人口）",
    "forecast_closing_balance":
        "预计年末累计结余",
    "count of the sort in the unit; need_low = minimum":
        "单元内该类机构数；目标为最低家数",
    "asked <= floor(released * share / 100) - used":
        "申请 ≤ 释放量 × 比例（向下取整）− 已用",
    "asked <= norm * insured / 1000 - beds - used":
        "申请 ≤ 标准 × 参保人数 ÷ 1000 − 现有床位 − 已用",
    "need_low = ceil(low * insured / 1000); need_high = most beds with beds * 1000 / insured < high; gap = supply - need":
        "下限所需 = 下限 × 参保人数 ÷ 1000（向上取整）；上限所需 = 使 床位 × 1000 ÷ 参保人数 低于上限的最多床位；差值 = 实际 − 所需",
    "mean of HRAD / PAD of beds, doctors, institutions": "床位、医保医师、定点机构三项集聚度比值的平均",
    "sign -1; stock of the type in the zone": "方向为减；区域内该类现有数",
    "sign +1; stock of the type in the zone": "方向为增；区域内该类现有数",
    "count of designated providers with (designated within radius, itself included) > cap":
        "半径内定点机构数（含自身）超过上限的定点机构数",
    "count of unsettled events that are grounds": "未了结且属于处理情形的事件数",
    "count of designated providers that count": "计入规划的定点机构数",
    "floor(released beds * ratio) - used": "退出释放床位数 × 转换比例（向下取整）− 已使用数",
    "covered persons * 100 / considered persons; considered: cells that the streets reach":
        "服务圈内人口数 × 100 ÷ 路网可及人口数",
    "count outside median ± k * MAD on enough indicators in enough years":
        "在足够多指标、足够多年度上超出“中位数 ± k 倍绝对中位差”的机构数",
    "count * per / (ratio + half a unit) < insured <= count * per / (ratio - half a unit)":
        "数量 × 每若干人 ÷（比值 + 末位半个单位）＜ 参保人数 ≤ 数量 × 每若干人 ÷（比值 − 末位半个单位）",
    "intersection of the intervals": "各区间的交集",
    "norm * insured / 1000 - count": "标准 × 参保人数 ÷ 1000 − 公布数量",
    "count * per / insured": "公布数量 × 每若干人 ÷ 参保人数",
    "need = ceil(norm * insured / 1000); gap = supply - need": "所需值 = 标准 × 参保人数 ÷ 1000（向上取整）；差值 = 实际值 − 所需值",
    "income - expenditure >= 0 for every scheme, and no warning letter in force": "各险种收入 − 支出 ≥ 0，且无有效预警函",
}

STATES = {
    "open": Text("开放", "open"),
    "closed": Text("关闭", "closed"),
    "undetermined": Text("无法判定", "undetermined"),
}
PLAN_STATUSES = {
    "draft": Text("征求意见稿", "draft for comment"),
    "final": Text("正式发布", "final"),
}
YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}


def code(value: str, lang: str = "zh") -> str:
    """The name of a code that stands alone; a text that is no code stays as it is."""
    for codes in _VALUE_LISTS:
        if value in codes:
            return codes.label(value, lang)
    return value


def label(codes: CodeList, value: str | None, lang: str = "zh") -> str:
    """The name of ``value`` in ``codes``; empty for none."""
    return codes.label(value, lang) if value else ""


def unit_of_measure(unit: str, lang: str = "zh") -> str:
    """A unit of measure in words: as tables are used to showing it, else as the code list names it."""
    known = _UNITS_OF_MEASURE.get(unit.replace("_", " "))
    return known(lang) if known else UNITS_OF_MEASURE.label(unit, lang)


def name_of_input(name: str, lang: str = "zh") -> str:
    """An input's name as people say it."""
    return _FORMULA_WORDS.get(name, name) if lang == "zh" else name.replace("_", " ")


def formula(stated: str | Text, lang: str = "zh") -> str:
    """A formula with its names and signs as people write them: ``床位数 × 1000 ÷ 参保人数``.

    A formula that its kind states in both languages is shown so; otherwise its names are looked up, and one with a name that is not known stays in
    English whole: half a translation reads worse than none.
    """
    if isinstance(stated, Text) and stated.zh != stated.en and lang == "zh":
        return stated.zh
    text = stated.en if isinstance(stated, Text) else stated
    if lang == "zh" and text in _FORMULAS:
        return _FORMULAS[text]
    signs = {" * ": " × ", " / ": " ÷ ", " <= ": " ≤ ", " >= ": " ≥ ", " - ": " − "}
    for typed, written in signs.items():
        text = text.replace(typed, written)
    names = set(re.findall(r"[A-Za-z_]\w*", text))
    if lang == "zh" and names <= set(_FORMULA_WORDS):
        text = re.sub(r"[A-Za-z_]\w*", lambda found: _FORMULA_WORDS[found[0]], text).replace("; ", "；")
    return text


def readings(chosen: Mapping[str, str]) -> str:
    """``JN-A1=insured_beds；JN-A5=points``"""
    return "；".join(f"{reading}={option}" for reading, option in chosen.items())


def outcome(value: str, lang: str = "zh") -> str:
    return OUTCOMES.label(value, lang)


def reason(ruling: Ruling, lang: str = "zh") -> str:
    """A ruling's sentence without the name and the outcome that stand beside it."""
    said = ruling.sentence(lang).removeprefix(f"{ruling.name}：").removeprefix(f"{ruling.name}: ")
    rest = said.removeprefix(outcome(ruling.outcome, lang)).lstrip("：:，, 。.")
    return rest or said


def position(value: str, lang: str = "zh") -> str:
    return POSITIONS.label(value, lang)


def finding_status(value: str, lang: str = "zh") -> str:
    return FINDING_STATUSES.label(value, lang)


def effect(value: str, lang: str = "zh") -> str:
    return EFFECTS.label(value, lang)


# Plans that split beds three ways count hospitals without a level with the primary ones.
_GROUPED = {("bed_share_by_level", "primary"): Text("一级及未定级", "primary and ungraded")}


def level(measure: str, value: str, lang: str = "zh") -> str:
    """The level of a measure's row; empty for all levels."""
    grouped = _GROUPED.get((measure, value))
    return grouped(lang) if grouped else label(LEVELS, value, lang)


def detail(row: Measure, lang: str = "zh") -> str:
    """What narrows a measure beside its unit: level, scheme, type group; nothing that its title says already."""
    title = row.title(lang)
    subjects = _names(row.subject, lang)
    composite = ":" in row.subject  # a key of several codes: the title says them in words
    said = composite or row.subject == row.zone or any(name in title for name in subjects)  # a zone's row bears the zone's name
    subject = "" if said else next(iter(subjects), row.subject)
    grade = level(row.measure, row.level, lang)
    parts = ["" if grade in title else grade, subject]
    return ("、" if lang == "zh" else ", ").join(part for part in parts if part)


# Type groups of kinds that are no kind or specialty of their own.
_GROUPS = {
    "primary_care": Text("基层医疗", "primary care"), "village": Text("村卫生室", "village clinics"),
    "outpatient": Text("门诊部", "outpatient departments"), "specialised": Text("其他专科", "other specialised"),
    "in_house": Text("内设机构", "in-house"), "small_groups": Text("机构不足的组", "small groups"),
    "emergency": Text("急救", "emergency"), "internet": Text("互联网医院", "internet"),
    "institutions": Text("定点医药机构", "designated institutions"), "beds": Text("医保床位", "insured beds"),
    "doctors": Text("医保医师", "insured doctors"), "joint": Text("共同", "all published ratios"),
    "beds_at_norm": Text("医保床位", "insured beds"), "doctors_at_norm": Text("医保医师", "insured doctors"),
}


def _names(value: str, lang: str) -> list[str]:
    """Every name that a subject's code may have: `resident` is a population basis and a scheme."""
    known = _GROUPS.get(value)
    lists = (BASES, SPECIALTIES, *_VALUE_LISTS)
    return [known(lang)] if known else list(dict.fromkeys(codes.label(value, lang) for codes in lists if value in codes))


def group(value: str, lang: str = "zh") -> str:
    """The name of what a row is about, the commonest where a code has several."""
    return next(iter(_names(value, lang)), value)
