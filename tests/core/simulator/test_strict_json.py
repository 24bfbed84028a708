import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.strict_json import MAX_DEPTH, read_json

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.recursive(_SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_what_json_can_say_is_read(value: object) -> None:
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    "text",
    ["", "{", "NaN", "[Infinity]", "-Infinity", "1e999", r'"\ud800"', r'{"\udc00": 1}', r'[["\ud800x"]]', "1" * 5000,
     "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "[" * 100_000, '{"a":' * 500 + "1" + "}" * 500],
)  # fmt: skip
def test_what_could_not_be_sent_out_again_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


def test_nesting_is_followed_as_far_as_telegram_does() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert json.dumps(read_json(text)) == text
