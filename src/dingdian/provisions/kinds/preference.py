"""Types that a plan prefers among equals: a tie-break, never an exemption.

Puts its members first where everything else is equal. Lifts no limit, and stops nobody who is not a member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Scope, kind_of_provision, missing_column, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.finding import HOLDS, NOT_APPLICABLE, Judgement
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import Probe, application_for
from dingdian.terms import KINDS, OWNERSHIPS, TAGS, Text


@kind_of_provision
@frozen(kw_only=True)
class Preference(Provision):
    """Whoever is of one of the listed sorts comes first among equals."""

    kind: ClassVar[str] = "preference"
    title: ClassVar[Text] = Text("同等条件优先", "preferred among equals")
    effects: ClassVar[tuple[str, ...]] = ("priority",)

    any_of: tuple[Mapping[str, Any], ...] = fields.rows("哪些机构", "which sorts", columns={
        "zh": fields.text("中文名称", "name in Chinese"),
        "en": fields.text("英文名称", "name in English"),
        "kinds": fields.code_list(KINDS, "机构类型", "kinds"),
        "tags": fields.code_list(TAGS, "标签", "tags"),
        "ownership": fields.code_list(OWNERSHIPS, "经营性质", "ownership"),
    })

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        for index, row in enumerate(self.any_of):
            if _scope(row) == Scope():
                yield (("any_of", index), Text("没有写明哪些机构", "no sort is named"), Text("写类型、标签或性质", "state kinds, tags or ownership"))

    def prefers(self, facts: Mapping[str, Any]) -> bool:
        """Whether a record is of one of the sorts, as far as known."""
        return any(_scope(row).unmet(facts) == (False, ()) for row in self.any_of)

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        answers = [(row, *_scope(row).unmet(case.facts)) for row in self.any_of]
        fitting = next((row for row, excluded, unknown in answers if not excluded and not unknown), None)
        if fitting is not None:
            return Judgement(status=HOLDS, as_of=ground.on, evidence={"sort": fitting["zh"]}, sentence=Text(
                f"属于{fitting['zh']}，同等条件下优先纳入；不免除任何限制。", f"It is one of the {fitting['en']}: first among equals; no limit is lifted."))
        unknown = [column for _, excluded, columns in answers if not excluded for column in columns]
        if unknown:
            return undetermined([missing_column(case, column) for column in dict.fromkeys(unknown)])
        return Judgement(status=NOT_APPLICABLE, sentence=Text("不属于同等条件下优先的机构。", "Not of a sort that comes first among equals."))

    def read_back(self) -> Text:
        zh, en = "、".join(row["zh"] for row in self.any_of), ", ".join(row["en"] for row in self.any_of)
        return Text(f"同等条件下优先纳入：{zh}；只在并列时起作用，不免除任何限制。", f"Preferred among equals: {en}; a tie-break that lifts no limit.")

    def probes(self, choices: Choices) -> Iterator[Probe]:
        for row in self.any_of:
            fits = {name: row[source][0] for name, source in (("kind", "kinds"), ("tags", "tags"), ("ownership", "ownership")) if row[source]}
            yield Probe(position="other", expect=HOLDS, application=application_for(self, **fits), note=row["zh"])


def _scope(row: Mapping[str, Any]) -> Scope:
    return Scope(kinds=row["kinds"], tags=row["tags"], ownership=row["ownership"])
