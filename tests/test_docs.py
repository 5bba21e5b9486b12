"""Documentation that cannot rot: everything a user can type is documented, generated pages are fresh, links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import click
import pytest

from dingdian.city.tables import TABLES
from dingdian.cli import main
from dingdian.loop.pack_tests import run_pack_tests
from dingdian.plans.lint import lint_pack
from dingdian.plans.load import load_plan, pack_ids
from dingdian.provisions.base import kinds
from dingdian.terms import CODE_LISTS, CodeList

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SKIPPED = {".git", ".venv", "out", "dist", "build", "node_modules", "__pycache__"}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def files(*suffixes: str) -> list[Path]:
    """Our own files with one of these suffixes; folders of tools (those with a leading dot) hold none but ``.ci``."""
    def inside(folder: Path) -> Iterator[Path]:
        for child in sorted(folder.iterdir()):
            if child.name in SKIPPED or (child.name.startswith(".") and child.is_dir() and child.name != ".ci"):
                continue
            if child.is_dir():
                yield from inside(child)
            elif child.suffix in suffixes or (not child.suffix and "" in suffixes):
                yield child

    return list(inside(ROOT))


def page(name: str) -> str:
    return text_of(DOCS / "reference" / name)


def fenced(markdown: str, language: str) -> list[str]:
    """The code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", markdown, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """``tools/reference.py``, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference"] = module
    spec.loader.exec_module(module)
    return module


# --- everything is documented ------------------------------------------------------------------------------------


def commands(command: click.Command, path: tuple[str, ...] = ("dingdian",)) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, (*path, name))
    else:
        yield " ".join(path), command


@pytest.mark.parametrize(("name", "command"), list(commands(main)))
def test_every_verb_and_option_is_documented(name: str, command: click.Command) -> None:
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", page("cli.md"), re.DOTALL | re.MULTILINE)
    assert section, f"{name} has no section in docs/reference/cli.md: run make docs"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in ("as_json", "lang"):
            assert parameter.opts[0] in section[1]


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_of_provision_is_documented(kind: str) -> None:
    assert f"\n## {kind}\n" in page("provisions.md")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_column_of_a_table_is_documented(table: str) -> None:
    section = re.search(rf"^## `{table}` .*?\n(.*?)(?=^## |\Z)", page("tables.md"), re.DOTALL | re.MULTILINE)
    assert section
    for column in TABLES[table].columns:
        assert f"| `{column.name}` | {column.zh}" in section[1]


@pytest.mark.parametrize("codes", CODE_LISTS, ids=lambda codes: codes.name)
def test_every_code_is_in_the_glossary(codes: CodeList) -> None:
    section = re.search(rf"^## {codes.name}\n(.*?)(?=^## |\Z)", page("glossary.md"), re.DOTALL | re.MULTILINE)
    assert section
    for code in codes:
        assert f"| `{code}` | {codes.label(code)} |" in section[1]


@pytest.mark.parametrize("name", pack_ids())
def test_every_reading_of_a_shipped_pack_is_documented(name: str) -> None:
    plan, shown = load_plan(name), page("plans.md")
    assert f"\n## {name}\n" in shown
    for reading in plan.readings.values():
        assert f"| `{reading.id}` | {reading.question.zh} · " in shown
        assert all(option.meaning.zh in shown for option in reading.options.values())


def test_generated_pages_are_fresh(reference: ModuleType) -> None:
    assert reference.stale() == [], "run make docs"


def test_no_kind_knows_a_reading() -> None:
    readings = {reading for name in pack_ids() for reading in load_plan(name).readings}
    for path in sorted((ROOT / "src" / "dingdian" / "provisions").rglob("*.py")):
        assert not [reading for reading in readings if reading in text_of(path)], path.name


def test_every_decision_stands_in_the_index_with_its_four_parts() -> None:
    index = text_of(DOCS / "decisions" / "README.md")
    for path in sorted((DOCS / "decisions").glob("0*.md")):
        assert f"({path.name})" in index
        for part in ("**Forces.**", "**Choice.**", "**Cost.**", "**Guarded by**"):
            assert part in text_of(path), f"{path.name} lacks {part}"


# --- links -------------------------------------------------------------------------------------------------------


def anchors(markdown: str) -> set[str]:
    """Anchors of a page: stated ones, and those of headings that are one word (others are made up by each renderer)."""
    return set(re.findall(r"\{#([\w-]+)\}", markdown)) | set(re.findall(r"^#+ ([\w-]+)$", markdown, re.MULTILINE))


