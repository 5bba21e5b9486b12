"""Days that are stated as facts: when something was received, signed, found out. A value that is no day is named, not read.

The day itself is the fact's value, written 2026-07-01; when the fact was entered is its ``as_of``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from dingdian.provisions.finding import Missing
from dingdian.provisions.ground import Ground
from dingdian.terms import Text


@frozen
class StatedDay:
    """A day with its source; ``day`` is None where the value cannot be read, and ``missing`` says so."""

    subject: str
    key: str
    day: date | None
    source: str = ""

    @property
    def missing(self) -> tuple[Missing, ...]:
        if self.day is not None:
            return ()
        return (Missing(table="facts", subject=self.subject, column=self.key, phrase=Text(
            f"{self.subject} 的 facts.{self.key} 不是日期（应如 2026-07-01）", f"facts.{self.key} of {self.subject} is no day such as 2026-07-01")),)


def stated_day(ground: Ground, subjects: Iterable[str], key: str) -> StatedDay | None:
    """The latest entry of ``key`` about the first subject that has one; None where nobody stated it."""
    for subject in subjects:
        fact = ground.snapshot.fact(subject, key)
        if fact is not None:
            return StatedDay(subject, key, as_day(fact.value), fact.source)
    return None


def stated_days(ground: Ground, subjects: Iterable[str], key: str) -> tuple[StatedDay, ...]:
    """Every day entered under ``key`` about any of the subjects, earliest first; what cannot be read comes last."""
    entered: Mapping[tuple[str, str], list[dict[str, Any]]] = ground.remember("stated_days", lambda: _entered(ground))
    found = [StatedDay(subject, key, as_day(row["value"]), row["source"]) for subject in subjects for row in entered.get((subject, key), ())]
    return tuple(sorted(found, key=lambda stated: stated.day or date.max))


def _entered(ground: Ground) -> Mapping[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in ground.snapshot.rows("facts"):
        if row["as_of"] <= ground.on:
            found.setdefault((row["subject"], row["key"]), []).append(row)
    return found


def as_day(value: str) -> date | None:
    """A day written as ISO 8601; None for anything else."""
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None
