"""What an update's lane and key are, whatever its shape."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluggram.edge import Malformed
from pluggram.intake.row import encode, key_of, lane_key, moved_lanes, storable


def message(update_id: int, chat: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat}, "from": {"id": 5}, "text": "x"}}


@pytest.mark.parametrize(
    ("update", "key"),
    [
        (message(1, 7), "chat 7"),
        ({"update_id": 1, "edited_message": {"chat": {"id": 7}}}, "chat 7"),
        ({"update_id": 1, "callback_query": {"from": {"id": 5}, "message": {"chat": {"id": 7}}}}, "chat 7"),
        ({"update_id": 1, "callback_query": {"from": {"id": 5}, "inline_message_id": "x"}}, "user 5"),
        ({"update_id": 1, "inline_query": {"from": {"id": 5}, "query": ""}}, "user 5"),
        ({"update_id": 1, "poll": {"id": "p"}}, "type poll"),
        ({"update_id": 1}, "type "),
    ],
)
def test_a_lane_is_a_chat_else_a_sender_else_an_update_type(update: dict[str, Any], key: str) -> None:
    assert lane_key(update) == key


@pytest.mark.parametrize(
    ("said", "lanes"),
    [
        ({"chat": {"id": -5}, "migrate_to_chat_id": -1005}, ("chat -5", "chat -1005")),
        ({"chat": {"id": -1005}, "migrate_from_chat_id": -5}, ("chat -5", "chat -1005")),
        ({"chat": {"id": -5}, "migrate_to_chat_id": "x"}, None),
        ({"migrate_to_chat_id": -1005}, None),
        ({"chat": {"id": -5}}, None),
        (7, None),
    ],
)
def test_a_group_that_moves_says_from_where_to_where(said: object, lanes: object) -> None:
    assert moved_lanes({"update_id": 1, "message": said}) == lanes


names = st.sampled_from(["message", "chat", "from", "id", "callback_query"]) | st.text()
texts = st.text(st.characters(exclude_categories=()))
scalars = st.none() | st.booleans() | st.integers() | texts
json_values = st.recursive(scalars, lambda value: st.lists(value) | st.dictionaries(names, value), max_leaves=20)
updates = st.dictionaries(st.sampled_from(["message", "callback_query", "update_id"]) | texts, json_values)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(updates)
def test_an_update_of_any_shape_has_a_lane_and_a_key_that_a_database_can_hold(update: dict[str, Any]) -> None:
    assert lane_key(update) == lane_key(dict(update))
    assert -(2**63) <= key_of(update) < 2**63
    moved_lanes(update)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(updates)
def test_an_update_of_any_shape_can_be_written_and_read(update: dict[str, Any]) -> None:
    assert json.loads(encode(update).encode()) == update


@given(texts)
def test_any_text_can_be_made_storable(text: str) -> None:
    assert "\0" not in storable(text).encode().decode()


def test_an_update_is_known_by_its_id_and_what_has_none_by_its_text() -> None:
    assert key_of({"update_id": 7, "message": 1}) == key_of({"update_id": 7}) == key_of(Malformed("x", "why", 7)) == 7
    assert key_of(Malformed("x", "why")) == key_of(Malformed("x", "another reason")) < 0
    assert key_of(Malformed("x", "why")) != key_of(Malformed("y", "why"))
    assert all(key_of({"update_id": odd}) < 0 for odd in (True, "7", -7, 7.0, None, 2**63))
