"""情景: what a city would look like under its plan if some things were otherwise, with every indicator before and after."""

from __future__ import annotations

from dingdian.loop.scenario.ask import scenario
from dingdian.loop.scenario.outcome import Scenario

__all__ = ["Scenario", "scenario"]
