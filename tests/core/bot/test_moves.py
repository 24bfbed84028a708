"""Moves: where a group went is told once, and what cannot be is passed over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.bot.moves import Moves


def test_a_group_that_moved_has_its_new_id_and_every_other_chat_its_own() -> None:
    told: list[tuple[int, int]] = []
    moves = Moves(lambda old, new: told.append((old, new)))
    for _ in range(2):
        moves.add(-5, -1005)
    assert (moves.current(-5), moves.current(-1005), moves.current(7)) == (-1005, -1005, 7)
    assert (-5 in moves, -1005 in moves, 7 in moves) == (True, True, False)
    assert (list(moves), len(moves), told) == ([(-5, -1005)], 1, [(-5, -1005)])


@pytest.mark.parametrize(("old", "new"), [(-5, -5), (5, -1005), (-5, 1005), (0, -5), (-1005, -5)])
def test_what_cannot_be_is_passed_over(old: int, new: int) -> None:
    moves = Moves()
    moves.add(-5, -1005)
    moves.add(old, new)
    assert list(moves) == [(-5, -1005)]


@given(st.lists(st.tuples(st.integers(-6, 1), st.integers(-6, 1))))
def test_whatever_is_told_every_chat_has_one_id_that_is_its_last(told: list[tuple[int, int]]) -> None:
    moves = Moves()
    for old, new in told:
        moves.add(old, new)
    for chat in range(-6, 2):
        assert moves.current(moves.current(chat)) == moves.current(chat)
