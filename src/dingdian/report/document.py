"""The annual plan as a Word document in Chinese, in the order and tone of a public document.

Says what the run said, with clause and date; adds no figure and no promise. An empty part is said to be empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dingdian.loop.results import Gap, Opening, Ruling
from dingdian.loop.run import is_whole
from dingdian.report import formats, palette, words
from dingdian.report.imprint import Imprint, table_name
from dingdian.report.mapping.scene import Scene
from dingdian.report.mapping.sheet import core_png, overview_png
from dingdian.report.matrix import Matrix, gap_matrix, opening_matrix, opening_title
from dingdian.report.siting_words import proof
from dingdian.report.word import Cell, Paper
from dingdian.terms import ACTIONS, PROVIDER_CLASSES

_NUMERALS = "一二三四五六七八九十"


def document_bytes(scene: Scene, imprint: Imprint) -> bytes:
    """``annual-plan.docx``; the same run gives the same bytes."""
    run = imprint.run
    title = f"{run.city.name}{run.annual_plan.year}年度定点医药机构资源配置计划"
    marks = "　".join(m for m in (imprint.plan_status.zh, "合成数据" if imprint.synthetic else "") if m)
    paper = Paper.start(title=title, subject=imprint.plan_line.zh, on=run.date_on, running_head=f"{title}　{marks}")
    _cover(paper, imprint, title)
    sections = [
        ("总体情况", _overall), ("资源配置目标与现状", _targets), ("各区县开放与关闭的类别、等级", _openings),
        ("分项计划", _sections), ("择优排序", _merit), ("申请审查结论一览", _rulings), ("重点支持方向", _priorities), ("口径与数据说明", _basis),
    ]
    for numeral, (heading, write) in zip(_NUMERALS, sections):
        paper.heading(f"{numeral}、{heading}")
        if write is _targets:
            _targets(paper, imprint)
            _pictures(paper, scene, imprint)
        else:
            write(paper, imprint)
    if imprint.synthetic_notice:
        paper.heading(f"{_NUMERALS[len(sections)]}、合成数据声明")
        paper.text(imprint.synthetic_notice.zh)
    return paper.data(run.date_on)


def _cover(paper: Paper, imprint: Imprint, title: str) -> None:
    paper.title(title)
    paper.note(f"（{imprint.plan_status.zh}测算稿）" if imprint.is_draft else "（测算稿）", centre=True)
    paper.note(imprint.plan_line.zh, centre=True)
    paper.note(imprint.dates_line.zh, centre=True)
    for notice in (imprint.synthetic_notice, imprint.draft_notice):
        if notice:
            paper.warning(notice.zh)


# --- 一、总体情况 --------------------------------------------------------------------------------------------------


def _overall(paper: Paper, imprint: Imprint) -> None:
    run = imprint.run
    paper.text(f"按照{imprint.plan_line.zh.removeprefix('依据：')}，对{run.city.name}定点医药机构资源配置情况进行测算、比对和论证，主要情况如下。")
    for number, line in enumerate(run.summary, start=1):
        paper.text(f"{number}.{line.zh}")
    if not run.rulings:
        paper.text("本期没有待审查的申请。")


# --- 二、资源配置目标与现状 ----------------------------------------------------------------------------------------


def _targets(paper: Paper, imprint: Imprint) -> None:
    run = imprint.run
    pool = imprint.city.meta.pooling_area
    whole = [gap for gap in run.annual_plan.targets if is_whole(gap, pool)]
    paper.heading("（一）全市目标与现状", 2)
    paper.caption("表1　全市资源配置目标与现状")
    paper.table(
        ["指标", "现状", "目标", "差值", "比对结果", "条款", "数据日期"], [_target_row(gap) for gap in whole],
        [26, 33, 20, 29, 12, 16, 21],
    )
    paper.note("差值＝现状－目标（区间内为0），负数为不足，正数为超出。测算公式：" + "；".join(_formulas(whole)) + "。")
    matrix = gap_matrix(imprint)
    if matrix.rows:
        paper.heading("（二）各区县情况", 2)
        paper.caption("表2　各区县（功能区）现状与差值")
        _matrix(paper, matrix)
        paper.note("单元格内为现状，括号内为与目标的差值。")


def _target_row(gap: Gap) -> list[str | Cell]:
    row = gap.measure
    name, detail = row.title.zh, words.detail(row)
    unit = row.unit_of_measure
    return [
        f"{name}（{detail}）" if detail else name,
        Cell(formats.quantity(row.supply, unit, reason=row.reason), right=True),
        Cell(formats.band(row.need_low, row.need_high), right=True),
        Cell(formats.number(row.gap, plus=True), right=True),
        Cell(words.position(gap.position), palette.POSITIONS.get(gap.position)), row.locator, formats.iso(row.as_of),
    ]


def _formulas(gaps: Iterable[Gap]) -> list[str]:
    """Each formula once, with the name of what it computes."""
    return list(dict.fromkeys(f"{g.measure.title.zh}：{words.formula(g.measure.formula)}" for g in gaps if g.measure.formula))


def _bracketed(text: str) -> str:
    return f"（{text}）" if text else ""


MOST_COLUMNS = 6


def _matrix(paper: Paper, matrix: Matrix, *, right: bool = True) -> None:
    """A wide matrix becomes several tables: a column of one character a line is no column."""
    for first in range(0, len(matrix.columns), MOST_COLUMNS):
        here = slice(first, first + MOST_COLUMNS)
        headings = [f"{column.title.zh}（{column.unit.zh}）" if column.unit.zh else column.title.zh for column in matrix.columns[here]]
        rows: list[Sequence[str | Cell]] = [
            [name, *(Cell(f"{cell.text.zh}\n{_bracketed(cell.below.zh) if right else cell.below.zh}".rstrip(), cell.colours, right=right)
                     for cell in cells[here])]
            for name, cells in matrix.rows if any(cell.text.zh != formats.DASH for cell in cells[here])
        ]
        paper.table(["规划单元", *headings], rows, [25, *[25] * len(headings)])


def _pictures(paper: Paper, scene: Scene, imprint: Imprint) -> None:
    for number, (name, png) in enumerate((
        (f"各区县{scene.theme_title.zh}与目标的差值", overview_png(scene, imprint)),
        (f"城区定点{scene.provider_class.zh}、建议新增位置与申请", core_png(scene, imprint)),
    ), start=1):
        paper.picture(png, name)
        paper.caption(f"图{number}　{name}", above=False)
    notes = "".join(note.zh for note in scene.notes)
    paper.note(f"{notes}数据来源：{imprint.attribution or '未注明'}。{imprint.hashes.zh}。")


# --- 三、开放与关闭 ------------------------------------------------------------------------------------------------


def _openings(paper: Paper, imprint: Imprint) -> None:
    openings = imprint.run.annual_plan.openings
    if not openings:
        paper.text("本期未形成按区县的开放与关闭意见。")
        return
    paper.text("各区县（功能区）按类别、等级的开放情况见表3。标注“开放”的类别，仍须逐件审查其余各项规定。")
    paper.caption("表3　各区县开放与关闭的类别、等级")
    _matrix(paper, opening_matrix(imprint), right=False)
    reasons = _reasons(openings)
    if reasons:
        paper.caption("表4　关闭或无法判定的理由")
        paper.table(["规划单元", "类别、等级", "理由与条款"], reasons, [26, 36, 94])


def _reasons(openings: Sequence[Opening]) -> list[list[str | Cell]]:
    """One row per unit and reason, with the classes and levels that it concerns."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for opening in openings:
        if opening.state != "open":
            key = (opening.unit_name, opening.state, opening.reason.zh)
            rows.setdefault(key, []).append(opening_title(opening).zh)
    return [
        [unit, Cell(f"{'、'.join(classes)}（{words.STATES[state].zh}）", palette.STATES.get(state)), reason]
        for (unit, state, reason), classes in rows.items()
    ]


