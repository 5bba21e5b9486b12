"""Cells that a scenario changes, gathered from all changes and then carried out together: the order of the changes has no say.

Every value is worked out against the city as it stands. A cell may be set once, or moved by several steps that add up; both at once,
or two values, is a mistake. The city's own validation sees the result, as it would see an import; nothing is half applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from attrs import evolve, field, frozen

from dingdian.city.model import City
from dingdian.city.tables import TABLES
from dingdian.loop.scenario.changes import Change, Changes, as_cell
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

Where = tuple[str, tuple[Any, ...]]  # table and key of a row
_PARENT = "providers"


@frozen(eq=False)
class Edits:
    """Cells to set, steps to add and rows to append; ``problems`` are those of the changes themselves."""

    city: City
    changes: Changes
    values: dict[tuple[Where, str], tuple[Any, Change]] = field(factory=dict)
    steps: dict[tuple[Where, str], tuple[int, Change]] = field(factory=dict)
    added: dict[Where, tuple[dict[str, Any], Change]] = field(factory=dict)
    problems: list[Problem] = field(factory=list)
    _on_file: dict[Where, dict[str, Any] | None] = field(factory=dict, init=False, repr=False)

    def fault(self, change: Change, key: str, code: str, message: Text, remedy: Text, value: object = "") -> None:
        self.problems.append(self.changes.problem(change, key, code, message, remedy, value))

    def add_row(self, change: Change, table: str, row: Mapping[str, Any]) -> None:
        """A row that the city does not have yet."""
        cells = {name: as_cell(value) for name, value in row.items()}
        where = (table, tuple(_plain(cells.get(name)) for name in TABLES[table].key))
        if where in self.added or (None not in where[1] and self.row(*where) is not None):
            self.fault(change, "", "exists_already", Text(f"“{TABLES[table].zh}”已有这一行", f"{table} has this row already"),
                       Text("换一个代码，或改用修改的变更", "use another code, or a change that alters it"), ", ".join(map(str, where[1])))
            return
        self.added[where] = (cells, change)

    def put(self, change: Change, where: Where, column: str, value: Any, key: str = "") -> None:
        """Set a cell of a row on file; a value that it has already changes nothing and is refused."""
        at = (where, column)
        if at in self.values or at in self.steps:
            self._twice(change, key, column)
        elif (self.row(*where) or {}).get(column) == value:
            self.fault(change, key, "changes_nothing", Text("与现值相同，等于没有变更", "the same as it is: nothing would change"),
                       Text("删去这项，或写另一个值", "leave it out, or state another value"), value)
        else:
            self.values[at] = (as_cell(value), change)

    def step(self, change: Change, where: Where, column: str, by: int, key: str = "") -> None:
        """Move a count of a row on file; an unknown count cannot be moved."""
        at = (where, column)
        if at in self.values:
            self._twice(change, key, column)
            return
        if (self.row(*where) or {}).get(column) is None:
            self.fault(change, key, "unknown_count", Text(f"现值未知，无法增减（{TABLES[where[0]][column].zh}）", f"{column} is not known, so it cannot be moved"),
                       Text("先在数据中补上，或用 set 写明", "supply it in the data, or state it with set"), by)
            return
        self.steps[at] = (self.steps.get(at, (0, change))[0] + by, change)

    def _twice(self, change: Change, key: str, column: str) -> None:
        self.fault(change, key, "changed_twice", Text("同一数据被变更两次", "the same cell is changed twice"),
                   Text("合并成一项", "make one change of them"), column)

    def row(self, table: str, key: tuple[Any, ...]) -> dict[str, Any] | None:
        """A row on file as it would be typed; None where there is none."""
        if (table, key) not in self._on_file:
            try:
                self._on_file[table, key] = self.city.row(table, *key)
            except (KeyError, TypeError):
                self._on_file[table, key] = None
        return self._on_file[table, key]

    # --- carrying out ------------------------------------------------------------------------------------------------

    def carried_out(self) -> City:
        """The city with everything changed.

        Raises
        ------
        BadData
            With every mistake of the changes and of the rows that they make, each with the line of its change.
        """
        city, problems, failed = self.city, list(self.problems), False
        for table in TABLES:
            rows, by = self._rows(table)
            if failed:  # what belongs to a provider that could not be added would only be reported as an orphan
                rows, by = _without_new(rows, by, {where[1][0] for where in self.added if where[0] == _PARENT})
            if not rows:
                continue
            try:
                city = city.with_rows(table, rows)
            except BadData as error:
                failed = failed or table == _PARENT
                problems += [self._located(problem, rows, by) for problem in error.problems]
        if problems:
            raise BadData(problems)
        if city is self.city:
            return city
        return city.evolve(meta=evolve(city.meta, name=f"{self.city.meta.name}（情景）"))

    def _rows(self, table: str) -> tuple[list[dict[str, Any]], list[Change]]:
        made: dict[Where, tuple[dict[str, Any], Change]] = {w: item for w, item in self.added.items() if w[0] == table}
        for changed, apply in ((self.values, _set), (self.steps, _moved)):
            for (where, column), (value, change) in changed.items():
                if where[0] == table:
                    row = made[where][0] if where in made else self.row(*where) or {}
                    made[where] = ({**row, column: apply(row.get(column), value)}, change)
        order = sorted(made, key=lambda where: tuple(map(str, where[1])))
        return [made[where][0] for where in order], [made[where][1] for where in order]

    def _located(self, problem: Problem, rows: list[dict[str, Any]], by: list[Change]) -> Problem:
        """A problem of a made row, told of the change that made it; one of the heading, of the first that lacks the column."""
        if problem.row is not None and 0 <= problem.row - 2 < len(by):
            change = by[problem.row - 2]
        else:
            change = next((one for row, one in zip(rows, by) if problem.column not in row), by[0])
        return self.changes.problem(change, problem.column, problem.code, problem.message, problem.remedy, problem.value)


def _set(old: Any, value: Any) -> Any:
    return value


def _moved(old: Any, by: int) -> int:
    return int(old or 0) + by


def _without_new(rows: list[dict[str, Any]], by: list[Change], new: set[Any]) -> tuple[list[dict[str, Any]], list[Change]]:
    kept = [(row, change) for row, change in zip(rows, by) if row.get("provider") not in new]
    return [row for row, _ in kept], [change for _, change in kept]


def _plain(value: Any) -> Any:
    """A key cell as rows on file have it."""
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


Booker = Callable[[Edits, Change], None]


def booked(city: City, changes: Changes, bookers: Mapping[str, Booker], items: Iterable[Change]) -> Edits:
    """The edits of all changes, each worked out against the city as it stands."""
    edits = Edits(city, changes)
    for change in items:
        bookers[change.verb](edits, change)
    return edits
