"""After any edits a reach equals a fresh answer with the sites that are left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdian.space.reach import Reach

from .graphs import random_streets


def fresh(network, sites, limit):
    ids = list(sites)
    distance, position = network.nearest([sites[site] for site in ids], limit)
    return distance.tolist(), [ids[at] if at >= 0 else -1 for at in position.tolist()]


@given(st.integers(0, 10_000), st.data())
def test_a_reach_equals_a_fresh_answer_after_any_edits(seed, data):
    network = random_streets(seed).network()
    node = st.integers(0, network.n_nodes - 1)
    first = data.draw(st.lists(node, max_size=4))
    limit = data.draw(st.sampled_from([0.0, 100.0, 250.0, float("inf")]))
    reach, sites = Reach(network, first, limit), dict(enumerate(first))
    for _ in range(data.draw(st.integers(0, 8))):
        edit = data.draw(st.sampled_from(["add", "remove", "move"]))
        if edit == "add":
            place = data.draw(node)
            sites[reach.add(place)] = place
        elif sites:
            site = data.draw(st.sampled_from(sorted(sites)))
            if edit == "remove":
                reach.remove(site)
                del sites[site]
            else:
                sites[site] = data.draw(node)
                reach.move(site, sites[site])
        assert (reach.distance.tolist(), reach.owner.tolist()) == fresh(network, sites, limit)
        assert reach.sites == sites


def test_an_id_is_never_used_again():
    reach = Reach(random_streets(3).network(), [0, 0])
    reach.remove(1)
    assert reach.add(0) == 2


def test_editing_a_site_that_is_not_there_is_refused():
    reach = Reach(random_streets(3).network(), [0])
    for call in (lambda: reach.remove(1), lambda: reach.move(1, 0)):
        with pytest.raises(ValueError, match="no site has the id 1"):
            call()


def test_a_node_that_is_not_there_is_refused_and_nothing_changes():
    reach = Reach(random_streets(3).network(), [0])
    for call in (lambda: reach.add(-1), lambda: reach.move(0, 999)):
        with pytest.raises(ValueError, match="node must lie between"):
            call()
    assert reach.sites == {0: 0}


def test_an_answer_cannot_be_written_over():
    reach = Reach(random_streets(3).network(), [0])
    for answer in (reach.distance, reach.owner):
        with pytest.raises(ValueError, match="read-only"):
            answer[0] = 1
