"""The driver's end of one side: starts the process, hands it data, asks for single timed calls, ends it on a cap."""

from __future__ import annotations

import json
import select
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


class NoAnswerError(Exception):
    """A library that is missing, a call that failed or ran over its cap: said in the table, never passed over."""


@dataclass
class Side:
    """One process with one script (``ours.py`` or ``peers.py``), started when first asked."""

    python: str
    script: str
    _process: subprocess.Popen[str] | None = None
    _loaded: dict[str, Path] = field(default_factory=dict)

    def load(self, name: str, path: Path) -> None:
        """Make a data set known; it is sent when there is a process."""
        self._loaded[name] = path
        if self._process is not None:
            self._ask({"verb": "load", "name": name, "path": str(path)}, None)

    def ask(self, verb: str, *, cap: float | None = None, **rest: Any) -> dict[str, Any]:
        """One request, one reply.

        Raises
        ------
        NoAnswerError
            In one phrase, as it is printed in the table.
        """
        if not self.python:
            raise NoAnswerError("missing: no environment of peers")
        if self._process is None:
            self._start()
        reply = self._ask({"verb": verb, **rest}, cap)
        if "missing" in reply:
            raise NoAnswerError(f"missing: {reply['missing']}")
        if "failed" in reply:
            raise NoAnswerError(f"failed: {reply['failed']}")
        return reply

    def close(self) -> None:
        """End the process by its own handle."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process = None

    def _start(self) -> None:
        command = [self.python, "-W", "ignore", str(HERE / self.script)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1)
        for name, path in self._loaded.items():
            self._ask({"verb": "load", "name": name, "path": str(path)}, None)

    def _ask(self, request: Mapping[str, Any], cap: float | None) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], cap)[0]:
            self.close()
            raise NoAnswerError(f"no answer in {cap:.0f} s")
        line = process.stdout.readline()
        if not line:
            self.close()
            raise NoAnswerError("failed: the process ended (out of memory?)")
        reply: dict[str, Any] = json.loads(line)
        return reply
