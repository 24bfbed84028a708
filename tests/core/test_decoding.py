"""Reading one update."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.decoding import MAX_DEPTH, are_sound, decode, is_deeper, read_json
from pluggram.edge import Malformed


def test_an_update_is_read_as_it_stands() -> None:
    update = {"update_id": 0, "message": {"text": "ä \ud83d", "n": [1.5, None, True, {}]}}
    assert decode(json.dumps(update).encode()) == update


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Expecting value"),
        (b'{"update_id": 1', "delimiter"),
        (b'{"update_id": 1} 2', "Extra data"),
        (b'{"update_id": 1, "x": Infinity}', "Infinity is no number of JSON"),
        (b'{"update_id": 1, "x": "\xff"}', "utf-8"),
        (b'{"update_id": 1, "x": %s}' % (b"9" * 5000), "digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"update_id": 1, "x": %s}' % (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH), "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode(body)


@pytest.mark.parametrize(
    "body", [b"1", b"[]", b"{}", b'{"update_id": "1"}', b'{"update_id": -1}', b'{"update_id": 1e3}']
)
def test_what_is_no_update_is_malformed(body: bytes) -> None:
    malformed = decode(body)
    assert isinstance(malformed, Malformed)
    assert (malformed.text, malformed.update_id) == (body.decode(), None)


@pytest.mark.parametrize(
    ("value", "levels"), [(5, 0), ([], 1), ([5], 1), ([[]], 2), ({"a": [{}]}, 3), ([1, [2], {"a": {"b": 3}}], 3)]
)
def test_the_levels_of_arrays_and_objects_are_counted(value: object, levels: int) -> None:
    body = json.dumps(value).encode()
    assert not is_deeper(value, levels, body)
    assert levels == 0 or is_deeper(value, levels - 1, body)


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**64 - 1, 2**64, -(10**19), 10**40])
def test_numbers_are_not_rounded(number: int) -> None:
    assert read_json(b'{"text": "12345678901234567890123", "n": %d}' % number)["n"] == number


def nested(levels: int, innermost: object) -> object:
    for _ in range(levels):
        innermost = [innermost]
    return innermost


UPDATES = st.builds(
    lambda levels, inner, late, number: (
        {"n": nested(levels, inner), "update_id": number} if late else {"update_id": number, "n": nested(levels, inner)}
    ),
    st.integers(0, 3) | st.integers(MAX_DEPTH - 4, MAX_DEPTH + 2),
    st.sampled_from([1, "[[{", {"update_id": 5}, {"a": [], "b": {}}, '{"update_id":']),
    st.booleans(),
    st.sampled_from([1, 2, 2**40, -1, None, "1"]),
)


@settings(deadline=None)
@given(st.lists(UPDATES, max_size=4), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_a_batch_is_sound_when_each_of_its_updates_is(updates: list[object], separators: tuple[str, str]) -> None:
    def sound(update: object) -> bool:
        try:
            return not isinstance(decode(json.dumps(update).encode()), Malformed)
        except ValueError:
            return False

    body = json.dumps({"ok": True, "result": updates}, separators=separators).encode()
    assert are_sound(updates, body) == all(map(sound, updates))
