"""Sorts that come first among equals: a tie-break and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from dingdian.provisions.kinds.preference import Preference
from provisions.judging import judge, lacking, with_provisions
from small_city import for_clinic, small_city

ROW = {"kinds": (), "tags": (), "ownership": ()}
SORTS = ({**ROW, "zh": "重点项目", "en": "key projects", "tags": ("key_project",)},
         {**ROW, "zh": "公立社区中心", "en": "public centres", "kinds": ("community_health_centre",), "ownership": ("public",)})


def said(**columns: Any) -> Any:
    plan = with_provisions(Preference(id="first", clause="bed-total", effect="priority", any_of=SORTS))
    return judge(small_city(applications=[for_clinic(**columns)]), "first", plan=plan)


@pytest.mark.parametrize(("columns", "status"), [
    ({"tags": "key_project"}, "holds"),
    ({"kind": "community_health_centre", "ownership": "public"}, "holds"),
    ({"kind": "community_health_centre", "ownership": "private"}, "not_applicable"),
    ({"kind": "clinic"}, "not_applicable"),
])
def test_members_come_first_and_nobody_else_is_stopped(columns: dict[str, Any], status: str) -> None:
    found = said(**columns)
    assert (found.status, found.waives) == (status, ())


def test_a_nature_that_decides_is_asked_for() -> None:
    assert lacking(said(kind="community_health_centre", ownership=None)) == {("applications", "ownership")}
    assert said(kind="community_health_centre", ownership=None, tags="key_project").status == "holds"


def test_a_sort_of_nobody_in_particular_is_reported() -> None:
    assert [path for path, _, _ in Preference(id="x", clause="c", any_of=({**ROW, "zh": "?", "en": "?"},)).problems()] == [("any_of", 0)]
