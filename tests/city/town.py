"""A town as files: every table, polygons and streets, small enough to read and complete enough to break.

``write_town(folder, **tables)`` writes it with some files replaced (text), or left out (None).
"""

from __future__ import annotations

from pathlib import Path

FILES: dict[str, str] = {
    "city.yaml": """\
id: town
name: 某某市
pooling_area: "990100"
as_of: 2026-08-31
frame: wgs84
population_cell_m: 500
synthetic:
  providers: true
sources:
  - table: units
    source: 测试
    licence: CC0
""",
    "units.csv": """\
unit,name,level,parent,zone,resource_class,land_km2,built_up_km2,owner,valid_from,valid_to
990100,某某市,pooling_area,,,,,,,,
990101,甲区,district,990100,主城区,rich,80.5,40,local,,
990102,乙县,district,990100,,weak,300,12.25,local,2001-01-01,
990190,新城功能区,zone,990100,,,,,,,
990101001,甲街道,township,990101,,,,,,,
""",
    "providers.csv": """\
provider,name,kind,level,provider_class,specialties,ownership,tags,unit,counts_in,campus_of,lon,lat,frame,\
accuracy_m,licensed_on,opened_on,status,designated_on,floor_area_m2,uscc
P1,第一医院,general_hospital,tertiary,inpatient,general;tcm,public,,990101,,,117.01,36.61,,10,2001-02-03,2001-03-04,\
designated,2002-01-01,20000,91110000600037341L
P2,第二医院,general_hospital,secondary,inpatient,general,public,key_project,990102,,,117.11,36.61,,,,,designated,,,
P3,甲诊所,clinic,ungraded,outpatient_pooling,,private,,990101001,,,117.02,36.62,,5,,,designated,2020-05-06,120.5,
P4,甲药店,pharmacy,,pharmacy,,private,dual_channel,990101,,,117.03,36.62,,5,,,trial,,,
P5,新城药店,pharmacy,,pharmacy,,private,,990190,,,117.16,36.63,,5,,,coaching,,,
P6,第一医院东院,general_hospital,tertiary,inpatient,,public,,990102,990101,P1,117.12,36.62,,5,,,designated,,,
""",
    "beds.csv": """\
provider,as_of,specialty,approved,open,insured_beds,ltc
P1,2024-12-31,all,500,520,480,0
P1,2025-12-31,all,510,530,490,0
P1,2026-06-30,all,520,540,500,0
P2,2025-12-31,general,60,60,50,0
P2,2025-12-31,psychiatric,40,40,35,5
""",
    "staff.csv": """\
provider,as_of,role,count
P1,2025-12-31,insured_doctor,300
P1,2026-06-30,insured_doctor,310
P1,2025-12-31,nurse,600
""",
    "insured.csv": """\
unit,year,scheme,age_band,persons
990101,2025,employee,all,200000
990101,2025,resident,all,300000
990102,2025,employee,0-59,60000
990102,2025,employee,60+,20000
990102,2025,resident,all,220000
990101,2024,employee,all,190000
990101,2024,resident,all,310000
990102,2024,employee,all,79000
990102,2024,resident,all,221000
""",
    "residents.csv": """\
unit,year,age_band,persons
990101,2020,all,520000
990102,2020,0-14,50000
990102,2020,15+,260000
""",
    "population.csv": """\
cell,lon,lat,frame,persons,basis
c1,117.01,36.61,,1000,resident
c2,117.02,36.62,,2500.5,resident
c3,117.11,36.61,,700,resident
""",
    "fund.csv": """\
unit,year,scheme,income,expenditure,closing_balance,forecast_income,through
990100,2025,employee,1000000.10,900000.05,500000,,
990100,2025,resident,800000,810000,100000,,
990100,2026,employee,600000,500000,600000,1200000,2026-07-31
""",
    "warnings.csv": """\
unit,issued_on,reference,lifted_on
990102,2026-03-01,某医保函〔2026〕3号,
990101,2025-03-01,某医保函〔2025〕1号,2025-09-01
""",
    "activity.csv": """\
provider,year,discharges,bed_days,visits,inpatient_cost,in_policy_rate,case_mix
P1,2025,20000,150000,300000,180000000.55,0.85,1.02
P2,2025,3000,21000,40000,15000000,0.9,
""",
    "releases.csv": """\
release,provider,unit,provider_class,level,effective_on,reason,beds,places,exempt
R1,P2,990102,inpatient,secondary,2026-02-01,licensed_bed_cut,20,,否
R2,,990101,pharmacy,,2026-03-01,voluntary_exit,,1,true
""",
    "scores.csv": """\
provider,year,score,max_score
P3,2025,88.5,100
P4,2025,59,100
""",
    "events.csv": """\
event,provider,happened_on,type,severity,reference
E1,P4,2026-01-02,breach,minor,某医保罚〔2026〕1号
""",
    "reference.csv": """\
key,year,value,unit_of_measure,source
national_beds_per_1000_residents,2023,7.23,beds per 1000,卫生健康统计公报
""",
    "applications.csv": """\
application,provider,action,applied_on,beds,from_lon,from_lat,from_unit,grounds,documents,name,kind,provider_class,\
unit,lon,lat
A1,,designate,2026-08-01,,,,,,,乙药店,pharmacy,pharmacy,990101,117.04,36.63
A2,P3,relocate,2026-08-02,,117.02,36.62,990101001,,,,,,990102,117.13,36.64
A3,P1,add_beds,2026-08-03,30,,,,,,,,,,,
""",
    "facts.csv": """\
subject,key,as_of,value,source
pharmacy,supply_demand,2025-12-31,surplus,年度报告
pharmacy,supply_demand,2026-06-30,balanced,半年报告
990101,density,2026-01-01,dense,公告
""",
    "network_nodes.csv": """\
node,lon,lat
n1,117.01,36.61
n2,117.02,36.61
n3,117.02,36.62
""",
    "network_edges.csv": """\
edge,u,v,length_m,walkable,oneway
e1,n1,n2,894.2,true,false
e2,n2,n3,1109.7,是,否
""",
    "units.geojson": """\
{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"unit": "990101"}, "geometry": {"type": "Polygon", "coordinates":
 [[[117.0, 36.6], [117.1, 36.6], [117.1, 36.7], [117.0, 36.7], [117.0, 36.6]]]}},
{"type": "Feature", "properties": {"unit": "990102"}, "geometry": {"type": "MultiPolygon", "coordinates":
 [[[[117.1, 36.6], [117.2, 36.6], [117.2, 36.7], [117.1, 36.7], [117.1, 36.6]]]]}}
]}
""",
    "streets_extent.geojson": """\
{"type": "Polygon", "coordinates": [[[117.0, 36.6], [117.05, 36.6], [117.05, 36.65], [117.0, 36.65], [117.0, 36.6]]]}
""",
}


def write_town(folder: Path, **replaced: str | None) -> Path:
    """The town in ``folder``; ``units="…"`` replaces ``units.csv``, ``population=None`` leaves it out.

    Other files are named with ``__`` for the dot: ``city__yaml``, ``units__geojson``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str | None] = dict(FILES)
    for name, text in replaced.items():
        files[name.replace("__", ".") if "__" in name else f"{name}.csv"] = text
    for name, text in files.items():
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def swapped(name: str, old: str, new: str) -> str:
    """A file of the town with one text exchanged (which must be there)."""
    text = FILES[name]
    assert old in text, (name, old)
    return text.replace(old, new, 1)


def added(name: str, *lines: str) -> str:
    """A file of the town with lines at its end."""
    return FILES[name] + "\n".join(lines) + "\n"
