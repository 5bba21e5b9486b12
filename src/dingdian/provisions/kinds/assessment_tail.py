"""The tail of the yearly assessment: the last share of each group, and everybody below a mark, with what follows for whom.

Says who is in the tail and why, and which consequence the plan sets for that type. Choosing among several consequences is left to
people, and so is carrying any of them out. A group that is too small has no tail, and a tie at the edge puts nobody into it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.methods.ranking import Tail, tail
from dingdian.methods.rounding import exact, round_half_even
from dingdian.provisions import fields
from dingdian.provisions.alert import ALERT, Alert, lacking, raised, told_by
from dingdian.provisions.base import Provision, Scope, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import HOLDS, Input, Judgement, Measure
from dingdian.provisions.ground import Choices, Ground
from dingdian.terms import KINDS, LEVELS, OWNERSHIPS, PROVIDER_CLASSES, TAGS, Text

CLASS_LEVEL, TOGETHER, NO_MINIMUM = "class_by_level", "together", "no_minimum"
BELOW, INCLUDED = "below", "included"
CORRECT, REDUCE, ELIMINATE = "correct", "reduce", "eliminate"
CONSEQUENCES = {
    CORRECT: Text("限期整改，期间暂停医保结算；按时完成的恢复结算，整改不到位的终止协议",
                  "corrects within a term, settlement suspended meanwhile; then it resumes or the agreement ends"),
    REDUCE: Text("由人工在降低结算标准、减少医保床位、终止协议等中选择", "a person chooses among a lower settlement standard, fewer insured beds, ending the agreement"),
    ELIMINATE: Text("末位淘汰，解除协议", "eliminated, the agreement is terminated"),
}
IN_TAIL, LOW_MARK = Text("末位", "in the last share"), Text("低于分数线", "below the mark")
FULL = 100  # marks are compared on a scale of one hundred


@frozen(kw_only=True)
class Penalised:
    """One provider in the tail: its score of one hundred, why, and the row of consequences that meets it (None: nobody can tell)."""

    provider: str
    group: tuple[str, str]
    score: Fraction
    last: bool
    low: bool
    consequence: Mapping[str, Any] | None


@kind_of_provision
@frozen(kw_only=True)
class AssessmentTail(Provision):
    """The last ``percent`` of each group or under ``mark``: tail penalties by type."""

    kind: ClassVar[str] = "assessment_tail"
    title: ClassVar[Text] = Text("考核末位惩戒", "tail of the assessment")
    section: ClassVar[str] = "assessment"
    effects: ClassVar[tuple[str, ...]] = ("information",)
    nature: ClassVar[str] = "procedure"
    slots: ClassVar = {
        "groups": Slot(Text("末位按什么分组、几家起算", "which groups, and from how many on"), {
            CLASS_LEVEL: Text("按规划类别与等级分组，不足起算家数的不排末位", "class and level; a group below the size has no tail"),
            NO_MINIMUM: Text("按规划类别与等级分组，不设起算家数", "class and level, of any size"),
            TOGETHER: Text("全部机构一起排", "all providers together"),
        }, {CLASS_LEVEL: ("smallest_group",)}),
        "mark": Slot(Text("分数线本数算不算", "whether the mark itself counts"), {
            BELOW: Text("低于该分才算", "only below it"), INCLUDED: Text("该分及以下都算", "the mark and below"),
        }),
    }

    percent: Decimal = fields.number("末位比例", "last share", unit="%", minimum="0", maximum="100")
    mark: Decimal = fields.number("分数线", "mark", unit="分", minimum="0", maximum="100")
    consequences: tuple[Mapping[str, Any], ...] = fields.rows("后果，逐行比对，先合者先用", "consequences; the first row that fits", columns={
        "consequence": fields.one_of(CONSEQUENCES, "后果", "consequence"),
        "provider_class": fields.code_list(PROVIDER_CLASSES, "规划类别", "provider classes"),
        "kinds": fields.code_list(KINDS, "机构类型", "kinds"),
        "tags": fields.code_list(TAGS, "标签", "tags"),
        "ownership": fields.code_list(OWNERSHIPS, "经营性质", "ownership"),
        "months": fields.whole("整改期", "term of correction", unit="个月", minimum=1, default=None),
    })

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        for index, row in enumerate(self.consequences):
            if (row["consequence"] == CORRECT) == (row["months"] is None):
                yield (("consequences", index, "months"), Text("整改应写期限，其他后果没有期限", "a correction has a term, the others have none"),
                       Text("整改写 months，其他删去", "state months for a correction only"))
        last = self.consequences[-1] if self.consequences else None
        if last is None or any(last[name] for name in ("provider_class", "kinds", "tags", "ownership")):
            yield (("consequences",), Text("最后一行应适用于其余全部机构", "the last row must take in everybody else"),
                   Text("末行只写 consequence", "state the consequence alone in the last row"))

    # --- who is in the tail --------------------------------------------------------------------------------

    def consequence_for(self, facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The first row that takes a provider in; None when a fact that decides it is not known."""
        for row in self.consequences:
            scope = Scope(provider_class=row["provider_class"], kinds=row["kinds"], tags=row["tags"], ownership=row["ownership"])
            excluded, unknown = scope.unmet(facts)
            if unknown:
                return None
            if not excluded:
                return row
        return None

    def year(self, ground: Ground) -> int | None:
        """The latest year of scores that has ended on the day."""
        return max((row["year"] for row in ground.snapshot.rows("scores") if date(row["year"], 12, 31) <= ground.on), default=None)

    def groups(self, ground: Ground, choices: Choices, year: int) -> dict[tuple[str, str], dict[str, Fraction]]:
        """(class, level) → provider → score of one hundred; one group of all under that reading."""
        together = choices["groups"].option == TOGETHER
        found: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(dict)
        holders = set(ground.stock["provider"].astype(object))
        for row in ground.snapshot.rows("scores"):
            if row["year"] == year and row["provider"] in holders and row["max_score"]:
                facts = ground.snapshot.provider_records[row["provider"]]
                group = ("", "") if together else (str(facts.get("provider_class") or ""), str(facts.get("level") or ""))
                found[group][row["provider"]] = exact(row["score"]) * FULL / exact(row["max_score"])
        return dict(found)

    def tail_of(self, choices: Choices, scores: Mapping[str, Fraction]) -> Tail:
        """The tail of one group under the reading in force."""
        choice = choices["groups"]
        smallest = int(choice["smallest_group"]) if choice.option == CLASS_LEVEL else 1
        return tail(scores, Fraction(self.percent) / 100, smallest)

    def low(self, choices: Choices, score: Fraction) -> bool:
        """Whether a score lies below the mark, under the reading in force."""
        return score <= self.mark if choices["mark"].option == INCLUDED else score < self.mark

    def penalised(self, ground: Ground, choices: Choices, year: int) -> tuple[Penalised, ...]:
        """Everybody in the tail, by group and score: the last share and those below the mark together."""
        found = []
        for group, scores in sorted(self.groups(ground, choices, year).items()):
            last = set(self.tail_of(choices, scores).members)
            for provider, score in sorted(scores.items(), key=lambda item: (item[1], item[0])):
                low = self.low(choices, score)
                if low or provider in last:
                    facts = ground.snapshot.provider_records[provider]
                    found.append(Penalised(provider=provider, group=group, score=score, last=provider in last, low=low,
                                           consequence=self.consequence_for(facts)))
        return tuple(found)

    # --- one application -----------------------------------------------------------------------------------

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        row = self.consequence_for(case.facts)
        if row is None:
            column = next(c for c in ("kind", "provider_class", "ownership") if case.get(c) is None)
            return undetermined([missing_column(case, column)])
        said = _consequence(row)
        line = self._line()
        return Judgement(status=HOLDS, as_of=ground.on, evidence={"consequence": row["consequence"], "months": row["months"]}, sentence=Text(
            f"纳入定点后每年考核，{line.zh}的：{said.zh}。", f"Once designated it is assessed each year; {line.en}: {said.en}."))

    def _line(self) -> Text:
        return Text(f"得分在末位 {show(self.percent)}% 或 {show(self.mark)} 分以下",
                    f"with a score in the last {show(self.percent)} % or below {show(self.mark)}")

    # --- rows ----------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices, year, area = ground.choices(self), self.year(ground), ground.snapshot.pooling_area
        blank: dict[str, Any] = {"unit": area, "unit_name": ground.snapshot.unit_name(area)}
        if year is None:
            yield Measure(measure="tail_groups", title=self.title, unit_of_measure="provider", formula="floor(percent * n / 100)", status="undetermined",
                          reason=Text("缺少已结束年度的考核得分（scores 表）", "no scores of a year that has ended (scores)"), **blank)
            return
        for group, scores in sorted(self.groups(ground, choices, year).items()):
            yield self._group_row(choices, blank, group, self.tail_of(choices, scores), year)
        for one in self.penalised(ground, choices, year):
            yield self._provider_row(ground, choices, one, year)

    def _group_row(self, choices: Choices, blank: Mapping[str, Any], group: tuple[str, str], found: Tail, year: int) -> Measure:
        name = _group_name(group)
        if found.too_small:
            smallest = show(choices["groups"]["smallest_group"])
            note = Text(f"{found.size} 家，不足 {smallest} 家，不排末位，只看分数线", f"{found.size} of them, fewer than {smallest}: no last share, only the mark")
        elif found.tied:
            note = Text(f"末位边缘同分 {len(found.tied)} 家，均不列入", f"{len(found.tied)} tied at the edge: none of them is in it")
        else:
            note = Text(f"{found.size} 家，末位 {found.places} 家", f"{found.size} of them, {found.places} in the last share")
        return Measure(
            measure="tail_groups", title=Text(f"{name.zh}末位家数", f"last share of {name.en}"), provider_class=group[0], level=group[1],
            subject=":".join(part for part in group if part) or "together", unit_of_measure="provider", formula=Text("机构数 × 比例（向下取整），边界同分的不计入", "floor(percent * n / 100), ties at the edge left out"),
            supply=len(found.members), as_of=date(year, 12, 31), readings=choices.used, note=note,
            inputs=(Input(name="group_size", value=found.size, unit_of_measure="provider", source="scores"),
                    Input(name="percent", value=self.percent, unit_of_measure="percent", source="plan")), **blank)

    def _provider_row(self, ground: Ground, choices: Choices, one: Penalised, year: int) -> Measure:
        facts = ground.snapshot.provider_records[one.provider]
        why = [text for text, holds in ((IN_TAIL, one.last), (LOW_MARK, one.low)) if holds]
        said = Text("类型不明，后果待定", "of unknown type: the consequence is open") if one.consequence is None else _consequence(one.consequence)
        name = str(facts.get("name") or one.provider)
        unit = str(facts.get("unit") or ground.snapshot.pooling_area)
        return Measure(
            measure="assessment_tail", title=Text(f"{name}考核得分", f"assessment of {name}"), unit=unit,
            unit_name=ground.snapshot.unit_name(unit), provider_class=str(facts.get("provider_class") or ""), level=str(facts.get("level") or ""),
            subject=one.provider, unit_of_measure="point", formula=Text("得分 × 100 ÷ 满分", "score * 100 / max_score"), supply=round_half_even(one.score, 2),
            as_of=date(year, 12, 31), readings=choices.used, note=Text(
                f"{'且'.join(text.zh for text in why)}；{said.zh}", f"{' and '.join(text.en for text in why)}; {said.en}"),
            inputs=(Input(name="mark", value=self.mark, unit_of_measure="point", source="plan"),
                    Input(name="consequence", value=None if one.consequence is None else one.consequence["consequence"], source="plan")))

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Everybody in the tail, with the consequence of its type; groups without anybody in it are quiet."""
        choices, year = ground.choices(self), self.year(ground)
        rows = [row for row in self.measure(ground) if row.measure == "tail_groups"]
        found = () if year is None else self.penalised(ground, choices, year)
        with_some = {one.group for one in found}
        for row in rows:
            if row.status != "measured":
                yield lacking(told_by(row), [row.reason or self.title])
            elif (row.provider_class, row.level) not in with_some:
                yield told_by(row)
        for one in found:
            quiet = told_by(self._provider_row(ground, choices, one, year or 0))
            operator = ">" if choices["mark"].option == INCLUDED else ">="
            yield self._alert(evolve(quiet, operator=operator, threshold=self.mark) if one.low else quiet, one)

    def _alert(self, quiet: Alert, one: Penalised) -> Alert:
        why = [text for text, holds in ((IN_TAIL, one.last), (LOW_MARK, one.low)) if holds]
        score, follows = show(round_half_even(one.score, 2)), None if one.consequence is None else _consequence(one.consequence)
        return raised(quiet, ALERT, follows=follows, sentence=Text(
            f"{quiet.title.zh} {score} 分：{'且'.join(text.zh for text in why)}。", f"{quiet.title.en}: {score} points, {' and '.join(text.en for text in why)}."))

    def read_back(self) -> Text:
        line = self._line()
        zh = "；".join(f"{_who(row).zh}，{_consequence(row).zh}" for row in self.consequences)
        en = "; ".join(f"{_who(row).en}: {_consequence(row).en}" for row in self.consequences)
        return Text(f"年度考核{line.zh}的，实行末位惩戒：{zh}。", f"Tail penalties {line.en} of the yearly assessment. {en}.")


def _consequence(row: Mapping[str, Any]) -> Text:
    said = CONSEQUENCES[row["consequence"]]
    if row["months"] is None:
        return said
    return Text(f"{said.zh.replace('限期整改', '整改 ' + str(row['months']) + ' 个月')}",
                f"{said.en.replace('within a term', 'within ' + str(row['months']) + ' months')}")


def _who(row: Mapping[str, Any]) -> Text:
    scope = Scope(provider_class=row["provider_class"], kinds=row["kinds"], tags=row["tags"], ownership=row["ownership"])
    return scope.phrase() if scope != Scope() else Text("其余机构", "everybody else")


def _group_name(group: tuple[str, str]) -> Text:
    if group == ("", ""):
        return Text("全部机构", "all providers")
    parts = [(PROVIDER_CLASSES, group[0]), (LEVELS, group[1])]
    return Text("".join(codes.label(code) for codes, code in reversed(parts) if code),
                " ".join(codes.label(code, "en") for codes, code in reversed(parts) if code))
