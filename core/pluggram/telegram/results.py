"""From what the Bot API answers to a result, or to the error that says what to do."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from math import isfinite
from typing import Any

import orjson

from pluggram.errors import FloodLimit, Forbidden, PollConflict, TelegramError, TokenRefused, Unreachable
from pluggram.masks import mask

Answer = tuple[int, bytes]
"""The HTTP status and the body that the Bot API answers."""

GONE_AT_ONCE = "sent message was immediately deleted"
"""What Telegram says, with a 500, of a message that it has sent and another bot has deleted (telegram-bot-api)."""

_KINDS: Mapping[int, type[TelegramError]] = {
    HTTPStatus.BAD_REQUEST: TelegramError,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.CONFLICT: PollConflict,
}
_NOT_THERE = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


def is_done(answer: Answer) -> bool:
    """Tell whether a call is done by how its answer begins, as Telegram writes it; else it is to be read."""
    return answer[0] == HTTPStatus.OK and answer[1].startswith(b'{"ok":true,')


def result_of(answer: Answer) -> Any:
    """Give the result of a call that was answered; raises TelegramError, of the kind that says what to do."""
    status, body = answer
    if not 200 <= status <= 299:
        raise refusal(answer)
    return result_in(read_answer(body))


def read_answer(body: bytes) -> Any:
    """Read the JSON of an answer; raises Unreachable when it is none."""
    try:
        return orjson.loads(body)
    except ValueError:  # also half of a surrogate pair; what is no UTF-8 is replaced
        pass
    try:
        return json.loads(body.decode(errors="replace"))
    except (ValueError, RecursionError):
        raise no_bot_api() from None


def result_in(said: object) -> Any:
    """Give the result in an answer that was decoded; raises Unreachable when there is none."""
    if not isinstance(said, dict) or "result" not in said:
        raise no_bot_api("it gives no result")
    return said["result"]


def no_bot_api(why: str = "its answer is not JSON") -> Unreachable:
    """Say that somebody else than the Bot API has answered, such as a proxy with its page."""
    return Unreachable(f"what answers is no Bot API: {why}")


def refusal(answer: Answer) -> TelegramError:
    """Say what an answer means that is no success."""
    status, body = answer
    try:
        said = read_answer(body)
    except Unreachable as page:
        return page if status in _NOT_THERE else _by_status(status, _phrase(status))
    if not isinstance(said, dict):
        return no_bot_api("it gives no reason for a refusal")
    return _by_parameters(_parameters_in(said)) or _by_status(status, _words(said) or _phrase(status))


def response_parameters(body: bytes) -> Mapping[str, Any]:
    """Give what a refusal says of what to do (Bot API, ResponseParameters); nothing where it says none."""
    try:
        return _parameters_in(read_answer(body))
    except Unreachable:
        return {}


def seconds_to_wait(value: object) -> float:
    """Read `retry_after` (Bot API, ResponseParameters); 0 for what is no time to wait."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return seconds if isfinite(seconds) and seconds > 0 else 0.0


def _parameters_in(said: object) -> Mapping[str, Any]:
    parameters = said.get("parameters") if isinstance(said, dict) else None
    return parameters if isinstance(parameters, dict) else {}


def _by_parameters(parameters: Mapping[str, Any]) -> TelegramError | None:
    new, wait = parameters.get("migrate_to_chat_id"), parameters.get("retry_after")
    if type(new) is int:
        return TelegramError(f"Group migrated to supergroup. New chat id: {new}", new_chat_id=new)
    if seconds := seconds_to_wait(wait):
        return FloodLimit(f"Flood control exceeded. Retry in {seconds:g} seconds", seconds)
    return no_bot_api(f"it asks to wait for {wait!r:.50}") if wait else None


def _by_status(status: int, words: str) -> TelegramError:
    if status == HTTPStatus.UNAUTHORIZED and "unauthorized" in words.lower():
        return TokenRefused("Telegram does not know this token (401 Unauthorized); @BotFather shows the right one")
    if status in _NOT_THERE:
        return Unreachable(f"nobody there speaks the Bot API ({status} {HTTPStatus(status).phrase})")
    if GONE_AT_ONCE in words.lower():
        return TelegramError(words)
    return _KINDS.get(status, Unreachable)(words)


def _words(said: Mapping[str, Any]) -> str:
    """Give Telegram's words, without those by which it begins every bad request.

    Servers in between like to repeat the address in their refusals, and it holds the token.
    """
    description = said.get("description")
    if not isinstance(description, str):
        return ""
    words = mask(description).removeprefix("Bad Request: ")
    return words[:1].upper() + words[1:]


def _phrase(status: int) -> str:
    try:
        return f"{HTTPStatus(status).phrase} ({status})"
    except ValueError:
        return f"HTTP {status}"
