"""Special classes kept at their stock: additions of a year only against exits, at a stated ratio, and by a share of the stock.

Counts providers of the kinds in its scope on the register and in the ledger of exits. A designation without its day, or an exit whose
provider is not on file, leaves the count open: it is never taken for none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Input, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.kinds.bed_norm import reason_of
from dingdian.provisions.probe import UNIT, Probe, application_for, provider_row
from dingdian.terms import KINDS, Text


@frozen(kw_only=True)
class Room:
    """What a year allows and what it has taken; ``missing`` says what leaves it open."""

    stock: int
    exits: int
    allowed: int
    taken: int
    since: date
    missing: tuple[Missing, ...] = ()


@kind_of_provision
@frozen(kw_only=True)
class StockManagement(Provision):
    """Every ``exits`` that leave let ``places`` in, and each year lets in ``growth_percent`` of the stock at its start."""

    kind: ClassVar[str] = "stock_management"
    title: ClassVar[Text] = Text("特殊类别存量管理", "special classes kept at their stock")
    comparison: ClassVar[str] = "<="
    nature: ClassVar[str] = "number"
    section: ClassVar[str] = "quota"
    needs: ClassVar[tuple[str, ...]] = ("releases",)

    exits: int = fields.whole("每退出若干家", "so many exits", unit="家", minimum=1)
    places: int = fields.whole("可新增若干家", "let in so many", unit="家", minimum=0)
    growth_percent: Decimal = fields.number(
        "每年可新增存量的比例", "yearly growth of the stock", unit="%", minimum="0", default=Decimal(0), figure=False)

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if not self.scope.kinds:
            yield (("scope",), Text("没有写明是哪些机构类型", "no kind of provider is named"), Text("在 scope.kinds 中写明", "name them under scope.kinds"))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        room = self.room(ground)
        taken = room.taken + sum(c.kind in self.scope.kinds and c.action == "designate" for c in ground.admitted_counted)
        if room.missing:
            return undetermined(room.missing)
        value, fits = taken + 1, taken + 1 <= room.allowed
        names = Text("、".join(KINDS.label(k) for k in self.scope.kinds), ", ".join(KINDS.label(k, "en") for k in self.scope.kinds))
        return Judgement(
            status=HOLDS if fits else FAILS, value=value, operator="<=", threshold=room.allowed, margin=room.allowed - value,
            unit_of_measure="provider", as_of=ground.on,
            evidence={"stock": room.stock, "exits": room.exits, "taken": taken, "since": room.since, "allowed": room.allowed,
                      "formula": "taken + 1 <= floor(exits * places / every) + floor(stock * growth / 100)"},
            sentence=Text(
                f"{names.zh}实行存量管理：年初 {show(room.stock)} 家，本年退出 {show(room.exits)} 家，可新增 {show(room.allowed)} 家；"
                f"连同本申请已用 {show(value)} 家，{'未超过' if fits else '超过'}。",
                f"{names.en} are kept at their stock: {show(room.stock)} at the year's start, {show(room.exits)} exits let in "
                f"{show(room.allowed)}; with this one {show(value)} are taken, {'not exceeded' if fits else 'exceeded'}."),
            would_change=() if fits else (Text(f"另有同类机构退出，还差 {show(value - room.allowed)} 家的额度",
                                               f"more exits of the same kinds: {show(value - room.allowed)} places short"),),
        )

    def room(self, ground: Ground) -> Room:
        """The year's quota: floor(exits × places ÷ every) + floor(stock at the start × growth ÷ 100), and what it has taken."""
        found: Room = ground.remember(("stock_management", self.id), lambda: self._room(ground))
        return found

    def _room(self, ground: Ground) -> Room:
        since = date(ground.on.year, 1, 1)
        held = ground.stock[ground.stock["kind"].isin(self.scope.kinds)]
        days = dict(zip(held["provider"].astype(object), held["designated_on"].astype(object)))
        undated = sorted(str(code) for code, day in days.items() if not _is_day(day))
        taken = sum(day.date() >= since for day in days.values() if _is_day(day))
        left, missing = self._exits(ground, since)
        stock = len(days) - taken + left
        allowed = int(Fraction(left * self.places, self.exits)) + int(Fraction(self.growth_percent) * stock / 100)
        return Room(stock=stock, exits=left, allowed=allowed, taken=taken, since=since, missing=(*missing, *_undated(undated)))

    def _exits(self, ground: Ground, since: date) -> tuple[int, tuple[Missing, ...]]:
        if "releases" not in ground.snapshot.city.tables:
            return 0, (Missing(table="releases", subject="", column="provider", phrase=Text(
                "缺少退出台账（releases 表）", "the table of exits (releases) is missing")),)
        rows = [r for r in ground.snapshot.rows("releases")
                if r["reason"] != "suspension" and not r["exempt"] and since <= r["effective_on"] <= ground.on
                and (not self.scope.provider_class or r["provider_class"] in self.scope.provider_class)]
        kinds = {str(r["release"]): ground.snapshot.provider_records.get(r["provider"] or "", {}).get("kind") for r in rows}
        unknown = sorted(release for release, kind in kinds.items() if kind is None)
        missing = tuple(Missing(table="releases", subject=release, column="provider", phrase=Text(
            f"退出记录 {release} 未载明机构类型", f"release {release} does not tell the kind of its provider")) for release in unknown)
        gone = [r for r in rows if kinds[str(r["release"])] in self.scope.kinds]
        return sum(r["places"] or 1 for r in gone), missing

    def measure(self, ground: Ground) -> Iterable[Measure]:
        room, area = self.room(ground), ground.snapshot.pooling_area
        names = Text("、".join(KINDS.label(k) for k in self.scope.kinds), ", ".join(KINDS.label(k, "en") for k in self.scope.kinds))
        row: dict[str, Any] = {
            "measure": "stock_quota", "title": Text(f"{names.zh}本年可新增", f"{names.en}: may be added this year"), "unit": area,
            "unit_name": ground.snapshot.unit_name(area), "unit_of_measure": "provider",
            "formula": Text("退出数 × 名额 ÷ 每若干家（向下取整）+ 存量 × 增量比例（向下取整）− 已用", "floor(exits * places / every) + floor(stock * growth / 100) - taken"), "as_of": ground.on,
        }
        if room.missing:
            yield Measure(**row, status="undetermined", reason=reason_of(room.missing))
            return
        inputs = (Input(name="stock", value=room.stock, unit_of_measure="provider", as_of=room.since, source="providers"),
                  Input(name="exits", value=room.exits, unit_of_measure="provider", as_of=ground.on, source="releases"),
                  Input(name="taken", value=room.taken, unit_of_measure="provider", as_of=ground.on, source="providers.designated_on"))
        yield Measure(**row, supply=room.allowed - room.taken, inputs=inputs)

    def read_back(self) -> Text:
        names = "、".join(KINDS.label(k) for k in self.scope.kinds)
        names_en = ", ".join(KINDS.label(k, "en") for k in self.scope.kinds)
        growth, growth_en = "", ""
        if self.growth_percent:
            growth = f"，另每年可新增年初存量的 {show(self.growth_percent)}%"
            growth_en = f", and {show(self.growth_percent)}% of the stock each year"
        return Text(f"{names}实行存量管理：每退出 {self.exits} 家可新增 {self.places} 家{growth}，不足一家的舍去。",
                    f"{names_en} are kept at their stock: every {self.exits} exits let in {self.places}{growth_en}, rounded down.")

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """As many exits as let in one (where none is let in, nothing holds); the year has taken none, so many, one more."""
        asked, old = application_for(self), date(2020, 1, 1)
        gone = {"kind": self.scope.kinds[0], "level": asked.get("level"), "provider_class": asked["provider_class"], "status": "terminated"}
        needed = -(-self.exits // self.places) if self.places else self.exits
        for position, exits, status in (("below", needed - 1, FAILS), ("at", needed, HOLDS), ("above", needed + 1, HOLDS)):
            register = [provider_row(f"X{i}", **gone, designated_on=old) for i in range(exits)]
            ledger = [{"release": f"R{i}", "provider": f"X{i}", "unit": UNIT, "provider_class": asked["provider_class"], "places": 1,
                       "effective_on": date(2026, 3, 1), "reason": "termination", "exempt": False} for i in range(exits)]
            expected = status if self.places or int(Fraction(self.growth_percent) * exits / 100) else FAILS
            yield Probe(position=position, expect=expected, application=asked, known_empty=() if ledger else ("releases",),
                        tables={"providers": register, "releases": ledger} if ledger else {"providers": register})
        yield Probe(position="missing", expect=UNDETERMINED, application=asked, note="no ledger of exits")


def _is_day(value: Any) -> bool:
    return hasattr(value, "year") and value == value  # NaT is not equal to itself


def _undated(codes: list[str]) -> tuple[Missing, ...]:
    if not codes:
        return ()
    shown = "、".join(codes[:3]) + ("…" if len(codes) > 3 else "")
    return (Missing(table="providers", subject=codes[0], column="designated_on", phrase=Text(
        f"{len(codes)} 家同类机构缺少定点日期（{shown}）", f"{len(codes)} providers of these kinds lack their day of designation ({shown})")),)
