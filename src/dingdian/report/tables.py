"""Flat tables of a run: measures, gaps, alerts, rulings, findings, places, openings, merit order, one row each.

Identifiers head the columns of CSV and Parquet; the Chinese headings stand beside them for the workbook. CSV is written
with a byte-order mark, because Excel in China otherwise reads UTF-8 as GBK. Refuses to change a value for looks.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from dingdian.canonical import dumps, plain
from dingdian.loop.alerts import Alerts
from dingdian.loop.results import Gap, Ruling, Run
from dingdian.provisions.alert import Alert
from dingdian.provisions.finding import Finding, Measure
from dingdian.report import words
from dingdian.report.imprint import Imprint

NUMBER, TEXT, DATE, FLAG = "number", "text", "date", "flag"


@frozen
class Field:
    """A column: identifier, Chinese heading, what it holds."""

    name: str
    zh: str
    holds: str = TEXT


@frozen
class Flat:
    """A flat table: columns and rows, a row per thing."""

    name: str
    zh: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Any, ...], ...]

    def column(self, name: str) -> int:
        return next(i for i, f in enumerate(self.fields) if f.name == name)


def _fields(rows: str) -> tuple[Field, ...]:
    """Columns from lines of ``name | 中文 [| holds]``."""
    return tuple(Field(*(cell.strip() for cell in line.split("|"))) for line in rows.strip().splitlines())


_MEASURE = _fields("""
    measure         | 指标
    title           | 指标名称
    unit            | 单元代码
    unit_name       | 规划单元
    zone            | 定点区域
    provider_class  | 规划类别
    level           | 等级
    subject         | 对象
    need            | 所需值     | number
    need_low        | 所需下限   | number
    need_high       | 所需上限   | number
    supply          | 实际值     | number
    gap             | 差值       | number
    unit_of_measure | 计量单位
    status          | 测算状态
    as_of           | 数据日期   | date
    reason          | 无法判定原因
    note            | 说明
    formula         | 公式
    inputs          | 输入
    reading         | 条款理解口径
    clause          | 条款
    clause_id       | 条款编号
    provision       | 规则
    requirements    | 需求编号
""")
_GAP = _fields("""
    position | 比对结果
    sentence | 结论
""")
_RULING = _fields("""
    application        | 申请编号
    name               | 机构名称
    action             | 申请事项
    provider_class     | 规划类别
    kind               | 机构类型
    level              | 等级
    unit               | 单元代码
    unit_name          | 所在区县
    lon                | 经度       | number
    lat                | 纬度       | number
    date               | 审查日期   | date
    outcome            | 审查结论
    robust             | 口径稳健   | flag
    needs_confirmation | 需人工确认 | flag
    sentence           | 理由
    deciding           | 决定性规则
    clauses            | 决定性条款
    flips              | 改变结论的口径
    would_change       | 改变结论的条件
    reading            | 条款理解口径
    untranslated       | 未转化条款
""")
_FINDING = _fields("""
    application     | 申请编号
    name            | 机构名称
    provision       | 规则
    kind            | 条款种类
    effect          | 作用
    status          | 判定结果
    value           | 实际
    operator        | 比较
    threshold       | 标准
    margin          | 余量
    unit_of_measure | 计量单位
    as_of           | 数据日期   | date
    clause          | 条款
    sentence        | 判定说明
    missing         | 缺少的依据
    excepted_by     | 被例外
    waives          | 豁免的规则
    normally        | 原则上     | flag
    reading         | 条款理解口径
    evidence        | 证据
    requirements    | 需求编号
""")
_PLACE = _fields("""
    rank             | 次序     | number
    unit             | 单元代码
    unit_name        | 所在区县
    lon              | 经度     | number
    lat              | 纬度     | number
    gain             | 新增覆盖人口 | number
    saturation_after | 新增后半径内家数 | number
    cap              | 上限家数 | number
    sentence         | 说明
    covered_after    | 其后覆盖人口 | number
    candidate        | 候选点
""")
_OPENING = _fields("""
    unit            | 单元代码
    unit_name       | 规划单元
    provider_class  | 规划类别
    level           | 等级
    state           | 状态
    room            | 余量 | number
    unit_of_measure | 计量单位
    reason          | 理由
    clauses         | 条款
""")
_MERIT = _fields("""
    rank        | 次序     | number
    application | 申请编号
    name        | 机构名称
    admitted    | 纳入     | flag
    reason      | 理由
