"""What a plan publishes of its starting point: counts and rounded ratios of different dates, and the insured persons they imply.

Each ratio leaves an interval of persons; together they leave one, or contradict each other. Numbers more than a quarter apart are
not divided by each other without a warning, or not at all, as the reading says. It judges no application and replaces no count
of insured persons on file: it is shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.methods.baseline import (
    HALF_EVEN,
    HALF_UP,
    UNKNOWN,
    Interval,
    central,
    change_at_norm,
    implied_persons,
    intersection,
    more_than_months_apart,
)
from dingdian.methods.rounding import round_half_even
from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.counting import insured, show
from dingdian.provisions.finding import UNDETERMINED, Input, Measure
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import norm_of, reason_of
from dingdian.provisions.kinds.doctor_norm import doctor_norm_of
from dingdian.terms import Text

INSTITUTIONS, BEDS, DOCTORS, JOINT = "institutions", "beds", "doctors", "joint"
WHAT = {
    INSTITUTIONS: Text("定点医药机构", "designated institutions"), BEDS: Text("医保床位", "insured beds"), DOCTORS: Text("医保医师", "insured doctors"),
}
# What is counted: its measure word, its unit of measure, that of its ratio.
_WORDS = {INSTITUTIONS: ("家", "provider"), BEDS: ("张", "bed"), DOCTORS: ("名", "doctor")}
WARN, REFUSE = "warn", "refuse"
ROUNDED = {
    HALF_UP: Text("四舍五入", "half up"), HALF_EVEN: Text("四舍六入五成双", "half to even"), UNKNOWN: Text("舍入方式不明，两端都算", "unknown: both ends belong"),
}


@kind_of_provision
@frozen(kw_only=True)
class PublishedBaseline(Provision):
    """Published counts, each with its ratio per so many insured persons and its date."""

    kind: ClassVar[str] = "published_baseline"
    title: ClassVar[Text] = Text("公布的基数", "published baseline")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    refers_to: ClassVar = {"bed_norm": "bed_norm", "doctor_norm": "doctor_norm"}
    slots: ClassVar = {
        "dates": Slot(Text("相隔较久的数能否相除", "whether numbers far apart in time are divided"), {
            WARN: Text("照算并警示", "divided, with a warning"), REFUSE: Text("不相除", "not divided"),
        }, {WARN: ("months",), REFUSE: ("months",)}),
        "rounding": Slot(Text("公布的比值如何舍入", "how the published ratios were rounded"), ROUNDED, otherwise=HALF_UP),
    }

    counts: tuple[Mapping[str, Any], ...] = fields.rows("公布的数", "published counts", columns={
        "what": fields.one_of(WHAT, "计什么", "what is counted"),
        "count": fields.whole("数量", "count", unit="家、张、名", minimum=1),
        "ratio": fields.number("每若干参保人", "ratio", unit="每若干名参保人", minimum="0"),
        "per": fields.whole("每多少名参保人", "per how many insured persons", unit="名", minimum=1),
        "places": fields.whole("比值的小数位数", "decimals of the ratio", unit="位", figure=False),
        "as_of": fields.day("统计日期", "date of the count"),
    })
    bed_norm: str = fields.text("床位标准的标识", "id of the bed norm", default="")
    doctor_norm: str = fields.text("医师标准的标识", "id of the doctor norm", default="")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        kinds = [row["what"] for row in self.counts]
        if not kinds or len(set(kinds)) < len(kinds):
            yield (("counts",), Text("没有公布的数，或同一项写了两次", "no counts, or one of them twice"), Text("每项写一行", "one row each"))
        for index, row in enumerate(self.counts):
            try:
                implied_persons(row["count"], row["ratio"], row["per"], row["places"])
            except ValueError as error:
                yield (("counts", index, "ratio"), Text(f"推不出参保人数：{error}", str(error)), Text("核对比值与小数位数", "check ratio and places"))

    def intervals(self, rounding: str = HALF_UP) -> dict[str, Interval]:
        """Persons that each ratio implies, by what is counted."""
        return {row["what"]: implied_persons(row["count"], row["ratio"], row["per"], row["places"], rounding) for row in self.counts}

    def joint(self, rounding: str = HALF_UP) -> Interval:
        """Persons that all ratios allow; empty when they contradict each other."""
        return intersection(self.intervals(rounding).values())

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        rounding = choices["rounding"].option
        found, joint = self.intervals(rounding), self.joint(rounding)
        for row in self.counts:
            yield self._implied(ground, choices, row, found[row["what"]], rounding)
        yield self._joint(ground, choices, joint)
        for what, norm in (() if joint.whole is None else self._norms(ground)):
            yield self._change(ground, choices, what, norm, joint)
        for row in self.counts:
            yield self._on_file(ground, choices, row)

    def _norms(self, ground: Ground) -> list[tuple[str, Decimal]]:
        """The norms that its counts move to, of those provisions that it names."""
        stated = {row["what"] for row in self.counts}
        found: list[tuple[str, Decimal]] = []
        if self.bed_norm and BEDS in stated:
            norm = norm_of(ground, self.bed_norm)
            found += [(BEDS, value)] if (value := norm.high if norm.about is None else norm.about) is not None else []
        if self.doctor_norm and DOCTORS in stated:
            found.append((DOCTORS, doctor_norm_of(ground, self.doctor_norm).norm))
        return found

    def _row(self, ground: Ground, choices: Choices, subject: str, **more: Any) -> Measure:
        """A row of the pooling area; the published numbers speak of no district."""
        area = ground.snapshot.pooling_area
        return Measure(**{"measure": "insured_interval", "unit": area, "unit_name": ground.snapshot.unit_name(area), "subject": subject,
                          "readings": choices.used, "unit_of_measure": "person", **more})

    def _implied(self, ground: Ground, choices: Choices, row: Mapping[str, Any], found: Interval, rounding: str) -> Measure:
        name, word = WHAT[row["what"]], _WORDS[row["what"]][0]
        per = f"{row['per']:,}"
        return self._row(
            ground, choices, row["what"], title=Text(f"按{name.zh}推算的参保人数", f"insured persons implied by {name.en}"),
            formula="count * per / (ratio + half a unit) < insured <= count * per / (ratio - half a unit)", supply=int(central(found)),
            as_of=row["as_of"], inputs=(self._count(row), _ratio(row), *_ends(found)),
            note=Text(
                f"{row['as_of']} {name.zh} {row['count']:,} {word}，每 {per} 名参保人 {row['ratio']} {word}（{ROUNDED[rounding].zh}到 {row['places']} 位）："
                f"参保人数在 {_span(found).zh} 内。",
                f"{row['count']:,} {name.en} on {row['as_of']}, {row['ratio']} per {per} insured (rounded {ROUNDED[rounding].en} to "
                f"{row['places']} decimals): {_span(found).en} insured persons."),
        )

    def _joint(self, ground: Ground, choices: Choices, joint: Interval) -> Measure:
        title = Text("三项公布数共同推算的参保人数" if len(self.counts) == 3 else "各项公布数共同推算的参保人数", "insured persons that all published ratios allow")
        warning = self._warning(choices)
        row = self._row(ground, choices, JOINT, title=title, formula="intersection of the intervals", as_of=max(r["as_of"] for r in self.counts),
                        inputs=() if joint.whole is None else _ends(joint))
        if joint.whole is None:
            return evolve(row, status=UNDETERMINED, note=warning, readings=choices.used, reason=Text(
                "公布的比值相互矛盾，没有共同的参保人数", "the published ratios contradict each other: no number of persons fits them all"))
        if self._far_apart(choices) and choices["dates"].option == REFUSE:
            return evolve(row, status=UNDETERMINED, inputs=(), note=warning, readings=choices.used, reason=Text(
                f"各数统计日期相隔超过 {_months(choices)} 个月，不作合并推算", f"the dates lie more than {_months(choices)} months apart: not combined"))
        assert joint.whole is not None
        first, last = joint.whole
        said = Text(f"各项相互一致，共同区间为 {_span(joint).zh}，即 {first:,} 至 {last:,} 人，中心值约 {_million(joint).zh}。",
                    f"The ratios agree; together they allow {_span(joint).en}, {first:,} to {last:,} persons, about {_million(joint).en}.")
        return evolve(row, supply=int(central(joint)), note=_joined(said, warning), readings=choices.used)

    def _change(self, ground: Ground, choices: Choices, what: str, norm: Decimal, joint: Interval) -> Measure:
        row = next(r for r in self.counts if r["what"] == what)
        change, point = change_at_norm(row["count"], norm, joint), central(joint)
        middle = int(round_half_even(change_at_norm(row["count"], norm, Interval(low=point, high=point)).low, 0))
        name, (word, unit) = WHAT[what], _WORDS[what]
        low, high = (int(round_half_even(end, 0)) for end in (change.low, change.high))
        away, near, far = (Text("减少", "cut"), -high, -low) if middle < 0 else (Text("增加", "rise"), low, high)
        return self._row(
            ground, choices, f"{what}_at_norm", unit_of_measure=unit, supply=middle, as_of=row["as_of"],
            title=Text(f"{name.zh}达到每千名参保人 {show(norm)} {word}的变化", f"change of {name.en} to {show(norm)} per 1000 insured"),
            formula="norm * insured / 1000 - count", inputs=(
                self._count(row), Input(name="norm", value=norm, unit_of_measure=f"{unit}_per_1000_insured", source="plan"),
                Input(name="change_low", value=low, unit_of_measure=unit), Input(name="change_high", value=high, unit_of_measure=unit),
                Input(name="insured", value=int(point), unit_of_measure="person", source="insured_interval")),
            note=_joined(Text(
                f"由 {row['count']:,} {word}到每千名参保人 {show(norm)} {word}，需{away.zh}约 {abs(middle):,} {word}（{near:,} 至 {far:,} {word}）。",
                f"From {row['count']:,} to {show(norm)} per 1000 insured is a {away.en} of about {abs(middle):,} ({near:,} to {far:,})."),
                self._warning(choices)),
        )

    def _on_file(self, ground: Ground, choices: Choices, row: Mapping[str, Any]) -> Measure:
        """The published count over the insured persons on file, whose date is another one."""
        name, people, (_, unit) = WHAT[row["what"]], insured(ground, ground.snapshot.pooling_area), _WORDS[row["what"]]
        per = f"{row['per']:,}"
        found = self._row(
            ground, choices, row["what"], measure="published_ratio_on_file", as_of=row["as_of"], formula="count * per / insured",
            title=Text(f"公布的{name.zh}数与在册参保人数之比", f"published {name.en} over the insured persons on file"),
            unit_of_measure=f"{unit}_per_{row['per']}_insured", inputs=(self._count(row), _ratio(row), people.as_input("insured", "person")))
        if not people.value or people.as_of is None:
            return evolve(found, status=UNDETERMINED, reason=reason_of(people.missing))
        far = more_than_months_apart(row["as_of"], people.as_of, _months(choices))
        warning = Text(f"警示：{name.zh}为 {row['as_of']}，参保人数为 {people.as_of}，相隔超过 {_months(choices)} 个月。",
                       f"Warning: {name.en} of {row['as_of']} over insured persons of {people.as_of}, more than {_months(choices)} months apart.")
        if far and choices["dates"].option == REFUSE:
            return evolve(found, status=UNDETERMINED, reason=warning, readings=choices.used)
        ratio = round_half_even(Fraction(row["count"] * row["per"], people.value), row["places"] + 2)
        inside = people.value in self.intervals(choices["rounding"].option)[row["what"]]
        said = Text(f"公布值为每 {per} 名 {row['ratio']}，在册参保人数{'在' if inside else '不在'}其推算区间内。",
                    f"Published: {row['ratio']} per {per}; the persons on file lie {'inside' if inside else 'outside'} what it implies.")
        return evolve(found, supply=ratio, note=_joined(said, warning) if far else said, readings=choices.used)

    def _count(self, row: Mapping[str, Any]) -> Input:
        return Input(name="count", value=row["count"], unit_of_measure=_WORDS[row["what"]][1], as_of=row["as_of"], source="plan")

    def _far_apart(self, choices: Choices) -> bool:
        days = [row["as_of"] for row in self.counts]
        return more_than_months_apart(min(days), max(days), _months(choices))

    def _warning(self, choices: Choices) -> Text | None:
        """What a reader must know: the counts are of different days, and whether those are more than a quarter apart."""
        days: dict[date, list[str]] = {}
        for row in self.counts:
            days.setdefault(row["as_of"], []).append(row["what"])
        if len(days) < 2:
            return None
        zh = "，".join(f"{'、'.join(WHAT[w].zh for w in whats)}为 {day}" for day, whats in sorted(days.items()))
        en = ", ".join(f"{' and '.join(WHAT[w].en for w in whats)} of {day}" for day, whats in sorted(days.items()))
        far, months = self._far_apart(choices), _months(choices)
        return Text(
            f"警示：统计日期不同（{zh}），相隔{'超过' if far else '不超过'} {months} 个月；合并推算以其间参保人数不变为前提。",
            f"Warning: the dates differ ({en}), {'more' if far else 'not more'} than {months} months apart; combining them takes the "
            "insured persons as unchanged in between.")

    def read_back(self) -> Text:
        zh = "；".join(f"{r['as_of']} {WHAT[r['what']].zh} {r['count']:,} {_WORDS[r['what']][0]}（每 {r['per']:,} 名参保人 {r['ratio']}）" for r in self.counts)
        en = "; ".join(f"{r['count']:,} {WHAT[r['what']].en} on {r['as_of']} ({r['ratio']} per {r['per']:,} insured)" for r in self.counts)
        return Text(f"公布的基数：{zh}。据此推算参保人数的区间，统计日期不同的予以警示。",
                    f"Published baseline: {en}. The insured persons that they imply are stated as an interval, with a warning where dates differ.")


def _months(choices: Choices) -> int:
    return int(choices["dates"]["months"])


def _ratio(row: Mapping[str, Any]) -> Input:
    return Input(name="ratio", value=row["ratio"], unit_of_measure=f"{_WORDS[row['what']][1]}_per_{row['per']}_insured", as_of=row["as_of"], source="plan")


def _ends(found: Interval) -> tuple[Input, ...]:
    """The ends as whole persons: the smallest and the largest number that fits."""
    assert found.whole is not None
    first, last = found.whole
    return (Input(name="persons_low", value=first, unit_of_measure="person"), Input(name="persons_high", value=last, unit_of_measure="person"))


def _span(found: Interval) -> Text:
    """The interval with its ends, open or closed, to two decimals."""
    low, high = (f"{round_half_even(end, 2):,}" for end in (found.low, found.high))
    text = f"{'(' if found.low_open else '['}{low}, {high}{')' if found.high_open else ']'}"
    return Text(text, text)


def _million(found: Interval) -> Text:
    point = central(found)
    return Text(f"{show(round_half_even(point / 10_000, 1))} 万人", f"{show(round_half_even(point / 10**6, 3))} million")


def _joined(one: Text, two: Text | None) -> Text:
    return one if two is None else Text(one.zh + two.zh, f"{one.en} {two.en}")