def relative_links(path: Path) -> Iterator[tuple[str, str]]:
    prose = re.sub(r"^```.*?^```$", "", text_of(path), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", prose)):
        if not re.match(r"[a-z]+:", target):
            place, _, anchor = target.partition("#")
            yield unquote(place), anchor


@pytest.mark.parametrize("path", files(".md"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(path: Path) -> None:
    for place, anchor in relative_links(path):
        target = path.parent / place if place else path
        assert target.exists(), f"{path.relative_to(ROOT)}: {place} does not exist"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(text_of(target)), f"{path.relative_to(ROOT)}: no #{anchor} in {place or 'this page'}"


def test_the_menu_of_the_site_names_pages_that_exist() -> None:
    named = re.findall(r": (\S+\.md)$", text_of(ROOT / "mkdocs.yml"), re.MULTILINE)
    assert named
    assert [name for name in named if not (DOCS / name).is_file()] == []


def test_every_page_is_in_the_menu_of_the_site() -> None:
    menu = text_of(ROOT / "mkdocs.yml")
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    assert [name for name in pages if name not in menu and not re.match(r"decisions/\d", name)] == []


# --- the two READMEs ---------------------------------------------------------------------------------------------


def command_lines(name: str) -> list[str]:
    """The commands of a page; what stands behind a # is said in the page's own language."""
    return [line.split("#")[0].rstrip() for block in fenced(text_of(ROOT / name), "bash") for line in block.splitlines() if line]


def test_both_readmes_list_the_same_commands() -> None:
    assert command_lines("README.md") == command_lines("README.zh-CN.md")


@pytest.mark.parametrize("path", files(".md"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_make_target_that_is_mentioned_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text_of(path), re.MULTILINE)) <= targets


def test_every_command_line_in_the_pages_is_one_that_the_program_has() -> None:
    known = {name: {opt for p in command.params for opt in p.opts} for name, command in commands(main)}
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "README.zh-CN.md"]:
        for line in "\n".join(fenced(text_of(path), "bash")).splitlines():
            words = line.partition("#")[0].split()
            if not words or words[0] != "dingdian":
                continue
            name = " ".join(words[:3]) if words[1] == "plan" else " ".join(words[:2])
            assert name in known, f"{path.name}: {line}"
            assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known[name], f"{path.name}: {line}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_python_example_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = fenced(text_of(ROOT / name), "python")
    exec(compile(example, name, "exec"), {})
    assert "refused True" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("name", ["access.md", "bed-need.md", "efficiency.md", "fund.md", "indicators.md", "monitor.md", "ranking.md", "space-library.md"])
def test_the_example_of_a_guide_prints_what_the_guide_says(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    guide = text_of(DOCS / "guides" / name)
    (example,), (printed,) = fenced(guide, "python"), fenced(guide, "text")
    exec(compile(example, name, "exec"), {})
    assert capsys.readouterr().out == printed


def test_the_example_pack_of_the_guide_is_whole_and_passes(tmp_path: Path) -> None:
    blocks = fenced(text_of(DOCS / "guides" / "write-a-pack.md"), "yaml")
    for name, block in zip(("plan.yaml", "tests.yaml"), blocks, strict=True):
        (tmp_path / name).write_text(block, encoding="utf-8")
    plan = load_plan(tmp_path)
    assert lint_pack(plan.path).problems == ()
    results = run_pack_tests(plan)
    assert [result.differences for result in results if not result.passed] == []
    assert [result.is_generated for result in results].count(False) == 1


# --- what must not be said ---------------------------------------------------------------------------------------

# Put together here, so that this file does not say them itself.
UNSAID = {
    "a folder beside the project": r"\.\./" + "shared",
    "the path of a machine": r"(?<![\w.~])/(?:" + "|".join(("work", "root", "home", "Users", "workspace")) + r")/",
    "the host of a package registry": "|".join((
        r"py" + r"pi\.org", r"python" + r"hosted\.org", r"npm" + r"js\.(?:org|com)", r"npm" + r"mirror\.com",
        r"\btu" + r"na\.", r"mirrors\.[a-z]+\.(?:com|edu|cn)", r"conda\." + r"anaconda\.org")),
}


@pytest.mark.parametrize("what", sorted(UNSAID))
def test_no_text_of_ours_names(what: str) -> None:
    suffixes = (".md", ".py", ".toml", ".yaml", ".yml", ".txt", ".sh", ".html", ".css", ".js", ".geojson", ".csv", "")
    unsaid = re.compile(UNSAID[what])
    found = [path.relative_to(ROOT).as_posix() for path in files(*suffixes) if unsaid.search(text_of(path))]
    assert found == []
