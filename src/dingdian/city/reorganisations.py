"""Districts that were renamed, merged or recoded: the table ``data/reorganisations.csv`` and one question
about it.

Holds only changes in the cities that the shipped plans speak of, each with its source; it maps nothing by
itself.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

from attrs import frozen


@frozen
class Reorganisation:
    """One district before and after; several successors are separated by ``;``."""

    old_code: str
    old_name: str
    new_code: str
    new_name: str
    city: str
    year: int
    source: str


@lru_cache(maxsize=1)
def reorganisations() -> tuple[Reorganisation, ...]:
    """Every change on file."""
    text = resources.files("dingdian.city").joinpath("data/reorganisations.csv").read_text(encoding="utf-8")
    return tuple(
        Reorganisation(**{**row, "year": int(row["year"])})  # type: ignore[arg-type]
        for row in csv.DictReader(text.splitlines())
    )


def outdated(code: str, name: str, year: int) -> Reorganisation | None:
    """The change that has overtaken a unit by ``year``: its code is an old one, or a new code still has the
    old name.
    """
    for change in reorganisations():
        renamed = name == change.old_name != change.new_name and code[:4] in (change.old_code[:4], change.new_code[:4])
        if change.year <= year and (code == change.old_code or renamed):
            return change
    return None
