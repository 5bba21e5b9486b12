"""One site more or one less on a finished answer: only the nodes that change hands are looked at.

Labels are those of `searches`: distance × 2^32 + id of the site. A site's nodes hang together: where a node belongs to a site, so does
every node on the shortest way to it, equal distances going to the smaller id. So a new site is followed until it improves nothing,
and a site that leaves is followed through its own nodes, which are then won again from the rim.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dingdian.space.compiled import compiled
from dingdian.space.searches import FAR, HIGH, LOW, heap_drop, heap_push


@compiled
def insert_site(
    starts: Any, packed: Any, node: Any, site: Any, limit: Any, label: Any, heap: Any, changed: Any, before: Any
) -> Any:
    """Give ``site`` on ``node`` every node that it improves; how many, in ``changed`` with their labels ``before``."""
    if label[node] <= site:
        return 0
    changed[0], before[0] = node, label[node]
    label[node] = site
    count, size = 1, 1
    heap[0] = node
    while size > 0:
        top = heap[0]
        size = heap_drop(heap, size)
        at = top & LOW
        here = label[at]
        if here >> 32 != top >> 32:
            continue
        for arc in range(starts[at], starts[at + 1]):
            word = packed[arc]
            other, there = word & LOW, here + (word & HIGH)
            if there >= label[other] or there >> 32 > limit:
                continue
            if label[other] == FAR or label[other] & LOW != site:
                changed[count], before[count] = other, label[other]
                count += 1
            label[other] = there
            size = heap_push(heap, size, (there & HIGH) | other)
    return count


@compiled
def withdraw_site(
    starts: Any, packed: Any, in_starts: Any, in_packed: Any, node: Any, site: Any, limit: Any, label: Any, standing: Any, heap: Any,
    changed: Any, before: Any,
) -> Any:
    """Take ``site`` off ``node`` and give its nodes to who is next; how many, in ``changed`` with their labels ``before``.

    ``standing`` is the smallest id of the sites left on each node, −1 for none. Returns −1 − how many, with their labels spoilt, when
    ``heap`` is too short (only many ways of no length can bring that about): compute the answer afresh then.
    """
    if label[node] == FAR or label[node] & LOW != site:
        return 0
    changed[0], before[0] = node, label[node]
    label[node] = FAR
    count, at = 1, 0
    while at < count:
        here = changed[at]
        at += 1
        for arc in range(starts[here], starts[here + 1]):
            other = packed[arc] & LOW
            if label[other] != FAR and label[other] & LOW == site:
                changed[count], before[count] = other, label[other]
                label[other] = FAR
                count += 1
    size = 0
    for i in range(count):
        here = changed[i]
        best = np.int64(standing[here]) if standing[here] >= 0 else FAR
        for arc in range(in_starts[here], in_starts[here + 1]):
            word = in_packed[arc]
            origin = label[word & LOW]
            if origin != FAR and origin + (word & HIGH) < best:
                best = origin + (word & HIGH)
        if best != FAR and best >> 32 <= limit:
            label[here] = best
            if size == heap.size:
                return -1 - count
            size = heap_push(heap, size, (best & HIGH) | here)
    while size > 0:
        top = heap[0]
        size = heap_drop(heap, size)
        at = top & LOW
        here = label[at]
        if here >> 32 != top >> 32:
            continue
        for arc in range(starts[at], starts[at + 1]):
            word = packed[arc]
            other, there = word & LOW, here + (word & HIGH)
            if there < label[other] and there >> 32 <= limit:
                label[other] = there
                if size == heap.size:
                    return -1 - count
                size = heap_push(heap, size, (there & HIGH) | other)
    return count


@compiled
def covered_change(changed: Any, before: Any, count: Any, label: Any, row_starts: Any, offset: Any, units: Any, limit: Any) -> Any:
    """What the changed nodes add to the units within ``limit``; node ``i`` carries rows ``row_starts[i]:row_starts[i + 1]``."""
    change = np.int64(0)
    for i in range(count):
        node = changed[i]
        for row in range(row_starts[node], row_starts[node + 1]):
            left = limit - offset[row]
            was = before[i] != FAR and before[i] >> 32 <= left
            now = label[node] != FAR and label[node] >> 32 <= left
            change += units[row] * (np.int64(now) - np.int64(was))
    return change


@compiled
def covered_units(label: Any, row_starts: Any, offset: Any, units: Any, limit: Any) -> Any:
    """Units of all rows whose node's distance and own offset together are within ``limit``."""
    total = np.int64(0)
    for node in range(label.size):
        if label[node] != FAR:
            for row in range(row_starts[node], row_starts[node + 1]):
                if label[node] >> 32 <= limit - offset[row]:
                    total += units[row]
    return total


@compiled
def shift_counts(found: Any, number: Any, step: Any, counts: Any, caps: Any, standing: Any) -> Any:
    """Add ``step`` to the counts of the nodes found; by how much the number of sites in a circle above its cap changes."""
    change = np.int64(0)
    for i in range(number):
        node = found[i]
        was = counts[node] > caps[node]
        counts[node] += step
        change += standing[node] * (np.int64(counts[node] > caps[node]) - np.int64(was))
    return change
