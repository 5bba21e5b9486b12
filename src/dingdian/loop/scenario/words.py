"""Each change of a scenario as one sentence. Adds no number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dingdian.city.model import City
from dingdian.city.tables import TABLES
from dingdian.loop.scenario.changes import Change
from dingdian.plans.model import Plan
from dingdian.provisions.fields import specs
from dingdian.terms import LEVELS, SPECIALTIES, Text


def said(city: City, plan: Plan, change: Change) -> Text:
    """What a change changes, for people."""
    return _WORDS[change.verb](city, plan, change)


def _provider(city: City, code: str) -> str:
    name = city.row("providers", code).get("name")
    return f"{name}（{code}）" if name else code


def _unit(city: City, code: str) -> str:
    try:
        return str(city.row("units", code)["name"])
    except KeyError:
        return code


def _add(city: City, plan: Plan, change: Change) -> Text:
    columns: Mapping[str, Any] = change["columns"]
    name = f"{columns.get('name') or ''}（{columns.get('provider')}）"
    return Text(f"新增 {name}", f"add {name}")


def _remove(city: City, plan: Plan, change: Change) -> Text:
    name = _provider(city, change["provider"])
    return Text(f"{name} 退出定点", f"{name} leaves")


def _move(city: City, plan: Plan, change: Change) -> Text:
    name = _provider(city, change["provider"])
    place = ", ".join(str(change[key]) for key in ("lon", "lat") if key in change.values)
    unit = _unit(city, change["unit"]) if "unit" in change.values else ""
    to = " ".join(filter(None, (place, unit)))
    return Text(f"{name} 迁至 {to}", f"{name} moves to {to}")


def _beds(city: City, plan: Plan, change: Change) -> Text:
    name = _provider(city, change["provider"])
    stated: Mapping[str, int] = change.get("set") or change["by"]
    by = "by" in change.values
    zh = "、".join(f"{TABLES['beds'][column].zh} {value:+d} 张" if by else f"{TABLES['beds'][column].zh}改为 {value} 张" for column, value in stated.items())
    en = ", ".join(f"{column} {value:+d}" if by else f"{column} = {value}" for column, value in stated.items())
    return Text(f"{name} {zh}", f"{name}: {en}")


def _convert(city: City, plan: Plan, change: Change) -> Text:
    name = _provider(city, change["provider"])
    if "to_level" in change.values:
        level = change["to_level"]
        return Text(f"{name} 等级改为{LEVELS.label(level)}", f"{name} becomes {LEVELS.label(level, 'en')}")
    beds = change["beds"]
    if "to_ltc" in change.values:
        return Text(f"{name} {beds} 张医保床位转为长护床位", f"{name}: {beds} insured beds become long-term-care beds")
    target = change["to_specialty"]
    return Text(f"{name} {beds} 张床位转为{SPECIALTIES.label(target)}", f"{name}: {beds} beds become {SPECIALTIES.label(target, 'en')}")


def _people(city: City, plan: Plan, change: Change) -> Text:
    who = Text("参保人数", "insured persons") if change.verb == "change_insured" else Text("常住人口", "residents")
    unit = _unit(city, change["unit"])
    if "persons" in change.values:
        return Text(f"{unit}{who.zh}改为 {change['persons']:,}", f"{who.en} of {unit}: {change['persons']:,}")
    return Text(f"{unit}{who.zh} {change['percent']:+}%", f"{who.en} of {unit}: {change['percent']:+}%")


def _norm(city: City, plan: Plan, change: Change) -> Text:
    provision, name = plan.provision(change["provision"]), change["field"]
    title = specs(type(provision))[name.partition(".")[0]][0].title
    now: Any = getattr(provision, name.partition(".")[0])
    now = now[name.partition(".")[2]] if "." in name else now
    where = f"{plan.locator(provision)} {provision.id}.{name}"
    return Text(f"规划变体：{where}（{title.zh}）由 {now} 改为 {change['value']}", f"variant of the plan: {where} ({title.en}) from {now} to {change['value']}")


def _reading(city: City, plan: Plan, change: Change) -> Text:
    code, option = change["reading"], change["option"]
    return Text(f"口径 {code} 取 {option}", f"reading {code} = {option}")


_WORDS = {
    "add_provider": _add, "remove_provider": _remove, "move_provider": _move, "change_beds": _beds, "convert_beds": _convert,
    "change_insured": _people, "change_residents": _people, "change_plan": _norm, "change_reading": _reading,
}
