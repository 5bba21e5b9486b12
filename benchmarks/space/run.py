"""The spatial benchmarks: ours and the peers on the same data, in the same run, on the same machine.

    python benchmarks/space/run.py --peers .bench-venv/bin/python [--only nearest,pairs] [--save FILE]

Prints Markdown on stdout and progress on stderr. Nothing here passes or fails: a missed target and a peer that is missing are
said in the tables. Without ``--peers`` every peer is missing. ``--save`` also writes every single time as JSON; ``--page``
puts the tables below the mark of a page (docs/explanation/performance.md), in place of those of the last run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from contest import progress, targets
from rows import FULL, PARTS, TINY, Part, Stage
from side import HERE, NoAnswerError

MARK = "<!-- below: the tables of one run -->"
OURS = ("numpy", "scipy", "numba", "highspy")


def main(arguments: Sequence[str] | None = None) -> None:
    asked = _parse(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stage = Stage(TINY if asked.size == "tiny" else FULL, Path(folder), asked.repeats, sys.executable, asked.peers)
        try:
            machine = describe(stage)
            print(_bullets(machine), flush=True)
            parts = list(_shown(stage, asked.only))
        finally:
            stage.close()
    if asked.page:
        _put_on(asked.page, machine, parts)
    if asked.save:
        _save(asked.save, machine, parts)
    progress("done")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="ours against open peers on synthetic streets")
    parser.add_argument("--peers", default="", metavar="PYTHON", help="interpreter of the peers' environment")
    parser.add_argument("--size", choices=("full", "tiny"), default="full")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, of {', '.join(PARTS)}")
    parser.add_argument("--repeats", type=int, default=15, help="at most so many timed runs of each")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write every single time as JSON")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the tables below the mark of this page")
    asked = parser.parse_args(arguments)
    asked.only = asked.only.split(",")
    unknown = sorted(set(asked.only) - set(PARTS))
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    return asked


def _shown(stage: Stage, names: Sequence[str]) -> Iterator[Part]:
    """Each part, printed as soon as it is there."""
    for name in names:
        try:
            for part in PARTS[name](stage):
                print("\n" + _section(part, "##"), flush=True)
                yield part
        except NoAnswerError as said:
            print(f"\n## {name}\n\nnot run: {said}", flush=True)


def _section(part: Part, heading: str) -> str:
    return "\n\n".join(text for text in (f"{heading} {part.title}", part.said, part.text) if text)


def _bullets(machine: dict[str, str]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in machine.items())


def describe(stage: Stage) -> dict[str, str]:
    """The machine and who takes part, with versions."""
    ours = stage.ours.ask("versions", packages=OURS)
    return {
        "month": time.strftime("%Y-%m"),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "Python": ours["python"],
        "ours": _listed(ours["versions"]),
        "peers": _peers(stage),
    }


def _peers(stage: Stage) -> str:
    if not stage.peers_python:
        return "missing: no environment given (--peers)"
    names = [line.split("==")[0] for line in (HERE.parent / "peers.txt").read_text().split() if line]
    told = stage.peers.ask("versions", packages=names)
    return f"Python {told['python']}: {_listed(told['versions'])}"


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _processor() -> str:
    """The model name where the system tells one."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _put_on(page: Path, machine: dict[str, str], parts: Sequence[Part]) -> None:
    """Everything below the mark of a page gives way to the tables of this run."""
    kept, mark, _ = page.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise SystemExit(f"{page} has no line {MARK}")
    judged = targets((part.title, standing) for part in parts for standing in part.standings)
    sections = [_bullets(machine), f"### Targets\n\n{judged}", *(_section(part, "###") for part in parts)]
    page.write_text(f"{kept}{mark}\n\n" + "\n\n".join(sections) + "\n", encoding="utf-8")


def _save(path: Path, machine: dict[str, str], parts: Sequence[Part]) -> None:
    figures: list[dict[str, Any]] = [
        {"title": part.title, "rows": [standing.record() for standing in part.standings]} for part in parts
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "parts": figures}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
