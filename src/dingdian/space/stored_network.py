"""A prepared network as bytes and back: laying out 300,000 nodes is done once, not at every start.

The bytes are the same for the same streets, carry their own checksum, and are refused when they were written by another layout, are
damaged, or are something else. Reading and writing of files is the caller's.
"""

from __future__ import annotations

import hashlib
from io import BytesIO

import numpy as np
import numpy.typing as npt

from dingdian.space.arrays import Integers
from dingdian.space.graph import Arcs, Graph
from dingdian.space.network import Network

MAGIC = b"dingdian-network-1\n"  # counted up whenever the layout changes
DIGEST = 32  # bytes of SHA-256


def to_bytes(network: Network) -> bytes:
    """``network`` with its layout. The same network gives the same bytes."""
    body = BytesIO()
    graph = network.graph
    both = np.array([graph.both_ways, network.lon is not None, network.x is not None], dtype=np.int64)
    for array in (both, graph.old, graph.out.starts, graph.out.packed, *([] if graph.both_ways else [graph.into.starts, graph.into.packed]),
                  *(values for values in (network.lon, network.lat, network.x, network.y) if values is not None)):
        np.lib.format.write_array(body, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    content = body.getvalue()
    return MAGIC + hashlib.sha256(content).digest() + content


def from_bytes(stored: bytes) -> Network:
    """The network that `to_bytes` wrote.

    Raises
    ------
    ValueError
        Bytes that are something else, of another layout, cut short or altered.
    """
    start = len(MAGIC) + DIGEST
    if not stored.startswith(MAGIC):
        raise ValueError("this is no prepared network of this version: prepare it again from the streets")
    if hashlib.sha256(stored[start:]).digest() != stored[len(MAGIC):start]:
        raise ValueError("the prepared network is damaged: prepare it again from the streets")
    body = BytesIO(stored[start:])
    both, with_degrees, with_plane = (bool(flag) for flag in _read(body))
    old, out = _read(body), Arcs(_read(body), _read(body))
    into = out if both else Arcs(_read(body), _read(body))
    lon, lat = (_read(body), _read(body)) if with_degrees else (None, None)
    x, y = (_read(body), _read(body)) if with_plane else (None, None)
    return Network(lon, lat, (), (), (), x=x, y=y, graph=_graph(out, into, old))


def _graph(out: Arcs, into: Arcs, old: Integers) -> Graph:
    new = np.empty(old.size, dtype=np.int64)
    new[old] = np.arange(old.size)
    lengths = out.packed >> 32
    return Graph(out, into, old, new, int(lengths.max(initial=0)), int(lengths.sum()))


def _read(body: BytesIO) -> npt.NDArray[np.int64]:
    array: npt.NDArray[np.int64] = np.lib.format.read_array(body, allow_pickle=False)
    return array
