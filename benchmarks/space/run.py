"""The spatial benchmarks: ours and the peers on the same data, in the same run, on the same machine.

    python benchmarks/space/run.py --peers .bench-venv/bin/python [--only nearest,pairs] [--save FILE]

Prints Markdown on stdout and progress on stderr. Nothing here passes or fails: a missed target and a peer that is missing are
said in the tables. Without ``--peers`` every peer is missing. ``--save`` also writes every single time as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from contest import progress
from rows import FULL, PARTS, TINY, Part, Stage
from side import HERE, NoAnswerError

OURS = ("numpy", "scipy", "numba", "highspy")


def main(arguments: Sequence[str] | None = None) -> None:
    asked = _parse(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stage = Stage(TINY if asked.size == "tiny" else FULL, Path(folder), asked.repeats, sys.executable, asked.peers)
        try:
            machine = describe(stage)
            print("\n".join(f"- {name}: {value}" for name, value in machine.items()), flush=True)
            parts = list(_shown(stage, asked.only))
        finally:
            stage.close()
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
                print("\n\n".join(text for text in (f"\n## {part.title}", part.said, part.text) if text), flush=True)
                yield part
        except NoAnswerError as said:
            print(f"\n## {name}\n\nnot run: {said}", flush=True)


def describe(stage: Stage) -> dict[str, str]:
    """The machine and who takes part, with versions."""
    ours = stage.ours.ask("versions", packages=OURS)
    return {
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


def _save(path: Path, machine: dict[str, str], parts: Sequence[Part]) -> None:
    figures: list[dict[str, Any]] = [
        {"title": part.title, "rows": [standing.record() for standing in part.standings]} for part in parts
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "parts": figures}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
