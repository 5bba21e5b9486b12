"""Under its own plan each demo city without streets gives the outcomes that its plainest applications were made for.

Only cases that hang on one designed fact stand here; what the readings decide is left to the packs' own tests.
"""

from __future__ import annotations

from datetime import date

import pytest

from dingdian.city.model import City
from dingdian.city.read import read_city
from dingdian.loop.decide import check
from dingdian.plans.load import load_plan

JUDGED_ON = date(2026, 9, 1)
PLANS = {
    "wuhu-demo": "wuhu-2026", "shenyang-demo": "shenyang-2025", "shaoxing-demo": "shaoxing-2026", "xinjiang-demo": "xinjiang-2024",
}
PLAIN: dict[tuple[str, str], str] = {
    ("wuhu-demo", "A010"): "refused",  # surplus of doctors
    ("wuhu-demo", "A012"): "eligible",
    ("wuhu-demo", "A014"): "review",  # dentistry is to be controlled strictly
    ("wuhu-demo", "A015"): "eligible",  # blind massage
    ("wuhu-demo", "A020"): "eligible",  # paired with an exit
    ("wuhu-demo", "A021"): "refused",  # bed use below 79 %
    ("wuhu-demo", "A025"): "refused",  # deficit
    ("wuhu-demo", "A030"): "review",  # a key project without a document
    ("shenyang-demo", "A001"): "refused",  # others within 800 m
    ("shenyang-demo", "A003"): "review",  # one on the limit
    ("shenyang-demo", "A005"): "refused",  # deficit last year
    ("shenyang-demo", "A006"): "refused",  # deficit ahead
    ("shenyang-demo", "A013"): "eligible",
    ("shenyang-demo", "A015"): "refused",  # nobody left the zone
    ("shenyang-demo", "A023"): "refused",  # departments below the standard
    ("shenyang-demo", "A028"): "eligible",  # below the norm
    ("shaoxing-demo", "A006"): "eligible",  # a township without a pharmacy
    ("shaoxing-demo", "A008"): "refused",  # the same under a deficit
    ("shaoxing-demo", "A009"): "refused",  # the same under a warning letter
    ("shaoxing-demo", "A011"): "refused",  # barred
    ("shaoxing-demo", "A029"): "review",  # a key project without a document
    ("xinjiang-demo", "A006"): "review",  # no coordinates
    ("xinjiang-demo", "A007"): "eligible",  # the first of its township
    ("xinjiang-demo", "A008"): "review",  # the second
    ("xinjiang-demo", "A009"): "refused",  # the third
    ("xinjiang-demo", "A011"): "refused",  # balance ahead
    ("xinjiang-demo", "A012"): "refused",  # cumulative deficit
    ("xinjiang-demo", "A023"): "refused",  # deficit of the corps' fund
}


@pytest.fixture(scope="module")
def cities() -> dict[str, City]:
    return {name: read_city(name) for name in PLANS}


@pytest.mark.parametrize(("name", "application"), sorted(PLAIN), ids="-".join)
def test_a_plain_case_comes_out_as_designed(name: str, application: str, cities: dict[str, City]) -> None:
    ruling = check(cities[name], load_plan(PLANS[name]), application, on=JUDGED_ON)
    assert ruling.outcome == PLAIN[name, application]
