"""At most so many providers within a radius: the saturation gate of pharmacies.

Counts the designated providers within the radius of the applicant's door plus the applicant. A place whose distances are in
doubt is judged only where the doubt does not matter. Where the density class of the place is unknown, the verdict stands
only if every class gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from attrs import evolve, frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Input, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.nearby import (
    DOUBT,
    Tally,
    admitted_near,
    among,
    names_of,
    no_place,
    tally,
    widest_error_m,
)
from dingdian.terms import DENSITIES, PROVIDER_CLASSES, Text

UNKNOWN_AREA = Text("密度类别未知的区域", "an area of unknown density")
STRAIGHT, WALKING = "straight_line", "walking"
APPLICANT, EVERY = "applicant", "every_circle"


@frozen(kw_only=True)
class Density:
    """The density class of a place and how it was found; ``name`` empty when nothing tells."""

    name: str
    evidence: Mapping[str, Any]


@frozen(kw_only=True)
class Circle:
    """An existing provider's circle with the applicant in it: how many it would hold, and whether that is too many.

    ``verdict`` fails or is undetermined; ``cap`` is the smallest that may apply.
    """

    provider: str
    count: int
    cap: int
    verdict: str
    density: str


@kind_of_provision
@frozen(kw_only=True)
class RadiusCap(Provision):
    """No more than a cap, by density class, of designated providers within a radius, the applicant included."""

    kind: ClassVar[str] = "radius_cap"
    title: ClassVar[Text] = Text("服务半径饱和度", "saturation within a radius")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "place"
    fact_keys: ClassVar = {"density": Text("申请地或格网的人口密度类别（dense/other）", "published density class of a place or cell")}
    slots: ClassVar = {
        "distance": Slot(Text("半径如何量", "how the radius is measured"), {
            STRAIGHT: Text("直线距离", "straight line"), WALKING: Text("沿路网步行距离", "walking along the streets"),
        }),
        "density": Slot(
            Text("“人口高度密集”如何认定", "what very dense means"),
            {"percentile": Text("公布的类别优先；否则按有人格网人口密度的分位数", "the published class, else a percentile of populated cells"),
             "high_percentile": Text("同上，分位数更高", "the same with a higher percentile")},
            {"percentile": ("percentile",), "high_percentile": ("percentile",)},
        ),
        "centre": Slot(Text("以谁为圆心", "whose circle counts"), {
            APPLICANT: Text("以申请机构为圆心，含其自身", "the applicant's, itself included"),
            EVERY: Text("同时不得使已有药店的圆超过上限", "also no existing provider's circle may come to exceed its cap"),
        }),
        "doubt": DOUBT,
    }

    radius_m: Decimal = fields.number("半径", "radius", unit="米", minimum="0")
    caps: Mapping[str, Decimal] = fields.numbers_by(DENSITIES, "上限", "caps", unit="家")
    counts: tuple[str, ...] = fields.code_list(PROVIDER_CLASSES, "计数的类别", "classes counted")

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        lacking = [name for name in DENSITIES if name not in self.caps]
        if lacking:
            yield (("caps",), Text(f"缺少 {'、'.join(lacking)} 的上限", f"no cap for {', '.join(lacking)}"),
                   Text("每种密度类别各写一个上限", "state one for each density class"))
        if not self.counts:
            yield (("counts",), Text("没有指明计数的类别", "no class is named to be counted"),
                   Text("至少写一个类别", "name at least one class"))

    # --- one case ------------------------------------------------------------------------------------------------

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        if case.lon is None or case.lat is None:
            return undetermined([no_place(case)])
        choices = ground.choices(self)
        near = self._near(case, ground, choices)
        if near is None:
            return undetermined([_no_streets(case)], readings=choices.used)
        counted = tally(case, near, self.radius_m, choices["doubt"])
        density = self.density_at(case, ground, choices)
        circles = self._circles_over(case, ground, choices, counted)
        # Whose circle counts is looked at only where another's would be over: elsewhere the answer cannot matter.
        every = bool(circles) and choices["centre"].option == EVERY
        said = self._judgement(case, ground, choices, counted, density, circles)
        if every and said.status != FAILS:
            return self._by_circle(ground, said, circles)
        return said

    def _near(self, case: Case, ground: Ground, choices: Choices) -> list[Any] | None:
        assert case.lon is not None
        assert case.lat is not None
        reach = float(self.radius_m) + widest_error_m(case, ground, choices["doubt"])
        walking = choices["distance"].option == WALKING
        found = ground.places.walking(case.lon, case.lat, reach) if walking else ground.places.straight(case.lon, case.lat, reach)
        if found is None:
            return None
        near = among(ground, case, found, self.counted_codes(ground))
        near += admitted_near(ground, case, Decimal(str(reach)), frozenset(self.counts))
        return sorted(near, key=lambda n: (n.distance_m, n.provider))

    def counted_codes(self, ground: Ground) -> frozenset[str]:
        """Providers that fill a circle."""
        def compute() -> frozenset[str]:
            stock = ground.stock
            return frozenset(stock["provider"][stock["provider_class"].isin(self.counts)])

        found: frozenset[str] = ground.remember(("counted", self.id), compute)
        return found

    def density_at(self, case: Case, ground: Ground, choices: Choices) -> Density:
        """The published class of the case's place, or the one that the population grid gives."""
        assert case.lon is not None
        assert case.lat is not None
        # What is published of a provider is said of the place where it stands, not of the one that it moves to.
        subjects = (case.application,) if case.action in ("relocate", "branch") else case.subjects
        return self._density(ground, choices, subjects, case.lon, case.lat)

    def _density(self, ground: Ground, choices: Choices, subjects: tuple[str, ...], lon: float, lat: float) -> Density:
        cell = ground.places.cell_at(lon, lat)
        for subject in (*subjects, *(() if cell is None else (cell,))):
            fact = ground.snapshot.fact(subject, "density")
            if fact is not None and fact.value in DENSITIES:
                return Density(name=fact.value, evidence={"class": fact.value, "source": fact.source, "as_of": fact.as_of})
        return self._modelled(ground, choices, ground.places.density(lon, lat))

    def _modelled(self, ground: Ground, choices: Choices, persons_per_km2: Decimal | None) -> Density:
        threshold = self._threshold(ground, choices)
        if threshold is None or persons_per_km2 is None:
            return Density(name="", evidence={"class": None, "source": "population"})
        name = "dense" if persons_per_km2 >= threshold else "other"
        return Density(name=name, evidence={
            "class": name, "persons_per_km2": persons_per_km2, "threshold_per_km2": threshold, "source": "population",
            "percentile": choices["density"]["percentile"],
        })

    def _threshold(self, ground: Ground, choices: Choices) -> Decimal | None:
        percentile = choices["density"]["percentile"]
        found: Decimal | None = ground.remember(
            ("density", percentile), lambda: ground.places.density_threshold(percentile))
        return found

    def _circles_over(self, case: Case, ground: Ground, choices: Choices, counted: Tally) -> list[Circle]:
        """Circles of those near the applicant (admitted applications too) that would, or may, exceed their cap with it."""
        found = []
        for row in counted.rows:
            place = self._place(ground, row["provider"])
            if place is None:
                continue
            count = self._in_circle(case, ground, place) + 1
            density = self._density(ground, choices, (row["provider"],), *place).name
            caps = [int(self.caps[name]) for name in ([density] if density else self.caps)]
            if count > min(caps):
                sure = row["inside"] == "yes" and count > max(caps)
                found.append(Circle(provider=row["provider"], count=count, cap=min(caps), density=density,
                                    verdict=FAILS if sure else UNDETERMINED))
        return found

    def _place(self, ground: Ground, code: str) -> tuple[float, float] | None:
        """Where a counted provider stands, or an application admitted before this one."""
        if code in ground.places.row_of:
            row = ground.places.located.iloc[ground.places.row_of[code]]
            return float(row["lon"]), float(row["lat"])
        other = next((c for c in ground.admitted_counted if c.application == code), None)
        return None if other is None or other.lon is None or other.lat is None else (other.lon, other.lat)

    def _in_circle(self, case: Case, ground: Ground, place: tuple[float, float]) -> int:
        """Counted providers and admitted applications within the radius of a place, by the stated coordinates."""
        held = among(ground, case, ground.places.straight(*place, float(self.radius_m)), self.counted_codes(ground))
        admitted = [c for c in ground.admitted_counted if c.provider_class in self.counts and c.application != case.application
                    and c.lon is not None and c.lat is not None
                    and ground.places.apart(*place, c.lon, c.lat) <= self.radius_m]
        return len(held) + len(admitted)

    def _by_circle(self, ground: Ground, said: Judgement, circles: list[Circle]) -> Judgement:
        """The judgement where another's circle decides: it would be over, or nobody can tell."""
        worst = next((c for c in circles if c.verdict == FAILS), circles[0])
        name = ground.snapshot.provider_names.get(worst.provider, worst.provider)
        verb = Text("将达", "would hold") if worst.verdict == FAILS else Text("可能达到", "may come to hold")
        place = Text(DENSITIES.label(worst.density) + "区域", DENSITIES.label(worst.density, "en")) if worst.density else UNKNOWN_AREA
        missing = [*said.missing]
        if worst.verdict == UNDETERMINED and not worst.density:
            missing.append(Missing(table="population", subject=worst.provider, column="persons", phrase=Text(
                f"缺少 {worst.provider} 所在地的人口密度类别", f"the density class around {worst.provider} is missing")))
        return evolve(
            said, status=worst.verdict, value=worst.count, threshold=worst.cap, margin=worst.cap - worst.count,
            missing=tuple(missing), would_change=(),
            sentence=Text(
                f"纳入本申请后，{name}的 {show(self.radius_m)} 米半径内{verb.zh} {worst.count} 家，超过{place.zh}上限 {worst.cap} 家。",
                f"With this one, the {show(self.radius_m)} m around {name} {verb.en} {worst.count}, above the cap of {worst.cap} "
                f"(density: {place.en})."),
        )

    def _verdict(self, counted: Tally, density: Density) -> tuple[str, int]:
        names = [density.name] if density.name else list(self.caps)
        verdicts = {counted.against(int(self.caps[name]) - 1) for name in names}
        verdict = verdicts.pop() if len(verdicts) == 1 else UNDETERMINED
        return verdict, min(int(self.caps[name]) for name in names)

    def _judgement(
        self, case: Case, ground: Ground, choices: Choices, counted: Tally, density: Density, circles: list[Circle]
    ) -> Judgement:
        verdict, cap = self._verdict(counted, density)
        value = counted.nominal + 1
        place_zh = DENSITIES.label(density.name) + "区域" if density.name else UNKNOWN_AREA.zh
        place_en = f"density: {DENSITIES.label(density.name, 'en')}" if density.name else UNKNOWN_AREA.en
        radius = show(self.radius_m)
        what = PROVIDER_CLASSES[self.counts[0]].name
        verb = {HOLDS: Text("未超过", "not above"), FAILS: Text("超过", "above"),
                UNDETERMINED: Text("因距离或密度存在疑问，暂不能确定是否超过", "not certain to be within")}[verdict]
        missing = self._doubts(case, counted, density) if verdict == UNDETERMINED else ()
        unlocated = self._unlocated(ground, case.district) if case.district else 0
        aside = Text(f"（该区县另有 {unlocated} 家没有坐标，未计入）", f" ({unlocated} more of the district have no coordinates and are not counted)"
                     ) if unlocated else Text("", "")
        return Judgement(
            status=verdict, value=value, operator="<=", threshold=cap, margin=cap - value, unit_of_measure="provider",
            readings=choices.used, missing=missing, as_of=ground.snapshot.city.meta.as_of,
            sentence=Text(
                f"{radius} 米半径内已有定点{what.zh} {counted.nominal} 家，加上本申请为 {value} 家，{verb.zh}{place_zh}上限 {cap} 家{aside.zh}。",
                f"{counted.nominal} designated {what.en} providers within {radius} m plus this one make {value}, "
                f"{verb.en} the cap of {cap} ({place_en}){aside.en}.",
            ),
            evidence={
                "without_coordinates_in_district": unlocated,
                "radius_m": self.radius_m, "distance": choices["distance"].option, "centre": choices["centre"].option,
                "counted_surely": counted.sure, "counted": counted.nominal, "counted_possibly": counted.possible,
                "neighbours": list(counted.rows), "density": dict(density.evidence),
                "circles_over_cap_after": [circle.provider for circle in circles], "formula": "designated within radius + applicant <= cap",
            },
            would_change=() if verdict == HOLDS else self._change(ground, counted, cap),
        )

    def _doubts(self, case: Case, counted: Tally, density: Density) -> tuple[Missing, ...]:
        found = []
        if not density.name:
            found.append(Missing(table="facts", subject=case.application, column="density", phrase=Text(
                "缺少申请地人口密度类别（facts.density 或人口格网）", "the density class of the place is missing")))
        for row in counted.rows:
            if row["inside"] == "doubtful":
                found.append(Missing(table="providers", subject=row["provider"], column="accuracy_m", phrase=Text(
                    f"与 {row['provider']} 的距离 {row['distance_m']} 米在 {show(self.radius_m)} 米误差带内，需实测",
                    f"the distance to {row['provider']}, {row['distance_m']} m, is within its error of {show(self.radius_m)} m: "
                    "measure it on site")))
        return tuple(found)

    def _change(self, ground: Ground, counted: Tally, cap: int) -> tuple[Text, ...]:
        """How far the farthest of the surplus neighbours is from being outside."""
        inside = sorted((row for row in counted.rows if row["inside"] == "yes"), key=lambda row: row["distance_m"])
        surplus = counted.nominal + 1 - cap
        if surplus <= 0 or surplus > len(inside):
            return ()
        row = inside[-surplus]
        short = self.radius_m - row["distance_m"]
        name = names_of(ground, [row])[0]
        which = "最远的一家" if surplus == 1 else f"由远及近第 {surplus} 家"
        return (Text(
            f"半径内{which}（{name}）相距 {row['distance_m']} 米，还差 {show(short)} 米才在半径之外；或半径内退出 {surplus} 家",
            f"{name} is {row['distance_m']} m away, {show(short)} m short of being outside the radius; or {surplus} exits",
        ),)

    # --- the whole city ------------------------------------------------------------------------------------------

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        counts = self._saturation(ground, choices)
        snapshot = ground.snapshot
        for unit in (snapshot.pooling_area, *snapshot.districts):
            mine = [row for row in counts if unit in (row["district"], snapshot.pooling_area)]
            over = sum(1 for row in mine if row["over"])
            unknown = sum(1 for row in mine if row["over"] is None)
            yield Measure(
                measure="saturated_providers",
                title=Text("半径内超过上限的药店", "providers whose circle exceeds its cap"), unit=unit,
                unit_name=snapshot.unit_name(unit), provider_class=self.counts[0], unit_of_measure="provider",
                formula="count of designated providers with (designated within radius, itself included) > cap",
                need=None if unknown else 0, need_high=None if unknown else 0, supply=None if unknown else over,
                gap=None if unknown else over, readings=choices.used, as_of=snapshot.city.meta.as_of,
                inputs=(
                    Input(name="located", value=len(mine), unit_of_measure="provider", source="providers"),
                    Input(name="without_coordinates", value=self._unlocated(ground, unit), unit_of_measure="provider",
                          source="providers"),
                    Input(name="radius", value=self.radius_m, unit_of_measure="m", source="plan"),
                    *(Input(name=f"cap_{name}", value=cap, unit_of_measure="provider", source="plan")
                      for name, cap in self.caps.items()),
                ),
                status="undetermined" if unknown else "measured",
                reason=Text("缺少人口格网，密度类别未知", "no population grid: density classes unknown") if unknown else None,
            )

    def _unlocated(self, ground: Ground, unit: str) -> int:
        """Providers of a unit that would count but have no coordinates: no circle can hold them, and results say how many."""
        stock = ground.stock
        mine = stock["provider_class"].isin(self.counts) & (stock["lon"].isna() | stock["lat"].isna())
        if unit != ground.snapshot.pooling_area:
            mine &= stock["counted_district"] == unit
        return int(mine.fillna(False).sum())

    def _saturation(self, ground: Ground, choices: Choices) -> list[dict[str, Any]]:
        from dingdian.city.places import degrees
        from dingdian.space.neighbours import Sites

        stock = ground.stock
        here = stock[stock["provider_class"].isin(self.counts) & stock["lon"].notna() & stock["lat"].notna()]
        if not len(here):
            return []
        lon, lat = degrees(here["lon"]), degrees(here["lat"])
        inside = Sites(lon, lat).counts(lon, lat, float(self.radius_m))
        rows = []
        for i, (provider, district) in enumerate(zip(here["provider"], here["counted_district"])):
            density = self._density(ground, choices, (str(provider),), lon[i], lat[i]).name
            # Where the density is unknown the count speaks only if every cap says the same of it.
            said = {bool(inside[i] > int(self.caps[name])) for name in ([density] if density else self.caps)}
            over = said.pop() if len(said) == 1 else None
            rows.append({"district": district, "count": int(inside[i]), "over": over})
        return rows

    def cap_at(self, ground: Ground, lon: float, lat: float) -> int | None:
        """The cap at a place, for siting; None where the density class is unknown."""
        name = self._density(ground, ground.choices(self), (), lon, lat).name
        return int(self.caps[name]) if name else None

    def read_back(self) -> Text:
        caps_zh = "，".join(f"{DENSITIES.label(name)}区域不超过 {show(cap)} 家" for name, cap in self.caps.items())
        caps_en = ", ".join(f"at most {show(cap)} in {DENSITIES.label(name, 'en')} areas" for name, cap in self.caps.items())
        normally = "原则上" if self.normally else ""
        return Text(
            f"以服务半径 {show(self.radius_m)} 米计（含 {show(self.radius_m)} 米），连同申请机构在内，{normally}{caps_zh}；超过的不再新增定点。",
            f"Within {show(self.radius_m)} m (included), the applicant counted: {caps_en}; above that none is added.",
        )


def _no_streets(case: Case) -> Missing:
    return Missing(table="network_edges", subject=case.application, column="length_m", phrase=Text(
        "申请地在路网覆盖范围以外，步行距离无法计量", "the place lies outside the extent of the streets: no walking distance"))

