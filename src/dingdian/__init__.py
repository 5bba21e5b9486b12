"""dingdian (定点): makes a city's plan for designated medical-insurance providers executable.

Everything that users import stands here; each name is loaded when first used, so that the command line stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dingdian.version import __version__

if TYPE_CHECKING:
    from dingdian.city.model import City
    from dingdian.city.read import demo_ids, read_city
    from dingdian.loop.alerts import Alerts
    from dingdian.loop.compare import compare
    from dingdian.loop.decide import check
    from dingdian.loop.differ import diff_plans
    from dingdian.loop.justify import justify
    from dingdian.loop.measure import measure
    from dingdian.loop.monitor import monitor
    from dingdian.loop.reallocate import Reallocation, reallocate
    from dingdian.loop.replay import replay
    from dingdian.loop.results import Gaps, Measures, Ruling, Run
    from dingdian.loop.run import run
    from dingdian.loop.scenario import Scenario, scenario
    from dingdian.loop.simulate import Forward, simulate
    from dingdian.loop.site import Sited, site
    from dingdian.plans.load import load_plan, pack_ids
    from dingdian.plans.model import Plan
    from dingdian.problems import BadData, Problem

_HOME = {
    "Alerts": "loop.alerts", "BadData": "problems", "City": "city.model", "Forward": "loop.simulate", "Gaps": "loop.results", "Measures": "loop.results", "Plan": "plans.model",
    "Problem": "problems", "Ruling": "loop.results", "Run": "loop.results", "check": "loop.decide",
    "compare": "loop.compare", "demo_ids": "city.read", "diff_plans": "loop.differ", "justify": "loop.justify", "load_plan": "plans.load",
    "measure": "loop.measure", "monitor": "loop.monitor", "pack_ids": "plans.load", "read_city": "city.read", "replay": "loop.replay",
    "reallocate": "loop.reallocate", "Reallocation": "loop.reallocate",
    "run": "loop.run", "scenario": "loop.scenario", "Scenario": "loop.scenario", "simulate": "loop.simulate", "site": "loop.site", "Sited": "loop.site",
}

__all__ = [
    "Alerts", "BadData", "City", "Forward", "Gaps", "Measures", "Plan", "Problem", "Reallocation", "Ruling", "Run", "Scenario", "Sited", "__version__", "check", "compare",
    "demo_ids", "diff_plans", "justify", "load_plan", "measure", "monitor", "pack_ids", "read_city", "reallocate", "replay", "run", "scenario", "simulate", "site",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'dingdian' has no attribute {name!r}")
    return getattr(import_module(f"dingdian.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
