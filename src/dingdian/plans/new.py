"""A new pack to start from: a template with marked places to fill in, or a copy of a pack under another id.

Writes into a folder that does not exist or is empty, and nowhere else. What it writes loads, and its tests pass.
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from dingdian.plans.load import find_pack, load_plan
from dingdian.plans.yaml_text import scalar
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

FILES = ("plan.yaml", "tests.yaml", "README.md")
_ID = re.compile(r"^id:.*$", re.MULTILINE)
_USABLE = re.compile(r"[\w.-]+")


def template_ids() -> tuple[str, ...]:
    """Names of the templates."""
    root = resources.files("dingdian.plans") / "templates"
    return tuple(sorted(folder.name for folder in root.iterdir() if (folder / "plan.yaml").is_file()))


def new_pack(folder: Path, *, id: str = "", template: str = "pharmacies", base: str | Path = "") -> tuple[Path, ...]:
    """A pack in ``folder``; the files written.

    Parameters
    ----------
    id
        The pack's id; the folder's name when left out.
    base
        A pack (id or folder) to copy instead of a template.

    Raises
    ------
    BadData
        When the folder is in use, the id cannot be one, or template or pack do not exist.
    """
    name = id or folder.resolve().name
    problems = [*_in_use(folder), *_bad_id(name), *([] if base else _no_template(template))]
    if problems:
        raise BadData(problems)
    if base:
        load_plan(base)  # a copy of what does not load would be no start
    source = find_pack(base) if base else Path(str(resources.files("dingdian.plans") / "templates" / template))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for file in FILES:
        if (source / file).is_file():
            text = (source / file).read_text(encoding="utf-8-sig")
            (folder / file).write_text(_named(text, name) if file == "plan.yaml" else text, encoding="utf-8")
            written.append(folder / file)
    return tuple(written)


def _named(text: str, name: str) -> str:
    """The text of a pack under another id; everything else, comments included, stays as it is."""
    return _ID.sub(lambda match: f"id: {scalar(name)}", text, count=1)


def _in_use(folder: Path) -> list[Problem]:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return []
    what = Text("文件夹不是空的", "the folder is not empty") if folder.is_dir() else Text("这是一个文件", "this is a file")
    return [_problem("folder_in_use", folder, str(folder), what, Text("换一个文件夹", "use another folder"))]


def _bad_id(name: str) -> list[Problem]:
    if _USABLE.fullmatch(name):
        return []
    return [_problem("bad_id", Path("--id"), name, Text("不能用作标识", "cannot be an id"),
                     Text("用字母、数字、连字符，如 mycity-2026", "use letters, digits and hyphens, such as mycity-2026"))]


def _no_template(template: str) -> list[Problem]:
    known = template_ids()
    if template in known:
        return []
    return [_problem("unknown_template", Path("--template"), template, Text("没有这个样板", "no such template"),
                     Text(f"可用：{'、'.join(known)}", f"one of: {', '.join(known)}"))]


def _problem(code: str, file: Path, value: str, message: Text, remedy: Text) -> Problem:
    return Problem(code=code, file=str(file), table="plan", value=value, message=message, remedy=remedy)
