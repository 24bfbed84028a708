"""Answers to getUpdates that cannot be decoded as a whole."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.decoding import MAX_DEPTH
from pluggram.edge import Arrival, Malformed
from pluggram.errors import Unreachable
from pluggram.telegram.batches import salvage, updates_in

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63)) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
UPDATES = st.builds(
    lambda number, body: {"update_id": number, **body},
    st.integers(0, 2**31),
    st.dictionaries(st.sampled_from(["message", "x"]), VALUES),
)
BROKEN = {
    "digits": (b'{"update_id": 77, "n": %s}' % (b"9" * 5000), "digits"),
    "nested": (b'{"n": %s, "update_id": 77}' % (b"[" * 100_000 + b"]" * 100_000), "nested too deeply"),
    "a little too deep": (b'{"n": %s, "update_id": 77}' % (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH), "nested too deeply"),
    "not UTF-8": (b'{"update_id": 77, "text": "\xff\xfe"}', "utf-8"),
    "not UTF-8 before a quote": (b'{"text": "\xe2", "update_id": 77}', "utf-8"),
    "a control character": (b'{"update_id": 77, "text": "\n"}', "control character"),
    "an escape": (b'{"update_id": 77, "text": "\\x \\" ]}"}', "escape"),
    "NaN": (b'{"update_id": 77, "n": NaN}', "NaN"),
    "words": (b'{"update_id": 77, no, [json, {}]}', ""),
    "an id within": (b'{"message": {"update_id": 78}, "update_id" : 77 , "x": "\\u12"}', ""),
}


def answered(*updates: bytes) -> list[Arrival]:
    """Read an answer with these updates as it comes from the network."""
    return list(updates_in((200, b'{"ok":true,"result":[' + b",".join(updates) + b"]}")))


@pytest.mark.parametrize(("broken", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_decoded_is_set_apart_with_its_id_and_its_neighbours_come(broken: bytes, reason: str) -> None:
    before, malformed, after = answered(b'{"update_id":76}', broken, b'{"update_id":78}')
    assert (before, after) == ({"update_id": 76}, {"update_id": 78})
    assert isinstance(malformed, Malformed)
    assert malformed.update_id == 77
    assert malformed.text == broken.decode(errors="backslashreplace")
    assert reason in malformed.reason


@pytest.mark.parametrize(
    "update",
    [
        *(b"5", b'"text"', b"null", b"[]", b"{}", b"nonsense"),
        *(b'{"update_id": true}', b'{"update_id": 1.0}', b'{"update_id": -1}', b'{"update_id": 9223372036854775808}'),
        *(b'{"x": {"update_id": 5}}', b'["update_id"]', b'{"update_id": -5, "n": NaN}'),
        b'{"update_id": %s}' % (b"9" * 5000),
    ],
)
def test_what_has_no_id_that_telegram_would_give_is_malformed_and_confirms_nothing(update: bytes) -> None:
    malformed, after = answered(update, b'{"update_id":78}')
    assert after == {"update_id": 78}
    assert isinstance(malformed, Malformed)
    assert malformed.update_id is None
    assert malformed.text == update.decode()


def test_halves_of_surrogate_pairs_are_passed_on() -> None:
    assert answered(rb'{"update_id":1,"text":"\ud83d"}') == [{"update_id": 1, "text": "\ud83d"}]


def test_an_update_as_deep_as_telegram_goes_is_passed_on() -> None:
    deep = b'{"update_id":1,"n":%s}' % (b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1))
    assert answered(deep, deep) == [json.loads(deep)] * 2


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"<html>", b"\xff", b"{", b'{"ok":true,"result":[', b'[{"update_id":1}]x', b'{"n":%s}' % (b"9" * 5000)),
        b'{"ok":true,"result":{"update_id":1,"n":NaN}}',
        b'{"ok":true,"result":[{"update_id":1,"n":NaN}}]',
        b'{"ok":true,"result":[{"a":"}]}',
    ],
)
def test_what_is_no_answer_is_none(payload: bytes) -> None:
    with pytest.raises(Unreachable, match="no Bot API"):
        updates_in((200, payload))


@pytest.mark.parametrize(
    "answer", [{"ok": True}, {"ok": True, "result": None}, {"ok": False, "description": "x"}, [1], 5, None, []]
)
def test_what_is_json_without_updates_is_no_answer_either(answer: Any) -> None:
    with pytest.raises(Unreachable, match=r"it gives no result|something else than updates"):
        updates_in((200, json.dumps(answer).encode()))


@settings(max_examples=50, deadline=None)
@given(st.lists(UPDATES), st.booleans(), st.sampled_from([None, 1]))
def test_salvaging_gives_what_decoding_gives(updates: list[Any], ascii_: bool, indent: int | None) -> None:
    answer = json.dumps({"x": [[], "]"], "result": updates, "ok": True}, ensure_ascii=ascii_, indent=indent)
    assert salvage(answer.encode()) == updates


@settings(max_examples=50, deadline=None)
@given(
    st.lists(UPDATES, max_size=3), st.sampled_from(sorted(BROKEN.keys() - {"nested"})), st.lists(UPDATES, max_size=3)
)
def test_one_broken_update_costs_no_other(before: list[Any], name: str, after: list[Any]) -> None:
    first, last = ([json.dumps(each).encode() for each in updates] for updates in (before, after))
    arrivals = answered(*first, BROKEN[name][0], *last)
    assert [*arrivals[: len(before)], *arrivals[len(before) + 1 :]] == [*before, *after]
    assert isinstance(arrivals[len(before)], Malformed)


@settings(max_examples=50, deadline=None)
@given(st.lists(UPDATES, min_size=1), st.integers(0), st.booleans())
def test_a_part_of_an_answer_is_never_taken_for_a_whole_one(updates: list[Any], cut: int, ascii_: bool) -> None:
    answer = json.dumps({"ok": True, "result": updates}, ensure_ascii=ascii_).encode()
    part = answer[: cut % len(answer)]
    assert salvage(part) is None
    with pytest.raises(Unreachable):
        updates_in((200, part))


@settings(max_examples=50, deadline=None)
@given(
    st.binary()
    | st.lists(
        st.sampled_from(
            [b'{"result":[', b"[", b"]", b"{", b"}", b'"', b"\\", b",", b":", b"update_id", b"1", b" ", b"\xff"]
        )
    ).map(b"".join)
)
def test_no_bytes_make_it_stumble(payload: bytes) -> None:
    for each in (payload, b'{"ok":true,"result":[' + payload + b"]}"):
        for arrival in salvage(each) or ():
            assert isinstance(arrival, Malformed) or arrival["update_id"] >= 0


def test_a_large_answer_that_breaks_off_is_refused_at_once() -> None:
    for rest in (b"1" * 10**6, b'"' + b"x" * 10**6, b'"' + b"\\" * 10**6, b'""' * 10**6, b"\xff" * 10**6):
        assert salvage(b'{"ok":true,"result":[' + rest) is None
