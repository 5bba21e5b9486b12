"""Why norms stay unmet: each limit lifted by itself, and the program solved again.

A limit is an obstacle where fewer beds would lie outside the norms without it. None of the answers is a proposal: they say where to
look, not what to lift.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from attrs import evolve

from dingdian.loop.reallocate.answer import Obstacle
from dingdian.loop.reallocate.board import Board, Terms
from dingdian.loop.reallocate.model import Clock, solved
from dingdian.provisions.bed_limits import ANY_LEVEL
from dingdian.terms import Text

Rebuilt = Callable[[Terms, bool], Board]  # with other terms, and with nobody left alone

WORDS = {
    "at_most_share": Text("每家至多变动的份额", "the share that one institution may give or take"),
    "bed_use": Text("病床使用率目标（空床才减、满床才增）", "the target of bed use: only empty beds leave, only beds that would be filled come"),
    "left_alone": Text("不参与调剂的机构（规划例外、受上限约束）", "institutions that are left alone"),
    "consents": Text("跨区县调剂的同意", "consents to transfers between districts"),
    "levels": Text("减增的等级关系", "which level beds may become"),
    "ceilings": Text("只有短缺的区县可以增加", "only districts that are short may receive"),
    "exits": Text("以退定增的范围与比例", "beds added only for beds given up in the same place"),
    "total": Text("全市床位总数不变", "the total of the pooling area stays"),
}
_WIDE_USE = (Decimal("0.01"), Decimal("100"))


def obstacles(
    board: Board, rebuilt: Rebuilt, outside: int, seconds: float | None, clock: Clock | None
) -> tuple[tuple[Obstacle, ...], tuple[str, ...]]:
    """(limits that keep beds outside the norms, districts whose consent would help); nothing where all norms are met."""
    if not outside:
        return (), ()
    found, wanted = [], tuple[str, ...]()
    for name, other in _lifted(board, rebuilt).items():
        then = solved(other, stages=3 if name == "consents" else 1, seconds=seconds, clock=clock)
        left = int(then.stages[0].value)
        if left >= outside:
            continue
        if name == "consents":
            crossing = sorted({unit for giver, taker in then.passed if giver[0] != taker[0] for unit in (giver[0], taker[0])})
            wanted = tuple(unit for unit in crossing if unit not in board.terms.consents)
        found.append(Obstacle(limit=name, words=WORDS[name], without=left, units=wanted if name == "consents" else ()))
    return tuple(found), wanted


def _lifted(board: Board, rebuilt: Rebuilt) -> dict[str, Board]:
    """The board without one limit, for each limit that it has."""
    terms, limits = board.terms, board.limits
    everyone = frozenset(district for district, _ in board.beds)
    boards = {
        "at_most_share": rebuilt(evolve(terms, share=Decimal(1)), False),
        "left_alone": rebuilt(terms, True),
        "consents": evolve(board, terms=evolve(terms, consents=everyone)),
        "bed_use": _of_any_use(rebuilt, terms),
        "levels": evolve(board, limits=evolve(limits, levels=ANY_LEVEL)),
        "ceilings": evolve(board, limits=evolve(limits, ceilings=())),
        "exits": evolve(board, limits=evolve(limits, exits=())),
        "total": evolve(board, free_total=True),
    }
    absent = [name for name, stated in (("levels", limits.levels), ("ceilings", limits.ceilings), ("exits", limits.exits)) if not stated]
    return {name: other for name, other in boards.items() if name not in absent}


def _of_any_use(rebuilt: Rebuilt, terms: Terms) -> Board:
    """Whoever is known may give as if its beds stood empty, and take as if they were full."""
    full, empty = (rebuilt(evolve(terms, bed_use=use), False) for use in _WIDE_USE)
    gives = {h.code: h.give for h in empty.hospitals}
    return evolve(full, hospitals=tuple(evolve(h, give=gives[h.code]) for h in full.hospitals))