# --- 四、分项计划 --------------------------------------------------------------------------------------------------

LARGEST_FIRST = ("settlement", "register")  # elsewhere the plan's own order tells more
MOST_ROWS = 40  # a document names the largest; the tables have them all


def _sections(paper: Paper, imprint: Imprint) -> None:
    """Quotas, settlement, deadlines and whatever else the plan's kinds fill."""
    sections = imprint.run.annual_plan.sections
    if not sections:
        paper.text("所依据的规划没有目标以外的分项。")
    for number, section in enumerate(sections, start=1):
        paper.heading(f"（{_NUMERALS[number - 1]}）{section.title.zh}", 2)
        telling = sorted(section.rows, key=_weight) if section.code in LARGEST_FIRST else list(section.rows)
        paper.caption(f"附表{number}　{section.title.zh}")
        _section_table(paper, telling[:MOST_ROWS])
        if len(telling) > MOST_ROWS:
            paper.note(f"共 {len(telling)} 行，此处列出前 {MOST_ROWS} 行，其余见 tables.xlsx。")


def _section_table(paper: Paper, gaps: Sequence[Gap]) -> None:
    """What a part has: the columns of target and position only where some row has a target."""
    judged = any(gap.measure.need_low is not None or gap.measure.need_high is not None for gap in gaps)
    if judged:
        paper.table(["单元或机构", "事项", "数值", "限额或目标", "比对结果", "说明", "条款"], [_section_row(gap) for gap in gaps],
                    [23, 31, 23, 18, 12, 36, 13])
    else:
        rows = [[row[0], row[1], row[2], row[5], row[6]] for row in map(_section_row, gaps)]
        paper.table(["单元或机构", "事项", "数值", "说明", "条款"], rows, [23, 38, 23, 59, 13])


