"""A pack as a workbook that officials can read, correct and hand back; what is read back is the same pack.

``export_pack`` writes one, ``import_pack`` reads one into a pack folder and lets the loader judge it. Comments of plan.yaml are
not carried.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from dingdian import located_yaml
from dingdian.plans.load import find_pack, load_plan
from dingdian.plans.workbook.read import Found, read_pack
from dingdian.plans.workbook.sheets import problem_at
from dingdian.plans.workbook.write import write_pack
from dingdian.plans.yaml_text import to_yaml
from dingdian.problems import BadData, Problem
from dingdian.provisions.base import kinds
from dingdian.terms import Text

__all__ = ["export_pack", "import_pack", "read_pack", "write_pack"]


def export_pack(name: str | Path, path: Path, more_kinds: Iterable[str] = ()) -> None:
    """Write the pack with this id, or in this folder, as a workbook.

    Raises
    ------
    BadData
        When the pack does not load, ``path`` is no ``.xlsx``, a kind in ``more_kinds`` does not exist, or something in the
        pack has no place in the workbook: nothing is lost in silence.
    """
    load_plan(name)  # a workbook shows sound packs only: what is wrong is told by file and line
    more = tuple(more_kinds)
    problems = [*_not_xlsx(path), *(_no_kind(kind) for kind in more if kind not in kinds())]
    if problems:
        raise BadData(problems)
    folder = find_pack(name)
    tests = folder / "tests.yaml"
    plan, cases = _document(folder / "plan.yaml"), _tests(tests) if tests.is_file() else None
    write_pack(plan, cases, path, more)
    back = read_pack(path)
    lost = [*_lost("plan.yaml", plan, back.plan), *_lost("tests.yaml", cases or {}, back.tests or {})]
    if lost:
        path.unlink()
        raise BadData(lost)


def import_pack(path: Path, folder: Path, *, replace: bool = False) -> tuple[Path, ...]:
    """Read a workbook into ``folder``; the files written. Nothing is written unless the pack loads.

    Raises
    ------
    BadData
        With every mistake, each as sheet and cell; or when ``folder`` has a pack already and ``replace`` is not given.
    """
    if (folder / "plan.yaml").exists() and not replace:
        raise BadData([Problem(
            code="pack_exists", file=str(folder / "plan.yaml"), table="plan", message=Text("已有规划包", "there is a pack already"),
            remedy=Text("换一个文件夹，或加 --replace 覆盖", "use another folder, or --replace"))])
    found = read_pack(path)
    texts = {"plan.yaml": to_yaml(found.plan), **({} if found.tests is None else {"tests.yaml": to_yaml(found.tests)})}
    _judge(found, texts["plan.yaml"], folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(folder / name for name in texts)


def _judge(found: Found, text: str, folder: Path) -> None:
    """Let the loader read what would be written, beside its place (a base may lie there), and name cells instead of lines."""
    beside = folder.absolute().parent
    while not beside.is_dir():
        beside = beside.parent
    with tempfile.TemporaryDirectory(dir=beside if os.access(beside, os.W_OK) else None) as trial:
        (Path(trial) / "plan.yaml").write_text(text, encoding="utf-8")
        try:
            load_plan(trial)
        except BadData as error:
            raise BadData([_at_cell(found, problem) for problem in error.problems]) from None


def _at_cell(found: Found, problem: Problem) -> Problem:
    place = found.place(problem.column)
    here = problem_at(found.file, place, problem.code, problem.message, problem.remedy, problem.value)
    return evolve(here, value=problem.value or problem.column)


def _lost(file: str, stated: Mapping[str, Any], back: Mapping[str, Any]) -> list[Problem]:
    """Parts of a file that the workbook does not give back."""
    return [Problem(
        code="no_place", file=file, table="plan", column=key, value=key, message=Text("工作簿放不下这一部分", "the workbook has no place for this part"),
        remedy=Text("请直接编辑 YAML", "edit the YAML instead")) for key in stated if stated[key] != back.get(key)]


def _document(path: Path) -> Any:
    return located_yaml.read(path.read_bytes(), path.name)[0]


def _tests(path: Path) -> Any:
    """The tests of a pack; their runner judges them, here they only need to have the parts that get sheets."""
    found, places = located_yaml.read(path.read_bytes(), path.name)
    city = found.get("city") if isinstance(found, dict) else None
    if not isinstance(city, dict) or not isinstance(city.get("tables"), dict) or not isinstance(found.get("tests"), list):
        raise BadData([places.problem((), "bad_shape", Text("应有 city（含 tables）与 tests 两部分", "needs “city” with its “tables”, and “tests”"),
                                      Text("补全后再导出", "complete it, then export"), table="tests")])
    return found


def _not_xlsx(path: Path) -> list[Problem]:
    if path.suffix.lower() == ".xlsx":
        return []
    return [Problem(code="bad_suffix", file=str(path), table="plan", value=path.suffix, message=Text("不是 .xlsx 文件名", "not an .xlsx"),
                    remedy=Text("文件名以 .xlsx 结尾", "end the name in .xlsx"))]


def _no_kind(kind: str) -> Problem:
    return Problem(code="unknown_kind", file="--kind", table="plan", value=kind, message=Text("没有这种条款", "no such kind of provision"),
                   remedy=Text(f"可用：{'、'.join(kinds())}", f"one of: {', '.join(kinds())}"))
