"""Builds the demo city: ``python demo/build.py [--out DIR]`` writes ``src/dingdian/city/demo/jinan-demo/``.

The same sources give the same bytes. It downloads nothing and refuses to write a city whose totals do not
add up.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from attrs import frozen

import capacity
import filing
import history
import money
import people
import providers
import sites
import streets
import writing
from common import TARGET


@frozen(eq=False)
class World:
    """Everything that was built, before it is written."""

    streets: streets.Streets
    people: people.People
    providers: pd.DataFrame
    tables: dict[str, pd.DataFrame]


BUILDER_COLUMNS = ["x", "y", "word", "public", "low_area", "high_area", "held"]


def build() -> World:
    roads = streets.load()
    folk = people.load(roads)
    registry = providers.load(folk, sites.prepare(roads, folk))
    bed_table = capacity.beds(registry, folk)
    pending, on_file = filing.build(roads, folk, registry, bed_table)
    tables = {
        "units": folk.units,
        "providers": registry.drop(columns=BUILDER_COLUMNS),
        "beds": bed_table,
        "staff": capacity.staff(registry, bed_table),
        "insured": folk.insured,
        "residents": folk.residents,
        "population": folk.population,
        "fund": money.fund(folk),
        "warnings": money.warnings(),
        "activity": capacity.activity(registry, bed_table),
        "releases": history.releases(registry, bed_table),
        "scores": capacity.scores(registry),
        "events": history.events(registry),
        "reference": history.reference(),
        "applications": pending,
        "facts": pd.concat([history.facts(registry), on_file], ignore_index=True),
        **streets.tables(roads),
    }
    return World(roads, folk, registry, tables)


def write(world: World, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in world.tables.items():
        writing.write_table(folder, name, frame)
    names = world.people.units.set_index("unit")["name"]
    writing.write_geojson(
        folder / "units.geojson",
        [
            ({"unit": unit, "name": str(names[unit])}, polygon)
            for unit, polygon in world.people.polygons.items()
        ],
    )
    writing.write_geojson(
        folder / "streets_extent.geojson",
        [
            ({"source": "© OpenStreetMap contributors, ODbL 1.0"}, streets.degrees_of(world.streets.extent)),
        ],
    )
    writing.write_city_yaml(folder / "city.yaml", list(world.tables))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=TARGET, help="folder to write (default: the shipped one)")
    folder = parser.parse_args().out
    write(build(), folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 1e6:.2f} MB in {len(list(folder.iterdir()))} files")


if __name__ == "__main__":
    main()
