import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram_plugins.metrics.scale import counting, lasting


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([], [0, 1]),
        ([0, 0], [0, 1]),
        ([1], [0, 1]),
        ([2, 1], [0, 1, 2]),
        ([7], [0, 4, 8]),
        ([13], [0, 8, 16]),
        ([128], [0, 80, 160]),
        ([999], [0, 500, 1000]),
        ([1000], [0, 500, 1000]),
        ([87_654], [0, 50_000, 100_000]),
    ],
)
def test_numbers_are_counted_to_a_round_one(values: list[int], ticks: list[float]) -> None:
    assert counting(values).ticks == ticks


def test_a_spike_does_not_flatten_the_others() -> None:
    scale = counting([10] * 50 + [9000])
    assert scale.ticks[-1] == 20
    assert scale.share(9000) > 1


def test_a_few_numbers_all_fit_however_different() -> None:
    assert counting([1, 1, 1, 9000]).share(9000) <= 1


@given(st.lists(st.integers(0, 10**9), max_size=100))
def test_nearly_all_fit(values: list[int]) -> None:
    scale = counting(values)
    above = sum(scale.share(value) > 1 for value in values)
    assert above <= max(0, sum(value > 0 for value in values) + 8) // 10  # one in ten, rounded up


@pytest.mark.parametrize(
    ("seconds", "ticks"),
    [
        ([], [0.001, 0.01]),
        ([0.0], [0.001, 0.01]),
        ([0.005], [0.001, 0.01]),
        ([0.01], [0.01, 0.1]),
        ([0.02, 0.3], [0.01, 0.1, 1]),
        ([4e-5, 12], [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100]),
    ],
)
def test_durations_stand_by_powers_of_ten(seconds: list[float], ticks: list[float]) -> None:
    scale = lasting(seconds)
    assert scale.ticks == pytest.approx(ticks)
    assert [scale.share(tick) for tick in (scale.ticks[0], scale.ticks[-1])] == pytest.approx([0, 1])


@given(st.lists(st.floats(1e-6, 1e3), min_size=1))
def test_every_duration_fits(seconds: list[float]) -> None:
    scale = lasting(seconds)
    assert all(-1e-9 <= scale.share(second) <= 1 + 1e-9 for second in seconds)
