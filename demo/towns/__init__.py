"""Demo cities without streets, one spec each: their ids and specs."""

from __future__ import annotations

from towns.spec import Town
from towns.wuhu import WUHU

TOWNS: dict[str, Town] = {town.id: town for town in (WUHU,)}
