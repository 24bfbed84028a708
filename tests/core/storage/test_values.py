"""JSON values: what is stored, what is refused, and how the refusal reads."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pluggram.storage import Json, StorageError
from pluggram.storage.values import MAX_CHARACTERS, MAX_DEPTH, _check, decode, encode


class Colour(Enum):
    RED = 1


class Level(IntEnum):
    HIGH = 3


class Name(str):
    pass


@dataclass
class Point:
    x: int = 1


ODD = (
    st.dates() | st.datetimes() | st.uuids() | st.sampled_from([Colour.RED, Level.HIGH, Name("a"), Point(), Decimal(1)])
)
KEYS = st.text(st.characters()) | st.integers() | st.sampled_from([Colour.RED, Level.HIGH, Name("a"), None, True])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary() | ODD,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner) | st.tuples(inner) | st.frozensets(st.integers()),
    max_leaves=8,
)


@given(ANYTHING)
def test_a_value_is_refused_or_comes_back_as_json_would_give_it(value: Json) -> None:
    try:
        _check(value, ())
    except (TypeError, ValueError) as refused:
        with pytest.raises(type(refused), match=re.escape(str(refused))):
            encode(value)
        return
    text = encode(value)
    text.encode()
    assert repr(decode(text)) == repr(json.loads(json.dumps(value)))


ODD_NUMBERS = ["-0", "-0.0", "1e400", "1E5", "1e-400", "0.1e1", "NaN", "-Infinity", "123456789012345678901.5"]
ODD_TEXTS = ['"\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"', "null", " 1 ", "\ufeff1", "", "01", "{", '"\t"']
NUMBERS = st.integers(2**62, 2**65) | st.integers(-(2**65), -(2**62)) | st.floats()
FOREIGN = st.recursive(
    NUMBERS.map(repr) | st.sampled_from(ODD_NUMBERS + ODD_TEXTS),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{','.join(each)}]")
        | st.lists(inner, max_size=3).map(lambda each: "{" + ",".join(f'"a": {text}' for text in each) + "}")
    ),
    max_leaves=6,
)


@given(FOREIGN | st.text(st.sampled_from('0123456789-.eE[]{}:,"\\u tfn')))
@example("[" * 2000 + "]" * 2000)
def test_a_text_that_something_else_has_stored_is_read_as_json_reads_it(text: str) -> None:
    try:
        expected = repr(json.loads(text))
    except (ValueError, RecursionError):
        expected = "refused"
    try:
        found = repr(decode(text))
    except StorageError:
        found = "refused"
    assert found == expected


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
