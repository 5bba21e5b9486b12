"""A list of conditions that an applicant must meet, each with the evidence that shows it.

Met by all: holds; one not met: fails and is named; one that nobody can tell: undetermined, with everything that is missing named
at once. Whether a planning ruling waits for such evidence, or leaves it to the evaluation that follows, is a point of the pack;
left to the evaluation, an unknown item is named as still to be shown and decides nothing. No item is ever taken as met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from attrs import frozen

from dingdian.city.tables import TABLES
from dingdian.methods.clocks import months_after
from dingdian.provisions import checklist, fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.checklist import CHECKLIST, MET, UNKNOWN, UNMET, Answer
from dingdian.provisions.finding import FAILS, HOLDS, NOT_APPLICABLE, UNDETERMINED, Judgement
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import PROVIDER, Probe, application_for
from dingdian.terms import Text

ASK_NOW, AT_EVALUATION = "ask_now", "at_evaluation"
INCLUDED, EXCLUDED = "included", "excluded"
_PROBED_ON = date(2026, 6, 15)  # mid-month: the day before and after differ by one day some months earlier too
_ON_FILE = ("name", "unit", "provider_class", "level", "ownership", "owner", "tags", "specialties", "accuracy_m", "at")


@kind_of_provision
@frozen(kw_only=True)
class Conditions(Provision):
    """Asks for every condition in ``items`` that applies to the applicant.

    An item narrows itself by class, kind, level, ownership and beds; it is shown by ``column`` and ``months`` (so long since that
    date on the day of the application), by ``column`` alone (or one of the values ``among``), or else by the checklist.
    """

    kind: ClassVar[str] = "conditions"
    title: ClassVar[Text] = Text("条件清单", "conditions")
    effects: ClassVar[tuple[str, ...]] = ("condition", "information")
    nature: ClassVar[str] = "condition"
    fact_keys: ClassVar = {CHECKLIST: Text("核验清单，对象为申请或机构，如 physician=met;it=unmet（符合、不符合亦可）",
                                           "checklist of an application or provider, such as physician=met;it=unmet")}
    slots: ClassVar = {
        "unknown": Slot(Text("没有证据的条件如何处理", "conditions that nobody has shown"), {
            ASK_NOW: Text("现在就须补充证据", "the evidence is asked for now"),
            AT_EVALUATION: Text("留待评估时核验，本次不作判定", "left to the evaluation; not decided here"),
        }, otherwise=ASK_NOW),
        "day": Slot(Text("“满若干个月”的当日是否算满", "whether months are full on the day itself"), {
            INCLUDED: Text("当日算满", "on the day itself"), EXCLUDED: Text("次日起算满", "from the next day on"),
        }, otherwise=INCLUDED),
    }

    items: tuple[Mapping[str, Any], ...] = fields.rows("条件", "conditions", columns=checklist.COLUMNS)

    def passes_when(self) -> str:
        """Dates are compared only where the list is one item of time."""
        return ">=" if self._timed is not None else ""

    @property
    def _timed(self) -> Mapping[str, Any] | None:
        return self.items[0] if len(self.items) == 1 and self.items[0]["months"] is not None else None

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        found = checklist.answers(self.items, case, ground, day_included=self._day_included(choices))
        if not found:
            return Judgement(status=NOT_APPLICABLE, sentence=Text("清单中没有适用于该机构的条件。", "No condition of the list applies to it."))
        unmet, unknown = _in_state(found, UNMET), _in_state(found, UNKNOWN)
        if unmet:
            return self._said(FAILS, case, found, choices, _not_met(unmet))
        if not unknown:
            return self._said(HOLDS, case, found, choices, _all_met(found))
        return self._waiting(case, found, unknown, choices)

    def _day_included(self, choices: Choices) -> bool:
        """The slot is looked at only by lists that count time."""
        return any(item["months"] is not None for item in self.items) and choices["day"].option == INCLUDED

    def _waiting(self, case: Case, found: list[Answer], unknown: list[Answer], choices: Choices) -> Judgement:
        names = Text("；".join(a.title.zh for a in unknown), "; ".join(a.title.en for a in unknown))
        if choices["unknown"].option == AT_EVALUATION:
            return self._said(NOT_APPLICABLE, case, found, choices, Text(
                f"本次不作判定，受理和评估时须核验：{names.zh}。", f"Not decided here; to be shown at acceptance and evaluation: {names.en}."))
        missing = tuple(dict.fromkeys(item for answer in unknown for item in answer.missing))
        if self.effect == "information":
            sentence = Text(f"须在评估时提供证据：{names.zh}。", f"Evidence to be given at the evaluation: {names.en}.")
            return undetermined(missing, sentence=sentence, readings=choices.used, evidence=_evidence(found))
        return undetermined(missing, readings=choices.used, evidence=_evidence(found))

    def _said(self, status: str, case: Case, found: list[Answer], choices: Choices, sentence: Text) -> Judgement:
        return Judgement(
            status=status, sentence=sentence, readings=choices.used, evidence=_evidence(found), as_of=case.applied_on,
            would_change=tuple(_change(a) for a in _in_state(found, UNMET)), **self._comparison(found[0], case, choices))

    def _comparison(self, answer: Answer, case: Case, choices: Choices) -> dict[str, Any]:
        if self._timed is None or answer.first_day is None or case.applied_on is None:
            return {}
        first = answer.first_day + timedelta(days=0 if self._day_included(choices) else 1)
        return {"value": case.applied_on.isoformat(), "operator": ">=", "threshold": first.isoformat(),
                "margin": (case.applied_on - first).days, "unit_of_measure": "day"}

    def read_back(self) -> Text:
        zh, en = zip(*(_asked(item) for item in self.items))
        return Text(f"申请机构须符合：{'；'.join(zh)}。", f"The applicant must meet: {'; '.join(en)}.")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.items:
            yield ("items",), Text("没有列出条件", "no condition is listed"), Text("至少写一项", "list one at least")
        yield from checklist.problems(self.items)

    def probes(self, choices: Choices) -> Iterator[Probe]:
        """Each item alone unmet, all of them met, none shown; a date on the day before, of and after."""
        included = self._day_included(choices)
        for item in self.items:
            given = _Shown(self, item)
            yield given.probe("other", HOLDS, note=f"{item['id']} 及其余各项均符合")
            yield given.probe("missing", UNDETERMINED if choices["unknown"].option == ASK_NOW else NOT_APPLICABLE, leave_out=item["id"])
            if item["months"] is not None:
                for position, offset in (("day_before", -1), ("day_of", 0), ("day_after", 1)):
                    met = offset >= (0 if included else 1)
                    yield given.probe(position, HOLDS if met else FAILS, offset=offset)
                for position, offset in (("below", -1), ("at", 0 if included else 1), ("above", 30)):
                    yield given.probe(position, FAILS if offset < 0 else HOLDS, offset=offset)
            elif not item["column"] or item["among"]:
                yield given.probe("other", FAILS, unmet=item["id"], note=f"{item['id']} 不符合")


@frozen
class _Shown:
    """An applicant to whom one item applies, with everything shown that the list asks of it."""

    provision: Conditions
    item: Mapping[str, Any]

    def row(self) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if self.item["classes"]:
            more["provider_class"] = self.item["classes"][0]
        for name, column in (("kinds", "kind"), ("levels", "level"), ("ownership", "ownership")):
            if self.item[name]:
                more[column] = self.item[name][0]
        found = application_for(self.provision, **more)
        if found["provider_class"] == "pharmacy" and "kind" not in more and not self.provision.scope.kinds:
            found["kind"] = "pharmacy"
        if self.item["min_beds"] is not None:
            found["beds"] = self.item["min_beds"]
        return found

    def probe(
        self, position: str, expect: str, *, leave_out: str = "", unmet: str = "", offset: int | None = None, note: str = ""
    ) -> Probe:
        row, on = self.row(), _PROBED_ON
        shown, case = [], Case(application="P1", action=row["action"], applied_on=on, facts=row)
        asked = [item for item in self.provision.items if checklist.speaks_of(item, case) is not False]
        for item in asked:
            if item["id"] == leave_out:
                row.pop(item["column"], None)
            elif item["months"] is not None:
                moved = offset if offset is not None and item["id"] == self.item["id"] else 30
                row[item["column"]] = months_after(on, -item["months"]) - timedelta(days=moved)
            elif item["column"]:
                row[item["column"]] = _value(item, row, item["id"] != unmet)
            else:
                shown.append(f"{item['id']}={'unmet' if item['id'] == unmet else 'met'}")
        facts = [{"subject": "A1", "key": CHECKLIST, "as_of": on, "value": ";".join(shown), "source": "probe"}] if shown else []
        tables: dict[str, Any] = {"facts": facts} if facts else {}
        if leave_out and "kind" not in row:  # an application that says no kind must be about a provider on file
            tables["providers"] = [{**{name: row.pop(name) for name in list(row) if name in _ON_FILE}, "provider": PROVIDER, "status": "undesignated"}]
            row["provider"] = PROVIDER
        row["applied_on"] = on
        return Probe(position=position, expect=expect, tables=tables, application=row, on=on, note=note)


def _value(item: Mapping[str, Any], row: Mapping[str, Any], met: bool) -> Any:
    """A value of the item's column that the list accepts, or one that it does not."""
    column, among = TABLES["applications"][item["column"]], item["among"]
    if not among:
        return row.get(item["column"], "P")
    if met:
        return row[item["column"]] if row.get(item["column"]) in among else among[0]
    return next(code for code in column.codes or ("other",) if code not in among)


