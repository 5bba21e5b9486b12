"""Writes everything that a run has to say into one folder, whole or not at all.

The folder appears under its name only when every file is in it. A folder that holds something else is refused; one from an earlier run
is replaced, and files in it which that run did not write are carried over. No clock: how long anything took is told by the caller.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from dingdian.canonical import dumps, sha256
from dingdian.city.model import City
from dingdian.loop.results import Run
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.report import tables
from dingdian.report.imprint import Imprint
from dingdian.terms import Text
from dingdian.version import __version__

Progress = Callable[[str, int, int], None]
RECORD = "run.json"


@frozen(kw_only=True)
class FileNote:
    """One file of the folder, by its path inside it."""

    path: str
    bytes: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "bytes": self.bytes, "sha256": self.sha256}


@frozen(kw_only=True)
class Written:
    """What was written, and where."""

    directory: Path
    files: tuple[FileNote, ...]

    def as_json(self) -> dict[str, Any]:
        return {"directory": str(self.directory), "files": [note.as_json() for note in self.files]}


def write_run(
    run: Run, city: City, directory: Path, *, lang: str = "zh", progress: Progress | None = None,
    extra: Mapping[str, Any] | None = None, plan: Plan | None = None,
) -> Written:
    """Write tables, workbook, map, layers, annual plan, page, receipts and record of a run.

    Parameters
    ----------
    lang
        Language of the sentences in CSV and Parquet, and the one in which the page opens; JSON carries both.
    extra
        What the caller knows and a pure function cannot, such as seconds; goes into ``run.json`` as it is.
    plan
        The plan of the run, for the wording of its readings. Left out, the shipped pack is used when its digest is the run's.

    Raises
    ------
    BadData
        When ``directory`` is a file, or holds something that no run has written.
    """
    directory = Path(directory).resolve()
    previous = _previous(directory)
    imprint = Imprint(run, city, plan or _shipped(run))
    parts = _parts(run, city, imprint, lang)
    with _staged(directory, previous) as folder:
        for number, (name, write) in enumerate(parts):
            if progress:
                progress(name, number, len(parts))
            write(folder)
        files = tuple(_notes(folder))
        record = dumps(_record(run, lang, files, extra or {}))
        (folder / RECORD).write_text(record, encoding="utf-8")
        own = FileNote(path=RECORD, bytes=len(record.encode()), sha256=sha256(record))
    if progress:
        progress(RECORD, len(parts), len(parts))
    return Written(directory=directory, files=(*files, own))


def _record(run: Run, lang: str, files: Iterable[FileNote], extra: Mapping[str, Any]) -> dict[str, Any]:
    counts = {outcome: sum(r.outcome == outcome for r in run.rulings) for outcome in ("eligible", "refused", "review")}
    return {
        "made_by": {"name": "dingdian", "version": __version__}, "plan": run.plan.as_json(), "city": run.city.as_json(),
        "date": run.date_on, "language": lang, "measures": len(run.measures.rows), "rulings": {"total": len(run.rulings), **counts},
        "needs_confirmation": sum(r.needs_confirmation for r in run.rulings), "options": run.options.as_json(),
        "annual_plan": run.annual_plan.as_json(), "summary": list(run.summary), "files": [note.as_json() for note in files], **extra,
    }


# --- the files -----------------------------------------------------------------------------------------------------


def _parts(run: Run, city: City, imprint: Imprint, lang: str) -> list[tuple[str, Callable[[Path], object]]]:
    """(name, writer) of each part, in the order of writing. Heavy libraries are imported when their part is written."""
    from dingdian.report.mapping.scene import Scene

    scene = Scene(run, city, frozenset(getattr(run.options, "uncovered", ())))
    alerts = run.alerts
    watched: list[tuple[str, Callable[[Path], object]]] = [] if alerts is None else [
        ("alerts", lambda at: _table(at, tables.alerts(imprint, alerts, lang), imprint, alerts.as_json()))]
    return [
        ("measures", lambda at: _table(at, tables.measures(imprint, lang), imprint, run.measures.as_json())),
        ("gaps", lambda at: _table(at, tables.gaps(imprint, lang), imprint, run.gaps.as_json())),
        *watched,
        ("rulings", lambda at: _table(at, tables.rulings(imprint, lang), imprint, _rulings_json(run))),
        ("tables.xlsx", lambda at: (at / "tables.xlsx").write_bytes(_workbook(imprint, lang))),
        ("map.png", lambda at: (at / "map.png").write_bytes(_map(scene, imprint))),
        ("layers", lambda at: _layers(at, scene, imprint)),
        ("annual-plan.docx", lambda at: (at / "annual-plan.docx").write_bytes(_document(scene, imprint))),
        ("report.html", lambda at: (at / "report.html").write_bytes(_page(scene, imprint, lang))),
        ("receipts", lambda at: _receipts(at, run)),
        ("city-manifest.csv", lambda at: _manifest(at, city)),
    ]


def _table(at: Path, flat: tables.Flat, imprint: Imprint, said: Mapping[str, Any]) -> None:
    (at / f"{flat.name}.csv").write_bytes(tables.csv_bytes(flat))
    (at / f"{flat.name}.parquet").write_bytes(tables.parquet_bytes(flat, imprint))
    (at / f"{flat.name}.json").write_text(dumps(said), encoding="utf-8")


def _rulings_json(run: Run) -> dict[str, Any]:
    """The shape of ``check --json``, without the receipts: those are files of their own."""
    return {
        "plan": run.plan.as_json(), "city": run.city.as_json(), "date": run.date_on,
        "rulings": [ruling.as_json(receipt=False) for ruling in run.rulings],
    }


def _workbook(imprint: Imprint, lang: str) -> bytes:
    from dingdian.report.workbook import workbook_bytes

    return workbook_bytes(imprint, lang)


def _map(scene: Any, imprint: Imprint) -> bytes:
    from dingdian.report.mapping.sheet import map_png

    return map_png(scene, imprint)


def _layers(at: Path, scene: Any, imprint: Imprint) -> None:
    from dingdian.report.layers import geojson_bytes, layers, write_geopackage

    found = layers(scene, imprint)
    write_geopackage(at / "layers.gpkg", found, imprint)
    (at / "layers").mkdir()
    for layer in found:
        (at / "layers" / f"{layer.name}.geojson").write_bytes(geojson_bytes(layer))


def _document(scene: Any, imprint: Imprint) -> bytes:
    from dingdian.report.document import document_bytes

    return document_bytes(scene, imprint)


def _page(scene: Any, imprint: Imprint, lang: str) -> bytes:
    from dingdian.report.page import page_bytes

    return page_bytes(scene, imprint, lang=lang)


def _receipts(at: Path, run: Run) -> None:
    from dingdian.report.page_rulings import receipt_name

    (at / "receipts").mkdir()
    for ruling in run.rulings:
        path = at / "receipts" / receipt_name(ruling.application)
        if path.exists():
            raise FileExistsError(f"two applications would share the receipt {path.name}: {ruling.application}")
        path.write_bytes(receipt_bytes(ruling.receipt))


def receipt_bytes(receipt: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a receipt."""
    from dingdian.loop.receipts import receipt_bytes as canonical_bytes

    return canonical_bytes(receipt)