""")
_ALERT = _fields("""
    id              | 预警编号
    state           | 状态
    trigger         | 预警条件
    title           | 名称
    unit            | 单元代码
    unit_name       | 规划单元
    zone            | 定点区域
    provider_class  | 规划类别
    level           | 等级
    subject         | 对象
    subject_name    | 对象名称
    value           | 实际
    operator        | 比较
    threshold       | 界线
    unit_of_measure | 计量单位
    since           | 数据日期   | date
    due             | 期限       | date
    sentence        | 情形
    follows         | 规划规定
    missing         | 缺少的依据
    evidence        | 证据
    reading         | 条款理解口径
    clause          | 条款
    clause_id       | 条款编号
    provision       | 规则
    requirements    | 需求编号
""")
# Every row says on which plan and city it rests: a row that is copied out of its table keeps its origin.
_ORIGIN = _fields("""
    plan          | 规划
    plan_status   | 规划状态
    city          | 城市
    city_sha256   | 城市数据校验值
    synthetic     | 合成数据
""")


def measures(imprint: Imprint, lang: str = "zh") -> Flat:
    """One row per measure and unit."""
    rows = [_measure(row, lang) for row in imprint.run.measures.rows]
    return _flat("measures", "测算", _MEASURE, rows, imprint)


def gaps(imprint: Imprint, lang: str = "zh") -> Flat:
    """One row per measure and unit, with its position against the need."""
    rows = [_gap(row, lang) for row in imprint.run.gaps.rows]
    return _flat("gaps", "比对", _GAP[:1] + _MEASURE + _GAP[1:], rows, imprint)


def rulings(imprint: Imprint, lang: str = "zh") -> Flat:
    """One row per application."""
    rows = [_ruling(row, lang) for row in imprint.run.rulings]
    return _flat("rulings", "审查结论", _RULING, rows, imprint)


def alerts(imprint: Imprint, found: Alerts, lang: str = "zh") -> Flat:
    """One row per line that is watched, those that are quiet included."""
    return _flat("alerts", "监测预警", _ALERT, [_alert(row, lang) for row in found.rows], imprint)


def findings(imprint: Imprint, lang: str = "zh") -> Flat:
    """One row per finding of each ruling, those that did not fire included."""
    rows = [_finding(ruling, finding, lang) for ruling in imprint.run.rulings for finding in ruling.findings]
    return _flat("findings", "判定明细", _FINDING, rows, imprint)


def places(run: Run, lang: str = "zh") -> Flat:
    """One row per suggested place."""
    rows = [
        (p.rank, p.district, p.district_name, p.lon, p.lat, p.gain, p.saturation_after, p.cap, p.sentence(lang), p.covered_after, p.candidate)
        for p in run.options.places
    ]
    return Flat("places", "建议新增位置", _PLACE, tuple(rows))


def openings(run: Run, lang: str = "zh") -> Flat:
    """One row per unit, class and level of the annual plan."""
    rows = [
        (o.unit, o.unit_name, o.provider_class, o.level, o.state, o.room, o.unit_of_measure, o.reason(lang),
         _list(o.locators))
        for o in run.annual_plan.openings
    ]
    return Flat("openings", "年度计划", _OPENING, tuple(rows))


def merit(run: Run, lang: str = "zh") -> Flat:
    """One row per eligible application, in merit order."""
    rows = [(m.rank, m.application, m.name, m.admitted, m.reason(lang)) for m in run.annual_plan.merit]
    return Flat("merit", "择优排序", _MERIT, tuple(rows))


def _flat(name: str, zh: str, fields: tuple[Field, ...], rows: Iterable[tuple[Any, ...]], imprint: Imprint) -> Flat:
    run = imprint.run
    origin = (
        f"{run.plan.id} r{run.plan.revision}", run.plan.status, run.city.id, run.city.sha256, _list(imprint.synthetic),
    )
    return Flat(name, zh, fields + _ORIGIN, tuple((*row, *origin) for row in rows))


def _measure(row: Measure, lang: str) -> tuple[Any, ...]:
    return (
        row.measure, row.title(lang), row.unit, row.unit_name, row.zone, row.provider_class, row.level, row.subject,
        row.need, row.need_low, row.need_high, row.supply, row.gap, row.unit_of_measure, row.status, row.as_of,
        row.reason(lang) if row.reason else "", row.note(lang) if row.note else "", words.formula(row.formula, lang),
        _json({item.name: item.as_json() for item in row.inputs}), _json(row.readings), row.locator, row.clause,
        row.provision, _list(row.requirements),
    )


def _gap(row: Gap, lang: str) -> tuple[Any, ...]:
    return (row.position, *_measure(row.measure, lang), row.sentence(lang))


def _ruling(row: Ruling, lang: str) -> tuple[Any, ...]:
    by_id = {finding.provision: finding for finding in row.findings}
    clauses = dict.fromkeys(by_id[p].locator for p in row.deciding if p in by_id)
    readings: dict[str, str] = {}
    for finding in row.findings:
        readings.update(finding.judgement.readings)
    flips = [f"{flip.reading}={flip.option}→{flip.outcome}" for flip in row.flips]
    return (
        row.application, row.name, row.action, row.provider_class or "", row.kind or "", row.level or "",
        row.district, row.district_name, row.lon, row.lat, row.date_on, row.outcome, row.robust,
        row.needs_confirmation, row.sentence(lang), _list(row.deciding), _list(clauses), _list(flips),
        _list(text(lang) for text in row.would_change), _json(readings), _list(row.untranslated),
    )


def _finding(ruling: Ruling, row: Finding, lang: str) -> tuple[Any, ...]:
    said = row.judgement
    return (
        ruling.application, ruling.name, row.provision, row.kind, row.effect, said.status, _cell(said.value),
        said.operator, _cell(said.threshold), _cell(said.margin), said.unit_of_measure, said.as_of, row.locator,
        said.sentence(lang), _list(item.phrase(lang) for item in said.missing), row.excepted_by, _list(said.waives),
        row.normally, _json(said.readings), _json(said.evidence), _list(row.requirements),
    )


def _alert(row: Alert, lang: str) -> tuple[Any, ...]:
    return (
        row.id, row.state, row.trigger, row.title(lang), row.unit, row.unit_name, row.zone, row.provider_class, row.level, row.subject,
        row.subject_name, _cell(row.value), row.operator, _cell(row.threshold), row.unit_of_measure, row.since, row.due, row.sentence(lang),
        row.follows(lang) if row.follows else "", _list(text(lang) for text in row.missing), _json({i.name: i.as_json() for i in row.evidence}),
        _json(row.readings), row.locator, row.clause, row.provision, _list(row.requirements),
    )


def _cell(value: Any) -> str:
    """A value of any type as text: findings compare numbers, codes and flags in one column."""
    return "" if value is None else _text(value)


def _text(value: Any) -> str:
    shown = plain(value)
    return shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(plain(value), ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return ";".join(values)


# --- files -------------------------------------------------------------------------------------------------------------


def csv_bytes(flat: Flat) -> bytes:
    """The table as CSV for Excel: UTF-8 with byte-order mark, CRLF, no cell that a spreadsheet would calculate."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(field.name for field in flat.fields)
    writer.writerows([_csv_cell(value, field) for value, field in zip(row, flat.fields)] for row in flat.rows)
    return buffer.getvalue().encode("utf-8-sig")


