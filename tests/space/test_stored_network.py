"""A network comes back from its bytes as it was; anything else is refused in a sentence."""

import numpy as np
import pytest

from dingdian.space.network import Network
from dingdian.space.stored_network import MAGIC, from_bytes, to_bytes

from .graphs import random_streets


@pytest.mark.parametrize("seed", range(60))
def test_it_answers_as_before(seed):
    network = random_streets(seed).network()
    again = from_bytes(to_bytes(network))
    for one, other in zip(network.nearest([0], 300.0), again.nearest([0], 300.0), strict=True):
        assert one.tolist() == other.tolist()
    for one, other in zip(network.turned().nearest([0]), again.turned().nearest([0]), strict=True):
        assert one.tolist() == other.tolist()
    assert again.snap(117.003, 36.605) == network.snap(117.003, 36.605)
    assert again.component_of.tolist() == network.component_of.tolist()
    assert to_bytes(again) == to_bytes(network)


def test_a_network_on_a_plane_comes_back_without_degrees():
    network = Network(None, None, [0], [1], [100.0], x=[0.0, 100.0], y=[0.0, 0.0])
    again = from_bytes(to_bytes(network))
    assert again.lon is None
    assert again.snap(96.0, 3.0) == (1, 5.0)


@pytest.mark.parametrize("stored", [b"", b"PK\x03\x04", MAGIC[:-2] + b"0\n"])
def test_something_else_is_refused(stored):
    with pytest.raises(ValueError, match="no prepared network of this version"):
        from_bytes(stored)


@pytest.mark.parametrize("change", ["cut", "alter", "head"])
def test_damage_is_refused(change):
    stored = bytearray(to_bytes(random_streets(1).network()))
    if change == "cut":
        stored = stored[:-1]
    else:
        stored[-1 if change == "alter" else len(MAGIC)] ^= 1
    with pytest.raises(ValueError, match="damaged"):
        from_bytes(bytes(stored))


def test_the_bytes_do_not_depend_on_the_order_of_the_edges():
    streets = random_streets(8)
    mix = np.random.default_rng(0).permutation(streets.u.size)
    other = Network(streets.lon, streets.lat, streets.u[mix], streets.v[mix], streets.length[mix], oneway=streets.oneway[mix])
    assert to_bytes(other) == to_bytes(streets.network())
