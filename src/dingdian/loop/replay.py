"""Replays a receipt: the same ruling again, byte for byte, or the first differences, named.

Names a difference where it began — an engine, a clause, a reading, a table or a row of the city — before showing where it
led. It refuses a receipt whose own digest does not agree with its body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from dingdian.city.model import City
from dingdian.loop.cases import with_application
from dingdian.loop.decide import check
from dingdian.loop.receipts import FORMAT, differences, intact, receipt_bytes, row_digests
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem
from dingdian.terms import Text

MOST_ROWS = 20


@frozen(kw_only=True)
class Difference:
    """One thing that is not as it was: a dotted path, before and after."""

    path: str
    before: Any
    after: Any
    cause: bool

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "before": self.before, "after": self.after, "cause": self.cause}

    def line(self) -> str:
        return f"{self.path}: {_short(self.before)} → {_short(self.after)}"


@frozen(kw_only=True)
class Replay:
    """The outcome of a replay; ``differences`` lists causes first, then consequences."""

    identical: bool
    differences: tuple[Difference, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"identical": self.identical, "differences": [d.as_json() for d in self.differences]}


def replay(
    receipt: Mapping[str, Any], city: City | None = None, plan: Plan | None = None,
    *, manifest: Iterable[tuple[str, str, str]] | None = None,
) -> Replay:
    """Judge the receipt's case again and compare.

    Parameters
    ----------
    city, plan
        What to judge with; shipped ones are found by the ids in the receipt. The receipt's readings are used, except
        those that the plan was given with ``with_readings``.
    manifest
        (table, key, digest) of the city that the receipt was made on, as ``run`` writes it: names the rows that changed.

    Raises
    ------
    BadData
        When the receipt is damaged, of another format, or names a city or plan that cannot be found.
    """
    _refuse_damaged(receipt)
    city, plan = city or _shipped_city(receipt), plan or _shipped_plan(receipt)
    city = _with_case(receipt, city)
    again = _again(receipt, city, plan)
    if receipt_bytes(again) == receipt_bytes(receipt):
        return Replay(identical=True)
    found = [*_causes(receipt, again, city, plan, manifest), *_consequences(receipt, again)]
    return Replay(identical=not found, differences=tuple(found))


def _with_case(receipt: Mapping[str, Any], city: City) -> City:
    """The city with the receipt's application, which is added from the receipt where it is not on file."""
    application = receipt["case"]["application"]
    if city.has("applications") and application in set(city.tables["applications"]["application"]):
        return city
    stated = {name: _unquoted(name, receipt["case"][name]) for name in receipt["stated"]}
    return with_application(city, {**stated, "application": application})[0]


def _again(receipt: Mapping[str, Any], city: City, plan: Plan) -> Mapping[str, Any]:
    """The receipt of the same case today."""
    stated = {**receipt["readings"], **plan.chosen}
    readings = {r: o for r, o in stated.items() if r in plan.readings and o in plan.readings[r].options}
    dates = {name: _day(value) for name, value in receipt["plan"]["dates"].items() if name in plan.dates}
    return check(city, plan.with_dates(**dates), str(receipt["case"]["application"]),
                 on=date.fromisoformat(receipt["date"]), readings=readings).receipt


def _unquoted(column: str, value: Any) -> Any:
    return float(value) if column in ("lon", "lat", "from_lon", "from_lat", "accuracy_m") and isinstance(value, str) else value


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _causes(
    receipt: Mapping[str, Any], again: Mapping[str, Any], city: City, plan: Plan,
    manifest: Iterable[tuple[str, str, str]] | None,
) -> list[Difference]:
    found = [
        Difference(path=path, before=before, after=after, cause=True)
        for part in ("engine", "plan", "readings", "date", "case")
        for path, before, after in differences(receipt[part], again[part], part)
    ]
    if receipt["city"]["sha256"] != city.content_hash:
        found += _city_causes(receipt, again, city, manifest)
    return found


def _city_causes(
    receipt: Mapping[str, Any], again: Mapping[str, Any], city: City, manifest: Iterable[tuple[str, str, str]] | None
) -> list[Difference]:
    """Changed rows first (all of them with a manifest, else those that the receipt names), then changed tables."""
    now = row_digests(city)
    if manifest is not None:
        before: dict[str, str | None] = {f"{table}[{key}]": digest for table, key, digest in manifest}
        after: dict[str, str | None] = {f"{table}[{key}]": digest for (table, key), digest in now.items()}
    else:
        before = dict(receipt["city"]["rows"])
        after = {name: now.get(_place(name)) for name in before}
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    rows = [
        Difference(path=f"city.{name}", before=before.get(name), after=after.get(name), cause=True) for name in changed[:MOST_ROWS]
    ]
    tables = [
        Difference(path=f"city.{path}", before=one, after=two, cause=True)
        for path, one, two in differences(receipt["city"]["tables"], again["city"]["tables"], "tables")
    ]
    return [*rows, *tables]


def _place(name: str) -> tuple[str, str]:
    table, _, key = name.partition("[")
    return table, key.removesuffix("]")


def _consequences(receipt: Mapping[str, Any], again: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference(path=path, before=before, after=after, cause=False)
        for path, before, after in differences(receipt["ruling"], again["ruling"], "ruling")
    ]


def _refuse_damaged(receipt: Mapping[str, Any]) -> None:
    keys = ("format", "engine", "plan", "city", "date", "readings", "case", "stated", "ruling", "digest")
    if not isinstance(receipt, Mapping) or any(key not in receipt for key in keys) or receipt["format"] != FORMAT:
        raise BadData([_problem("bad_receipt", "不是本软件的决定凭证", "not a receipt of this software",
                                "请使用 run 产出的 receipts/*.json", "use a file from receipts/ of a run")])
    if not intact(receipt):
        raise BadData([_problem("damaged_receipt", "凭证内容与其摘要不符，已被改动", "the receipt does not agree with its own digest",
                                "请取原始凭证", "take the original receipt")])


def _problem(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str, value: str = "") -> Problem:
    return Problem(code=code, file="receipt", table="receipt", value=value, message=Text(zh, en), remedy=Text(remedy_zh, remedy_en))


def _shipped_city(receipt: Mapping[str, Any]) -> City:
    from dingdian.city.read import demo_ids, read_city

    name = str(receipt["city"]["id"])
    if name in demo_ids():
        return read_city(name)
    raise BadData([_problem("city_needed", "凭证所用城市数据不在软件内", "the receipt's city is not a shipped one",
                            "用 --city 指明城市数据", "name it with --city", name)])


def _shipped_plan(receipt: Mapping[str, Any]) -> Plan:
    from dingdian.plans.load import load_plan, pack_ids

    name = str(receipt["plan"]["id"])
    if name in pack_ids():
        return load_plan(name)
    raise BadData([_problem("plan_needed", "凭证所用规划不在软件内", "the receipt's plan is not a shipped one",
                            "用 --plan 指明规划包", "name it with --plan", name)])


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