def _in_state(found: list[Answer], state: str) -> list[Answer]:
    return [answer for answer in found if answer.state == state]


def _not_met(unmet: list[Answer]) -> Text:
    return Text(f"不符合条件：{'；'.join(a.words.zh for a in unmet)}。", f"Not met: {'; '.join(a.words.en for a in unmet)}.")


def _all_met(found: list[Answer]) -> Text:
    return Text(f"符合条件：{'；'.join(a.words.zh for a in found)}。", f"Met: {'; '.join(a.words.en for a in found)}.")


def _change(answer: Answer) -> Text:
    if answer.first_day is not None:
        return Text(f"{answer.first_day} 满 {answer.item['months']} 个月", f"{answer.item['months']} months are full on {answer.first_day}")
    return Text(f"整改并核验“{answer.title.zh}”", f"put right and have checked: {answer.title.en}")


def _evidence(found: list[Answer]) -> dict[str, Any]:
    """Items by state; those that are still to be shown are what a clerk asks for at the evaluation."""
    evidence: dict[str, Any] = {state: [answer.item["id"] for answer in _in_state(found, state)] for state in (MET, UNMET)}
    evidence["to_be_shown"] = [answer.item["id"] for answer in _in_state(found, UNKNOWN)]
    if any(answer.first_day is not None for answer in found):
        evidence["formula"] = "date + months <= applied_on"
    return evidence


def _asked(item: Mapping[str, Any]) -> tuple[str, str]:
    """One item in words: what is asked, for how long, and of whom where not of everybody."""
    to = checklist.who(item)
    zh, en = item["zh"], item["en"]
    if item["months"] is not None:
        zh, en = f"{zh}满 {item['months']} 个月", f"{en} for {item['months']} months"
    return (f"{zh}（{to.zh}）" if to.zh else zh), (f"{en} ({to.en})" if to.en else en)
