"""What every table, document and picture of a run must say beside its figures: plan and status, dates, readings,
sources, what is invented, what could not be told.

Gathered once from the run, so that no output can forget one of them. It adds no statement of its own about the city.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from attrs import frozen

from dingdian.city.model import City, SourceNote
from dingdian.city.tables import TABLES
from dingdian.loop.results import Run
from dingdian.plans.model import Plan
from dingdian.report import formats, words
from dingdian.terms import Text

# Not tables of rows, but parts of a city that a source may be stated for.
_PARTS = {"units.geojson": "区划边界", "streets": "街道路网", "network": "街道路网", "polygons": "区划边界"}


@frozen
class ReadingLine:
    """One reading that the run rests on; question and meaning are empty when the plan itself was not handed in."""

    reading: str
    option: str
    question: Text
    meaning: Text


@frozen
class Unknown:
    """One thing that could not be told, and why."""

    what: Text
    where: str
    why: Text


@frozen(eq=False)
class Imprint:
    """The standing statements of one run."""

    run: Run
    city: City
    plan: Plan | None = None

    # --- plan and city -----------------------------------------------------------------------------------------

    @property
    def is_draft(self) -> bool:
        return self.run.plan.status != "final"

    @property
    def plan_status(self) -> Text:
        return words.PLAN_STATUSES.get(self.run.plan.status, Text(self.run.plan.status, self.run.plan.status))

    @property
    def plan_line(self) -> Text:
        """``《…规划》 第 2 版 征求意见稿``"""
        plan, status = self.run.plan, self.plan_status
        # A title that already says 征求意见稿 need not hear it twice.
        zh = "" if status.zh in plan.title.zh else f"{status.zh}，"
        en = "" if "draft" in plan.title.en.lower() else f"{status.en}; "
        return Text(
            f"依据：{_quoted(plan.title.zh)}（{zh}规划包 {plan.id} 第 {plan.revision} 版）",
            f"Plan: {plan.title.en} ({en}pack {plan.id}, revision {plan.revision})",
        )

    @property
    def draft_notice(self) -> Text | None:
        if not self.is_draft:
            return None
        return Text(
            "所依据的规划为征求意见稿，尚未正式发布；本成果仅供研究讨论，不作为行政决定依据。",
            "The plan is a draft for comment, not yet in force; these results are for discussion, not for decisions.",
        )

    @property
    def synthetic(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.run.city.synthetic, *self.city.meta.synthetic)))

    @property
    def synthetic_notice(self) -> Text | None:
        """What is invented, by name; None for a city of facts."""
        if not self.synthetic:
            return None
        zh = "、".join(table_name(table) for table in self.synthetic)
        en = ", ".join(self.synthetic)
        return Text(
            f"合成数据：{zh}为合成（虚构）数据，机构名称、位置和数量均非真实，不反映任何真实机构的情况。",
            f"Synthetic data: {en} are invented; names, places and figures describe no real provider.",
        )

    @property
    def hashes(self) -> Text:
        city, plan = self.run.city.sha256[:12], self.run.plan.sha256[:12]
        return Text(f"城市数据 {city} · 规划包 {plan}", f"city {city} · plan {plan}")

    # --- dates -------------------------------------------------------------------------------------------------

    @cached_property
    def data_dates(self) -> set[date]:
        """Dates of everything that was measured."""
        rows = self.run.measures.rows
        return {row.as_of for row in rows if row.as_of} | {i.as_of for row in rows for i in row.inputs if i.as_of}

    @property
    def dates_line(self) -> Text:
        return formats.both(self._dates)

    def _dates(self, lang: str) -> str:
        on, snapshot = formats.day(self.run.date_on, lang), formats.day(self.run.city.as_of, lang)
        span = formats.days(self.data_dates, lang)
        if lang == "en":
            return f"Computed for {on}; city data as of {snapshot}; figures dated {span}"
        return f"测算基准日 {on}；城市数据截至 {snapshot}；指标数据日期 {span}"

    # --- readings, clauses -------------------------------------------------------------------------------------

    @cached_property
    def readings(self) -> tuple[ReadingLine, ...]:
        """Every reading in force that a measure or a finding rests on."""
        chosen: dict[str, str] = {}
        for used in self._uses():
            chosen.update(used)
        return tuple(self._reading(reading, chosen[reading]) for reading in sorted(chosen))

    def _uses(self) -> Iterable[Mapping[str, str]]:
        yield from (row.readings for row in self.run.measures.rows)
        yield from (f.judgement.readings for ruling in self.run.rulings for f in ruling.findings)

    def _reading(self, reading: str, option: str) -> ReadingLine:
        known = self.plan.readings.get(reading) if self.plan else None
        if known is None or option not in known.options:
            return ReadingLine(reading, option, Text("", ""), Text("", ""))
        return ReadingLine(reading, option, known.question, known.options[option].meaning)

    def meanings_of(self, used: Mapping[str, str]) -> Text:
        """Readings in words where the plan is at hand, else by their ids."""
        lines = [line for line in self.readings if line.reading in used]
        zh = "；".join(f"{line.question.zh}——{line.meaning.zh}" if line.meaning.zh else f"{line.reading}={line.option}" for line in lines)
        en = "; ".join(f"{line.question.en}: {line.meaning.en}" if line.meaning.en else f"{line.reading}={line.option}" for line in lines)
        return Text(zh or "无", en or "none")

    @property
    def readings_line(self) -> Text:
        said = words.readings({line.reading: line.option for line in self.readings})
        return Text(f"条款理解口径：{said or '无'}", f"Readings: {said or 'none'}")

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """Locators of the clauses that the measures come from, in the plan's order."""
        return tuple(dict.fromkeys(row.locator for row in self.run.measures.rows if row.locator))

    @cached_property
    def untranslated(self) -> tuple[tuple[str, Text], ...]:
        """(locator, reason) of clauses that no rule expresses."""
        reasons = dict.fromkeys((u for ruling in self.run.rulings for u in ruling.untranslated), Text("", ""))
        if self.plan:
            for record in self.plan.untranslated:
                clause = self.plan.clauses.get(record.clause)
                reasons[clause.locator if clause else record.clause] = record.reason
        return tuple(reasons.items())

    # --- what could not be told --------------------------------------------------------------------------------

    @cached_property
    def unknowns(self) -> tuple[Unknown, ...]:
        """Every measure that is undetermined, and coverage where it could not be measured."""
        found = [
            Unknown(row.title, row.unit_name, row.reason or Text("数据不足", "not enough data"))
            for row in self.run.measures.rows if row.status != "measured"
        ]
        if self.run.options.reason:
            found.append(Unknown(Text("服务圈覆盖", "coverage"), self.run.city.name, self.run.options.reason))
        return tuple(found)

    # --- sources -----------------------------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[SourceNote, ...]:
        return self.city.meta.sources

    @property
    def attribution(self) -> str:
        """Sources and licences on one line, each once, as the licences ask."""
        notes: dict[str, list[str]] = {}
        for note in self.sources:
            licence = f"（{note.licence}）" if note.licence else ""
            said = f"© {note.source}" if "openstreetmap contributors" in note.source.lower() and "©" not in note.source else note.source
            notes.setdefault(f"{said}{licence}", []).append(table_name(note.table))
        return "；".join(f"{'、'.join(dict.fromkeys(tables))}：{source}" for source, tables in notes.items())


def table_name(table: str) -> str:
    """The Chinese name of a table of the city."""
    return TABLES[table].zh if table in TABLES else _PARTS.get(table, table)


def _quoted(title: str) -> str:
    return title if title.startswith("《") else f"《{title}》"
