"""A siting as files: ``sites.csv``, ``sites.geojson``, ``site.json``, ``map.png``. Same siting, same bytes.

Writes these four names and touches nothing else of the folder. The picture and every feature say where data is invented.
"""

from __future__ import annotations

from pathlib import Path

from dingdian.canonical import dumps
from dingdian.city.model import City
from dingdian.loop.results import AnnualPlan, Gaps, Measures, Run
from dingdian.loop.site import Sited
from dingdian.plans.model import Plan
from dingdian.report import tables
from dingdian.report.imprint import Imprint
from dingdian.terms import Text


def write_site(sited: Sited, city: City, plan: Plan, directory: Path, *, lang: str = "zh") -> list[Path]:
    """Write a siting into a folder; the paths written, in order.

    Parameters
    ----------
    lang
        Language of the sentences in CSV; JSON carries both.

    Raises
    ------
    OSError
        When the folder cannot be made or written.
    """
    from dingdian.report.layers import geojson_bytes, layers
    from dingdian.report.mapping.scene import Scene
    from dingdian.report.mapping.site_sheet import site_png

    run = as_run(sited)
    imprint = Imprint(run, city, plan)
    scene = Scene(run, city, frozenset(sited.options.uncovered))
    suggested = next(layer for layer in layers(scene, imprint) if layer.name == "suggested_places")
    directory.mkdir(parents=True, exist_ok=True)
    files = {
        "sites.csv": tables.csv_bytes(tables.places(run, lang)), "sites.geojson": geojson_bytes(suggested),
        "site.json": dumps(sited.as_json()).encode("utf-8"), "map.png": site_png(scene, imprint),
    }
    for name, content in files.items():
        (directory / name).write_bytes(content)
    return [directory / name for name in files]


def as_run(sited: Sited) -> Run:
    """A run that holds nothing but the siting, so that map and layers draw it as they draw a whole run."""
    plan, city, day = sited.plan, sited.city, sited.date_on
    return Run(
        plan=plan, city=city, date_on=day, measures=Measures(plan=plan, city=city, date_on=day, rows=()),
        gaps=Gaps(plan=plan, city=city, date_on=day, rows=()), options=sited.options, rulings=(),
        annual_plan=AnnualPlan(year=day.year, targets=(), openings=(), merit=(), merit_method=Text("", "")))
