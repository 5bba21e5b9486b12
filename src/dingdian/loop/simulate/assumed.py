"""What a simulation takes for granted, said with what it rests on: the start, trends, exits, applicants, and what stays as it is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import numpy as np

from dingdian.loop.simulate.forward import Assumption
from dingdian.loop.simulate.history import Applicants
from dingdian.loop.simulate.rates import POOLED, Rate
from dingdian.loop.simulate.trends import ENOUGH, Trends
from dingdian.loop.simulate.words import percent
from dingdian.loop.simulate.world import Start, World
from dingdian.provisions.counting import show
from dingdian.provisions.forward import AREA
from dingdian.terms import PROVIDER_CLASSES, SCHEMES, Text


def assumptions(world: World) -> Iterator[Assumption]:
    """Everything that the runs take for granted."""
    yield Assumption(name="start", until=date(world.year, 12, 31), source="insured, beds, providers", sentence=Text(
        f"自 {world.year} 年末起推演：床位与参保人数为该年末口径，机构数由名册按定点日期和退出台账还原到该年末；其后已发生的不计入。",
        f"The runs start at the end of {world.year}: beds and insured persons of that year's end, providers rolled back to it from the register and "
        "the table of exits; what has happened since is not counted in."))
    yield _people(world)
    yield from _funds(world)
    for start in world.starts:
        yield from _exits(start)
        yield _applicants(start)
        if start.judged:
            yield _passing(start)
    yield Assumption(name="unchanged", sentence=Text(
        "不变的：标准的数值、口径、单所机构的大小、费用与床位的关系；不推演个人年龄的增长，年龄段各按自身趋势；申请没有优劣之分，按随机次序受理。",
        "What stays: the norms' values, readings, how large institutions are, what beds cost. Nobody grows older inside the runs: each age band follows "
        "its own trend. Applicants have no merit and are taken in random order."))


def rate_of(mean: float) -> Decimal:
    return Decimal(f"{math.expm1(mean):.4f}")


def _people(world: World) -> Assumption:
    path = np.exp(world.people.mean) * world.people.last
    growth = Decimal(f"{path.sum() / world.people.last.sum() - 1:.4f}")
    return Assumption(name="insured_trend", value=growth, unit_of_measure="ratio", until=date(world.year, 12, 31), source="insured.persons",
                      sentence=Text(f"参保人按区域、险种和年龄段沿用以往年均变化，合计首年 {percent(growth)}%{_scatter(world.people).zh}。",
                                    f"Insured persons go on, by zone, scheme and age band, as they went: {percent(growth)} % in the first year "
                                    f"altogether{_scatter(world.people).en}."))


def _scatter(found: Trends) -> Text:
    count = min(found.changes.tolist(), default=0)
    if count == 0:
        return Text("（有序列只有一个年份，保持不变）", " (a series with one year only stays as it is)")
    if count < ENOUGH:
        return Text(f"（仅 {count} 个年度变化，看不出波动，按均匀变化）", f" ({count} yearly change{'s' if count > 1 else ''} on file: no scatter can be told, it goes evenly)")
    return Text(f"（{count} 个年度变化，各次运行按其波动抽取）", f" ({count} yearly changes on file, whose scatter each run draws from)")


def _funds(world: World) -> Iterator[Assumption]:
    funds = world.funds
    for i, (zone, scheme) in enumerate(() if funds is None else funds.keys):
        if zone == AREA and funds is not None:
            income, spending = rate_of(float(funds.income.mean[i])), rate_of(float(funds.spending.mean[i]))
            name = SCHEMES[scheme].name
            yield Assumption(
                name=f"fund_trend_{scheme}", value=spending - income, unit_of_measure="ratio", until=date(funds.year, 12, 31), source="fund.income, fund.expenditure",
                sentence=Text(
                    f"{name.zh}统筹基金收入年增 {percent(income)}%、支出年增 {percent(spending)}%，按已结账年度沿用{_scatter(funds.income).zh}；增减机构不改变支出。",
                    f"Pooled fund of the {name.en}: income goes on by {percent(income)} % a year, spending by {percent(spending)} %, as in the closed years"
                    f"{_scatter(funds.income).en}; additions and exits do not change spending."))


def _exits(start: Start) -> Iterator[Assumption]:
    name = PROVIDER_CLASSES[start.provider_class].name
    if start.exits.stated is not None:
        rate = Decimal(str(start.exits.stated))
        yield Assumption(name="exit_rate", provider_class=start.provider_class, value=rate, unit_of_measure="ratio", source="--exit-rate", sentence=Text(
            f"{name.zh}每年以 {percent(rate)}% 的概率退出（写明的数，含床位核减），退出者为所在区域平均规模。",
            f"Each of the {name.en} providers leaves with a probability of {percent(rate)} % a year (stated; cuts of beds included) and has the average size of its zone."))
        return
    if start.exits.leave is not None:
        yield _of_file(start, start.exits.leave, "exit_rate", Text("退出", "exits"))
    if start.exits.cuts is not None:
        yield _of_file(start, start.exits.cuts, "cut_rate", Text("床位核减或转型", "cuts or conversions of beds"))


def _of_file(start: Start, rate: Rate, name: str, what: Text) -> Assumption:
    label, overall = PROVIDER_CLASSES[start.provider_class].name, Decimal(f"{rate.overall:.4f}")
    sizes = Text(f"，每次释放床位从台账上的 {len(rate.sizes)} 笔中按贝叶斯自助法抽取（平均 {show(Decimal(f'{rate.sizes.mean():.1f}'))} 张）",
                 f"; beds freed by each are drawn from the {len(rate.sizes)} on file by the Bayesian bootstrap (average {show(Decimal(f'{rate.sizes.mean():.1f}'))})"
                 ) if start.provider_class == "inpatient" else Text("", "")
    return Assumption(
        name=name, provider_class=start.provider_class, value=overall, unit_of_measure="ratio", since=start.exits.since, source="releases", sentence=Text(
            f"{label.zh}{what.zh}：自 {start.exits.since} 起 {show(int(rate.events.sum()))} 次，合每年 {percent(overall)}%；各次运行按伽马后验抽取全市的率及其在各区域的分布，"
            f"各区域另计入全市的率 {POOLED:g} 次{sizes.zh}。",
            f"{label.en}, {what.en}: {show(int(rate.events.sum()))} since {start.exits.since}, {percent(overall)} % a year; each run draws the area's rate "
            f"and its zones' parts from gamma posteriors, each zone with {POOLED:g} events of the area's rate beside its own{sizes.en}."))


def _applicants(start: Start) -> Assumption:
    found, label = start.applicants, PROVIDER_CLASSES[start.provider_class].name
    return Assumption(name="arrivals", provider_class=start.provider_class, value=found.stated if found.on_file is None else int(found.on_file.events.sum()),
                      since=found.since, until=found.until, source="applications" if found.on_file else "--arrivals",
                      sentence=_coming(found, label))


def _coming(found: Applicants, label: Text) -> Text:
    if found.unlimited:
        return Text(f"{label.zh}：申请不限，每份额度都用完。", f"{label.en}: applicants without limit, every quota is used in full.")
    if found.on_file is None and not found.stated:
        return Text(f"{label.zh}：没有申请，一律不新增（写明的数）。", f"{label.en}: no applications, nothing is added (stated).")
    if found.on_file is None:
        return Text(f"{label.zh}：每年 {show(found.stated)} 份申请（写明的数），按参保人数分布到各区域。",
                    f"{label.en}: {show(found.stated)} applications a year (stated), spread over the zones by their insured persons.")
    count, year = int(found.on_file.events.sum()), show(Decimal(f"{found.on_file.overall:.1f}"))
    return Text(f"{label.zh}：{found.since} 至 {found.until} 有 {count} 份新增申请，合每年 {year} 份；各次运行按伽马后验抽取全市的数及其在各区域的分布，各区域另计入全市的率 {POOLED:g} 份。",
                f"{label.en}: {count} applications from {found.since} to {found.until}, {year} a year; each run draws the area's rate and its "
                f"zones' parts from gamma posteriors, each zone with {POOLED:g} applications of the area's rate beside its own.")


def _passing(start: Start) -> Assumption:
    label = PROVIDER_CLASSES[start.provider_class].name
    return Assumption(
        name="passing", provider_class=start.provider_class, value=start.passed, source="applications", sentence=Text(
            f"{label.zh}：能按服务半径判断的 {start.judged} 份申请中 {start.passed} 份通过；后来申请的通过比例按贝塔后验抽取，各年不变。",
            f"{label.en}: {start.passed} of {start.judged} applications that can be judged by the radius pass it; the share of later ones is drawn from the beta "
            "posterior and stays."))
