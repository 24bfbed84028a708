"""JSON values: what is stored, what is refused, and how the refusal reads."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.storage import Json, StorageError
from pluggram.storage.values import MAX_CHARACTERS, MAX_DEPTH, decode, encode

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()) | st.integers(), inner) | st.tuples(inner),
    max_leaves=8,
)


@given(ANYTHING)
def test_a_value_is_refused_or_comes_back_as_json_would_give_it(value: Json) -> None:
    try:
        text = encode(value)
    except (TypeError, ValueError):
        return
    text.encode()
    assert repr(decode(text)) == repr(json.loads(json.dumps(value)))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [1, float("nan")]}, r"value\['a'\]\[1\] is nan"),
        (date(2026, 1, 1), "value is a date"),
        ({"a": {2: "b"}}, r"value\['a'\] has the key 2, a int"),
        (["\ud800"], r"value\[0\] holds the lone surrogate '\\ud800'"),
        ({"\udc00": 1}, r"value holds the lone surrogate '\\udc00'"),
    ],
)
def test_the_refusal_says_where_and_what(value: Json, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        encode(value)


def nested(levels: int, wrap: Callable[[Json], Json]) -> Json:
    value: Json = 1
    for _ in range(levels):
        value = wrap(value)
    return value


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}], ids=["list", "dict"])
def test_nesting_has_a_limit(wrap: Callable[[Json], Json]) -> None:
    assert decode(encode(nested(MAX_DEPTH, wrap))) == nested(MAX_DEPTH, wrap)
    with pytest.raises(ValueError, match="nested more than 100 levels deep"):
        encode(nested(MAX_DEPTH + 1, wrap))


def test_length_has_a_limit() -> None:
    with pytest.raises(ValueError, match="16777217 characters of JSON; 16777216 can be stored"):
        encode("x" * (MAX_CHARACTERS - 1))


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Json] = []
    value.append(value)
    with pytest.raises(ValueError, match="nested"):
        encode(value)


def test_a_stored_text_that_is_no_json_is_an_error_for_people() -> None:
    with pytest.raises(StorageError, match="a stored value is not JSON"):
        decode("{broken")
