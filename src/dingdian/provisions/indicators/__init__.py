"""Indicators that a plan's monitoring clauses watch: one module for each family, arrays from `methods`, counts from the ground.

A family yields rows of information: no norm, no verdict. Whose rows they are (which clause asks for them) is said by the provision
`indicator_set`. A figure of a group of which one member's part is missing is missing; the row says how many are known.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from dingdian.provisions.indicators.family import Family


def families() -> Mapping[str, Family]:
    """Every family by its code: each module of this package that has a ``FAMILY``."""
    found: dict[str, Family] = {}
    for module in pkgutil.iter_modules(__path__):
        family = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FAMILY", None)
        if family is None:
            continue
        if family.code in found:
            raise RuntimeError(f"indicator family {family.code} is defined twice")
        found[family.code] = family
    return dict(sorted(found.items()))
