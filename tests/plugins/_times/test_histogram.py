import json
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram_plugins._times import Times
from pluggram_plugins._times.histogram import BOUNDS

DURATIONS = st.lists(st.floats(0, 1000), min_size=1, max_size=200)


def times_of(durations: list[float]) -> Times:
    times = Times()
    for seconds in durations:
        times.add(seconds)
    return times


def test_without_durations_everything_is_nothing() -> None:
    times = Times()
    assert (times.count, times.mean, times.longest, times.quantile(0.95)) == (0, 0, 0, 0)


@given(DURATIONS)
def test_the_mean_and_the_longest_are_exact(durations: list[float]) -> None:
    times = times_of(durations)
    assert times.count == len(durations)
    assert times.mean == pytest.approx(statistics.fmean(durations))
    assert times.longest == max(durations)


@given(st.lists(st.floats(2 * BOUNDS[0], BOUNDS[-1] / 2), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99]))
def test_a_quantile_is_right_to_five_per_cent(durations: list[float], share: float) -> None:
    rank = max(1, -(-int(share * 100) * len(durations) // 100))  # the smallest rank that reaches the share
    assert times_of(durations).quantile(share) == pytest.approx(sorted(durations)[rank - 1], rel=0.05)


def test_what_is_shorter_or_longer_than_all_classes_still_counts() -> None:
    times = times_of([0.0, 1e-9, 5000.0])
    assert times.quantile(0.5) == BOUNDS[0]
    assert times.quantile(1) == times.longest == 5000


def test_however_many_there_are_the_memory_is_bounded() -> None:
    times = times_of([number / 1000 for number in range(200_000)])
    assert len(times._classes) <= len(BOUNDS) + 1
    assert len(json.dumps(times.dumped())) < 4000


@given(DURATIONS)
def test_many_at_once_are_as_if_they_had_been_taken_one_by_one(durations: list[float]) -> None:
    many, one = Times.of(durations), times_of(durations)
    assert (many.count, many.longest, many._classes) == (one.count, one.longest, one._classes)
    assert many.total == pytest.approx(one.total)


@given(DURATIONS, DURATIONS)
def test_joined_ones_are_as_if_they_had_been_one(some: list[float], others: list[float]) -> None:
    joined, one = Times.joined([times_of(some), times_of(others)]), times_of(some + others)
    assert joined._classes == one._classes
    assert (joined.count, joined.longest) == (one.count, one.longest)
    assert joined.total == pytest.approx(one.total)


@given(DURATIONS)
def test_it_comes_back_from_json_as_it_was(durations: list[float]) -> None:
    times = times_of(durations)
    back = Times.loaded(json.loads(json.dumps(times.dumped())))
    assert (back.count, back.total, back.longest) == (times.count, times.total, times.longest)
    assert back.quantile(0.95) == times.quantile(0.95)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"total": 1, "longest": 1, "classes": []},
        {"total": "x", "longest": 1, "classes": {}},
        {"total": 1, "longest": 1, "classes": {"999": 1}},
        {"total": 1, "longest": 1, "classes": {"1": -1}},
        {"total": 1, "longest": 1, "classes": {"1": "many"}},
    ],
)
def test_anything_else_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        Times.loaded(stored)
