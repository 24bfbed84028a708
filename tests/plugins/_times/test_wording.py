import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram_plugins._times import duration


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 µs"),
        (85e-6, "85 µs"),
        (0.00099, "990 µs"),
        (0.0009999, "1.0 ms"),
        (0.00123, "1.2 ms"),
        (0.0123, "12 ms"),
        (0.4, "400 ms"),
        (0.99996, "1.0 s"),
        (3.44, "3.4 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (5 * 60 + 59, "5 min"),
        (3600, "1 h"),
        (3 * 3600 + 4 * 60 + 9, "3 h 4 min"),
        (2 * 86400 + 4 * 3600, "2 d 4 h"),
        (2 * 86400 + 59, "2 d"),
        (400 * 86400, "400 d"),
    ],
)
def test_a_duration_is_said_shortly(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@given(st.floats(0, 1e9))
def test_any_duration_is_short(seconds: float) -> None:
    assert 3 <= len(duration(seconds)) <= 13