def _weight(gap: Gap) -> tuple[bool, float]:
    """What is known and large comes first; equals keep the plan's order."""
    value = gap.measure.supply
    return (True, 0.0) if value is None else (False, -abs(float(value)))


def _section_row(gap: Gap) -> list[str | Cell]:
    row = gap.measure
    name, detail, unit = row.title.zh, words.detail(row), row.unit_of_measure
    said = "；".join(text.zh for text in (row.reason, row.note) if text is not None)
    return [
        row.unit_name, f"{name}（{detail}）" if detail else name, Cell(formats.quantity(row.supply, unit), right=True),
        Cell(formats.band(row.need_low, row.need_high), right=True),
        Cell(words.position(gap.position), palette.POSITIONS.get(gap.position)), said, row.locator,
    ]


# --- 五、六、申请 --------------------------------------------------------------------------------------------------


def _merit(paper: Paper, imprint: Imprint) -> None:
    plan = imprint.run.annual_plan
    if not plan.merit:
        paper.text("本期没有符合规划、需要排序的申请。")
        return
    paper.text(f"排序办法：{plan.merit_method.zh}")
    paper.caption("表5　择优排序")
    paper.table(
        ["次序", "申请编号", "机构", "是否纳入", "理由"],
        [[str(m.rank), m.application, m.name, _admitted(m.admitted), m.reason.zh] for m in plan.merit], [12, 18, 48, 18, 62],
    )


def _admitted(value: bool) -> Cell:
    return Cell("纳入", palette.OUTCOMES["eligible"]) if value else Cell("暂不纳入", palette.OUTCOMES["review"])


def _rulings(paper: Paper, imprint: Imprint) -> None:
    run = imprint.run
    if not run.rulings:
        paper.text("本期没有待审查的申请。")
        return
    paper.text(f"对{len(run.rulings)}件申请逐条审查，结论见表6。标“※”的结论随条款理解口径而变，须由工作人员确认并说明理由后方可作为决定。")
    paper.caption("表6　申请审查结论一览")
    paper.table(["编号", "机构", "事项", "区县", "结论", "理由与条款"], [_ruling_row(r) for r in run.rulings], [15, 34, 21, 17, 22, 65])
    for competition in run.options.competitions:
        paper.text(f"竞争关系：{competition.sentence.zh.rstrip('。')}（{competition.locator}）。")


