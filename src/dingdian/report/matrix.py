"""Units down, measures or classes across: the two tables that document and page share. It arranges and formats; no figure is made."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from dingdian.loop.results import Gap, Opening
from dingdian.loop.run import is_whole
from dingdian.provisions.finding import Measure
from dingdian.report import formats, palette, words
from dingdian.report.imprint import Imprint
from dingdian.terms import LEVELS, PROVIDER_CLASSES, Text


@frozen
class Column:
    """What stands above a column, and its unit of measure."""

    title: Text
    unit: Text


@frozen
class Shown:
    """A cell: its text, its judgement's code and colours, the sentence behind it, and what stands below in small."""

    text: Text
    code: str = ""
    colours: tuple[str, str] | None = None
    reason: Text = Text("", "")
    below: Text = Text("", "")


@frozen
class Matrix:
    """``rows`` are (unit name, cells in the order of the columns)."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Shown, ...]], ...]


_EMPTY = Shown(Text(formats.DASH, formats.DASH))


def gap_matrix(imprint: Imprint) -> Matrix:
    """Targets that every unit has: units × measures."""
    pool = imprint.city.meta.pooling_area
    gaps = [gap for gap in imprint.run.annual_plan.targets if not is_whole(gap, pool)]
    # A district row may be undetermined and so have no target of its own: its measure still belongs here.
    wanted = {_measure_key(gap.measure) for gap in gaps}
    gaps = [g for g in imprint.run.gaps.rows if not is_whole(g, pool) and _measure_key(g.measure) in wanted]
    columns = {_measure_key(gap.measure): _measure_column(gap.measure) for gap in gaps}
    return _arrange(columns, ((_place(g, pool), g.measure.unit_name, _measure_key(g.measure), _gap_cell(g)) for g in gaps))


def _place(gap: Gap, pool: str) -> str:
    """What a row of the matrix is about: a unit, or a zone of the pooling area."""
    return gap.measure.zone if gap.measure.unit == pool else gap.measure.unit


def opening_matrix(imprint: Imprint) -> Matrix:
    """Units × classes and levels: open, closed, undetermined."""
    openings = imprint.run.annual_plan.openings
    columns: dict[tuple[str, ...], Column] = {(o.provider_class, o.level): Column(opening_title(o), Text("", "")) for o in openings}
    return _arrange(columns, ((o.unit, o.unit_name, (o.provider_class, o.level), _opening_cell(o)) for o in openings))


def opening_title(opening: Opening) -> Text:
    """``三级住院机构``; classes without levels by their own name."""
    one_level = opening.provider_class != "inpatient"
    zh = "" if one_level else words.label(LEVELS, opening.level)
    en = "" if one_level else words.label(LEVELS, opening.level, "en") + " "
    name = opening.provider_class
    return Text(f"{zh}{PROVIDER_CLASSES.label(name)}", f"{en}{PROVIDER_CLASSES.label(name, 'en')}".strip())


def _arrange(columns: dict[tuple[str, ...], Column], cells: Iterable[tuple[str, str, tuple[str, ...], Shown]]) -> Matrix:
    names: dict[str, str] = {}
    found: dict[tuple[str, tuple[str, ...]], Shown] = {}
    for unit, name, key, cell in cells:
        names[unit] = name
        found[unit, key] = cell
    rows = tuple((name, tuple(found.get((unit, key), _EMPTY) for key in columns)) for unit, name in names.items())
    return Matrix(tuple(columns.values()), rows)


def _measure_key(row: Measure) -> tuple[str, ...]:
    return row.measure, row.provider_class, row.level, "" if row.subject == row.zone else row.subject


def _measure_column(row: Measure) -> Column:
    zh, en = words.detail(row), words.detail(row, "en")
    title = Text(f"{row.title.zh}·{zh}" if zh else row.title.zh, f"{row.title.en}, {en}" if en else row.title.en)
    return Column(title, formats.both(lambda lang: words.unit_of_measure(row.unit_of_measure, lang)))


def _gap_cell(gap: Gap) -> Shown:
    row = gap.measure
    change = f"{formats.number(row.gap, plus=True)}" if row.gap and row.gap != row.supply else ""
    text = formats.both(lambda lang: formats.number(row.supply, lang, reason=row.reason))
    return Shown(text, gap.position, palette.POSITIONS.get(gap.position), gap.sentence, Text(change, change))


def _opening_cell(opening: Opening) -> Shown:
    state = words.STATES.get(opening.state, Text(opening.state, opening.state))
    if opening.room is None:
        return Shown(state, opening.state, palette.STATES.get(opening.state), opening.reason)
    room = Text(
        f"余 {formats.quantity(opening.room, opening.unit_of_measure)}",
        f"room {formats.quantity(opening.room, opening.unit_of_measure, 'en')}",
    )
    return Shown(state, opening.state, palette.STATES.get(opening.state), opening.reason, room)
