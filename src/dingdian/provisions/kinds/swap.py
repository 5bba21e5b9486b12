"""减一增一: beds may be added in a district that is short, against an exit that frees as many, bed for bed.

The pair is stated by ids: the application names the exit with which it is paired. Same class, same level or a lower one; across
districts only with both districts' consent on file. An exit is spent once: what other applications take of it is deducted. It
lifts the totals it names and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_limits import SAME_LEVEL, SAME_OR_LOWER, BedCeiling, BedLimits
from dingdian.provisions.case import Case
from dingdian.provisions.counting import GROUPED_LEVELS, show, whole
from dingdian.provisions.finding import FAILS, HOLDS, NOT_APPLICABLE, UNDETERMINED, Judgement, Missing
from dingdian.provisions.forward import classes_of
from dingdian.provisions.forward_rules import Exchange
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import norm_of
from dingdian.provisions.kinds.district_gap import Standing, standing
from dingdian.provisions.probe import UNIT, Probe, application_for, insured_rows
from dingdian.terms import LEVELS, PROVIDER_CLASSES, Text

SWAP_WITH, PAIRED, CONSENT = "swap_with", "paired_reduction", "consent_<unit>"
OR_LOWER, SAME = "same_or_lower", "same_level"
_RANK = {"tertiary": 3, "secondary": 2, "primary": 1}
_REFUSED = ("no", "不同意", "refused")


@kind_of_provision
@frozen(kw_only=True)
class Swap(Provision):
    """An exit of the same class frees the beds that a short district adds."""

    kind: ClassVar[str] = "swap"
    title: ClassVar[Text] = Text("减一增一", "swap")
    section: ClassVar[str] = "quota"
    effects: ClassVar[tuple[str, ...]] = ("quota",)
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    needs: ClassVar[tuple[str, ...]] = ("releases",)
    refers_to: ClassVar = {"excepts": "", "bed_norm": "bed_norm"}
    fact_keys: ClassVar = {
        SWAP_WITH: Text("与之配对的退出编号，对象为申请", "the release that an application is paired with"),
        PAIRED: Text("从配对退出中占用的床位（张），对象为申请", "beds that an application takes of the exit it is paired with"),
        CONSENT: Text("跨区县调剂的书面同意，键为 consent_区县代码，对象为申请", "a district's consent to a transfer; the key ends in its code, the subject is the application"),
    }
    slots: ClassVar = {
        "direction": Slot(Text("退出与新增的等级关系", "levels of the exit and of the entry"), {
            OR_LOWER: Text("同等级或更低等级", "the same level or a lower one"), SAME: Text("仅限同等级", "the same level only"),
        }),
    }

    bed_norm: str = fields.text("床位标准的标识", "id of the bed norm")
    excepts: tuple[str, ...] = fields.names("免于适用的规定", "provisions lifted")
    exits_since: date | None = fields.day("自何日起的退出可以配对", "first day of exits that may be paired", default=None)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        pair = self._fact(case, ground, SWAP_WITH)
        if pair is None:
            return Judgement(status=NOT_APPLICABLE, sentence=Text("申请未与任何退出配对。", "The application is paired with no exit."),
                             would_change=(Text("与一笔已生效的退出配对（减一增一）", "a pairing with an exit that has taken effect"),))
        if case.beds is None or not case.district:
            lacking = [name for name, known in (("beds", case.beds is not None), ("unit", bool(case.district))) if not known]
            return undetermined([missing_column(case, name) for name in lacking], may_waive=self.excepts)
        release = next((row for row in ground.snapshot.rows("releases") if row["release"] == pair.value), None)
        if release is None:
            return undetermined([_no_release(pair.value)], may_waive=self.excepts)
        return self._pair(case, ground, ground.choices(self), release)

    def _fact(self, case: Case, ground: Ground, key: str) -> Any:
        return next(filter(None, (ground.snapshot.fact(subject, key) for subject in case.subjects)), None)

    def _pair(self, case: Case, ground: Ground, choices: Choices, release: Mapping[str, Any]) -> Judgement:
        found = standing(ground, norm_of(ground, self.bed_norm), case.district)
        refusal = self._refusal(case, ground, choices, release, found)
        used = {**found.used, **choices.used}
        evidence = _evidence(case, release, found)
        if refusal is not None:
            return Judgement(status=FAILS, readings=used, evidence=evidence, as_of=release["effective_on"], sentence=Text(
                f"不能按减一增一纳入：{refusal.zh}。", f"No swap: {refusal.en}."))
        left, unknown = self._left(case, ground, release)
        missing = (*self._no_consents(case, ground, release), *unknown, *(found.missing if found.short is None else ()))
        asked = case.beds or 0
        if missing and not (left is not None and asked > left):
            return undetermined(missing, readings=used, evidence=evidence, as_of=release["effective_on"], may_waive=self.excepts)
        return evolve(self._judgement(case, ground, release, found, left or 0), readings=used, evidence={**evidence, "left": left})

    def _refusal(
        self, case: Case, ground: Ground, choices: Choices, release: Mapping[str, Any], found: Standing
    ) -> Text | None:
        """Why the pair is none, from facts that are known; None where nothing speaks against it."""
        since, day = self.exits_since or ground.dates.get("valid_from"), release["effective_on"]
        if release["reason"] == "suspension" or release["exempt"]:
            return Text("中止或规划外机构的退出不释放床位", "a suspension, or an exit outside the plan's counts, frees no beds")
        if day > ground.on or (since is not None and day < since):
            return Text(f"退出 {release['release']} 于 {day} 生效，不在可配对的期间内", f"exit {release['release']} took effect on {day}, outside the period")
        if release["provider_class"] != case.provider_class:
            name = PROVIDER_CLASSES[release["provider_class"]].name
            return Text(f"退出的是{name.zh}，类别不同", f"the exit is of another class ({name.en})")
        if not _fits(release["level"], case.level, choices["direction"].option):
            return Text(f"退出的是{LEVELS.label(release['level'] or '')}床位，不能换成{LEVELS.label(case.level or '')}床位",
                        f"{LEVELS.label(release['level'] or '', 'en')} beds are not swapped for {LEVELS.label(case.level or '', 'en')} ones")
        if found.short is False:
            name_zh = ground.snapshot.unit_name(case.district)
            return Text(f"{name_zh}床位并不短缺（所需 {show(found.needed)} 张，实际 {show(found.beds.at_least)} 张）",
                        f"{name_zh} is not short of beds (needs {show(found.needed)}, has {show(found.beds.at_least)})")
        return self._withheld(case, ground, release)

    def _withheld(self, case: Case, ground: Ground, release: Mapping[str, Any]) -> Text | None:
        """A district that has said no."""
        for unit in self._both(case, ground, release):
            said = self._fact(case, ground, f"consent_{unit}")
            if said is not None and said.value in _REFUSED:
                name = ground.snapshot.unit_name(unit)
                return Text(f"{name}不同意跨区域调剂", f"{name} does not consent to the transfer")
        return None

    def _both(self, case: Case, ground: Ground, release: Mapping[str, Any]) -> tuple[str, ...]:
        """The two districts whose consent a transfer needs; none inside one district."""
        origin = ground.snapshot.district_of(release["unit"])
        return () if origin == case.district else (origin, case.district)

    def _no_consents(self, case: Case, ground: Ground, release: Mapping[str, Any]) -> tuple[Missing, ...]:
        return tuple(
            Missing(table="facts", subject=case.application, column=CONSENT, phrase=Text(
                f"缺少{ground.snapshot.unit_name(unit)}同意跨区域调剂的记录（consent_{unit}）",
                f"the consent of {ground.snapshot.unit_name(unit)} is missing (consent_{unit})"))
            for unit in self._both(case, ground, release) if self._fact(case, ground, f"consent_{unit}") is None)

    def _left(self, case: Case, ground: Ground, release: Mapping[str, Any]) -> tuple[int | None, tuple[Missing, ...]]:
        """Beds of the exit that this application may take, and what keeps that from being known."""
        if release["beds"] is None:
            return None, (Missing(table="releases", subject=release["release"], column="beds", phrase=Text(
                f"退出记录 {release['release']} 缺少释放床位数", f"release {release['release']} lacks its beds")),)
        others, unknown = 0, []
        for subject in self._others(case, ground, release["release"]):
            taken = whole(fact.value) if (fact := ground.snapshot.fact(subject, PAIRED)) is not None else None
            others += taken or 0
            unknown += [_no_share(subject, release["release"])] if taken is None else []
        own = self._fact(case, ground, PAIRED)
        share = release["beds"] if own is None else whole(own.value)
        if share is None:
            return None, (_no_share(case.application, release["release"]),)
        return max(0, min(share, release["beds"] - others)), tuple(unknown)

    def _others(self, case: Case, ground: Ground, release: str) -> list[str]:
        """Other applications paired with the same exit."""
        return sorted({row["subject"] for row in ground.snapshot.rows("facts") if row["key"] == SWAP_WITH and row["value"] == release
                       and row["as_of"] <= ground.on and row["subject"] not in case.subjects})

    def _judgement(self, case: Case, ground: Ground, release: Mapping[str, Any], found: Standing, left: int) -> Judgement:
        asked = case.beds or 0
        fits, name = asked <= left, ground.snapshot.unit_name(case.district)
        return Judgement(
            status=HOLDS if fits else FAILS, value=asked, operator="<=", threshold=left, margin=left - asked, unit_of_measure="bed",
            waives=self.excepts if fits else (), as_of=release["effective_on"],
            sentence=Text(
                f"{name}床位短缺，与退出 {release['release']}（{release['effective_on']}）配对，可用 {show(left)} 张，申请 {show(asked)} 张，"
                f"{'可减一增一' if fits else '超过所减床位'}。",
                f"{name} is short; paired with exit {release['release']} of {release['effective_on']}, which leaves {show(left)} beds; "
                f"{show(asked)} applied for: {'swapped bed for bed' if fits else 'more than were given up'}."),
            would_change=() if fits else (Text(f"申请床位减至 {show(left)} 张以内", f"at most {show(left)} beds"),),
        )

    def forward(self, ground: Ground, choices: Choices) -> Exchange | None:
        """Bed for bed into districts short of the final norm, against the exits of the year."""
        norm = norm_of(ground, self.bed_norm)
        if norm.per != "insured":
            return None
        final = norm.bounds(ground.choices(norm), norm.by).high
        return Exchange(provision=self.id, classes=tuple(c for c in classes_of(self) if c == "inpatient"), lifts=self.excepts, ratio=Fraction(1),
                        short_of=Fraction(final), readings=choices.used)

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """Beds become beds of the same level or of a lower one, and only a district that is short receives, up to its need."""
        norm = norm_of(ground, self.bed_norm)
        found = {district: standing(ground, norm, district) for district in ground.snapshot.districts}
        ceilings = tuple(BedCeiling(district=district, needed=said.needed) for district, said in found.items())
        used = {reading: option for said in found.values() for reading, option in said.used.items()}
        return BedLimits(levels=SAME_LEVEL if choices["direction"].option == SAME else SAME_OR_LOWER, ceilings=ceilings,
                         readings={**used, **choices.used})

    def read_back(self) -> Text:
        return Text(f"床位短缺的区县，可与已生效的退出逐张配对新增床位（同类别，同等级或更低等级）；跨区县的须两地书面同意；据此免于适用：{'、'.join(self.excepts)}。",
                    f"A district short of beds may add them bed for bed against an exit (same class, same level or lower), across districts with "
                    f"both districts' consent; free of {', '.join(self.excepts)}.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        day = self.exits_since or date(2026, 6, 1)
        facts: list[Mapping[str, Any]] = [{"subject": "A1", "key": SWAP_WITH, "as_of": day, "value": "R1", "source": "检验"}]
        tables: dict[str, list[Mapping[str, Any]]] = {"insured": insured_rows(10**6, year=day.year - 1), "facts": facts}
        for position, asked, expect in (("below", 9, HOLDS), ("at", 10, HOLDS), ("above", 11, FAILS)):
            yield Probe(position=position, expect=expect, on=day, application=application_for(self, beds=asked),
                        tables={**tables, "releases": [release_row(10, day, application_for(self))]})
        yield Probe(position="missing", expect=UNDETERMINED, on=day, application=application_for(self, beds=1), tables=tables)


def release_row(beds: int, day: date, like: Mapping[str, Any]) -> dict[str, Any]:
    """A probe's exit of an institution like the applicant."""
    return {"release": "R1", "unit": UNIT, "provider_class": like["provider_class"], "level": like.get("level"), "effective_on": day,
            "reason": "termination", "beds": beds, "places": 1, "exempt": False}


