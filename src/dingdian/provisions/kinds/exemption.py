"""Providers that the plan does not limit: which provisions they are freed from, and whether they count.

An exemption names the provisions it lifts. One from the plan's numbers alone lifts limits of number and place and nothing else,
whatever it names; one from the whole plan lifts a fund gate outright or with a documented sign-off, as the reading says. A claim
without its document is undetermined. It never lifts what it does not name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Scope, Slot, kind_of_provision, missing_column, undetermined
from dingdian.provisions.bed_limits import BedLimits
from dingdian.provisions.case import Case, split_codes
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Judgement, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.terms import KINDS, TAGS, Text

COUNTED, NOT_COUNTED, OFFSET = "counted", "not_counted", "offset"
SCOPED, PUBLIC_ONLY = "as_scoped", "public_only"
SIGNED, NEVER, OUTRIGHT = "with_sign_off", "never", "outright"
PLAN, NUMBERS = "plan", "numbers"

COUNTING = Slot(Text("例外机构是否计入总量", "whether exempt providers count"), {
    COUNTED: Text("计入存量", "counted in the stock"), NOT_COUNTED: Text("不计入规划", "not counted"),
    OFFSET: Text("计入存量，新增床位先冲抵规划期内的床位减少数", "counted, and new beds first use up what the plan period's reductions freed"),
})
EXTENT = {PLAN: Text("不受本规划限制", "outside the plan's limits"), NUMBERS: Text("不受本规划数量限制", "outside the plan's numbers only")}
OF_NUMBER = ("number", "place")  # the natures of limits that an exemption from numbers lifts


@kind_of_provision
@frozen(kw_only=True)
class Exemption(Provision):
    """Frees the providers in its scope from the provisions it names.

    ``excepts`` are lifted outright; ``signed_excepts`` (fund gates that bind "normally") only with a sign-off on file;
    ``scope_any`` lets kinds or tags suffice, either of them.
    """

    kind: ClassVar[str] = "exemption"
    title: ClassVar[Text] = Text("不受规划限制的机构", "exemption")
    effects: ClassVar[tuple[str, ...]] = ("exemption",)
    refers_to: ClassVar = {"excepts": "", "signed_excepts": ""}
    fact_keys: ClassVar = {"exemption_sign_off": Text("例外签批文件", "document that signs the exemption off")}
    slots: ClassVar = {
        "counting": COUNTING,
        "who": Slot(Text("是否限于公立专业公共卫生机构", "whether only public institutions are meant"), {
            SCOPED: Text("不分公立民营", "public or private"), PUBLIC_ONLY: Text("仅限公立", "public ones only"),
        }),
        "fund": Slot(Text("基金约束能否让步", "whether the fund gate yields"), {
            SIGNED: Text("有签批文件的可让步", "with a documented sign-off"), NEVER: Text("不让步", "never"),
            OUTRIGHT: Text("随规划限制一并免除", "lifted with the plan's other limits"),
        }, otherwise=NEVER),
    }

    excepts: tuple[str, ...] = fields.names("免于适用的规定", "provisions lifted")
    signed_excepts: tuple[str, ...] = fields.names("凭签批免于适用的规定", "provisions lifted with a sign-off")
    kinds_or_tags: bool = fields.boolean("类型或标签满足其一即可", "kinds or tags suffice", default=False)
    extent: str = fields.one_of(EXTENT, "免除的范围", "what it frees from", default=PLAN)
    document: str = fields.text("须载明的依据", "document that must be named", default="")

    def members(self, ground: Ground) -> frozenset[str]:
        """Providers on file that are in scope, as far as known."""
        choices = ground.choices(self)
        records = ground.snapshot.provider_records.items()
        return frozenset(provider for provider, facts in records if self._in_scope(facts, choices) is True)

    def takes_in(self, facts: Mapping[str, Any], ground: Ground) -> bool:
        """Whether a record of these facts is in scope, as far as known."""
        return self._in_scope(facts, ground.choices(self)) is True

    def removes_from_counts(self, ground: Ground) -> bool:
        """Whether providers in scope are taken out of every count."""
        return ground.choices(self)["counting"].option == NOT_COUNTED

    def offsets_releases(self, ground: Ground) -> bool:
        """Whether new beds of providers in scope first use up what exits have freed."""
        return ground.choices(self)["counting"].option == OFFSET

    def _lifted(self, ground: Ground) -> tuple[str, ...]:
        """The provisions of ``excepts`` that it lifts: of all natures, or only limits of number and place."""
        if self.extent == PLAN:
            return self.excepts
        natures = {p.id: p.nature for p in ground.provisions}
        return tuple(name for name in self.excepts if natures.get(name) in OF_NUMBER)

    def _in_scope(self, facts: Mapping[str, Any], choices: Choices) -> bool | None:
        """True, False, or None when a needed fact is not known."""
        kinds, tags = set(self.scope.kinds), set(self.scope.tags)
        kind, claimed = facts.get("kind"), split_codes(facts.get("tags"))
        by_kind = None if kinds and kind is None else kind in kinds
        by_tag = bool(claimed & tags)
        if self.kinds_or_tags:
            found = True if by_tag else by_kind
        else:
            found = (not kinds or by_kind) if (not tags or by_tag) else False
        if found is not False:
            excluded, unknown = self._rest_of_scope.unmet(facts)
            found = False if excluded else None if unknown else found
        if found and choices["who"].option == PUBLIC_ONLY:
            ownership = facts.get("ownership")
            return None if ownership is None else ownership == "public"
        return found

    @property
    def _rest_of_scope(self) -> Scope:
        """What the scope asks for beside actions, kinds and tags, which have their own rules here."""
        return evolve(self.scope, actions=(), kinds=(), tags=())

    def bed_limits(self, ground: Ground, choices: Choices) -> BedLimits | None:
        """Whom the plan does not limit is left alone."""
        reason = Text(f"{self.title.zh}（{self.scope.phrase().zh}）", f"{self.title.en} ({self.scope.phrase().en})")
        return BedLimits(left_alone=dict.fromkeys(sorted(self.members(ground)), reason), readings=choices.used)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        if self.scope.actions and case.action not in self.scope.actions:
            return self._elsewhere(case, Text("本条不适用于该申请事项。", "Does not apply to this kind of application."), {})
        choices = ground.choices(self)
        found = self._in_scope(case.facts, choices)
        if found is False:
            return self._elsewhere(case, self._not_one(), choices.used)
        missing = self._missing(case, found)
        if missing:
            return undetermined(missing, readings=choices.used, may_waive=(*self._lifted(ground), *self.signed_excepts))
        return self._holds(case, ground, choices)

    def _elsewhere(self, case: Case, sentence: Text, used: Mapping[str, str]) -> Judgement:
        change: tuple[Text, ...] = ()
        near = case.kind in self.scope.kinds and self.scope.tags and not self.kinds_or_tags
        if near:
            tags = "、".join(TAGS.label(tag) for tag in self.scope.tags)
            change = (Text(f"若属于“{tags}”并在标签中载明，可适用本条例外", f"with the tag {', '.join(self.scope.tags)} it would apply"),)
        return Judgement(status=NOT_APPLICABLE, sentence=sentence, readings=used, would_change=change)

    def _not_one(self) -> Text:
        kinds = "、".join(KINDS.label(k) for k in self.scope.kinds)
        tags = "、".join(TAGS.label(t) for t in self.scope.tags)
        en = ", ".join([*self.scope.kinds, *self.scope.tags])
        return Text(f"不属于本条所列机构（{'；'.join(filter(None, (kinds, tags)))}）。", f"Not one of those exempted ({en}).")

    def _missing(self, case: Case, found: bool | None) -> list[Missing]:
        lacking = []
        if found is None:
            _, unknown = self._rest_of_scope.unmet(case.facts)
            unknown = (*(("kind",) if self.scope.kinds and not case.kind else ()), *unknown) or ("ownership",)
            lacking += [missing_column(case, column) for column in unknown]
        if self.document and not case.get("grounds"):
            lacking.append(Missing(table="applications", subject=case.application, column="grounds", phrase=Text(
                f"申请 {case.application} 未载明{self.document}", f"application {case.application} names no document ({self.document})")))
        return lacking

    def _holds(self, case: Case, ground: Ground, choices: Choices) -> Judgement:
        waives, may_waive = [*self._lifted(ground)], list[str]()
        missing: tuple[Missing, ...] = ()
        sign_off = next(filter(None, (ground.snapshot.fact(s, "exemption_sign_off") for s in case.subjects)), None)
        if self.signed_excepts and choices["fund"].option in (SIGNED, OUTRIGHT):
            if sign_off is not None or choices["fund"].option == OUTRIGHT:
                waives += self.signed_excepts
            else:
                may_waive = [*self.signed_excepts]
                missing = (Missing(table="facts", subject=case.application, column="exemption_sign_off", phrase=Text(
                    "如基金约束未通过，需例外签批文件（facts.exemption_sign_off）",
                    "should a fund gate fail, a signed exemption is needed (facts.exemption_sign_off)")),)
        if not waives and not may_waive:  # under this reading it frees from nothing, and says so
            return Judgement(status=NOT_APPLICABLE, readings=choices.used, sentence=Text(
                f"属于{self._who(case).zh}，但按在用口径，刚性约束不作例外。", f"{self._who(case).en}: under the reading in force the stop knows no exception."))
        counting, who = choices["counting"].option, self._who(case)
        tail = _TAILS.get(counting, Text("", ""))
        usually = Text("原则上", "normally ") if self.normally else Text("", "")
        outside = Text(f"{usually.zh}{EXTENT[self.extent].zh}", f"{usually.en}{EXTENT[self.extent].en}")
        return Judgement(
            status=HOLDS, readings=choices.used, waives=tuple(waives), may_waive=tuple(may_waive), missing=missing,
            value=str(case.kind or ""), operator="in", threshold=", ".join([*self.scope.kinds, *self.scope.tags]),
            sentence=Text(f"属于{who.zh}，可依申请纳入，{outside.zh}{tail.zh}。", f"{who.en}: it may apply, {outside.en}{tail.en}."),
            evidence={
                "kind": case.kind, "tags": sorted(case.tags), "ownership": case.get("ownership"),
                "grounds": case.get("grounds"), "counting": counting, "extent": self.extent,
                "sign_off": None if sign_off is None else {"value": sign_off.value, "as_of": sign_off.as_of, "source": sign_off.source},
            },
        )

    def _who(self, case: Case) -> Text:
        """What about the case puts it in scope: its kind, and the tags that the clause asks for."""
        matched = [KINDS[case.kind].name] if case.kind is not None and case.kind in self.scope.kinds else []
        matched += [TAGS[tag].name for tag in self.scope.tags if tag in case.tags]
        return Text("、".join(name.zh for name in matched), ", ".join(name.en for name in matched))

    def read_back(self) -> Text:
        kinds = "、".join(KINDS.label(k) for k in self.scope.kinds)
        tags = "、".join(TAGS.label(t) for t in self.scope.tags)
        joint = "或" if self.kinds_or_tags else "，且具备："
        who = joint.join(filter(None, (kinds, tags)))
        who_en = (" or " if self.kinds_or_tags else "; tagged ").join(filter(None, (
            ", ".join(KINDS.label(k, "en") for k in self.scope.kinds), ", ".join(TAGS.label(t, "en") for t in self.scope.tags))))
        document = f"须载明{self.document}；" if self.document else ""
        only = Text("仅不受数量限制，", ", in number only,") if self.extent == NUMBERS else Text("原则上", ", normally") if self.normally else Text("", ",")
        signed, counted = self._signed, self._counted
        return Text(
            f"{who}可依申请纳入定点，{document}{only.zh}免于适用：{'、'.join(self.excepts)}{signed.zh}{counted.zh}。",
            f"{who_en} may be designated on application{only.en} free of: {', '.join(self.excepts)}{signed.en}{counted.en}.",
        )

    @property
    def _signed(self) -> Text:
        """What happens to fund gates, where the option is stated outright; else that a reading tells."""
        if not self.signed_excepts:
            return Text("", "")
        zh, en, option = "、".join(self.signed_excepts), ", ".join(self.signed_excepts), self._stated("fund")
        return {
            SIGNED: Text(f"；凭签批文件还可免于：{zh}", f"; with a sign-off also of: {en}"), NEVER: Text(f"；不免除：{zh}", f"; never of: {en}"),
            OUTRIGHT: Text(f"；一并免于：{zh}", f"; and of: {en}"),
        }.get(option, Text(f"；能否免于 {zh}（一并免除、凭签批免除或不免除）由口径定", f"; whether of {en} too (outright, with a sign-off, or never) is a reading"))

    @property
    def _counted(self) -> Text:
        """Whether its providers count, where the option is stated outright."""
        return {
            COUNTED: Text("；计入总量", "; they count in the totals"), NOT_COUNTED: Text("；不计入总量", "; they do not count in the totals"),
            OFFSET: Text("；其床位计入总量，并先冲抵规划期内的床位减少数", "; their beds count and first use up what reductions in the plan period have freed"),
        }.get(self._stated("counting"), Text("；是否计入总量由口径定", "; whether they count is a reading"))

    def _stated(self, slot: str) -> str:
        """The option that the pack states outright at a slot; "" where a reading tells."""
        stated = self.readings.get(slot)
        return str(stated["option"]) if isinstance(stated, Mapping) else "" if stated else self.slots[slot].otherwise

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.excepts and not self.signed_excepts:
            yield (("excepts",), Text("例外没有指明免于适用哪些规定", "the exemption lifts nothing"),
                   Text("写明规定的标识", "name the provisions it lifts"))
        if self.extent == NUMBERS and self.signed_excepts:
            yield (("signed_excepts",), Text("仅不受数量限制的例外不能免除基金约束", "an exemption from numbers only lifts no fund gate"),
                   Text("删去 signed_excepts，或改 extent: plan", "delete signed_excepts, or write extent: plan"))


_TAILS = {
    NOT_COUNTED: Text("，不计入规划", ", and is not counted"),
    OFFSET: Text("；其床位计入总量，并先冲抵规划期内的床位减少数", "; its beds count and first use up what reductions have freed"),
}
