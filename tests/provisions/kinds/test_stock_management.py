"""Special classes kept at their stock: so many exits let in so many, and a share of the stock each year."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.plans.model import Plan
from dingdian.provisions.base import Scope
from dingdian.provisions.kinds.stock_management import StockManagement
from provisions.judging import judge, lacking, measured, with_provisions
from small_city import application, clinic, release, small_city

ID = "special"


def scoped(exits: int = 2, places: int = 1, growth: str = "0") -> Plan:
    """Two kinds of clinics kept at their stock."""
    scope = Scope(actions=("designate",), kinds=("dental_clinic", "tcm_clinic"), provider_class=("outpatient_pooling",))
    return with_provisions(StockManagement(
        id=ID, clause="over-target", scope=scope, exits=exits, places=places, growth_percent=Decimal(growth)))


def city(held: int = 0, gone: int = 0, new: int = 0, **more: Any) -> Any:
    """So many old clinics, so many that left this year, so many designated this year; a dental clinic applies."""
    rows = [clinic(f"D{i}", kind="dental_clinic") for i in range(held)]
    rows += [clinic(f"G{i}", kind="tcm_clinic", status="terminated") for i in range(gone)]
    rows += [clinic(f"N{i}", kind="tcm_clinic", designated_on="2026-02-01") for i in range(new)]
    ledger = [release(f"R{i}", None, provider=f"G{i}", provider_class="outpatient_pooling") for i in range(gone)] + more.pop("exits", [])
    asked = application(kind="dental_clinic", provider_class="outpatient_pooling", level="ungraded")
    return small_city(more_providers=rows, releases=ledger or [release("R-other", 1)], applications=[asked], **more)


OTHER_EXIT = [release("R-p", None, provider_class="pharmacy")]


@pytest.mark.parametrize(("gone", "status"), [(1, "fails"), (2, "holds"), (3, "holds")])
def test_two_exits_let_in_one(gone: int, status: str) -> None:
    assert judge(city(gone=gone), ID, plan=scoped()).status == status


@pytest.mark.parametrize(("held", "status"), [(19, "fails"), (20, "holds"), (21, "holds")])
def test_five_per_cent_of_the_stock_let_in_one_from_twenty_on(held: int, status: str) -> None:
    assert judge(city(held=held), ID, plan=scoped(growth="5")).status == status


def test_what_was_designated_this_year_has_used_its_place_and_is_no_stock_of_the_start() -> None:
    said = judge(city(held=20, new=1), ID, plan=scoped(growth="5"))
    assert (said.status, said.value, said.threshold) == ("fails", 2, 1)
    assert said.evidence["stock"] == 20
    assert "还差 1 家" in said.would_change[0].zh


def test_who_left_this_year_belongs_to_the_stock_of_its_start() -> None:
    assert judge(city(held=19, gone=1), ID, plan=scoped(growth="5")).evidence["stock"] == 20


def test_a_suspension_and_an_exit_of_another_kind_let_nobody_in() -> None:
    paused = city(gone=1, exits=[release("R-s", None, provider="G0", provider_class="outpatient_pooling", reason="suspension")])
    assert judge(paused, ID, plan=scoped()).evidence["exits"] == 1
    assert judge(city(exits=OTHER_EXIT), ID, plan=scoped()).evidence["exits"] == 0


def test_what_is_not_known_leaves_it_open() -> None:
    stray = [release("R-x", None, provider_class="outpatient_pooling")]
    assert lacking(judge(city(exits=stray), ID, plan=scoped())) == {("releases", "provider")}
    undated = small_city(more_providers=[clinic("U1", kind="dental_clinic", designated_on=None)], releases=OTHER_EXIT,
                         applications=[application(kind="dental_clinic", provider_class="outpatient_pooling", level="ungraded")])
    assert lacking(judge(undated, ID, plan=scoped())) == {("providers", "designated_on")}
    nothing = small_city(releases=None, applications=[application(kind="dental_clinic", provider_class="outpatient_pooling", level="ungraded")])
    assert ("releases", "provider") in lacking(judge(nothing, ID, plan=scoped()))


def test_other_kinds_are_none_of_its_business() -> None:
    assert judge(small_city(), ID, plan=scoped()).status == "not_applicable"


def test_the_quota_of_the_year_is_measured() -> None:
    (row,) = measured(city(held=40, gone=2), ID, plan=scoped(growth="5"))
    assert (row.measure, row.supply) == ("stock_quota", 1 + 2)


def test_it_must_name_its_kinds() -> None:
    nameless = StockManagement(id=ID, clause="x", exits=1, places=1)
    assert [where for where, *_ in nameless.problems()] == [("scope",)]


@settings(max_examples=25, deadline=None)
@given(gone=st.integers(0, 6), new=st.integers(0, 3), exits=st.integers(1, 3), places=st.integers(0, 3))
def test_admissions_never_exceed_what_exits_let_in(gone: int, new: int, exits: int, places: int) -> None:
    said = judge(city(gone=gone, new=new, exits=[] if gone else OTHER_EXIT), ID, plan=scoped(exits=exits, places=places))
    assert (said.status == "holds") == (new + 1 <= gone * places // exits)
