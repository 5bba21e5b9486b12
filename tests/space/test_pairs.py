"""Pairs keep their order, their locks and their zero distances."""

import numpy as np
import pytest

from dingdian.space.pairs import Pairs


def some():
    source, target = np.array([2, 0, 0, 0]), np.array([1, 3, 0, 1])
    return Pairs.ordered(source, target, np.array([0.0, 5.0, 5.0, 0.1]), 3, 4, 10.0)


def test_pairs_are_sorted_by_source_then_distance_then_target():
    pairs = some()
    assert pairs.source.tolist() == [0, 0, 0, 2]
    assert pairs.distance.tolist() == [0.1, 5.0, 5.0, 0.0]
    assert pairs.target.tolist() == [1, 0, 3, 1]


def test_the_matrix_keeps_a_zero_distance_as_an_entry():
    matrix = some().to_csr()
    assert matrix.shape == (3, 4)
    assert matrix.nnz == 4
    assert matrix.has_canonical_format
    assert matrix.toarray().tolist() == [[5.0, 0.1, 0.0, 5.0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_the_cover_is_true_where_there_is_a_pair():
    cover = some().to_cover()
    assert cover.dtype == np.bool_
    assert cover.toarray().astype(int).tolist() == [[1, 1, 0, 1], [0, 0, 0, 0], [0, 1, 0, 0]]


def test_sources_without_a_partner_count_zero():
    assert some().counts().tolist() == [3, 0, 1]


def test_filtering_keeps_the_order_and_the_lengths_of_the_lists():
    pairs = some()
    near = pairs.where(pairs.distance < 1.0)
    assert (near.source.tolist(), near.target.tolist(), len(near)) == ([0, 2], [1, 1], 2)
    assert (near.n_source, near.n_target, near.limit) == (3, 4, 10.0)


def test_pairs_cannot_be_written_over():
    with pytest.raises(ValueError, match="read-only"):
        some().distance[0] = 1.0


def test_arrays_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="one length"):
        Pairs(np.array([0]), np.array([0, 1]), np.array([0.0]), 1, 2)
