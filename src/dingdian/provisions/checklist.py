"""One item of a list of conditions: to whom it applies, what shows that it is met, and what is missing to tell.

An item is shown by a date and a length of time, by a column of the application, or by the checklist that an official filled in
(``facts``, key ``checklist``: ``item=met;item=unmet``). An item that nobody looked at is unknown; it is never taken as met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from dingdian.city.schema import Type
from dingdian.city.tables import TABLES
from dingdian.methods.clocks import months_after
from dingdian.provisions import fields
from dingdian.provisions.base import missing_column
from dingdian.provisions.case import Case
from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Ground
from dingdian.terms import KINDS, LEVELS, OWNERSHIPS, PROVIDER_CLASSES, Text

CHECKLIST = "checklist"
MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
_WORDS = {"met": MET, "unmet": UNMET, "符合": MET, "不符合": UNMET}

# Columns of an item as a pack writes it.
COLUMNS: Mapping[str, Any] = {
    "id": fields.text("标识", "id"),
    "zh": fields.text("中文名称", "name in Chinese"),
    "en": fields.text("英文名称", "name in English"),
    "classes": fields.code_list(PROVIDER_CLASSES, "适用的规划类别", "provider classes"),
    "kinds": fields.code_list(KINDS, "适用的机构类型", "kinds"),
    "levels": fields.code_list(LEVELS, "适用的等级", "levels"),
    "ownership": fields.code_list(OWNERSHIPS, "适用的经营性质", "ownership"),
    "min_beds": fields.whole("床位数达到", "from so many beds on", unit="张", default=None),
    "column": fields.text("作为证据的申请列", "column of the application that shows it", default=""),
    "months": fields.whole("自该日期起满", "months since that date", unit="个月", default=None),
    "among": fields.names("该列可取的值", "values that the column may have"),
}


@frozen(kw_only=True)
class Answer:
    """What is known of one item: met, unmet or unknown (then ``missing``); ``first_day`` for an item of time."""

    item: Mapping[str, Any]
    state: str
    why: Text = Text("", "")
    missing: tuple[Missing, ...] = ()
    first_day: date | None = None

    @property
    def title(self) -> Text:
        return Text(self.item["zh"], self.item["en"])

    @property
    def words(self) -> Text:
        """The item, and why it is met or not."""
        return Text(self.title.zh + (f"（{self.why.zh}）" if self.why.zh else ""), self.title.en + (f" ({self.why.en})" if self.why.en else ""))


def speaks_of(item: Mapping[str, Any], case: Case) -> bool | tuple[str, ...]:
    """Whether an item applies to a case; the columns that are missing to tell where it cannot be told."""
    unknown = []
    for name, column in (("classes", "provider_class"), ("kinds", "kind"), ("levels", "level"), ("ownership", "ownership")):
        value = case.get(column)
        if item[name] and value is None:
            unknown.append(column)
        elif item[name] and value not in item[name]:
            return False
    if item["min_beds"] is not None:
        if case.beds is None:
            unknown.append("beds")
        elif case.beds < item["min_beds"]:
            return False
    return tuple(unknown) if unknown else True


def answers(items: Iterable[Mapping[str, Any]], case: Case, ground: Ground, *, day_included: bool) -> list[Answer]:
    """What is known of each item that applies to the case, in the order of the list."""
    checked = checklist(case, ground)
    found = []
    for item in items:
        applies = speaks_of(item, case)
        if applies is True:
            found.append(_answer(item, case, checked, day_included))
        elif applies is not False:
            found.append(Answer(item=item, state=UNKNOWN, missing=tuple(missing_column(case, column) for column in applies)))
    return found


def checklist(case: Case, ground: Ground) -> Mapping[str, str]:
    """Item → met or unmet, as of the latest entry about it; of two on one day the one about the application stands."""
    filled: Mapping[str, list[tuple[date, str]]] = ground.remember(CHECKLIST, lambda: _filled_in(ground))
    rows = [(day, subject == case.application, value) for subject in case.subjects for day, value in filled.get(subject, ())]
    return {item: state for _, _, value in sorted(rows) for item, state in entries(value)}


def _filled_in(ground: Ground) -> Mapping[str, list[tuple[date, str]]]:
    """Subject → (day, checklist) of everything known on the day."""
    found: dict[str, list[tuple[date, str]]] = {}
    for row in ground.snapshot.rows("facts"):
        if row["key"] == CHECKLIST and row["as_of"] <= ground.on:
            found.setdefault(row["subject"], []).append((row["as_of"], row["value"]))
    return found


def entries(value: str) -> Iterable[tuple[str, str]]:
    """``a=met；b=unmet`` as pairs; what is written otherwise says nothing."""
    for part in value.replace("；", ";").split(";"):
        name, _, word = (piece.strip() for piece in part.partition("="))
        if name and word in _WORDS:
            yield name, _WORDS[word]


def _answer(item: Mapping[str, Any], case: Case, checked: Mapping[str, str], day_included: bool) -> Answer:
    if not item["column"]:
        return _by_checklist(item, case, checked)
    value = case.get(item["column"])
    if value is None:
        return Answer(item=item, state=UNKNOWN, missing=(missing_column(case, item["column"]),))
    if item["months"] is not None:
        return _by_time(item, case, value, day_included)
    if not item["among"] or value in item["among"]:
        return Answer(item=item, state=MET)
    return Answer(item=item, state=UNMET, why=_label(item["column"], value))


def _by_checklist(item: Mapping[str, Any], case: Case, checked: Mapping[str, str]) -> Answer:
    if item["id"] in checked:
        return Answer(item=item, state=checked[item["id"]])
    return Answer(item=item, state=UNKNOWN, missing=(Missing(
        table="facts", subject=case.application, column=CHECKLIST, phrase=Text(
            f"“{item['zh']}”未核验（facts.{CHECKLIST} 中的 {item['id']}）",
            f"nobody has checked: {item['en']} ({item['id']} in facts.{CHECKLIST})")),))


def _by_time(item: Mapping[str, Any], case: Case, since: date, day_included: bool) -> Answer:
    if case.applied_on is None:
        return Answer(item=item, state=UNKNOWN, missing=(missing_column(case, "applied_on"),))
    full = months_after(since, item["months"])
    met = full <= case.applied_on if day_included else full < case.applied_on
    heading = _heading(item["column"])
    return Answer(item=item, state=MET if met else UNMET, first_day=full, why=Text(
        f"{heading} {since}，{full} 满 {item['months']} 个月，申请日期 {case.applied_on}",
        f"{item['column']} {since}, {item['months']} months are full on {full}, applied on {case.applied_on}"))


def _heading(column: str) -> str:
    return TABLES["applications"][column].zh


def _label(column: str, value: Any) -> Text:
    codes = TABLES["applications"][column].codes
    return Text(str(value), str(value)) if codes is None else Text(codes.label(value), codes.label(value, "en"))


def problems(items: tuple[Mapping[str, Any], ...], name: str = "items") -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
    """What lint can hold against a list: ids twice, columns that do not exist, time without a date, values without a column."""
    seen = set[str]()
    columns = {column.name: column for column in TABLES["applications"].columns}
    for index, item in enumerate(items):
        if item["id"] in seen:
            yield (name, index, "id"), Text("标识重复", "the id is there twice"), Text("改用另一个标识", "use another id")
        seen.add(item["id"])
        if item["column"] and item["column"] not in columns:
            yield ((name, index, "column"), Text("申请表没有这一列", "applications has no such column"),
                   Text("写申请表的列名", "write a column of applications"))
        elif item["months"] is not None and (not item["column"] or columns[item["column"]].type is not Type.DATE):
            yield ((name, index, "months"), Text("时间须从一列日期起算", "months must run from a column of dates"),
                   Text("在 column 写日期列，如 opened_on", "write a date column such as opened_on"))
        elif item["among"] and not item["column"]:
            yield (name, index, "among"), Text("没有指明是哪一列的值", "values of which column?"), Text("补上 column", "add column")


def who(item: Mapping[str, Any]) -> Text:
    """To whom an item applies, in words; empty for everybody."""
    lists = [(PROVIDER_CLASSES, item["classes"]), (KINDS, item["kinds"]), (LEVELS, item["levels"]), (OWNERSHIPS, item["ownership"])]
    zh = ["、".join(codes.label(code) for code in chosen) for codes, chosen in lists if chosen]
    en = [", ".join(codes.label(code, "en") for code in chosen) for codes, chosen in lists if chosen]
    if item["min_beds"] is not None:
        zh.append(f"床位 {item['min_beds']} 张以上")
        en.append(f"{item['min_beds']} beds or more")
    return Text("，".join(zh), "; ".join(en))
