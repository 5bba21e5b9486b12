"""A list of designated providers that keep meeting the service standards, fail to, or have not been looked at.

Kept from what reviews state and from breaches on file; it follows and judges no applicant by itself. A provider that nobody
reviewed is listed as not reviewed, never as meeting the standards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.methods.clocks import months_after
from dingdian.provisions.alert import ALERT, Alert, lacking, raised, told_by
from dingdian.provisions.base import Provision, Slot, kind_of_provision
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import FAILS, HOLDS, NOT_APPLICABLE, Input, Judgement, Measure
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.coaching import Incident, incidents_of
from dingdian.terms import EVENT_TYPES, HOLDS_A_PLACE, Text

YEARLY, HALF_YEARLY = "yearly", "half_yearly"
MEETS, FAILS_TO, STALE = "met", "unmet", "not_reviewed"
_STATES = {
    MEETS: Text("持续符合", "keeps meeting them"), FAILS_TO: Text("未持续符合", "fails to meet them"),
    STALE: Text("尚未复核", "not reviewed"),
}
_WORDS = {"met": MEETS, "unmet": FAILS_TO, "符合": MEETS, "不符合": FAILS_TO}


@frozen(kw_only=True)
class Listed:
    """One provider on the list; ``reviewed_on`` None where nobody looked at it in time, ``because`` what stands against it."""

    provider: str
    state: str
    reviewed_on: date | None = None
    because: tuple[Incident, ...] = ()


@kind_of_provision
@frozen(kw_only=True)
class DynamicList(Provision):
    """Recent reviews, and breaches since, sort designated providers into a list."""

    kind: ClassVar[str] = "dynamic_list"
    title: ClassVar[Text] = Text("动态管理清单", "dynamic list")
    effects: ClassVar[tuple[str, ...]] = ("information",)
    section: ClassVar[str] = "monitor"
    nature: ClassVar[str] = "procedure"
    fact_keys: ClassVar = {"service_standard": Text("是否持续满足定点服务标准（met 或 unmet），对象为机构", "whether a provider keeps meeting the service standards")}

    slots: ClassVar = {
        "review": Slot(Text("复核在多长时间内有效", "how long a review counts"), {
            YEARLY: Text("一年", "a year"), HALF_YEARLY: Text("半年", "half a year")}, {YEARLY: ("months",), HALF_YEARLY: ("months",)}),
    }

    def listed(self, ground: Ground, provider: str, months: int) -> Listed:
        """Where one provider stands: its latest review, unless it is too old; breaches since then count against it."""
        fact = ground.snapshot.fact(provider, "service_standard")
        state = None if fact is None else _WORDS.get(fact.value.strip())
        fresh = fact is not None and state is not None and ground.on < months_after(fact.as_of, months)
        since = fact.as_of if fact is not None and fresh else None
        against = tuple(i for i in incidents_of(ground, provider) if i[1] in ("breach", "suspension") and (since is None or i[0] > since)
                        and ground.on < months_after(i[0], months))
        if against or (fresh and state == FAILS_TO):
            return Listed(provider=provider, state=FAILS_TO, reviewed_on=since, because=against)
        return Listed(provider=provider, state=MEETS if fresh else STALE, reviewed_on=since)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        record = ground.snapshot.provider_records.get(case.provider, {})
        if record.get("status") not in HOLDS_A_PLACE:
            return Judgement(status=NOT_APPLICABLE, sentence=Text("新申请机构，纳入定点后列入动态管理清单。", "A new applicant: listed once it is designated."))
        choices = ground.choices(self)
        own = self.listed(ground, case.provider, int(choices["review"]["months"]))
        status = {MEETS: HOLDS, FAILS_TO: FAILS, STALE: NOT_APPLICABLE}[own.state]
        return Judgement(status=status, value=own.state, operator="==", threshold=MEETS, as_of=own.reviewed_on, sentence=self._sentence(own),
                         readings=choices.used, evidence={"reviewed_on": own.reviewed_on, "against": [list(i) for i in own.because],
                                   "formula": "latest review, not older than review_months, and no breach since"})

    def _sentence(self, own: Listed) -> Text:
        state = _STATES[own.state]
        reviewed = "" if own.reviewed_on is None else f"（{own.reviewed_on} 复核）"
        reviewed_en = "" if own.reviewed_on is None else f" (reviewed on {own.reviewed_on})"
        against = "；".join(f"{day} {EVENT_TYPES.label(kind)}" for day, kind, _ in own.because)
        against_en = "; ".join(f"{EVENT_TYPES.label(kind, 'en')} on {day}" for day, kind, _ in own.because)
        return Text(f"动态管理清单：{state.zh}定点服务标准{reviewed}{'：' + against if against else ''}。",
                    f"Dynamic list: {state.en} (service standards){reviewed_en}{': ' + against_en if against else ''}.")

    def measure(self, ground: Ground) -> Iterable[Measure]:
        """How many meet, fail and wait, by district; and a row for everyone that fails."""
        choices, records = ground.choices(self), ground.snapshot.provider_records
        said = self._everybody(ground, choices)
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            here = [own for own, district in said if unit in (ground.snapshot.pooling_area, district)]
            for state, name in _STATES.items():
                yield self._row(ground, choices, unit, state, "", sum(own.state == state for own in here), Text(f"{name.zh}的机构数", f"providers: {name.en}"))
        for own, district in said:
            if own.state == FAILS_TO:
                who = str(records[own.provider].get("name") or own.provider)
                yield self._row(ground, choices, district or ground.snapshot.pooling_area, FAILS_TO, own.provider, 1, Text("未持续符合服务标准", "fails the service standards"),
                                note=Text(f"{who}：{self._sentence(own).zh}", f"{who}: {self._sentence(own).en}"))

    def _everybody(self, ground: Ground, choices: Choices) -> list[tuple[Listed, str]]:
        """Everybody who holds a place, with the district."""
        months, records = int(choices["review"]["months"]), ground.snapshot.provider_records
        held = [p for p, r in sorted(records.items()) if r["status"] in HOLDS_A_PLACE and not self.scope.unmet({**r, "action": "designate"})[0]]
        return [(self.listed(ground, p, months), ground.snapshot.district_of(records[p].get("unit") or "")) for p in held]

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Everybody that fails the standards; how many nobody has reviewed in time, as one line."""
        choices, area = ground.choices(self), ground.snapshot.pooling_area
        said, title = self._everybody(ground, choices), Text("持续符合定点服务标准", "keeping the service standards")
        for own, district in said:
            if own.state == FAILS_TO:
                name = ground.snapshot.provider_names.get(own.provider, own.provider)
                row = self._row(ground, choices, district or area, FAILS_TO, own.provider, 1, title)
                yield raised(told_by(row), ALERT, since=max((day for day, _, _ in own.because), default=own.reviewed_on), subject_name=name,
                             sentence=Text(f"{name}：{self._sentence(own).zh}", f"{name}: {self._sentence(own).en}"), value=None)
        stale = sum(own.state == STALE for own, _ in said)
        whole = told_by(self._row(ground, choices, area, STALE, "", stale, title))
        months = show(choices["review"]["months"])
        yield lacking(whole, [Text(f"{stale} 家机构 {months} 个月内没有复核记录", f"no review of {stale} providers within {months} months")]) if stale else evolve(
            whole, sentence=Text(f"全部定点机构 {months} 个月内均已复核。", f"Every provider was reviewed within {months} months."))

    def _row(self, ground: Ground, choices: Choices, unit: str, state: str, subject: str, count: int, title: Text, **more: Any) -> Measure:
        return Measure(
            measure=f"standards_{state}", title=title, unit=unit, unit_name=ground.snapshot.unit_name(unit), subject=subject, unit_of_measure="provider",
            formula=Text("按有效期内最近一次复核及其后的违约计数", "count by the latest review, not older than review_months, and breaches since"), supply=count, as_of=ground.on,
            inputs=(Input(name="review_months", value=choices["review"]["months"], unit_of_measure="month", source="reading"),), readings=choices.used, **more)

    def read_back(self) -> Text:
        return Text("对定点机构建立动态管理清单：近期（期限由口径定）复核符合且此后没有违约、中止的列为持续符合，有违约、中止或复核不符合的列为未持续符合，其余列为尚未复核。",
                    "A dynamic list of designated providers: those reviewed lately (how lately is a reading) and without a breach or suspension since keep "
                    "meeting the standards; those with one, or with an adverse review, fail to; the others are not reviewed.")
