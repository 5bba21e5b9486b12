"""``report.html``: one page that tells the run from what is there to what is proposed, and on what it rests.

Self-contained: styles, script, charts and maps are inside; nothing is fetched, and a content-security policy says so. Both
languages are in the page; facts of the city (names) stay as they are. Needs no script to be read, only to filter and switch.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from importlib import resources
from string import Template

from dingdian.loop.results import Gap, Run, Section
from dingdian.loop.run import BED_RATIOS, is_whole
from dingdian.provisions.finding import Measure
from dingdian.report import formats, words
from dingdian.report.charts import bar_of, chart, sorted_bars, unit_of
from dingdian.report.imprint import Imprint, table_name
from dingdian.report.mapping.panels import Classes
from dingdian.report.mapping.scene import Scene
from dingdian.report.mapping.sheet import core_png
from dingdian.report.mapping.vector import overview_svg
from dingdian.report.markup import Td, chip, esc, more, table, tag, two
from dingdian.report.matrix import Matrix, gap_matrix, opening_matrix
from dingdian.report.page_alerts import alerts_section
from dingdian.report.page_rulings import rulings_section
from dingdian.report.siting_words import proof
from dingdian.terms import POSITIONS, PROVIDER_CLASSES, Text
from dingdian.version import __version__

_CORE_DPI = 170


def page_bytes(scene: Scene, imprint: Imprint, *, lang: str = "zh") -> bytes:
    """The whole page; ``lang`` is the language that it opens in."""
    run = imprint.run
    sections = [
        ("state", Text("城市现状", "The city today"), _state(imprint)),
        ("gaps", Text("差距", "Gaps"), _gaps(imprint)),
        *([] if run.alerts is None else [("alerts", Text("监测预警", "Alerts"), alerts_section(run.alerts))]),
        ("map", Text("地图", "Map"), _map(scene, imprint)),
        ("places", Text("往哪里增", "Where to add"), _places(imprint)),
        ("rulings", Text("审查结论与理由", "Rulings and reasons"), rulings_section(imprint)),
        ("plan", Text("年度计划", "Annual plan"), _annual_plan(imprint)),
        ("basis", Text("口径、数据与凭证", "Readings, data and receipts"), _basis(imprint)),
    ]
    title = Text(f"{run.city.name}定点医药机构资源配置报告", f"{run.city.name}: allocation of designated providers")
    filled = Template(_asset("page.html")).substitute(
        show=lang, version=esc(__version__), css=_asset("page.css"), script=_asset("page.js"), title=esc(title.zh),
        skip=two(Text("跳到正文", "Skip to the report")), banners=_banners(imprint),
        zh_pressed=str(lang == "zh").lower(), en_pressed=str(lang == "en").lower(),
        kicker=two(Text(f"{run.annual_plan.year} 年度 · {imprint.plan_status.zh}", f"{run.annual_plan.year} · {imprint.plan_status.en}")),
        heading=two(title), plan_line=two(imprint.plan_line), dates_line=two(imprint.dates_line),
        contents="\n".join(f'<li><a href="#{key}">{two(name)}</a></li>' for key, name, _ in sections),
        sections="\n".join(_section(i, key, name, body) for i, (key, name, body) in enumerate(sections, start=1)),
        colophon=_colophon(imprint),
    )
    return filled.encode()


def _asset(name: str) -> str:
    return (resources.files("dingdian.report") / "assets" / name).read_text(encoding="utf-8").strip()


def _section(number: int, key: str, name: Text, body: str) -> str:
    return f'<section id="{key}" aria-labelledby="{key}-title"><h2 id="{key}-title"><span class="number">{number}</span>{two(name)}</h2>\n{body}</section>'


def _banners(imprint: Imprint) -> str:
    marks = (
        ("synthetic", Text("合成数据", "SYNTHETIC"), imprint.synthetic_notice), ("draft", imprint.plan_status, imprint.draft_notice),
    )
    return "\n".join(
        f'<div class="banner {kind}" role="note"><div class="wrap"><strong>{two(word)}</strong>{two(notice)}</div></div>'
        for kind, word, notice in marks if notice
    )


# --- 城市现状 -------------------------------------------------------------------------------------------------------


def _state(imprint: Imprint) -> str:
    lines = "".join(tag("li", two(line)) for line in imprint.run.summary)
    return f'<div class="cards">{_cards(imprint)}</div><ul class="findings">{lines}</ul>{_charts(imprint)}'


def _cards(imprint: Imprint) -> str:
    run = imprint.run
    pool = imprint.city.meta.pooling_area
    cards = [_target_card(gap) for gap in run.annual_plan.targets if is_whole(gap, pool) and gap.measure.measure in BED_RATIOS]
    return "".join([*cards, _rulings_card(run), _coverage_card(run), _certainty_card(imprint)])


def _card(title: Text, figure: str, below: str) -> str:
    return f'<div class="card"><h3>{two(title)}</h3><div class="figure">{figure}</div>{below}</div>'


def _target_card(gap: Gap) -> str:
    row = gap.measure
    unit = tag("small", two(formats.both(lambda lang: words.unit_of_measure(row.unit_of_measure, lang))))
    value = two(formats.both(lambda lang: formats.number(row.supply, lang, reason=row.reason)))
    band = Text(f"目标 {formats.band(row.need_low, row.need_high)} · {row.locator}", f"target {formats.band(row.need_low, row.need_high)} · {row.locator}")
    return _card(row.title, f"{value}{unit}", f"<p>{position_chip(gap.position)} {two(band)}</p>")


def position_chip(position: str) -> str:
    return chip(position, Text(POSITIONS.label(position), POSITIONS.label(position, "en")))


def _rulings_card(run: Run) -> str:
    counts = {outcome: sum(r.outcome == outcome for r in run.rulings) for outcome in ("eligible", "refused", "review")}
    parts = "".join(f'<span class="{outcome}" style="flex:{count}"></span>' for outcome, count in counts.items() if count)
    said = Text(
        f"可进入评估 {counts['eligible']} · 不予新增 {counts['refused']} · 转人工 {counts['review']}",
        f"{counts['eligible']} eligible · {counts['refused']} refused · {counts['review']} to review",
    )
    unit = tag("small", two(Text("件", "applications")))
    return _card(Text("申请审查", "Applications"), f"{len(run.rulings)}{unit}", f'<div class="stack">{parts}</div><p>{two(said)}</p>')


def _coverage_card(run: Run) -> str:
    options = run.options
    name = PROVIDER_CLASSES.label(options.provider_class), PROVIDER_CLASSES.label(options.provider_class, "en")
    title = Text(f"{name[0]}服务圈覆盖人口", f"People within reach: {name[1]}")
    if options.covered_before is None or options.covered_after is None or not options.considered:
        reason = options.reason or Text("未测算", "not measured")
        return _card(title, formats.DASH, tag("p", two(reason)))
    more_people = options.covered_after - options.covered_before
    left = options.considered - options.covered_after
    parts = "".join(f'<span class="{kind}" style="flex:{count}"></span>' for kind, count in (("was", options.covered_before), ("more", more_people), ("", left)))
    said = Text(
        f"按建议新增 {len(options.places)} 处后再增 {formats.number(more_people)} 人；路网范围内共 {formats.number(options.considered)} 人",
        f"{formats.number(more_people)} more with {len(options.places)} suggested places; {formats.number(options.considered)} people on the streets' extent",
    )
    return _card(title, f"{formats.number(options.covered_before)}{tag('small', two(Text('人', 'people')))}", f'<div class="stack">{parts}</div><p>{two(said)}</p>')


def _certainty_card(imprint: Imprint) -> str:
    fragile = sum(not ruling.robust for ruling in imprint.run.rulings)
    unknown = len(imprint.unknowns)
    said = Text(f"另有 {unknown} 项指标无法判定，原因见最后一节", f"{unknown} measures are undetermined, with reasons in the last section")
    return _card(Text("结论随口径而变、须人工确认", "Rulings that hang on a reading"), f"{fragile}{tag('small', two(Text('件', 'applications')))}", tag("p", two(said)))


def _charts(imprint: Imprint) -> str:
    pool = imprint.city.meta.pooling_area
    rows = imprint.run.gaps.rows
    beds = [g for g in imprint.run.annual_plan.targets if g.measure.measure in BED_RATIOS and not is_whole(g, pool)]
    tiers = [g for g in rows if g.measure.measure == "bed_share_by_level" and g.measure.unit == pool]
    parts = [_beds_chart(beds), _tier_chart(tiers)]
    covers: dict[str, list[Gap]] = {}
    for gap in rows:
        if gap.measure.measure == "coverage_share":
            covers.setdefault(gap.measure.provider_class, []).append(gap)
    parts += [_coverage_chart(gaps) for gaps in covers.values()]
    return f'<div class="charts">{"".join(parts)}</div>'


def _unit(gap: Gap) -> Text:
    return Text(gap.measure.unit_name, gap.measure.unit_name)


def _beds_chart(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return ""
    unit = unit_of(gaps)
    low, high = gaps[0].measure.need_low, gaps[0].measure.need_high
    beside = Text(f"{unit.zh}；浅绿带为目标 {formats.band(low, high)}；橙色不足，蓝色超出", f"{unit.en}; pale green: target {formats.band(low, high)}; orange short, blue over")
    return chart(gaps[0].measure.title, beside, sorted_bars([bar_of(g, _unit(g)) for g in gaps]), places=2)


def _tier_chart(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return ""
    beside = Text("占全市床位的百分比；浅绿带为参照比例及容许偏差", "per cent of the city's beds; pale green: reference and tolerance")
    bars = [bar_of(g, formats.both(lambda lang, g=g: words.level(g.measure.measure, g.measure.level, lang))) for g in gaps]  # type: ignore[misc]
    return chart(gaps[0].measure.title, beside, bars, places=2, whole=100.0)


def _coverage_chart(gaps: Sequence[Gap]) -> str:
    note = gaps[0].measure.note
    beside = Text(note.zh if note else "百分比", note.en if note else "per cent")
    return chart(gaps[0].measure.title, beside, [bar_of(g, _unit(g)) for g in gaps], places=2, whole=100.0)


# --- 差距 -----------------------------------------------------------------------------------------------------------


def _gaps(imprint: Imprint) -> str:
    pool = imprint.city.meta.pooling_area
    elsewhere = {gap.measure.provision for section in imprint.run.annual_plan.sections for gap in section.rows}
    whole = [gap for gap in imprint.run.gaps.rows if is_whole(gap, pool) and gap.measure.provision not in elsewhere]
    lead = Text("差值 = 实际值 − 目标，区间内为 0；负数为不足，正数为超出。“—”表示没有该值，括号内为原因。",
                "Gap = supply − target, 0 inside the band; negative short, positive over. A dash stands for an absent value, with its reason.")
    headings = [Text("指标", "measure"), Text("实际", "supply"), Text("目标", "target"), Text("差值", "gap"), Text("比对", "position"),
                Text("条款", "clause"), Text("数据日期", "dated")]
    heads = [two(h) for h in headings]
    held = [gap for gap in whole if gap.position != "information"]
    beside = [gap for gap in whole if gap.position == "information"]
    return "".join([
        tag("p", two(lead), "lead"), tag("h3", two(Text("全市", "The whole pooling area"))),
        table(heads, [_gap_row(gap) for gap in held]),
        more(two(Text(f"没有目标、仅供参考的指标（{len(beside)}）", f"Measures without a target ({len(beside)})")),
             table(heads, [_gap_row(gap) for gap in beside])) if beside else "",
        tag("h3", two(Text("各区县", "By unit"))), _matrix(gap_matrix(imprint)),
        more(two(Text("公式、输入、口径与条款", "Formulas, inputs, readings and clauses")), "".join(_explained(gap.measure, imprint) for gap in whole)),
    ])


def _gap_row(gap: Gap) -> list[str | Td]:
    row = gap.measure
    return [
        two(formats.both(lambda lang: _name(row, lang))),
        Td(two(formats.both(lambda lang: formats.quantity(row.supply, row.unit_of_measure, lang, reason=row.reason))), _right(row.supply)),
        Td(esc(formats.band(row.need_low, row.need_high)), "right"), Td(esc(formats.number(row.gap, plus=True)), "right"),
        position_chip(gap.position), Td(esc(row.locator), "clause"), Td(esc(formats.iso(row.as_of)), "clause"),
    ]


def _right(value: object) -> str:
    """Figures stand to the right on one line; the reason of an absent one may wrap."""
    return "absent" if value is None else "right"


def _name(row: Measure, lang: str) -> str:
    detail = words.detail(row, lang)
    return f"{row.title(lang)} · {detail}" if detail else row.title(lang)


def _matrix(matrix: Matrix) -> str:
    if not matrix.rows:
        return tag("p", two(Text("没有按区县的数据。", "No figures by unit.")), "note")
    heads: list[str | Td] = [two(Text("规划单元", "unit"))]
    heads += [f"{two(c.title)}<br><small>{two(c.unit)}</small>" if c.unit.zh else two(c.title) for c in matrix.columns]
    rows: list[list[str | Td]] = [
        [esc(name), *(Td(f'<span title="{esc(cell.reason.zh)}">{two(cell.text)}</span>{_below(cell.below)}', f"right {cell.code}") for cell in cells)]
        for name, cells in matrix.rows
    ]
    return table(heads, rows, classes="matrix")


def _below(text: Text) -> str:
    return tag("span", two(text), "below") if text.zh else ""


def _explained(row: Measure, imprint: Imprint) -> str:
    inputs = "".join(
        f"<li>{two(formats.both(lambda lang, i=item: words.name_of_input(i.name, lang)))} "  # type: ignore[misc]
        f"{two(formats.both(lambda lang, i=item: formats.quantity(i.value, i.unit_of_measure, lang)))}"  # type: ignore[misc]
        f" <small>{esc(' · '.join(part for part in (formats.iso(item.as_of) if item.as_of else '', item.source) if part))}</small></li>"
        for item in row.inputs
    )
    note = tag("p", two(row.note), "small") if row.note else ""
    return (
        f"<h4>{two(formats.both(lambda lang: _name(row, lang)))}</h4>"
        f'<span class="formula">{two(formats.both(lambda lang: words.formula(row.formula, lang)))}</span>'
        f'<ul class="small">{inputs}</ul>{note}'
        f'<p class="small">{two(Text("条款", "clause"))} {esc(row.locator)} · {esc(row.provision)} · {two(imprint.meanings_of(row.readings))}</p>'
    )


# --- 地图 -----------------------------------------------------------------------------------------------------------


def _map(scene: Scene, imprint: Imprint) -> str:
    title = Text(f"各区县{scene.theme_title.zh}与目标的差值", f"{scene.theme_title.en} against the target, by unit")
    vector = overview_svg(scene, title.zh)
    core = Text(f"城区：定点{scene.provider_class.zh}、建议新增位置（★）与申请", f"Core: designated {scene.provider_class.en}, suggested places (★), applications")
    picture = base64.b64encode(core_png(scene, imprint, dpi=_CORE_DPI)).decode()
    figures = [
        f"<figure><figcaption>{two(title)}</figcaption>{vector}{_legend(scene)}</figure>" if vector else "",
        f'<figure><figcaption>{two(core)}</figcaption><img src="data:image/png;base64,{picture}" alt="{esc(core.zh)}"></figure>',
    ]
    notes = "".join(tag("p", two(note), "note") for note in scene.notes)
    beyond = "；".join(f"{gap.measure.unit_name} {formats.number(gap.measure.supply, reason=gap.measure.reason)}" for gap in scene.without_boundary)
    if beyond:
        notes += tag("p", two(Text(f"没有边界、未上图：{beyond}。", f"Without a boundary, not drawn: {beyond}.")), "note")
    sources = tag("p", esc(f"{imprint.attribution}。{imprint.hashes.zh}"), "note")
    return f'<div class="maps">{"".join(figures)}</div>{notes}{sources}'


def _legend(scene: Scene) -> str:
    items = []
    for entry in Classes.of(scene.gap_of.values()).entries():
        look = ' class="hatched"' if entry.hatch else f' style="background:{entry.face}"'
        items.append(f"<li><i{look}></i>{two(entry.words)}</li>")
    return f'<ul class="legend">{"".join(items)}</ul>'


# --- 往哪里增 -------------------------------------------------------------------------------------------------------


def _places(imprint: Imprint) -> str:
    options = imprint.run.options
    name = Text(PROVIDER_CLASSES.label(options.provider_class), PROVIDER_CLASSES.label(options.provider_class, "en"))
    if not options.places:
        reason = options.reason or Text("没有可选位置", "no candidate place")
        return tag("p", two(Text(f"未提出{name.zh}建议新增位置：{reason.zh}。", f"No place suggested ({name.en}): {reason.en}.")), "lead")
    headings = [Text("次序", "rank"), Text("区县", "unit"), Text("新增覆盖人口", "people newly covered"), Text("其后覆盖人口", "people covered then"),
                Text("新增后半径内家数", "providers in radius after"),
                Text("上限", "cap"), Text("经度", "longitude"), Text("纬度", "latitude"), Text("说明", "in words")]
    rows: list[list[str | Td]] = [
        [str(p.rank), esc(p.district_name or formats.DASH), Td(formats.number(p.gain), "right"), Td(formats.number(p.covered_after), "right"),
         Td(str(p.saturation_after), "right"), Td(str(p.cap), "right"),
         Td(f"{p.lon:.5f}", "right"), Td(f"{p.lat:.5f}", "right"), two(p.sentence)] for p in options.places
    ]
    competing = "".join(f"<li>{two(c.sentence)} <small>{esc(c.locator)}</small></li>" for c in options.competitions)
    return "".join([
        tag("p", two(options.method), "lead"), *(tag("p", two(said)) for said in proof(options)), table([two(h) for h in headings], rows),
        tag("p", two(Text("位置只是建议，不指定申请人。经纬度为城市数据所用坐标系。", "Places, not applicants, are suggested. Coordinates are in the city's own frame.")), "note"),
        f"<h3>{two(Text('相互竞争的申请', 'Competing applications'))}</h3><ul>{competing}</ul>" if competing else "",
    ])


# --- 年度计划 -------------------------------------------------------------------------------------------------------


def _annual_plan(imprint: Imprint) -> str:
    plan = imprint.run.annual_plan
    parts = [tag("h3", two(Text("各区县开放与关闭的类别、等级", "Open and closed, by unit, class and level"))), _matrix(opening_matrix(imprint))]
    if plan.openings:
        parts.append(more(two(Text("逐项理由", "Every reason")), _opening_reasons(imprint)))
    parts += [_plan_section(section) for section in plan.sections]
    parts += [tag("h3", two(Text("择优排序", "Merit order"))), tag("p", two(plan.merit_method)), _merit(imprint)]
    parts.append(tag("h3", two(Text("重点支持方向", "Priorities"))))
    parts.append(f"<ul>{''.join(tag('li', two(line)) for line in plan.priorities)}</ul>" if plan.priorities
                 else tag("p", two(Text("规划未列。", "The plan names none."))))
    return "".join(parts)


LONG = 30  # rows from which a table is folded


def _plan_section(section: Section) -> str:
    """One further part of the plan; long ones are folded."""
    heads = [Text("单元或机构", "unit or provider"), Text("事项", "what"), Text("数值", "value"), Text("限额或目标", "limit or target"),
             Text("比对", "position"), Text("说明", "note"), Text("条款", "clause")]
    found = table([two(h) for h in heads], [_section_row(gap) for gap in section.rows])
    folded = more(two(Text(f"{len(section.rows)} 行", f"{len(section.rows)} rows")), found) if len(section.rows) > LONG else found
    return tag("h3", two(section.title)) + folded


def _section_row(gap: Gap) -> list[str | Td]:
    row = gap.measure
    zh, en = words.detail(row), words.detail(row, "en")
    title = Text(f"{row.title.zh}（{zh}）" if zh else row.title.zh, f"{row.title.en} ({en})" if en else row.title.en)
    value = formats.both(lambda lang: formats.quantity(row.supply, row.unit_of_measure, lang, reason=row.reason))
    said = row.note or row.reason
    return [
        esc(row.unit_name), two(title), two(value), esc(formats.band(row.need_low, row.need_high)), position_chip(gap.position),
        "" if said is None else two(said), Td(esc(row.locator), "clause"),
    ]


def _opening_reasons(imprint: Imprint) -> str:
    rows: list[list[str | Td]] = []
    for o in imprint.run.annual_plan.openings:
        level = formats.both(lambda lang, o=o: words.level("", o.level, lang))  # type: ignore[misc]
        name = Text(PROVIDER_CLASSES.label(o.provider_class), PROVIDER_CLASSES.label(o.provider_class, "en"))
        state = words.STATES.get(o.state, Text(o.state, o.state))
        rows.append([esc(o.unit_name), two(name), two(level), chip(o.state, state), two(o.reason), Td(esc("、".join(o.locators)), "clause")])
    heads = [Text("规划单元", "unit"), Text("类别", "class"), Text("等级", "level"), Text("状态", "state"), Text("理由", "reason"), Text("条款", "clause")]
    return table([two(h) for h in heads], rows)


def _merit(imprint: Imprint) -> str:
    merit = imprint.run.annual_plan.merit
    if not merit:
        return tag("p", two(Text("没有需要排序的申请。", "No application to rank.")), "note")
    heads = [Text("次序", "rank"), Text("申请", "application"), Text("机构", "provider"), Text("纳入", "admitted"), Text("理由", "reason")]
    rows: list[list[str | Td]] = [
        [str(m.rank), esc(m.application), esc(m.name), chip("eligible" if m.admitted else "review", words.YES_NO[m.admitted]), two(m.reason)] for m in merit
    ]
    return table([two(h) for h in heads], rows)


# --- 口径、数据与凭证 -----------------------------------------------------------------------------------------------


def _basis(imprint: Imprint) -> str:
    run = imprint.run
    readings: list[list[str | Td]] = [
        [esc(line.reading), two(line.question) or formats.DASH, two(line.meaning) if line.meaning.zh else esc(line.option)] for line in imprint.readings
    ]
    untranslated = "".join(f"<li><strong>{esc(locator)}</strong> {two(reason)}</li>" for locator, reason in imprint.untranslated)
    sources: list[list[str | Td]] = [[esc(table_name(s.table)), esc(s.source), esc(s.licence)] for s in imprint.sources]
    facts = (
        (Text("规划包", "plan"), f"{esc(run.plan.id)} r{run.plan.revision} · {two(imprint.plan_status)} · <span class=\"hash\">{esc(run.plan.sha256)}</span>"),
        (Text("城市数据", "city"), f"{esc(run.city.id)} · {esc(formats.iso(run.city.as_of))} · <span class=\"hash\">{esc(run.city.sha256)}</span>"),
        (Text("测算基准日", "computed for"), esc(formats.iso(run.date_on))),
        (Text("凭证", "receipts"), f"<code>receipts/*.json</code> {two(Text('每件申请一份，可用 dingdian replay 逐字节复现', 'one per application; dingdian replay gives it back byte for byte'))}"),
        (Text("其他文件", "other files"), "<code>tables.xlsx · map.png · annual-plan.docx · layers.gpkg · run.json</code>"),
    )
    return "".join([
        tag("h3", two(Text("条款理解口径", "Readings"))),
        table([two(Text("编号", "id")), two(Text("问题", "question")), two(Text("采用", "chosen"))], readings) if readings else "",
        tag("h3", two(Text("未转化为规则的条款", "Clauses that no rule expresses"))), f"<ul>{untranslated}</ul>" if untranslated else tag("p", two(Text("无。", "None."))),
        tag("h3", two(Text("无法判定的事项", "What could not be told"))), _unknowns(imprint),
        tag("h3", two(Text("数据来源", "Sources"))), table([two(Text("数据", "data")), two(Text("来源", "source")), two(Text("许可", "licence"))], sources) if sources else "",
        tag("h3", two(Text("凭证与校验", "Receipts and digests"))),
        f'<dl class="facts">{"".join(f"<dt>{two(name)}</dt><dd>{said}</dd>" for name, said in facts)}</dl>',
    ])


def _unknowns(imprint: Imprint) -> str:
    if not imprint.unknowns:
        return tag("p", two(Text("无。", "None.")))
    groups: dict[tuple[Text, Text], list[str]] = {}
    for unknown in imprint.unknowns:
        groups.setdefault((unknown.what, unknown.why), []).append(unknown.where)
    return "<ul>" + "".join(f"<li>{two(what)}（{esc('、'.join(where))}）：{two(why)}</li>" for (what, why), where in groups.items()) + "</ul>"


def _colophon(imprint: Imprint) -> str:
    lines = [imprint.plan_line, imprint.dates_line, imprint.readings_line, imprint.hashes, Text(f"dingdian {__version__}", f"dingdian {__version__}")]
    return "".join(tag("p", two(line)) for line in lines)
