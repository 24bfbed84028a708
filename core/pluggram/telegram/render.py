"""From a Request and its Reply to Bot API calls, as plain data."""

from collections.abc import Mapping, Sequence
from typing import Any

from pluggram.parts import Article, Button, File, visible
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.plain import plain
from pluggram.telegram.texts import MAX_CAPTION, MAX_TEXT, cut, fits, split

MAX_MESSAGES = 4
"""A text that needs more messages goes out as a file."""
MAX_MARKED_UP = 2**15
"""Bytes of a text with its markup that Telegram reads (its Bot API server refuses a longer one)."""
MAX_RESULTS = 50
"""Results of one inline query (Bot API, answerInlineQuery)."""
MAX_NOTICE = 200
"""Characters in the notice over a chat (Bot API, answerCallbackQuery)."""
TOO_LONG = "This answer is too long for messages: it is in the file."

Parameters = Mapping[str, Any]
Call = tuple[str, Parameters]
"""A Bot API method and its parameters; a file among them is a File."""


def render(request: Request, reply: Reply) -> Sequence[Call]:
    """Say which calls bring the reply to where the request came from; none when there is no such place."""
    kind, chat_id = request.kind, request.chat_id
    if kind == "inline":
        results = _results(reply)
        return [("answerInlineQuery", {"inline_query_id": request.query_id, "results": results, "cache_time": 0})]
    if reply.notice and kind == "button":
        return [acknowledge(request, reply.text)]
    if chat_id is None:
        edits = reply.edit and request.inline_message_id is not None
        return [edited({"inline_message_id": request.inline_message_id}, reply)] if edits else []
    if reply.edit and kind == "button" and request.message_id is not None and _is_one_message(reply):
        return [edited({"chat_id": chat_id, "message_id": request.message_id}, reply)]
    return messages(place(chat_id, request.thread_id), reply)


def acknowledge(request: Request, notice: str = "") -> Call:
    """Answer a button press, so that the button stops waiting."""
    text = {"text": cut(notice, MAX_NOTICE)} if notice else {}
    return "answerCallbackQuery", {"callback_query_id": request.query_id} | text


def place(chat_id: int | str, thread_id: int | None = None) -> Parameters:
    """Say where a message goes: to a chat, or to a topic in it."""
    return {"chat_id": chat_id} if thread_id is None else {"chat_id": chat_id, "message_thread_id": thread_id}


def edited(message: Parameters, reply: Reply) -> Call:
    """Say which call changes a message, named by its chat_id and message_id or its inline_message_id."""
    kind, file = _file(reply)
    if file is None:
        return "editMessageText", {**message, **_words("text", reply, MAX_TEXT), **_markup(reply)}
    media = {"type": kind, "media": file, **_words("caption", reply, MAX_CAPTION)}
    return "editMessageMedia", {**message, "media": media, **_markup(reply)}


def messages(where: Parameters, reply: Reply) -> Sequence[Call]:
    """Say which calls bring the reply to a place; the buttons are under the last message."""
    words, markup = {"text": reply.text, **_mode(reply)}, _markup(reply)
    kind, file = _file(reply)
    if file is None:
        return text_messages(where, words, markup)
    method = f"send{kind.title()}"
    if _is_caption(reply):
        return [(method, {**where, kind: file, **_words("caption", reply, MAX_CAPTION), **markup})]
    return [(method, {**where, kind: file}), *text_messages(where, words, markup)]


def text_messages(where: Parameters, words: Parameters, markup: Parameters) -> Sequence[Call]:
    """Say which calls bring `text`, in its `parse_mode` if there is one, to a place.

    Whether a text with markup fits is left to Telegram to say, which counts without the markup.
    """
    text, mode = words["text"], words.get("parse_mode")
    if fits(text, MAX_TEXT) or (mode and _readable(text)):
        return [("sendMessage", {**where, **words, **markup})]
    text = plain(text, mode) if mode else text
    parts = split(text) if len(text) <= MAX_MESSAGES * MAX_TEXT else ()
    if not 1 <= len(parts) <= MAX_MESSAGES:
        file = File("answer.txt", text.encode())
        return [("sendDocument", {**where, "document": file, "caption": TOO_LONG, **markup})]
    calls = [("sendMessage", {**where, "text": part}) for part in parts]
    return [*calls[:-1], ("sendMessage", {**calls[-1][1], **markup})]


def _file(reply: Reply) -> tuple[str, File | str | None]:
    return ("photo", reply.photo) if reply.photo else ("document", reply.document or None)


def _is_one_message(reply: Reply) -> bool:
    if reply.photo or reply.document:
        return _is_caption(reply)
    return fits(reply.text, MAX_TEXT) or (reply.parse_mode is not None and _readable(reply.text))


def _is_caption(reply: Reply) -> bool:
    return fits(plain(reply.text, reply.parse_mode) if reply.parse_mode else reply.text, MAX_CAPTION)


def _readable(text: str) -> bool:
    return len(text) <= MAX_MARKED_UP and len(text.encode()) <= MAX_MARKED_UP


def _words(name: str, reply: Reply | Article, limit: int) -> Parameters:
    """Give the text as a parameter of this name: in its markup, or plain and cut to the limit."""
    text, mode = reply.text, reply.parse_mode
    if not visible(text):
        return {}
    if mode and _readable(text):
        return {name: text, "parse_mode": mode}
    return {name: cut(plain(text, mode) if mode else text, limit)}


def _mode(reply: Reply | Article) -> dict[str, Any]:
    return {"parse_mode": reply.parse_mode} if reply.parse_mode else {}


def _markup(reply: Reply | Article) -> dict[str, Any]:
    if not reply.rows:
        return {}
    return {"reply_markup": {"inline_keyboard": [[_button(button) for button in row] for row in reply.rows]}}


def _button(button: Button) -> Mapping[str, str]:
    target = {"callback_data": button.data} if button.data is not None else {"url": button.url or ""}
    return {"text": button.label} | target


def _results(reply: Reply) -> Sequence[Parameters]:
    """Give the results of an inline query; a Reply without Articles is one itself."""
    articles = _as_articles(reply) if reply.articles is None else reply.articles
    return [_article(str(number), article) for number, article in enumerate(articles[:MAX_RESULTS], 1)]


def _as_articles(reply: Reply) -> Sequence[Article]:
    text = plain(reply.text, reply.parse_mode) if reply.parse_mode else reply.text
    title = next(filter(visible, text.splitlines()), "")
    return [Article(title.strip(), reply.text, buttons=reply.buttons, parse_mode=reply.parse_mode)] if title else []


def _article(number: str, article: Article) -> Parameters:
    about = {"description": article.description} if article.description else {}
    content = _words("message_text", article, MAX_TEXT)
    result = {"type": "article", "id": number, "title": article.title, "input_message_content": content}
    return {**result, **about, **_markup(article)}
