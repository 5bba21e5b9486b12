"""Demo cities without streets, one spec each: their ids and specs."""

from __future__ import annotations

from towns.shaoxing import SHAOXING
from towns.shenyang import SHENYANG
from towns.spec import Town
from towns.wuhu import WUHU
from towns.xinjiang import XINJIANG

TOWNS: dict[str, Town] = {town.id: town for town in (WUHU, SHENYANG, SHAOXING, XINJIANG)}
