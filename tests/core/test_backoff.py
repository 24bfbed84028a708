"""The pauses between tries: they double up to a limit, and are any length below that."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.backoff import Backoff


def test_pauses_double_from_a_second_on_up_to_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda least, most: most)
    backoff = Backoff(10.0)
    assert [backoff.pause() for _ in range(6)] == [1, 2, 4, 8, 10, 10]


@given(st.floats(0, 100), st.integers(1, 20))
def test_no_pause_is_longer_than_the_longest_or_below_nothing(longest: float, tries: int) -> None:
    backoff = Backoff(longest)
    assert all(0 <= backoff.pause() <= longest for _ in range(tries))