def _ruling_row(ruling: Ruling) -> list[str | Cell]:
    by_id = {f.provision: f for f in ruling.findings}
    clauses = list(dict.fromkeys(by_id[p].locator for p in ruling.deciding if p in by_id))
    mark = "※" if ruling.needs_confirmation else ""
    reason = words.reason(ruling)
    said = "、".join(clauses)
    beside = "" if not said or said in reason else f"（{said}）"
    return [
        ruling.application, ruling.name,
        f"{ACTIONS.label(ruling.action)}·{words.label(PROVIDER_CLASSES, ruling.provider_class)}", ruling.district_name or formats.DASH,
        Cell(words.outcome(ruling.outcome) + mark, palette.OUTCOMES.get(ruling.outcome)), f"{reason}{beside}",
    ]


# --- 六、重点支持方向 ----------------------------------------------------------------------------------------------


def _priorities(paper: Paper, imprint: Imprint) -> None:
    plan, options = imprint.run.annual_plan, imprint.run.options
    for number, line in enumerate(plan.priorities, start=1):
        paper.text(f"{number}.{line.zh}")
    if not plan.priorities:
        paper.text("所依据的规划未列重点支持方向。")
    if not options.places:
        why = options.reason.zh if options.reason else "没有可选位置"
        paper.text(f"本期未提出{PROVIDER_CLASSES.label(options.provider_class)}建议新增位置：{why}。")
        return
    paper.text(f"建议新增{PROVIDER_CLASSES.label(options.provider_class)}的位置见表7。方法：{options.method.zh}")
    for said in proof(options):
        paper.text(said.zh)
    paper.caption(f"表7　{PROVIDER_CLASSES.label(options.provider_class)}建议新增位置")
    paper.table(
        ["次序", "区县", "经度", "纬度", "新增覆盖人口", "其后覆盖人口", "新增后半径内家数", "上限家数"],
        [[str(p.rank), p.district_name or formats.DASH, Cell(f"{p.lon:.5f}", right=True), Cell(f"{p.lat:.5f}", right=True),
          Cell(formats.number(p.gain), right=True), Cell(formats.number(p.covered_after), right=True), Cell(str(p.saturation_after), right=True), Cell(str(p.cap), right=True)] for p in options.places],
        [11, 21, 22, 22, 22, 25, 22, 15],
    )
    paper.note("位置为建议，不指定申请人；经度、纬度为城市数据所用坐标系。")


# --- 七、口径与数据说明 --------------------------------------------------------------------------------------------


def _basis(paper: Paper, imprint: Imprint) -> None:
    paper.heading("（一）条款理解口径", 2)
    paper.text("规划条文有多种理解之处，本次测算采用下列口径；换用其他口径会改变结论的申请，已在表6中标明。")
    if imprint.readings:
        paper.caption("表8　条款理解口径")
        paper.table(["编号", "问题", "采用"], [[r.reading, r.question.zh or formats.DASH, r.meaning.zh or r.option] for r in imprint.readings], [22, 67, 67])
    paper.heading("（二）未转化为规则的条款", 2)
    for locator, reason in imprint.untranslated:
        paper.text(f"{locator}：{reason.zh or '未转化为规则，由人工把握'}。")
    if not imprint.untranslated:
        paper.text("无。")
    paper.heading("（三）无法判定的事项", 2)
    _unknowns(paper, imprint)
    paper.heading("（四）数据日期与来源", 2)
    paper.text(f"{imprint.dates_line.zh}。数据来源如下。")
    if imprint.sources:
        paper.table(["数据", "来源", "许可"], [[table_name(s.table), s.source, s.licence] for s in imprint.sources], [28, 90, 38])
    paper.note(f"城市数据校验值（SHA-256）：{imprint.run.city.sha256}；规划包校验值：{imprint.run.plan.sha256}。每件申请的决定凭证见 receipts 目录，可用 dingdian replay 复现。")


def _unknowns(paper: Paper, imprint: Imprint) -> None:
    if not imprint.unknowns:
        paper.text("无。")
        return
    key = [(u.what.zh, u.why.zh) for u in imprint.unknowns]
    for what, why in dict.fromkeys(key):
        where = "、".join(u.where for u in imprint.unknowns if (u.what.zh, u.why.zh) == (what, why))
        paper.text(f"{what}（{where}）：{why.rstrip('。')}。")
