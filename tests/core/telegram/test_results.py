"""What the Bot API answers, as a result or as the error that says what to do."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.errors import FloodLimit, Forbidden, PollConflict, TelegramError, TokenRefused, Unreachable
from pluggram.telegram.results import response_parameters, result_of, seconds_to_wait
from tests.core.telegram.doors import refusal


def raised(status: int, body: Any) -> TelegramError:
    """Give what is raised for an answer, of bytes or of what is written as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(TelegramError) as error:
        result_of((status, content))
    return error.value


@pytest.mark.parametrize("result", [True, [], {"message_id": 1, "text": "ä \ud83d"}, None, 0, 2**63])
def test_a_result_is_given_as_it_is(result: object) -> None:
    assert result_of((200, json.dumps({"ok": True, "result": result}).encode())) == result


def test_bytes_that_are_no_unicode_are_replaced() -> None:
    assert result_of((200, b'{"ok":true,"result":"a\xffb"}')) == "a\ufffdb"


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (refusal(400, "Bad Request: chat not found"), TelegramError, "Chat not found"),
        (refusal(400, "Bad Request: BUTTON_URL_INVALID"), TelegramError, "BUTTON_URL_INVALID"),
        (refusal(401, "Unauthorized"), TokenRefused,
         "Telegram does not know this token (401 Unauthorized); @BotFather shows the right one"),
        (refusal(401, "log in first"), Unreachable, "nobody there speaks the Bot API (401 Unauthorized)"),
        (refusal(403, "Forbidden: bot was blocked by the user"), Forbidden, "Forbidden: bot was blocked by the user"),
        (refusal(404, "Not Found"), Unreachable, "nobody there speaks the Bot API (404 Not Found)"),
        (refusal(409, "Conflict: terminated by other getUpdates request"), PollConflict,
         "Conflict: terminated by other getUpdates request"),
        (refusal(413, "Request Entity Too Large"), Unreachable, "Request Entity Too Large"),
        (refusal(500, "Internal Server Error: restart"), Unreachable, "Internal Server Error: restart"),
        (refusal(502, "Bad Gateway"), Unreachable, "Bad Gateway"),
        ((400, {"ok": False}), TelegramError, "Bad Request (400)"),
        ((400, {"description": 5, "parameters": []}), TelegramError, "Bad Request (400)"),
        ((599, {"description": ""}), Unreachable, "HTTP 599"),
        ((429, {"description": "Too Many Requests"}), Unreachable, "Too Many Requests"),
    ],
)  # fmt: skip
def test_each_refusal_becomes_the_kind_that_says_what_to_do(
    answer: tuple[int, Any], kind: type[TelegramError], said: str
) -> None:
    error = raised(*answer)
    assert (type(error), str(error)) == (kind, said)


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (200, Unreachable, "its answer is not JSON"),
        (401, Unreachable, "its answer is not JSON"),
        (404, Unreachable, "its answer is not JSON"),
        (400, TelegramError, "Bad Request (400)"),
        (403, Forbidden, "Forbidden (403)"),
        (502, Unreachable, "Bad Gateway (502)"),
    ],
)
@pytest.mark.parametrize("page", [b"", b"<html>no</html>", b"[" * 100_000, b"\xff"])
def test_the_page_of_a_proxy_is_told_by_its_status_alone(
    status: int, kind: type[TelegramError], said: str, page: bytes
) -> None:
    error = raised(status, page)
    assert type(error) is kind
    assert str(error) in (said, f"what answers is no Bot API: {said}")


@pytest.mark.parametrize("body", [None, 5, [], "text", {}, {"ok": True}])
def test_json_that_is_no_answer_is_none(body: object) -> None:
    error = raised(200, body)
    assert (type(error), str(error)) == (Unreachable, "what answers is no Bot API: it gives no result")


@pytest.mark.parametrize("body", [None, 5, [], "text"])
def test_json_that_is_no_refusal_is_none(body: object) -> None:
    assert str(raised(400, body)) == "what answers is no Bot API: it gives no reason for a refusal"


def test_a_flood_limit_says_how_many_seconds() -> None:
    error = raised(*refusal(429, "Too Many Requests: retry after 5", retry_after=5))
    assert isinstance(error, FloodLimit)
    assert (str(error), error.retry_after) == ("Flood control exceeded. Retry in 5 seconds", 5.0)


def test_a_chat_that_migrated_says_where_it_went() -> None:
    error = raised(*refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100))
    assert (type(error), error.new_chat_id) == (TelegramError, -100)


def test_a_message_that_was_deleted_at_once_is_no_outage() -> None:
    words = "Internal Server Error: sent message was immediately deleted and can't be returned"
    assert type(raised(*refusal(500, words))) is TelegramError


@settings(deadline=None)
@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2))
def test_whatever_is_said_of_waiting_it_is_a_time_or_none(value: object) -> None:
    body = json.dumps({"parameters": {"retry_after": value}}).encode()
    assert 0 <= seconds_to_wait(response_parameters(body).get("retry_after")) < float("inf")


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"\xff", b"5", b"{}", b'{"parameters": []}'])
def test_what_tells_nothing_has_no_parameters(body: bytes) -> None:
    assert response_parameters(body) == {}


def test_a_refusal_that_repeats_the_address_does_not_tell_the_token() -> None:
    token = "123456789:" + "A" * 35
    said = {"ok": False, "error_code": 400, "description": f"Bad Request: no http://host/bot{token}/sendMessage"}
    with pytest.raises(TelegramError) as caught:
        result_of((400, json.dumps(said).encode()))
    assert str(caught.value) == "No http://host/bot***/sendMessage"
