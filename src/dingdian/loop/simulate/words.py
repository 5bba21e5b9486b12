"""What the runs say, in sentences: what becomes of a class, and when a norm is reached. Adds no number."""

from __future__ import annotations

from decimal import Decimal

from dingdian.loop.simulate.forward import ClosedForm, Interval
from dingdian.provisions.counting import show
from dingdian.terms import PROVIDER_CLASSES, Text


def percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal('0.1')).normalize():f}"


def course(
    name: Text, provider_class: str, first: Interval, last: Interval, years: tuple[int, int], gone: Interval, came: Interval, *, beds: bool
) -> Text:
    """What becomes of one class in one zone between two years."""
    label, (start, end) = PROVIDER_CLASSES[provider_class].name, years
    unit, noun = ("张床位", "beds") if beds else ("家", "providers")
    return Text(
        f"{name.zh}{label.zh}：{start} 年末 {show(first.median)} {unit}，{end} 年末中位 {show(last.median)}（80% 区间 {show(last.low_80)}–{show(last.high_80)}，"
        f"95% 区间 {show(last.low_95)}–{show(last.high_95)}）；{end - start} 年合计释放中位 {show(gone.median)}，新增中位 {show(came.median)}。",
        f"{label.en} in {name.en}: {show(first.median)} {noun} at the end of {start}; median {show(last.median)} at the end of {end} (80 %: "
        f"{show(last.low_80)}–{show(last.high_80)}, 95 %: {show(last.low_95)}–{show(last.high_95)}); in {end - start} years {show(gone.median)} "
        f"freed and {show(came.median)} added in the median run.")


def reached(name: Text, norm: Decimal, start: Decimal, share: Decimal, first: Interval, years: tuple[int, int], closed: tuple[ClosedForm, ...]) -> Text:
    """When a stock comes down to its norm."""
    begin, end = years
    if start <= norm:
        return Text(f"{name.zh}：{begin} 年末每千名参保人 {show(start)}，未高于标准 {show(norm)}。",
                    f"{name.en}: {show(start)} per 1000 insured at the end of {begin}, not above the norm of {show(norm)}.")
    when, at = _when(first, end), _closed(closed)
    return Text(
        f"{name.zh}：{begin} 年末每千名参保人 {show(start)}，标准 {show(norm)}；到 {end} 年末，{percent(share)}% 的运行降到标准，{when.zh}。{at.zh}",
        f"{name.en}: {show(start)} per 1000 insured at the end of {begin}, the norm is {show(norm)}; {percent(share)} % of the runs are down to it by the "
        f"end of {end}, {when.en}. {at.en}")


def _when(first: Interval, end: int) -> Text:
    if first.median is None:
        early = first.low_80
        seldom = Text("", "") if early is None else Text(f"，最早的一成在 {early} 年以前（含）", f", the earliest tenth by {early}")
        return Text(f"半数运行在 {end} 年以前达不到{seldom.zh}", f"half of them are not there by {end}{seldom.en}")
    late = Text(f"{end} 年以后", f"after {end}") if first.high_80 is None else Text(f"{first.high_80} 年", str(first.high_80))
    return Text(f"首次达标的中位年份为 {first.median} 年（80% 区间 {first.low_80} 年至{late.zh}）",
                f"for the first time in {first.median} in the median run (80 %: {first.low_80} to {late.en})")


def _closed(closed: tuple[ClosedForm, ...]) -> Text:
    """The closed forms, for comparison."""
    if not closed:
        return Text("", "")
    first = closed[0]
    zh = [f"{_refilled(c).zh}，{_years(c).zh}" for c in closed]
    en = [f"{_refilled(c).en} {_years(c).en}" for c in closed]
    return Text(f"按平均数的闭式（年退出 {percent(first.exit_rate)}%，参保人年增 {percent(first.growth)}%）：{'；'.join(zh)}。",
                f"In closed form, at mean rates (exits {percent(first.exit_rate)} % a year, insured {percent(first.growth)} % more): {'; '.join(en)}.")


def _refilled(closed: ClosedForm) -> Text:
    if not closed.refill:
        return Text("退出后一律不新增", "with no additions at all")
    return Text(f"退出的 {percent(closed.refill)}% 转为新增", f"with {percent(closed.refill)} % of the exits filled again")


def _years(closed: ClosedForm) -> Text:
    if closed.years is None:
        return Text("不会达标", "never")
    return Text(f"约 {show(closed.years)} 年", f"about {show(closed.years)} years")
