"""From a Request and its Reply to Bot API calls, as plain data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pluggram.reply import Button, Reply
from pluggram.request import Request

MAX_TEXT = 4096
"""UTF-16 units in a message (Bot API, sendMessage)."""
MAX_NOTICE = 200
"""Characters in the notice over a chat (Bot API, answerCallbackQuery)."""

Call = tuple[str, Mapping[str, Any]]
"""A Bot API method and its parameters."""


def render(request: Request, reply: Reply) -> Iterator[Call]:
    """Say which calls bring the reply to where the request came from."""
    if request.kind == "inline":
        yield "answerInlineQuery", {"inline_query_id": request.query_id, "results": [_article(reply)], "cache_time": 0}
    elif reply.notice and request.kind == "button":
        yield acknowledge(request, reply.text)
    elif request.chat is not None:
        yield from _messages(request, request.chat.id, reply)


def acknowledge(request: Request, notice: str = "") -> Call:
    """Answer a button press, so that the button stops waiting."""
    return "answerCallbackQuery", {"callback_query_id": request.query_id} | (
        {"text": notice[:MAX_NOTICE]} if notice else {}
    )


def _messages(request: Request, chat_id: int, reply: Reply) -> Iterator[Call]:
    texts = split(reply.text)
    markup = (
        {"reply_markup": {"inline_keyboard": [[_button(b) for b in row] for row in reply.rows]}} if reply.rows else {}
    )
    mode = {"parse_mode": reply.parse_mode} if reply.parse_mode and len(texts) == 1 else {}
    if reply.edit and request.kind == "button" and request.message_id is not None and len(texts) == 1:
        yield (
            "editMessageText",
            {"chat_id": chat_id, "message_id": request.message_id, "text": texts[0]} | mode | markup,
        )
        return
    thread = {"message_thread_id": request.thread_id} if request.thread_id is not None else {}
    for text in texts[:-1]:
        yield "sendMessage", {"chat_id": chat_id, "text": text} | thread
    yield "sendMessage", {"chat_id": chat_id, "text": texts[-1]} | thread | mode | markup


def _button(button: Button) -> Mapping[str, str]:
    target = {"callback_data": button.data} if button.data is not None else {"url": button.url or ""}
    return {"text": button.label} | target


def _article(reply: Reply) -> Mapping[str, Any]:
    title = reply.text.strip().partition("\n")[0]
    content = {"message_text": split(reply.text)[0]} | ({"parse_mode": reply.parse_mode} if reply.parse_mode else {})
    return {"type": "article", "id": "1", "title": title, "input_message_content": content}


def split(text: str, limit: int = MAX_TEXT) -> Sequence[str]:
    """Cut a text into parts of at most `limit` UTF-16 units: after a line where it can, never in a character."""
    parts = []
    while (end := _fitting(text, limit)) < len(text):
        line_end = text.rfind("\n", 0, end) + 1
        cut = line_end if text[:line_end].strip() else end
        parts.append(text[:cut])
        text = text[cut:]
    return [part for part in (*parts, text) if part.strip()]


def _fitting(text: str, limit: int) -> int:
    """Count the leading characters that fit into `limit` UTF-16 units."""
    if len(text) * 2 <= limit:
        return len(text)
    units = 0
    for index, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > limit:
            return index
    return len(text)
