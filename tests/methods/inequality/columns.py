"""Levels and weights for the laws, and the shares that the oracles work on."""

from hypothesis import strategies as st

some = st.one_of(st.floats(1e-3, 1e4), st.integers(1, 20).map(float))
levels = st.one_of(st.just(0.0), some)
weights = st.one_of(st.just(0.0), st.floats(1e-2, 1e6), st.integers(1, 20).map(float))


def some_have_any(rows):
    return any(level > 0 and weight > 0 for level, weight, *_ in rows)


def rows(*more, size=8):
    """Rows of level, weight and whatever else, where somebody has any."""
    return st.lists(st.tuples(levels, weights, *more), min_size=1, max_size=size).filter(some_have_any)


positive_rows = st.lists(st.tuples(some, some), min_size=1, max_size=8)


def shares(values, weights):
    """Share of the weight and of the resource of each unit, in plain Python."""
    whole, held = sum(weights), sum(v * w for v, w in zip(values, weights))
    return [w / whole for w in weights], [v * w / held for v, w in zip(values, weights)]


def columns(table):
    return tuple(list(column) for column in zip(*table))


# What no measure of inequality can be taken of: values, weights, and a word of the refusal.
REFUSED = [
    ([], [], "at least one unit"), ([1.0, 2.0], [1.0], "one length"), ([1.0, -1.0], [1, 1], "values must be zero or more"),
    ([1.0, 2.0], [1, -1], "weights must be zero or more"), ([1.0, float("nan")], [1, 1], "values must be finite"),
    ([1.0, 2.0], [1, float("inf")], "weights must be finite"), ([1.0, None], [1, 1], "values must be finite"),
    ([1.0, 2.0], [0, 0], "weights are all zero"), ([0.0, 0.0], [1, 1], "values are all zero"),
    ([0.0, 5.0], [1, 0], "values are all zero"), ([[1.0, 2.0]], [1, 1], "one column"),
]
