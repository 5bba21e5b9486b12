"""Ranking: who stands where on several indicators, by which method, and how firmly.

Weighted scores, the rank-sum ratio (RSR), TOPSIS and entropy weights; `rank_stability` and its siblings say what a rank is worth when
weights move. A method orders units on the indicators it is given; it grants and refuses nothing by itself.
"""

from __future__ import annotations

from dingdian.methods.ranking.columns import places
from dingdian.methods.ranking.entropy import EntropyWeights, entropy_weights
from dingdian.methods.ranking.rsr import CUTS, Rsr, rsr
from dingdian.methods.ranking.scores import Tail, in_order, ranks, tail, weighted_scores
from dingdian.methods.ranking.stability import (
    RankRange,
    RankSpread,
    rank_stability,
    ranks_in_draws,
    ranks_one_at_a_time,
    rsr_stability,
    topsis_stability,
)
from dingdian.methods.ranking.topsis import Topsis, topsis

__all__ = [
    "CUTS", "EntropyWeights", "RankRange", "RankSpread", "Rsr", "Tail", "Topsis", "entropy_weights", "in_order", "places", "rank_stability", "ranks",
    "ranks_in_draws", "ranks_one_at_a_time", "rsr", "rsr_stability", "tail", "topsis", "topsis_stability", "weighted_scores",
]
