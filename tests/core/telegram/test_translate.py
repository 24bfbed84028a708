"""What python-telegram-bot raises, in our terms; its class tree puts a refusal (BadRequest) under network errors."""

from datetime import timedelta

import pytest
from telegram import error as ptb

from pluggram.errors import FloodLimit, Forbidden, PollConflict, TelegramError, Unreachable
from pluggram.telegram.translate import translate


@pytest.mark.parametrize(
    ("raised", "ours"),
    [
        (ptb.BadRequest("Chat not found"), TelegramError),
        (ptb.Forbidden("bot was blocked by the user"), Forbidden),
        (ptb.NetworkError("Bad Gateway"), Unreachable),
        (ptb.Conflict("terminated by other getUpdates request"), PollConflict),
        (ptb.RetryAfter(5), FloodLimit),
    ],
)
def test_each_error_becomes_the_kind_that_says_what_to_do(raised: ptb.TelegramError, ours: type) -> None:
    told = translate(raised)
    assert type(told) is ours
    assert str(told) == raised.message


@pytest.mark.parametrize("wait", [5, timedelta(seconds=5)])
def test_a_flood_limit_says_how_many_seconds(wait: int | timedelta) -> None:
    told = translate(ptb.RetryAfter(wait))
    assert isinstance(told, FloodLimit)
    assert told.retry_after == 5.0


def test_a_chat_that_migrated_says_where_it_went() -> None:
    assert translate(ptb.ChatMigrated(-100)).new_chat_id == -100


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (ptb.TimedOut(), "it has not answered in time"),
        (ptb.NetworkError("httpx.ReadError: "), "the connection broke off"),
        (ptb.NetworkError("httpx.ConnectError: [Errno 111] refused"), "no connection: [Errno 111] refused"),
        (ptb.NetworkError("httpx.Strange: odd"), "httpx.Strange: odd"),
        (
            ptb.NetworkError(f"Bad Gateway (502). Parsing the server response {b'<html>: x'!r} failed"),
            "Bad Gateway (502)",
        ),
    ],
)
def test_what_does_not_get_through_is_said_in_plain_words(raised: ptb.TelegramError, said: str) -> None:
    told = translate(raised)
    assert (type(told), str(told)) == (Unreachable, said)


def test_a_message_that_was_deleted_at_once_is_no_outage() -> None:
    words = "Internal Server Error: sent message was immediately deleted and can't be returned (500)"
    assert type(translate(ptb.NetworkError(words))) is TelegramError


def test_what_cannot_be_written_as_json_is_no_outage() -> None:
    cause = TypeError("Object of type set is not JSON serializable")
    raised = ptb.NetworkError(f"Unknown error in HTTP implementation: {cause!r}")
    raised.__cause__ = cause
    told = translate(raised)
    assert (type(told), str(told)) == (TelegramError, f"it cannot be written as JSON: {cause}")
