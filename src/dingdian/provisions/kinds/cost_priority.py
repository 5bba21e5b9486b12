"""Institutions with a low cost per case and a high share of cost within policy come first, inside what the fund can carry.

Cost is compared only after adjustment for case mix, among designated institutions of the same level and type group; without a
case-mix index, or with too few peers to have a middle, it is undetermined. It orders eligible applicants and refuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

from attrs import field, frozen

from dingdian.methods.rounding import exact, round_half_even
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, UNDETERMINED, Judgement, Missing
from dingdian.provisions.fund_flows import number_of
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import Probe, application_for, provider_row
from dingdian.terms import KINDS, LEVELS, Text

ADJUSTED, RAW = "case_mix", "unadjusted"
FACTS: Mapping[str, Text] = {
    "cost_per_visit": Text("次均费用（元）", "cost per case in yuan"),
    "in_policy_rate": Text("政策范围内费用占比（0 至 1）", "share of cost within policy, from 0 to 1"),
    "case_mix": Text("病例组合指数", "case-mix index"),
}


@frozen(kw_only=True)
class Standing:
    """One institution's cost per case in yuan (adjusted where asked for) and its share of cost within policy; None with what is missing."""

    cost: Fraction | None
    rate: Fraction | None
    lacking: tuple[str, ...] = field(factory=tuple)


@kind_of_provision
@frozen(kw_only=True)
class CostPriority(Provision):
    """First come those whose cost is not above, and whose share within policy not below, the middle of their peers."""

    kind: ClassVar[str] = "cost_priority"
    title: ClassVar[Text] = Text("次均费用低、政策范围内占比高的优先", "low cost and high share within policy come first")
    effects: ClassVar[tuple[str, ...]] = ("priority",)
    needs: ClassVar[tuple[str, ...]] = ("activity",)
    fact_keys: ClassVar = {key: Text(f"申请机构的{text.zh}", f"{text.en} of the applicant") for key, text in FACTS.items()}
    slots: ClassVar = {
        "cost": Slot(Text("次均费用是否按病例组合调整", "whether costs are adjusted for case mix"), {
            ADJUSTED: Text("调整后比较，没有指数的不比较", "adjusted; not compared without an index"), RAW: Text("不调整", "not adjusted"),
        }),
        "peers": Slot(Text("“低”“高”与谁相比", "low and high against whom"), {
            "median": Text("同等级同类型机构的中位数", "the median of the same level and type"),
            "clearly": Text("明显优于中位数（若干倍绝对中位差）", "clearly better than the median, by k MAD"),
        }, {"median": ("smallest_group",), "clearly": ("smallest_group", "deviations")}),
    }

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        lacking = [name for name in ("kind", "level") if case.get(name) is None]
        if lacking:
            return undetermined([missing_column(case, name) for name in lacking])
        choices = ground.choices(self)
        adjust = choices["cost"].option == ADJUSTED
        own = self._own(case, ground, adjust)
        if own.lacking:
            return undetermined([_not_on_file(case, name) for name in own.lacking], readings=choices.used)
        peers = self._peers(case, ground, adjust)
        smallest = int(choices["peers"]["smallest_group"])
        if len(peers) < smallest:
            return undetermined([_too_few(case, len(peers), smallest)], readings=choices.used)
        return self._compared(case, choices, own, peers, adjust)

    def _own(self, case: Case, ground: Ground, adjust: bool) -> Standing:
        """What the applicant stated, else what its last full year on file gives."""
        stated = {key: _stated(case, ground, key) for key in FACTS}
        row = _last_year(ground).get(case.provider, {}) if case.provider else {}
        on_file = _standing(row, case.provider_class or "", adjust)
        cost = stated["cost_per_visit"]
        if cost is not None and adjust:
            index = stated["case_mix"]
            cost = cost / index if index else None
        cost, rate = cost if cost is not None else on_file.cost, stated["in_policy_rate"] if stated["in_policy_rate"] is not None else on_file.rate
        missing = [*([] if rate is not None else ["in_policy_rate"])]
        if cost is None:
            unadjusted = stated["cost_per_visit"] is not None or "cost_per_visit" not in on_file.lacking
            missing.insert(0, "case_mix" if unadjusted else "cost_per_visit")
        return Standing(cost=cost, rate=rate, lacking=tuple(missing))

    def _peers(self, case: Case, ground: Ground, adjust: bool) -> list[Standing]:
        """Designated institutions of the same class, level and type group with both numbers, without the applicant itself."""
        stock, rows = ground.stock, _last_year(ground)
        same = (stock["provider_class"] == case.provider_class) & (stock["level"] == case.level) & (stock["kind_group"] == case.group)
        codes = [str(code) for code in stock["provider"][same.fillna(False)] if code != case.provider]
        found = [_standing(rows.get(code, {}), case.provider_class or "", adjust) for code in codes]
        return [standing for standing in found if not standing.lacking]

    def _compared(self, case: Case, choices: Choices, own: Standing, peers: Sequence[Standing], adjust: bool) -> Judgement:
        assert own.cost is not None
        assert own.rate is not None
        wide = exact(choices["peers"]["deviations"]) if choices["peers"].option == "clearly" else Fraction(0)
        costs, rates = [p.cost for p in peers if p.cost is not None], [p.rate for p in peers if p.rate is not None]
        most, least = _median(costs) - wide * _mad(costs), _median(rates) + wide * _mad(rates)
        first = own.cost <= most and own.rate >= least
        shown = {"cost": round_half_even(own.cost, 2), "most": round_half_even(most, 2),
                 "rate": round_half_even(own.rate * 100, 2), "least": round_half_even(least * 100, 2)}
        name = Text("次均费用（按病例组合调整）", "cost per case, adjusted for case mix,") if adjust else Text("次均费用", "cost per case")
        group = Text(f"{LEVELS.label(str(case.level))}{KINDS.label(str(case.kind))}", f"{LEVELS.label(str(case.level), 'en')} {KINDS.label(str(case.kind), 'en')}")
        return Judgement(
            status=HOLDS if first else NOT_APPLICABLE, readings=choices.used, as_of=None, unit_of_measure="yuan" if first else "",
            value=shown["cost"] if first else None, operator="<=" if first else "", threshold=shown["most"] if first else None,
            margin=shown["most"] - shown["cost"] if first else None,
            sentence=Text(
                f"{name.zh} {show(shown['cost'])} 元（同类{group.zh}界限 {show(shown['most'])} 元），政策范围内占比 {show(shown['rate'])}%"
                f"（界限 {show(shown['least'])}%），{'优先纳入' if first else '不享受优先'}。",
                f"{name.en} {show(shown['cost'])} yuan (line of {group.en} peers {show(shown['most'])}), share within policy {show(shown['rate'])}% "
                f"(line {show(shown['least'])}%): {'comes first' if first else 'no priority'}."),
            evidence={**shown, "peers": len(peers), "adjusted": adjust, "formula": "cost per case / case mix <= median of peers and share within policy >= median"},
        )

    def read_back(self) -> Text:
        return Text(f"在基金可支撑范围内，次均费用低（按病例组合调整、与同等级同类型机构比较）且政策范围内占比高的机构优先纳入（{self.scope.phrase().zh}）。",
                    f"Inside what the fund can carry, institutions with a low cost per case (adjusted for case mix, against the same level and type) and a high "
                    f"share within policy come first ({self.scope.phrase().en}).")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        count = int(choices["peers"]["smallest_group"])
        asked = application_for(self)
        like = {name: asked[name] for name in ("kind", "level", "provider_class") if name in asked}
        peers = [provider_row(f"PEER{i}", **like) for i in range(count)]
        activity = [_activity(f"PEER{i}", like["provider_class"]) for i in range(count)]
        for note, cost, rate, expect in (("cheaper and more within policy", 999, "0.81", HOLDS), ("as the middle", 1000, "0.8", HOLDS),
                                         ("dearer", 1001, "0.8", NOT_APPLICABLE), ("less within policy", 1000, "0.79", NOT_APPLICABLE)):
            facts = [_fact("cost_per_visit", str(cost)), _fact("in_policy_rate", rate), _fact("case_mix", "1")]
            yield Probe(position="other", expect=expect, application=asked, note=note, tables={"providers": peers, "activity": activity, "facts": facts})
        yield Probe(position="missing", expect=UNDETERMINED, application=asked, tables={"providers": peers, "activity": activity})
        yield Probe(position="other", expect=UNDETERMINED, application=asked, note="one peer too few", tables={
            "providers": peers[1:], "activity": activity[1:], "facts": [_fact(k, "1") for k in FACTS]})