_FORMULA_START = re.compile(r"^[=+\-@\t\r]")


def _csv_cell(value: Any, field: Field) -> str:
    if value is None:
        return ""
    text = repr(value) if isinstance(value, float) else _text(value)
    # CSV has no type for text, so a name such as “=cmd” would run in Excel. The apostrophe keeps it text; JSON and
    # Parquet carry the value as it is.
    return f"'{text}" if field.holds == TEXT and _FORMULA_START.match(text) else text


def parquet_bytes(flat: Flat, imprint: Imprint) -> bytes:
    """The table as Parquet, with plan, city and the synthetic mark in the file's metadata."""
    import pyarrow as pa
    from pyarrow import parquet

    types = {NUMBER: pa.float64(), TEXT: pa.string(), DATE: pa.date32(), FLAG: pa.bool_()}
    columns = [
        pa.array([_parquet_cell(row[i], field) for row in flat.rows], types[field.holds])
        for i, field in enumerate(flat.fields)
    ]
    run = imprint.run
    about = {"plan": run.plan.as_json(), "city": run.city.as_json(), "date": run.date_on}
    schema = pa.schema(
        [pa.field(f.name, types[f.holds], metadata={"zh": f.zh}) for f in flat.fields],
        metadata={"dingdian": dumps(about, indent=None)},
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_arrays(columns, schema=schema), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _parquet_cell(value: Any, field: Field) -> Any:
    return None if value is None else float(value) if field.holds == NUMBER else value
