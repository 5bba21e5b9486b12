"""The folder of a run: complete, atomic, repeatable, and careful with what is there."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest

from dingdian.city.model import City
from dingdian.loop.results import Run
from dingdian.problems import BadData
from dingdian.report import output
from dingdian.report.output import write_run
from report import invented

pytestmark = pytest.mark.slow

FILES = {
    *(f"{name}.{suffix}" for name in ("measures", "gaps", "rulings") for suffix in ("csv", "parquet", "json")),
    "tables.xlsx", "map.png", "layers.gpkg", "annual-plan.docx", "report.html", "city-manifest.csv", "run.json",
    *(f"layers/{name}.geojson" for name in ("units", "providers", "applications", "suggested_places", "streets_extent")),
    *(f"receipts/{row[0]}.json" for row in invented.APPLICATIONS),
}


def inside(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_exactly_the_promised_files_are_written(folder: Path) -> None:
    assert inside(folder) == FILES


def test_run_json_names_every_file_with_its_digest(folder: Path) -> None:
    record = json.loads((folder / "run.json").read_text("utf-8"))
    assert {note["path"] for note in record["files"]} == FILES - {"run.json"}
    for note in record["files"]:
        data = (folder / note["path"]).read_bytes()
        assert (note["bytes"], note["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert record["plan"]["sha256"] == invented.PLAN.sha256
    assert record["city"]["sha256"] == invented.CITY.sha256
    assert record["date"] == "2026-11-20"
    assert record["rulings"] == {"total": 8, "eligible": 3, "refused": 2, "review": 3}
    assert record["seconds"] == {"loop": "1.5"}


def test_receipts_are_the_canonical_bytes(folder: Path, a_run: Run) -> None:
    from dingdian.loop.receipts import receipt_bytes

    for ruling in a_run.rulings:
        assert (folder / "receipts" / f"{ruling.application}.json").read_bytes() == receipt_bytes(ruling.receipt)


def test_the_manifest_lists_every_row_of_the_city(folder: Path, a_city: City) -> None:
    with (folder / "city-manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == {"table", "key", "digest"}
    assert sum(row["table"] == "providers" for row in rows) == len(a_city.tables["providers"])


def test_two_runs_give_the_same_folder(folder: Path, tmp_path: Path, a_run: Run, a_city: City) -> None:
    write_run(a_run, a_city, tmp_path / "again", extra={"seconds": {"loop": "1.5"}})
    assert [p for p in sorted(FILES) if (folder / p).read_bytes() != (tmp_path / "again" / p).read_bytes()] == []


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the small files: these tests are about the folder."""
    monkeypatch.setattr(output, "_parts", lambda run, city, imprint, lang: [("receipts", lambda at: output._receipts(at, run))])


@pytest.mark.usefixtures("quick")
def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path, a_run: Run, a_city: City) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(BadData) as caught:
        write_run(a_run, a_city, tmp_path)
    assert caught.value.problems[0].code == "output_in_use"
    assert inside(tmp_path) == {"letter.txt"}


@pytest.mark.usefixtures("quick")
def test_a_file_in_the_way_is_refused(tmp_path: Path, a_run: Run, a_city: City) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(BadData):
        write_run(a_run, a_city, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("record", ["{}", "not json", '{"made_by": {"name": "another"}, "files": []}', "[]"])
def test_a_run_json_of_something_else_is_refused(tmp_path: Path, a_run: Run, a_city: City, record: str) -> None:
    (tmp_path / "run.json").write_text(record)
    with pytest.raises(BadData):
        write_run(a_run, a_city, tmp_path)
    assert (tmp_path / "run.json").read_text() == record


@pytest.mark.usefixtures("quick")
def test_an_earlier_run_is_replaced_and_foreign_files_beside_it_stay(tmp_path: Path, a_run: Run, a_city: City) -> None:
    out = tmp_path / "out"
    write_run(a_run, a_city, out)
    (out / "my-notes.txt").write_text("mine")
    fewer = invented.run(hostile=False)
    write_run(fewer, a_city, out)
    assert (out / "my-notes.txt").read_text() == "mine"
    assert not (out / "receipts" / "A-006.json").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


@pytest.mark.usefixtures("quick")
def test_an_empty_folder_may_be_used(tmp_path: Path, a_run: Run, a_city: City) -> None:
    (tmp_path / "out").mkdir()
    written = write_run(a_run, a_city, tmp_path / "out")
    assert written.directory == tmp_path / "out"
    assert written.as_json()["files"][-1]["path"] == "run.json"


def test_a_failure_midway_leaves_nothing_behind(
    tmp_path: Path, a_run: Run, a_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> None:
        (folder / "half.csv").write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(output, "_parts", lambda run, city, imprint, lang: [("half", fail)])
    with pytest.raises(OSError, match="disk full"):
        write_run(a_run, a_city, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quick")
def test_progress_counts_to_the_end(tmp_path: Path, a_run: Run, a_city: City) -> None:
    steps: list[tuple[str, int, int]] = []
    write_run(a_run, a_city, tmp_path / "out", progress=lambda stage, done, total: steps.append((stage, done, total)))
    assert steps[0] == ("receipts", 0, 1)
    assert steps[-1] == ("run.json", 1, 1)
