"""The searches along streets as compiled loops: nearest of many sources, and everything within a limit of each source.

A label is distance × 2^32 + position, so that of two labels the smaller is the nearer source and, among equally near ones, the
first: ties are exact and need no second pass. Arrays are those of `graph.Graph`; nothing is checked here.

Two queues do the same work. A binary heap suits small neighbourhoods. Buckets some metres wide on a ring (Dial 1969, with the wider
buckets of Meyer and Sanders 2003) suit large ones: nodes of one bucket are taken in any order, and one that was taken too early is
taken again when a shorter way turns up. Both end in the same distances, since a node is done only when nothing improves it.

No kernel makes its arrays longer in the middle of a search, which would slow every step: one that runs out of room says so by a
negative number, and the caller comes again with more.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dingdian.space.compiled import compiled

FAR = np.int64(2**63 - 1)  # the label of a node that nothing reaches
LOW = np.int64(2**32 - 1)  # the position in a label, the other end in an arc
HIGH = np.int64(-(2**32))  # the distance in a label, the length in an arc
SHORT = 24  # entries that are put in order by insertion
FEWEST_BITS, MOST_BITS = 10, 16  # of the number of bins of a sort


# --- nearest of many sources ---------------------------------------------------------------------------------------


@compiled
def nearest_labels(
    starts: Any, packed: Any, nodes: Any, positions: Any, limit: Any, shift: Any, ring: Any, label: Any, store: Any, filled: Any
) -> Any:
    """Write into ``label`` (all `FAR` before) the smallest label of every node within ``limit`` decimetres.

    ``nodes`` are distinct, ``positions`` what each stands for. ``ring`` buckets (a power of two) of 2^``shift`` decimetres must span
    more than the longest arc. ``store`` is the room of all buckets, ``filled`` (zeros) how much of each is taken.

    Returns −1 when a bucket was full; 1 when a way was cut off at ``limit``, else 0.
    """
    room, mask = store.size // ring, ring - 1
    if nodes.size > room:
        return -1
    for i in range(nodes.size):
        label[nodes[i]] = positions[i]
        store[i] = nodes[i]
    filled[0] = nodes.size
    waiting, turn, cut = nodes.size, 0, 0
    while waiting > 0:
        bucket = turn & mask
        begin, at = bucket * room, 0
        while at < filled[bucket]:
            node = store[begin + at]
            at += 1
            here = label[node]
            if (here >> 32) >> shift != turn:
                continue  # a shorter way was found meanwhile
            for arc in range(starts[node], starts[node + 1]):
                word = packed[arc]
                there = here + (word & HIGH)
                other = word & LOW
                if there < label[other]:
                    distance = there >> 32
                    if distance > limit:
                        cut = 1
                        continue
                    label[other] = there
                    goal = (distance >> shift) & mask
                    if filled[goal] == room:
                        return -1
                    store[goal * room + filled[goal]] = other
                    filled[goal] += 1
                    waiting += 1
        waiting -= filled[bucket]
        filled[bucket] = 0
        turn += 1
    return cut


@compiled
def read_labels(label: Any, new: Any, distance: Any, owner: Any) -> None:
    """Each node's label in the caller's numbering, as metres and position (``inf`` and −1 for none)."""
    for i in range(new.size):
        best = label[new[i]]
        if best == FAR:
            distance[i], owner[i] = np.inf, -1
        else:
            distance[i], owner[i] = (best >> 32) / 10.0, best & LOW


# --- everything within a limit of one source -----------------------------------------------------------------------


@compiled
def heap_push(heap: Any, size: Any, entry: Any) -> Any:
    """Put ``entry`` into a binary heap of ``size`` entries; the new size."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if heap[parent] <= entry:
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = entry
    return size + 1


@compiled
def heap_drop(heap: Any, size: Any) -> Any:
    """Take the smallest entry, ``heap[0]``, out of a binary heap of ``size`` entries; the new size."""
    size -= 1
    last, i = heap[size], 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= last:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = last
    return size


@compiled
def _around_by_heap(starts: Any, packed: Any, source: Any, limit: Any, distance: Any, heap: Any, found: Any) -> Any:
    """Nodes within ``limit`` of ``source`` into ``found``; how many, or −1 without room."""
    count, size = 0, 1
    distance[source] = 0
    heap[0] = source
    while size > 0:
        top = heap[0]
        size = heap_drop(heap, size)
        node, here = top & LOW, top >> 32
        if distance[node] != here:
            continue
        if count == found.size:
            return -1
        found[count] = node
        count += 1
        for arc in range(starts[node], starts[node + 1]):
            word = packed[arc]
            other, there = word & LOW, here + (word >> 32)
            if there < distance[other]:
                if size == heap.size:
                    return -1
                distance[other] = there
                size = heap_push(heap, size, (there << 32) | other)
    return count


