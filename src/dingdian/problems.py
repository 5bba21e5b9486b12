"""Errors as part of the interface: located, collected, in two languages.

A :class:`Problem` says where (file or sheet, row as the user sees it, column), what was seen, which rule it breaks and
what to do. Code that finds one goes on and collects the rest; :class:`BadData` is raised once, with all of them.
This module refuses to print: faces do that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import field, frozen

from dingdian.terms import Text


@frozen(kw_only=True)
class Problem:
    """One thing that is wrong with the user's data.

    Attributes
    ----------
    code
        Stable identifier of the rule, such as ``orphan_reference``.
    file
        File name, or ``workbook.xlsx[sheet]``.
    row
        Row as the user sees it (heading = 1); line number in YAML and JSON; None for a whole file.
    """

    code: str
    file: str
    message: Text
    remedy: Text
    table: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def line(self, lang: str = "zh") -> str:
        """``file:row:column: value: rule: remedy`` on one line."""
        place = ":".join((self.file, "" if self.row is None else str(self.row), self.column))
        return f"{place}: {self.value}: {self.message(lang)}: {self.remedy(lang)}".replace("\n", " ")

    def as_json(self, lang: str = "zh") -> dict[str, object]:
        return {
            "table": self.table, "file": self.file, "row": self.row, "column": self.column, "value": self.value,
            "code": self.code, "message": self.message(lang), "remedy": self.remedy(lang),
        }


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problems)


@frozen
class BadData(Exception):
    """The user's data or plan cannot be used; ``problems`` says everything that is wrong, in file order."""

    problems: tuple[Problem, ...] = field(converter=_in_order)

    def __str__(self) -> str:
        return "\n".join(problem.line("zh") for problem in self.problems)


class Collector:
    """Gathers problems and raises them together."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def add(self, problem: Problem) -> None:
        self._problems.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        self._problems.extend(problems)

    @property
    def problems(self) -> Sequence[Problem]:
        return tuple(self._problems)

    def raise_if_any(self) -> None:
        if self._problems:
            raise BadData(self._problems)


class Unanswerable(ValueError):
    """A question of which only the data show that it has no answer, such as one about a zone that the city does not have.

    ``said`` tells it in both languages; the message is the English one.
    """

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said
