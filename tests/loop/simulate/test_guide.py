"""The guide says what the commands print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from dingdian.cli import main

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "simulate.md"
PAIRS = re.findall(r"^```bash\ndingdian (simulate [^\n]+)\n```\n\n```text\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize(("command", "said"), PAIRS, ids=[command[:60] for command, _ in PAIRS])
def test_a_command_of_the_guide_answers_as_it_says(command: str, said: str) -> None:
    result = CliRunner().invoke(main, command.split())
    assert result.exit_code == 0
    assert flat(said) in flat(result.stdout)


def test_the_guide_has_an_answer_for_each_of_its_questions() -> None:
    assert len(PAIRS) == 4


@pytest.mark.slow
def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    exec(compile(example, GUIDE.name, "exec"), {})
    printed = capsys.readouterr().out
    assert "6.5113 → 5.9700" in printed
    assert " 2025 23950" in flat(printed)