@compiled
def _around_by_buckets(
    starts: Any, packed: Any, source: Any, limit: Any, shift: Any, ring: Any, distance: Any, store: Any, filled: Any, found: Any
) -> Any:
    """Nodes within ``limit`` of ``source`` into ``found``; how many, or −1 without room.

    Whether an arc improves anything is as good as random, and a processor that guesses wrong waits. What one source reaches lies
    near in memory, so each arc writes to the place after the last in any case, and counts it or not.
    """
    room, mask = store.size // ring, ring - 1
    distance[source] = 0
    found[0] = source
    store[0] = source
    filled[0] = 1
    count, waiting, turn = np.int64(1), np.int64(1), 0
    while waiting > 0:
        bucket = turn & mask
        begin, at = bucket * room, 0
        while at < filled[bucket]:
            node = store[begin + at]
            at += 1
            here = np.int64(distance[node])
            if here >> shift != turn:
                continue
            for arc in range(starts[node], starts[node + 1]):
                word = packed[arc]
                other, there = word & LOW, here + (word >> 32)
                before = np.int64(distance[other])
                better = np.int64(there < before)
                goal = (there >> shift) & mask
                last = filled[goal]
                store[goal * room + last] = other
                filled[goal] = last + better
                waiting += better
                distance[other] = there if better else before
                found[count] = other
                count += better & np.int64(before > limit)
                if last + 1 == room or count == found.size:
                    return -1
        waiting -= at
        filled[bucket] = 0
        turn += 1
    return count


@compiled
def around(
    starts: Any, packed: Any, source: Any, limit: Any, shift: Any, ring: Any, distance: Any, store: Any, heap: Any, filled: Any,
    found: Any,
) -> Any:
    """Nodes within ``limit`` of ``source`` into ``found``, in no order, and their decimetres into ``distance``.

    ``distance`` is ``limit`` + 1 everywhere before: what is not nearer than that is out of reach, and one comparison tells.
    With ``ring`` 0 by the heap, else by buckets. Returns how many; −1 without room, with ``distance`` and ``filled`` cleared again.
    """
    if ring == 0:
        count = _around_by_heap(starts, packed, source, limit, distance, heap, found)
    else:
        count = _around_by_buckets(starts, packed, source, limit, shift, ring, distance, store, filled, found)
    if count < 0:
        distance[:] = limit + 1
        filled[:] = 0
    return count


@compiled
def gather(
    starts: Any, packed: Any, sources: Any, begin: Any, limit: Any, shift: Any, ring: Any, distance: Any, store: Any, heap: Any,
    filled: Any, found: Any, item_starts: Any, items: Any, out_item: Any, out_distance: Any, ends: Any,
) -> Any:
    """For each source from number ``begin`` on the items within ``limit``, by distance, then by item.

    Node ``i`` carries ``items[item_starts[i]:item_starts[i + 1]]``, or the one ``items[i]`` where ``item_starts`` is empty. Source ``s``
    gets ``out_…[ends[s]:ends[s + 1]]``.

    Returns the number of the first source that did not fit (``sources.size`` when all did); −1 − number when the queue or
    ``found`` was too small for it.
    """
    spare, tally = np.empty(found.size, dtype=np.int64), np.zeros(1 << MOST_BITS, dtype=np.int32)
    single, width = item_starts.size == 0, bin_width(SHORT, np.int64(limit) << 32)
    for s in range(begin, sources.size):
        count = around(starts, packed, sources[s], limit, shift, ring, distance, store, heap, filled, found)
        if count < 0:
            return -1 - s
        kept, total, top = _keys(found, count, distance, limit + 1, item_starts, width, tally)
        ordered = spare if sort_by_distance(found, kept, top, width, spare, tally) else found
        if ends[s] + total > out_item.size:
            return s
        width = bin_width(kept, top)  # neighbours find about as much as far away
        at, before, tied = ends[s], np.int64(-1), total > kept
        for i in range(kept):
            node, here = ordered[i] & LOW, ordered[i] >> 32
            tied |= here == before
            before = here
            if single:
                out_item[at], out_distance[at] = items[node], here
                at += 1
                continue
            for entry in range(item_starts[node], item_starts[node + 1]):
                out_item[at], out_distance[at] = items[entry], here
                at += 1
        if tied:
            _order_equals(out_item, out_distance, ends[s], at)
        ends[s + 1] = at
    return sources.size


