"""Builds the demo cities: ``python demo/build.py [--city ID] [--out DIR]`` writes ``src/dingdian/city/demo/ID/``.

Jinan, the default, has streets and a builder of its own; the others are made by `towns` from one spec each.

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
import labels
import money
import people
import providers
import sites
import streets
import writing
from common import DEMO_CITIES
from towns import TOWNS, assemble


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
    writing.write_city_yaml(folder / "city.yaml", list(world.tables), labels.HEADING)


def build_jinan(folder: Path) -> None:
    write(build(), folder)


def build_town(city: str, folder: Path) -> None:
    assemble.write(assemble.build(TOWNS[city]), folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--city", choices=["jinan-demo", *TOWNS, "all"], default="jinan-demo")
    parser.add_argument("--out", type=Path, help="folder to write one city to (default: the shipped one)")
    asked = parser.parse_args()
    if asked.city == "all" and asked.out:
        parser.error("--out takes one city")
    for city in ["jinan-demo", *TOWNS] if asked.city == "all" else [asked.city]:
        folder = asked.out or DEMO_CITIES / city
        if city == "jinan-demo":
            build_jinan(folder)
        else:
            build_town(city, folder)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{folder}: {size / 1e6:.2f} MB in {len(list(folder.iterdir()))} files")


if __name__ == "__main__":
    main()