def _fits(freed: str | None, wanted: str | None, option: str) -> bool:
    """Whether beds of one level may become beds of another; unstated levels fit nothing."""
    one, two = _RANK.get(GROUPED_LEVELS.get(freed or "", "")), _RANK.get(GROUPED_LEVELS.get(wanted or "", ""))
    if one is None or two is None:
        return False
    return one == two if option == SAME else two <= one


def _evidence(case: Case, release: Mapping[str, Any], found: Standing) -> dict[str, Any]:
    return {"release": release["release"], "released_beds": release["beds"], "effective_on": release["effective_on"],
            "from_unit": release["unit"], "reason": release["reason"], "from_level": release["level"], "district": case.district,
            "needed": found.needed, "beds": found.beds.at_least, "beds_applied_for": case.beds, "source": "releases, facts",
            "formula": "district is short, and beds_applied_for <= beds of the paired exit not taken by others"}


def _no_release(release: str) -> Missing:
    return Missing(table="releases", subject=release, column="release", phrase=Text(
        f"退出台账中没有 {release}", f"the table of exits has no {release}"))


def _no_share(subject: str, release: str) -> Missing:
    return Missing(table="facts", subject=subject, column=PAIRED, phrase=Text(
        f"申请 {subject} 从退出 {release} 占用多少床位未登记", f"how many beds {subject} takes of exit {release} is not on file"))
