"""调剂: which beds could change hands so that fewest lie outside the plan's norms, inside the plan's own limits."""

from __future__ import annotations

from dingdian.loop.reallocate.answer import Reallocation
from dingdian.loop.reallocate.ask import reallocate

__all__ = ["Reallocation", "reallocate"]
