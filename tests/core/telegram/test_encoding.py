"""The bodies of calls, read by the simulator as Telegram reads them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.errors import TelegramError
from pluggram.parts import File
from pluggram.simulator.form import parameters
from pluggram.simulator.upload import Upload
from pluggram.telegram.encoding import encoded

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/\\%"), min_size=1)
"""What a File may be called; the simulator, unlike browsers, would take a percent sign off."""


def read(call: dict[str, Any]) -> dict[str, object]:
    """Write a call, and read it again."""
    content, kind = encoded(call)
    return dict(parameters("", kind, content if isinstance(content, bytes) else b"".join(content)))


def test_a_call_is_json_in_its_own_types() -> None:
    call = {"chat_id": -100, "text": "ä", "protect_content": True, "reply_markup": {"inline_keyboard": [[]]}, "n": 1.5}
    content, kind = encoded(call)
    assert isinstance(content, bytes)
    assert (json.loads(content), kind) == (call, "application/json")


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        ({"a": None, "b": 1}, {"b": 1}),
        ({"text": "\ud83d\ude42 \ud800"}, {"text": "🙂 \ufffd"}),
        ({"n": 2**70, "d": {1: (2, None)}}, {"n": 2**70, "d": {"1": [2, None]}}),
    ],
)
def test_what_is_not_as_orjson_has_it_is_sent_all_the_same(call: dict[str, Any], sent: dict[str, Any]) -> None:
    assert read(call) == sent


def test_halves_of_surrogate_pairs_within_a_parameter_are_left_to_telegram_to_refuse() -> None:
    content, _ = encoded({"reply_markup": ["\ud83d"]})
    assert content == rb'{"reply_markup": ["\ud83d"]}'


def test_files_make_it_a_form() -> None:
    call = {"chat_id": 5, "document": File("ä;.csv", b"1\r\n2"), "media": [{"media": File("b.png", b"3")}], "x": "ü"}
    assert read(call) == {
        "chat_id": "5",
        "media": '[{"media":"attach://file1"}]',
        "x": "ü",
        "document": Upload("ä;.csv", b"1\r\n2", "text/csv"),
        "file1": Upload("b.png", b"3", "image/png"),
    }


@settings(deadline=None)
@given(NAMES.filter(str.strip), st.binary(min_size=1))
def test_whatever_a_file_is_called_and_holds_it_arrives(name: str, content: bytes) -> None:
    file = read({"document": File(name, content)})["document"]
    assert isinstance(file, Upload)
    assert (file.name, file.content) == (name, content)


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize("value", [{1}, object(), b"bytes", {"x": {1}}, CIRCLE, [File("a", b"1"), {1}]])
def test_what_cannot_be_written_is_told_to_who_gave_it(value: object) -> None:
    with pytest.raises(TelegramError, match="it cannot be written as JSON: "):
        encoded({"chat_id": 5, "text": value})


def test_a_time_is_written_in_seconds_wherever_it_stands() -> None:
    time = datetime(2026, 1, 1, tzinfo=UTC)
    assert read({"until_date": time, "nested": {"at": [time]}}) == {
        "until_date": 1767225600,
        "nested": {"at": [1767225600]},
    }