@compiled
def _keys(found: Any, count: Any, distance: Any, beyond: Any, item_starts: Any, width: Any, tally: Any) -> Any:
    """Nodes found into keys (distance × 2^32 + node) of those that carry something: how many, how many items, the largest.

    ``distance`` is ``beyond`` again afterwards, and ``tally`` says how many keys fall into each bin (see `sort_by_distance`).
    """
    last, top = np.int64(tally.size - 1), np.int64(0)
    if item_starts.size == 0:
        for i in range(count):
            node = found[i]
            key = (np.int64(distance[node]) << 32) | node
            distance[node] = beyond
            found[i] = key
            top = max(top, key)
            tally[min(key >> width, last)] += 1
        return count, count, top
    kept, total = np.int64(0), np.int64(0)
    for i in range(count):
        node = found[i]
        key = (np.int64(distance[node]) << 32) | node
        distance[node] = beyond
        carried = item_starts[node + 1] - item_starts[node]
        if carried > 0:
            found[kept] = key
            kept += 1
            top = max(top, key)
            tally[min(key >> width, last)] += 1
            total += carried
    return kept, total, top


@compiled
def sum_around(
    starts: Any, packed: Any, sources: Any, begin: Any, limit: Any, shift: Any, ring: Any, distance: Any, store: Any, heap: Any,
    filled: Any, found: Any, units: Any, sums: Any,
) -> Any:
    """For each source from ``begin`` on the sum of ``units`` over the nodes within ``limit``; returns as `gather` does."""
    for s in range(begin, sources.size):
        count = around(starts, packed, sources[s], limit, shift, ring, distance, store, heap, filled, found)
        if count < 0:
            return -1 - s
        total = np.int64(0)
        for i in range(count):
            total += units[found[i]]
            distance[found[i]] = limit + 1
        sums[s] = total
    return sources.size


# --- order ---------------------------------------------------------------------------------------------------------


@compiled
def insert_in_order(values: Any, begin: Any, end: Any) -> None:
    """Put entries in ascending order by insertion: for a few, or for many that are nearly in order."""
    for i in range(begin + 1, end):
        value, j = values[i], i
        while j > begin and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value


@compiled
def bin_width(count: Any, top: Any) -> Any:
    """2^ this much is the width of bins that suit ``count`` keys up to ``top``: a thousand bins, or half as many as there are keys."""
    bits = FEWEST_BITS
    while bits < MOST_BITS and 2 << bits < count:
        bits += 1
    width = 32
    while top >> width >= 1 << bits:
        width += 1
    return width


@compiled
def sort_by_distance(keys: Any, count: Any, top: Any, width: Any, spare: Any, tally: Any) -> Any:
    """Put ``keys[:count]`` (distance × 2^32 + node, ``top`` at most) in ascending order; whether they then stand in ``spare``.

    ``tally`` says how many keys fall into each bin of 2^``width``, what is beyond the last bin included in that; zeros afterwards.
    Walks spread their distances evenly enough that bins leave little to do for an insertion sort; where one comes out crowded after
    all, a general sort takes over.
    """
    last = np.int64(tally.size - 1)
    if count <= SHORT:
        for i in range(count):
            tally[min(keys[i] >> width, last)] = 0
        insert_in_order(keys, 0, count)
        return False
    size = min(top >> width, last) + 1
    before, most = np.int32(0), np.int32(0)
    for value in range(size):
        here = tally[value]
        most = max(most, here)
        tally[value] = before
        before += here
    if most > SHORT:
        tally[:size] = 0
        keys[:count] = np.sort(keys[:count])
        return False
    for i in range(count):
        value = min(keys[i] >> width, last)
        spare[tally[value]] = keys[i]
        tally[value] += 1
    tally[:size] = 0
    insert_in_order(spare, 0, count)
    return True


@compiled
def _order_equals(item: Any, distance: Any, begin: Any, end: Any) -> None:
    """Among entries of one distance put the items in ascending order."""
    at = begin
    while at < end:
        stop = at + 1
        while stop < end and distance[stop] == distance[at]:
            stop += 1
        if stop - at > SHORT:
            item[at:stop] = np.sort(item[at:stop])
        else:
            insert_in_order(item, at, stop)
        at = stop


# --- results of parts in the caller's order ------------------------------------------------------------------------


@compiled
def place(positions: Any, ends: Any, item: Any, distance: Any, out_ends: Any, out_item: Any, out_distance: Any) -> None:
    """Copy the segments of a part to where their sources (``positions``) stand in the whole."""
    for s in range(positions.size):
        at = out_ends[positions[s]]
        for i in range(ends[s], ends[s + 1]):
            out_item[at] = item[i]
            out_distance[at] = distance[i]
            at += 1


@compiled
def place_pairs(
    positions: Any, ends: Any, item: Any, distance: Any, out_ends: Any, out_source: Any, out_item: Any, out_metres: Any
) -> None:
    """The same as pairs: source, item and metres."""
    for s in range(positions.size):
        at = out_ends[positions[s]]
        for i in range(ends[s], ends[s + 1]):
            out_source[at] = positions[s]
            out_item[at] = item[i]
            out_metres[at] = distance[i] / 10.0
            at += 1
