"""The alerts of the five demo cities, held against what other means count in their tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import dingdian as dd
from dingdian.city.model import City
from dingdian.loop.alerts import Alerts
from dingdian.provisions.alert import Alert

pytestmark = pytest.mark.slow

PAIRS = {"jinan-demo": "jinan-2026", "shaoxing-demo": "shaoxing-2026", "wuhu-demo": "wuhu-2026", "xinjiang-demo": "xinjiang-2024",
         "shenyang-demo": "shenyang-2025"}
HOLDING = ("designated", "coaching", "trial", "suspended")


@lru_cache(maxsize=5)
def city(name: str) -> City:
    return dd.read_city(name)


@lru_cache(maxsize=5)
def watched(name: str) -> Alerts:
    return dd.monitor(city(name), dd.load_plan(PAIRS[name]))


def table(name: str, of: str) -> pd.DataFrame:
    return city(name).tables[of]


def raised(name: str, provision: str, state: str = "alert", trigger: str = "") -> list[Alert]:
    return [a for a in watched(name).rows if a.provision == provision and a.state == state and trigger in ("", a.trigger)]


@pytest.mark.parametrize("name", PAIRS)
def test_every_line_is_told_once_with_a_date_that_is_not_ahead(name: str) -> None:
    found = watched(name)
    ids = [alert.id for alert in found.rows]
    assert len(ids) == len(set(ids))
    for alert in found.rows:
        assert alert.since is None or alert.since <= found.date_on, alert.id
        assert alert.state not in ("alert", "approaching") or alert.since is not None, alert.id
        if alert.operator in ("<=", ">=") and isinstance(alert.value, (int, Decimal)) and alert.state in ("alert", "quiet"):
            value, line = alert.value, alert.threshold
            assert isinstance(line, (int, Decimal))
            assert (value <= line if alert.operator == "<=" else value >= line) == (alert.state == "quiet"), alert.id


@pytest.mark.parametrize("name", PAIRS)
def test_trends_have_dates_in_order_and_end_with_what_is_measured_today(name: str) -> None:
    found = watched(name)
    today = {(r.provision, r.measure, r.unit, r.zone, r.provider_class, r.level, r.subject): r.supply
             for r in dd.measure(city(name), dd.load_plan(PAIRS[name])).rows}
    assert found.trends
    for trend in found.trends:
        days = [point.as_of for point in trend.points]
        assert days == sorted(set(days))
        key = (trend.provision, trend.measure, trend.unit, trend.zone, trend.provider_class, trend.level, trend.subject)
        assert trend.points[-1].value == today[key], key


def deficits(name: str, year: int) -> set[tuple[str, str]]:
    fund = table(name, "fund")
    rows = fund[fund["year"] == year]
    return set(zip(rows["unit"], rows["scheme"])) & set(zip(*(rows[rows["income"] < rows["expenditure"]][c] for c in ("unit", "scheme"))))


@pytest.mark.parametrize(("name", "provision"), [("jinan-demo", "fund-gate"), ("shaoxing-demo", "fund-gate"), ("wuhu-demo", "fund-stop"),
                                                 ("xinjiang-demo", "fund-gate")])
def test_accounts_that_spend_more_than_they_take_in(name: str, provision: str) -> None:
    found = {(a.unit, a.subject) for a in raised(name, provision, trigger="fund_balance")}
    assert found == deficits(name, 2026)
    assert found


def test_accounts_of_shenyang_that_closed_last_year_in_deficit() -> None:
    assert {(a.unit, a.subject) for a in raised("shenyang-demo", "fund-gate", trigger="fund_last_year")} == deficits("shenyang-demo", 2025)


def districts(name: str) -> Mapping[str, str]:
    """Unit → its district, by the parents on file."""
    units = table(name, "units")
    parent, level = (dict(zip(units["unit"], units[c].astype(object))) for c in ("parent", "level"))
    found = {}
    for unit in parent:
        at = unit
        while level.get(at) == "township":
            at = parent[at]
        found[unit] = at
    return found


def test_districts_of_wuhu_whose_beds_stand_empty() -> None:
    providers, activity = table("wuhu-demo", "providers"), table("wuhu-demo", "activity")
    counted = providers["counts_in"].fillna(providers["unit"]).map(districts("wuhu-demo"))
    mine = providers.assign(district=counted)[(providers["provider_class"] == "inpatient") & providers["status"].isin(HOLDING)]
    days = mine.merge(activity[activity["year"] == 2025], on="provider").groupby("district")[["bed_days", "open_bed_days"]].sum()
    low = {str(unit) for unit, row in days.iterrows() if int(row["bed_days"]) * 100 < 79 * int(row["open_bed_days"])}
    assert {a.unit for a in raised("wuhu-demo", "occupancy-stop")} == low
    assert low


def without(name: str, level: str, sort: Any) -> set[str]:
    """Units of a level in which nobody of a sort holds a place."""
    units, providers = table(name, "units"), table(name, "providers")
    here = set(providers[providers["status"].isin(HOLDING) & sort(providers)]["unit"].dropna())
    return {str(u) for u in units[units["level"] == level]["unit"]} - {str(u) for u in here}


def test_townships_of_shaoxing_without_a_pharmacy() -> None:
    bare = without("shaoxing-demo", "township", lambda p: p["provider_class"] == "pharmacy")
    assert {a.unit for a in raised("shaoxing-demo", "township-pharmacy")} == bare
    assert bare


def test_counties_of_xinjiang_without_a_dual_channel_pharmacy() -> None:
    where, providers = districts("xinjiang-demo"), table("xinjiang-demo", "providers")
    tagged = providers["tags"].fillna("").str.split(";").map(lambda tags: "dual_channel" in tags)
    mine = providers[tagged & (providers["provider_class"] == "pharmacy") & providers["status"].isin(HOLDING)]
    served = {where[unit] for unit in mine["unit"].dropna()}
    counties = set(table("xinjiang-demo", "units").query("level == 'district'")["unit"])
    assert {a.unit for a in raised("xinjiang-demo", "dual-channel")} == counties - served


def test_providers_of_shenyang_below_sixty_points_are_all_in_the_tail() -> None:
    scores, providers = table("shenyang-demo", "scores"), table("shenyang-demo", "providers")
    holding = set(providers[providers["status"].isin(HOLDING)]["provider"])
    last = scores[(scores["year"] == 2025) & scores["provider"].isin(holding)]
    low = {str(p) for p, score, full in zip(last["provider"], last["score"], last["max_score"]) if Decimal(str(score)) * 100 < 60 * Decimal(str(full))}
    alerts = raised("shenyang-demo", "tail", trigger="assessment_tail")
    assert {a.subject for a in alerts if a.operator} == low
    assert low


def test_counties_of_shaoxing_have_not_filed_their_beds() -> None:
    alerts = raised("shaoxing-demo", "year-end-beds")
    assert {a.unit for a in alerts} == set(table("shaoxing-demo", "units").query("level == 'district'")["unit"])
    assert {a.due for a in alerts} == {date(2026, 1, 31)}


@pytest.mark.parametrize("name", PAIRS)
def test_the_guide_names_every_trigger(name: str) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "monitor.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if line.startswith("| `")]
    for alert in watched(name).rows:
        (row,) = [line for line in rows if f"`{alert.trigger}`" in line.split("|")[1]] or ["missing"]
        assert row != "missing", alert.trigger
