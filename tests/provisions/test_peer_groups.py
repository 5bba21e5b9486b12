"""Peers are inpatient institutions in place, of one level and type; their group has a name in both languages."""

from __future__ import annotations

from dingdian.loop.ground import ground
from dingdian.provisions.peer_groups import peer_groups, peer_name
from provisions.judging import jinan
from small_city import DAY, EAST, hospital, small_city


def test_peers_share_level_and_type_and_hold_a_place() -> None:
    more = [hospital("A", "secondary", EAST, kind="tcm_hospital"), hospital("B", "secondary", EAST, kind="integrated_hospital"),
            hospital("C", "primary", EAST, kind="tcm_hospital"), hospital("D", "secondary", EAST, kind="tcm_hospital", status="terminated")]
    found = peer_groups(ground(small_city(more_providers=more), jinan(), DAY))
    assert found["secondary", "tcm"] == ["A", "B"]
    assert found["primary", "tcm"] == ["C"]
    assert not any("D" in members for members in found.values())


def test_a_group_is_named_by_its_level_and_type() -> None:
    assert peer_name("secondary", "general").zh == "二级综合医院"
    assert peer_name("secondary", "general").en == "secondary general hospital"
