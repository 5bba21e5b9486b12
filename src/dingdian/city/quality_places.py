"""Checks on where providers are: on each other, outside their unit, swapped, at zero, or in another frame
than declared.

Distances are metres on the ellipsoid. Going back from GCJ-02 or BD-09 is done here only to ask which frame
explains the points best; nothing that is measured or written uses it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dingdian.city.model import City
from dingdian.city.quality_rows import Advice, Check, QualityRow, codes_where
from dingdian.space.frames import convert
from dingdian.space.neighbours import Sites
from dingdian.space.plane import geodesic_decimetres
from dingdian.terms import FRAMES, Text

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SAME_PLACE_M = 5.0

# Points that another frame must put right before it is worth a remark: some, and a share of all.
_FRAME_GAIN = 3
_FRAME_SHARE = 0.002

_NOWHERE = Advice(
    check="no_coordinates", table="providers",
    why=Text("没有坐标的机构不参与距离、饱和度和覆盖率计算",
             "distances, saturation and coverage pass over it"),
    remedy=Text("补充坐标，或确认地址后地理编码", "add coordinates, or geocode the confirmed address"),
)


def _without_coordinates(city: City) -> Iterator[QualityRow]:
    providers = city.tables["providers"]
    found = codes_where(providers, "provider", providers["lon"].isna())
    if found:
        yield _NOWHERE.row(Text(f"{len(found)} 家机构没有坐标",
                                f"{len(found)} providers have no coordinates"), found)


_ZERO = Advice(
    check="at_zero", table="providers",
    why=Text("(0, 0) 是定位失败的占位值", "(0, 0) is what a failed geocoder leaves"),
    remedy=Text("删去或补正坐标", "delete or correct the coordinates"),
)
_SWAPPED = Advice(
    check="lon_lat_swapped", table="providers",
    why=Text("经纬度互换的点不在中国", "with longitude and latitude exchanged the point is not in China"),
    remedy=Text("对调两列", "exchange the two columns"),
)


def _impossible_places(city: City) -> Iterator[QualityRow]:
    providers = city.tables["providers"]
    lon, lat = city.located("providers")
    zero = (np.abs(lon) < 0.01) & (np.abs(lat) < 0.01)
    if zero.any():
        found = codes_where(providers, "provider", zero)
        yield _ZERO.row(Text(f"{len(found)} 家机构坐标为 (0, 0)",
                             f"{len(found)} providers are at (0, 0)"), found)
    swapped = (lon > 3) & (lon < 54) & (lat > 73)
    if swapped.any():
        found = codes_where(providers, "provider", swapped)
        yield _SWAPPED.row(Text(f"{len(found)} 家机构经纬度疑似互换",
                                f"{len(found)} providers seem to have longitude and latitude exchanged"), found)


_DUPLICATES = Advice(
    check="same_place", table="providers",
    why=Text("同类机构相距 5 米以内，多为重复登记，会使机构数和饱和度虚高",
             "two of one class within 5 m are mostly one provider entered twice: counts and saturation rise"),
    remedy=Text("核对名称和证照；重复的合并，同楼多家的保留",
                "compare names and licences; merge, or keep if real"),
)


def _same_place(city: City) -> Iterator[QualityRow]:
    providers = city.tables["providers"]
    lon, lat = city.located("providers")
    known = np.flatnonzero(np.isfinite(lon) & providers["provider_class"].notna().to_numpy(dtype=bool))
    pairs = Sites(lon[known], lat[known]).within(lon[known], lat[known], SAME_PLACE_M)
    first, second = known[pairs.source], known[pairs.target]
    classes = providers["provider_class"].to_numpy(dtype=object)
    same = (first < second) & (classes[first] == classes[second])
    if same.any():
        codes = providers["provider"].to_numpy(dtype=object)
        found = [f"{codes[a]}+{codes[b]}" for a, b in zip(first[same], second[same])]
        yield _DUPLICATES.row(Text(f"{len(found)} 对同类机构相距不超过 5 米",
                                   f"{len(found)} pairs of one class stand within 5 m"), found)


_OUTSIDE = Advice(
    check="outside_unit", table="providers",
    why=Text("按单元计数与按位置测距会用到不同地方",
             "counts go by the unit, distances by the point: they disagree"),
    remedy=Text("核对坐标、坐标系和所属单元；边界附近数十米可忽略",
                "check coordinates, frame and unit; some tens of metres at a border do not matter"),
)


def _outside_unit(city: City) -> Iterator[QualityRow]:
    providers = city.tables["providers"]
    lon, lat = city.located("providers")
    polygon_of = _polygon_of_unit(city)
    if not polygon_of:
        yield _OUTSIDE.undetermined(Text("没有单元边界（units.geojson）",
                                         "there are no polygons (units.geojson)"))
        return
    known, inside = _inside_own_unit(providers["unit"], lon, lat, polygon_of)
    outside = np.flatnonzero(known & ~inside)
    unchecked = int((np.isfinite(lon) & ~known).sum())
    if unchecked:
        yield _OUTSIDE.row(Text(f"{unchecked} 家机构的单元没有边界，无法核对位置",
                                f"the units of {unchecked} providers have no polygon to check against"),
                           (), severity="undetermined", count=unchecked)
    if len(outside):
        metres = [_metres_to(polygon_of[str(providers["unit"].iloc[i])], lon[i], lat[i]) for i in outside]
        order = np.argsort(-np.array(metres), kind="stable")
        found = [f"{providers['provider'].iloc[outside[i]]} ({metres[i]:.0f} m)" for i in order]
        yield _OUTSIDE.row(Text(f"{len(outside)} 家机构在所属单元边界之外，最远 {max(metres):.0f} 米",
                                f"{len(outside)} providers are outside their unit, the farthest by {max(metres):.0f} m"),
                           found)


_FRAME = Advice(
    check="wrong_frame", table="providers",
    why=Text("坐标系弄错会使点整体偏移 250 米至 1.4 千米，超过 800 米规则本身",
             "a wrong frame moves every point by 250 m to 1.4 km, more than the 800 m rule itself"),
    remedy=Text("向数据提供方确认坐标系，改正“坐标系”列",
                "ask where the points come from and correct the column frame"),
)


def _wrong_frame(city: City) -> Iterator[QualityRow]:
    """Which declared frame would put most points inside their own unit: evidence, not proof."""
    providers = city.tables["providers"]
    polygon_of = _polygon_of_unit(city)
    if not polygon_of:
        yield _FRAME.undetermined(Text("没有单元边界，无法核对坐标系",
                                       "there are no polygons to check the frame with"))
        return
    declared = providers["frame"].fillna(city.meta.frame)
    for frame in sorted(set(declared)):
        rows = np.flatnonzero(declared.eq(frame).to_numpy(dtype=bool) & providers["lon"].notna().to_numpy(dtype=bool))
        yield from _frame_evidence(city, providers.iloc[rows], str(frame), polygon_of)


def _frame_evidence(
    city: City, rows: pd.DataFrame, declared: str, polygon_of: dict[str, BaseGeometry]
) -> Iterator[QualityRow]:
    x, y = rows["lon"].to_numpy(dtype=float), rows["lat"].to_numpy(dtype=float)
    inside: dict[str, Mask] = {}
    for frame in ("wgs84", "gcj02", "bd09"):
        lon, lat = convert(x, y, frame, city.meta.frame)
        known, within = _inside_own_unit(rows["unit"], lon, lat, polygon_of)
        inside[frame] = known & within
    stated = "wgs84" if declared == "cgcs2000" else declared
    counts = {frame: int(mask.sum()) for frame, mask in inside.items()}
    best = max(counts, key=lambda frame: counts[frame])
    gain = counts[best] - counts[stated]
    if gain <= max(_FRAME_GAIN, _FRAME_SHARE * len(rows)):
        return
    shown = "，".join(f"{FRAMES.label(frame)} {count}" for frame, count in counts.items())
    found = codes_where(rows, "provider", inside[best] & ~inside[stated])
    yield _FRAME.row(Text(
        f"声明为 {FRAMES.label(declared)} 的 {len(rows)} 个点，按各坐标系落在本单元内的个数：{shown}；更像 {FRAMES.label(best)}",
        f"of {len(rows)} points declared {declared}, inside their own unit by frame: "
        f"{', '.join(f'{k} {v}' for k, v in counts.items())}; they look like {best}"), found)


# --- polygons ----------------------------------------------------------------------------------------------

def _polygon_of_unit(city: City) -> dict[str, BaseGeometry]:
    """Unit → its polygon or that of the nearest unit above that is not the whole pooling area."""
    units = city.tables["units"]
    parent = {str(u): None if pd.isna(p) else str(p) for u, p in zip(units["unit"], units["parent"])}
    found: dict[str, BaseGeometry] = {}
    for unit in parent:
        at: str | None = unit
        while at is not None and at not in city.polygons:
            at = parent.get(at)
        if at is not None and (at != city.meta.pooling_area or unit == at):
            found[unit] = city.polygons[at]
    return found


def _inside_own_unit(
    units: pd.Series[str], lon: Floats, lat: Floats, polygon_of: dict[str, BaseGeometry]
) -> tuple[Mask, Mask]:
    """For each point: whether its unit has a polygon, and whether it lies in it."""
    known, inside = np.zeros(len(lon), dtype=bool), np.zeros(len(lon), dtype=bool)
    codes = units.astype(object).to_numpy()
    for unit in sorted({str(code) for code in codes if code in polygon_of}):
        rows = np.flatnonzero((codes == unit) & np.isfinite(lon))
        shapely.prepare(polygon_of[unit])
        known[rows] = True
        inside[rows] = shapely.intersects_xy(polygon_of[unit], lon[rows], lat[rows])
    return known, inside


def _metres_to(polygon: BaseGeometry, lon: float, lat: float) -> float:
    """Metres from a point to the nearest place of a polygon, found in degrees scaled at its latitude."""
    stretch = np.array([np.cos(np.radians(lat)), 1.0])
    flat = shapely.transform(polygon, lambda points: points * stretch)
    line = shapely.shortest_line(shapely.Point(lon * stretch[0], lat), flat)
    near = shapely.get_coordinates(line)[1] / stretch
    return float(geodesic_decimetres(lon, lat, near[0], near[1])) / 10


PLACE_CHECKS: tuple[Check, ...] = (
    _without_coordinates, _impossible_places, _same_place, _outside_unit, _wrong_frame,
)
