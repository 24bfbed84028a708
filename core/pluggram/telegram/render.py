"""From a Request and its Reply to Bot API calls, as plain data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pluggram.parts import Article, Button
from pluggram.reply import Reply
from pluggram.request import Request

MAX_TEXT = 4096
"""UTF-16 units in a message (Bot API, sendMessage)."""
MAX_CAPTION = 1024
"""UTF-16 units under a photo or document (Bot API, sendPhoto)."""
MAX_RESULTS = 50
"""Results of one inline query (Bot API, answerInlineQuery)."""
MAX_NOTICE = 200
"""Characters in the notice over a chat (Bot API, answerCallbackQuery)."""

Call = tuple[str, Mapping[str, Any]]
"""A Bot API method and its parameters."""


def render(request: Request, reply: Reply) -> Iterator[Call]:
    """Say which calls bring the reply to where the request came from."""
    if request.kind == "inline":
        yield "answerInlineQuery", {"inline_query_id": request.query_id, "results": _results(reply), "cache_time": 0}
    elif reply.notice and request.kind == "button":
        yield acknowledge(request, reply.text)
    elif request.chat is not None and reply.edit and request.kind == "button" and request.message_id is not None:
        yield from edited(request.chat.id, request.message_id, reply, request.thread_id)
    elif request.chat is not None:
        yield from messages(request.chat.id, reply, request.thread_id)


def acknowledge(request: Request, notice: str = "") -> Call:
    """Answer a button press, so that the button stops waiting."""
    return "answerCallbackQuery", {"callback_query_id": request.query_id} | (
        {"text": notice[:MAX_NOTICE]} if notice else {}
    )


def edited(chat_id: int | str, message_id: int, reply: Reply, thread_id: int | None = None) -> Iterator[Call]:
    """Say which call changes a message; a text too long for it goes out as new ones."""
    texts = split(reply.text)
    if len(texts) > 1:
        yield from messages(chat_id, reply, thread_id)
    else:
        place = {"chat_id": chat_id, "message_id": message_id}
        yield "editMessageText", place | {"text": texts[0]} | _mode(reply) | _markup(reply)


def messages(chat_id: int | str, reply: Reply, thread_id: int | None = None) -> Iterator[Call]:
    """Say which calls bring the reply to a chat; the buttons are under the last message."""
    place = {"chat_id": chat_id} | ({"message_thread_id": thread_id} if thread_id is not None else {})
    texts = split(reply.text)
    for kind, file in (("photo", reply.photo), ("document", reply.document)):
        if file is not None:
            fits = len(split(reply.text, MAX_CAPTION)) < 2
            caption = {"caption": reply.text} | _mode(reply) if fits and reply.text.strip() else {}
            rest = not fits
            yield f"send{kind.title()}", place | {kind: file} | caption | ({} if rest else _markup(reply))
            if not rest:
                return
    for text in texts[:-1]:
        yield "sendMessage", place | {"text": text}
    mode = _mode(reply) if len(texts) == 1 else {}
    yield "sendMessage", place | {"text": texts[-1]} | mode | _markup(reply)


def _mode(reply: Reply | Article) -> dict[str, Any]:
    return {"parse_mode": reply.parse_mode} if reply.parse_mode else {}


def _markup(reply: Reply | Article) -> dict[str, Any]:
    rows = [[_button(button) for button in row] for row in reply.rows]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _button(button: Button) -> Mapping[str, str]:
    target = {"callback_data": button.data} if button.data is not None else {"url": button.url or ""}
    return {"text": button.label} | target


def _results(reply: Reply) -> Sequence[Mapping[str, Any]]:
    """Give the results of an inline query; a Reply without Articles is one itself."""
    articles = reply.articles
    if articles is None:
        title = reply.text.strip().partition("\n")[0]
        articles = [Article(title, reply.text, buttons=reply.buttons, parse_mode=reply.parse_mode)]
    return [_article(str(number), article) for number, article in enumerate(articles[:MAX_RESULTS], 1)]


def _article(number: str, article: Article) -> Mapping[str, Any]:
    content = {"message_text": split(article.text)[0]} | _mode(article)
    about = {"description": article.description} if article.description else {}
    result = {"type": "article", "id": number, "title": article.title, "input_message_content": content}
    return result | about | _markup(article)


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