def _manifest(at: Path, city: City) -> None:
    """One digest per row of the city, so that a replay can name what changed."""
    from dingdian.city.fingerprint import manifest_lines

    with (at / "city-manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("table", "key", "digest"))
        writer.writerows(manifest_lines(city))


def _notes(folder: Path) -> Iterator[FileNote]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        yield FileNote(path=path.relative_to(folder).as_posix(), bytes=len(data), sha256=sha256(data))


# --- the folder ----------------------------------------------------------------------------------------------------


def _previous(directory: Path) -> frozenset[str] | None:
    """Files that an earlier run wrote here; None when there is nothing to replace."""
    if directory.is_file():
        raise BadData([_refusal(directory, Text("这是一个文件，不是文件夹", "it is a file, not a folder"))])
    if not directory.exists() or not any(directory.iterdir()):
        return None
    try:
        record = json.loads((directory / RECORD).read_text(encoding="utf-8"))
        if record["made_by"]["name"] != "dingdian":
            raise ValueError(record["made_by"]["name"])
        return frozenset((RECORD, *(str(note["path"]) for note in record["files"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = Text("文件夹不为空，且不是以前的运行结果", "the folder is not empty and holds no earlier run")
        raise BadData([_refusal(directory, said)]) from error


def _refusal(directory: Path, said: Text) -> Problem:
    return Problem(code="output_in_use", file=str(directory), message=said, remedy=Text("换一个文件夹，或先清空它", "choose another folder, or empty it first"))


@contextmanager
def _staged(directory: Path, previous: frozenset[str] | None) -> Iterator[Path]:
    """A folder beside ``directory`` that takes its name once everything is in it, and vanishes when anything fails."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        folder.chmod(0o777 & ~_umask())
        yield folder
        if previous is None:
            os.replace(folder, directory)
        else:
            _carry_over(directory, folder, previous)
            _swap(folder, directory)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _carry_over(old: Path, new: Path, written: frozenset[str]) -> None:
    """Files that a person put beside an earlier run's stay, unless the new run has one of that name."""
    for path in sorted(p for p in old.rglob("*") if p.is_file()):
        inside = path.relative_to(old)
        if inside.as_posix() not in written and not (new / inside).exists():
            (new / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, new / inside)


def _swap(new: Path, directory: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    os.replace(directory, aside)
    try:
        os.replace(new, directory)
    except OSError:
        os.replace(aside, directory)
        raise
    shutil.rmtree(aside)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _shipped(run: Run) -> Plan | None:
    """The shipped pack of the run's plan, if it is the very same; its wording of the readings is then the run's."""
    from dingdian.plans.load import load_plan

    try:
        plan = load_plan(run.plan.id)
    except BadData:
        return None
    return plan if plan.sha256 == run.plan.sha256 else None