def _activity(provider: str, provider_class: str) -> dict[str, Any]:
    cases, cost = ("discharges", "inpatient_cost") if provider_class == "inpatient" else ("visits", "outpatient_cost")
    return {"provider": provider, "year": 2025, cases: 10, cost: 10_000, "in_policy_rate": 0.8, "case_mix": 1}


def _fact(key: str, value: str) -> dict[str, Any]:
    return {"subject": "A1", "key": key, "as_of": date(2026, 1, 1), "value": value, "source": "检验"}


def _last_year(ground: Ground) -> Mapping[str, Mapping[str, Any]]:
    """Provider → its activity in the last full year."""
    year = ground.on.year - 1
    found: Mapping[str, Mapping[str, Any]] = ground.remember(
        ("activity", year), lambda: {str(row["provider"]): row for row in ground.snapshot.rows("activity") if row["year"] == year})
    return found


def _standing(row: Mapping[str, Any], provider_class: str, adjust: bool) -> Standing:
    cases, cost = ("discharges", "inpatient_cost") if provider_class == "inpatient" else ("visits", "outpatient_cost")
    per_case = Fraction(row[cost], 100) / row[cases] if row.get(cost) is not None and row.get(cases) else None
    rate = None if row.get("in_policy_rate") is None else exact(row["in_policy_rate"])
    index = exact(row["case_mix"]) if row.get("case_mix") else None
    adjusted = per_case if not adjust else None if per_case is None or index is None else per_case / index
    lacking = [*(["cost_per_visit"] if per_case is None else []), *(["case_mix"] if adjust and index is None else []),
               *(["in_policy_rate"] if rate is None else [])]
    return Standing(cost=adjusted, rate=rate, lacking=tuple(lacking))


def _stated(case: Case, ground: Ground, key: str) -> Fraction | None:
    fact = next(filter(None, (ground.snapshot.fact(subject, key) for subject in case.subjects)), None)
    return None if fact is None else number_of(fact.value)


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _mad(values: Sequence[Fraction]) -> Fraction:
    middle = _median(values)
    return _median([abs(value - middle) for value in values])


def _not_on_file(case: Case, name: str) -> Missing:
    return Missing(table="facts", subject=case.application, column=name, phrase=Text(
        f"缺少申请机构的{FACTS[name].zh}（facts.{name} 或上一年度服务量）", f"the applicant's {FACTS[name].en} is missing (facts.{name}, or last year's activity)"))


def _too_few(case: Case, count: int, smallest: int) -> Missing:
    return Missing(table="activity", subject=case.application, column="case_mix", phrase=Text(
        f"有数据的同等级同类型机构只有 {count} 家，不足 {smallest} 家，不作比较", f"only {count} peers with data, fewer than {smallest}: not compared"))
