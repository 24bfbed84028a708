"""What Telegram refuses for its form is sent plainer: one table of refusals, each with what is then left out."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pluggram.errors import TelegramError
from pluggram.parts import File
from pluggram.telegram.plain import plain
from pluggram.telegram.render import TOO_LONG, Call, Parameters, text_messages
from pluggram.telegram.results import GONE_AT_ONCE
from pluggram.telegram.texts import MAX_CAPTION, MAX_TEXT, cut, fits

logger = logging.getLogger("pluggram.telegram")

MAX_BUTTONS = 100
"""Buttons under a message; with more, Telegram says that the reply markup is too long."""

Plainer = Callable[[str, Parameters, str], Iterable[Call] | None]
"""Gives the calls to make instead of (method, parameters, Telegram's words); None: there is nothing to leave out."""


_PREFIX = r"(?:Bad Request: )?(?:can't parse inline query result: )?"


@dataclass(frozen=True)
class Refusal:
    """One kind of refusal: how Telegram's words begin, how it is sent instead (for the log), and by which calls."""

    words: str
    instead: str
    plainer: Plainer


def mended(method: str, parameters: Parameters, error: TelegramError) -> Sequence[Call] | None:
    """Say which calls to make instead of one that was refused; None when it stays refused.

    Each of them holds less than the one refused, so that this comes to an end.
    """
    if type(error) is not TelegramError:
        return None
    words = str(error)
    for refusal in REFUSALS:
        if re.match(f"{_PREFIX}(?:{refusal.words})", words, re.IGNORECASE):
            calls = refusal.plainer(method, parameters, words)
            if calls is not None:
                _log(method, parameters, refusal, words)
                return list(calls)
    return None


def _log(method: str, parameters: Parameters, refusal: Refusal, words: str) -> None:
    if refusal.instead:
        logger.warning("%s %s: sent %s: %s", method, parameters.get("chat_id", ""), refusal.instead, words)


def _nothing(method: str, parameters: Parameters, words: str) -> Iterable[Call]:
    return ()


def _unmarked(method: str, parameters: Parameters, words: str) -> Iterable[Call] | None:
    return _changed(method, parameters, _without_mode)


def _without_mode(fields: Parameters) -> Parameters:
    mode = fields.get("parse_mode")
    if mode is None:
        return fields
    rest = {name: value for name, value in fields.items() if name != "parse_mode"}
    written = {name: plain(rest[name], mode) for name in ("text", "caption", "message_text") if name in rest}
    if "message_text" in written:
        written["message_text"] = cut(written["message_text"], MAX_TEXT)
    return rest | written


def _fewer_buttons(method: str, parameters: Parameters, words: str) -> Iterable[Call] | None:
    def change(fields: Parameters) -> Parameters:
        if "reply_markup" not in fields:
            return fields
        rows = _kept(fields["reply_markup"]["inline_keyboard"], words)
        return _without(fields, "reply_markup") | ({"reply_markup": {"inline_keyboard": rows}} if rows else {})

    return _changed(method, parameters, change)


def _kept(rows: Sequence[Sequence[Parameters]], words: str) -> Sequence[Sequence[Parameters]]:
    """Give the buttons that Telegram has nothing against, as far as its words tell."""
    words = words.lower()
    buttons = [button for row in rows for button in row]
    links = [button for button in buttons if "url" in button]
    bad = [button for button in links if f"'{button['url'].lower()}'" in words]
    if not bad and "url" in words:
        bad = links
    if not bad and "too long" in words:
        bad = buttons[MAX_BUTTONS:]
    bad = bad or buttons
    kept = ([button for button in row if not any(button is each for each in bad)] for row in rows)
    return [row for row in kept if row]


def _general_topic(method: str, parameters: Parameters, words: str) -> Iterable[Call] | None:
    return [(method, _without(parameters, "message_thread_id"))] if "message_thread_id" in parameters else None


def _shorter(method: str, parameters: Parameters, words: str) -> Iterable[Call] | None:
    """Cut a text that was too long after all; a caption becomes a message behind its file."""
    match method:
        case "sendMessage" if not fits(parameters["text"], MAX_TEXT):
            text = (
                plain(parameters["text"], parameters["parse_mode"])
                if "parse_mode" in parameters
                else parameters["text"]
            )
            return text_messages(_where(parameters), {"text": text}, _markup(parameters))
        case "sendPhoto" | "sendDocument" if "caption" in parameters:
            rest = _without(parameters, "caption", "parse_mode", "reply_markup")
            return [(method, rest), *text_messages(_where(parameters), _said(parameters), _markup(parameters))]
        case "answerCallbackQuery" if "text" in parameters:
            return [(method, _without(parameters, "text"))]
        case "answerInlineQuery":
            return _unmarked(method, parameters, words)
    return None


def _as_document(method: str, parameters: Parameters, words: str) -> Iterable[Call] | None:
    if method != "sendPhoto":
        return None
    return [("sendDocument", _without(parameters, "photo") | {"document": parameters["photo"]})]


def _words_alone(method: str, parameters: Parameters, words: str) -> Iterable[Call] | None:
    """Send what was said with a file that cannot be sent, and its address if it has one."""
    file = parameters.get("photo") or parameters.get("document")
    if method not in ("sendPhoto", "sendDocument") or file is None:
        return None
    said = _said(parameters)
    if isinstance(file, File) and parameters.get("caption") == TOO_LONG:
        said = {"text": cut(file.content.decode(errors="replace"), MAX_TEXT)}
    elif isinstance(file, str) and "://" in file:
        said = {"text": f"{_without_mode(said).get('text', '')}\n{file}".strip()}
    return text_messages(_where(parameters), said, _markup(parameters)) if said else None


def _as_caption(method: str, parameters: Parameters, words: str) -> Iterable[Call] | None:
    """Change the caption where the message to change is a photo or file."""
    said = _without_mode(parameters)
    if method != "editMessageText" or not fits(said["text"], MAX_CAPTION):
        return None
    return [("editMessageCaption", _without(parameters, "text") | {"caption": parameters["text"]})]


def _as_text(method: str, parameters: Parameters, words: str) -> Iterable[Call] | None:
    """Change the text of an inline message: no new file can be put into it (Bot API, editMessageMedia)."""
    if method != "editMessageMedia" or "inline_message_id" not in parameters or "caption" not in parameters["media"]:
        return None
    return [("editMessageText", _without(parameters, "media") | _said(parameters["media"]))]


def _no_results(method: str, parameters: Parameters, words: str) -> Iterable[Call] | None:
    return [(method, {**parameters, "results": []})] if parameters.get("results") else None


REFUSALS = (
    Refusal(f"message is not modified|query is too old|internal server error: {GONE_AT_ONCE}", "", _nothing),
    Refusal("can't parse (message)?entit|(receive an )?entit|text must be non-empty|message.(text.is.)?empty",
            "without its markup", _unmarked),
    Refusal("inline keyboard|can't parse (inline |reply )?keyboard|(object expected as )?reply.markup|text buttons|"
            "field \"(inline_)?keyboard|button|keyboard", "without the buttons that are refused", _fewer_buttons),
    Refusal("(message )?thread not found|topic|(the )?chat is not a.* forum|invalid (forum topic|message thread)",
            "to the general topic", _general_topic),
    Refusal("(message|text|message.caption|media.caption).(is.)?too.long", "in pieces, its markup left out", _shorter),
    Refusal("there is no text in the message", "", _as_caption),
    Refusal(".*(photo|image)", "as a document", _as_document),
    Refusal(".*(photo|document|file|media|url|web ?page|rights to send|chat_send_)", "without its file", _words_alone),
    Refusal("", "without its file", _as_text),
    Refusal("", "without results", _no_results),
)  # fmt: skip
"""The first row whose words are found, and that has something to leave out, is taken.

The words are those of tdlib/td and tdlib/telegram-bot-api, and of Telegram's servers (written in capitals).
"""


def _changed(method: str, parameters: Parameters, change: Callable[[Parameters], Parameters]) -> Iterable[Call] | None:
    """Change the parameters and what lies in them: media, and the results of an inline query with their texts."""
    changed = _deep(parameters, change)
    return None if changed == parameters else [(method, changed)]


def _deep(fields: Parameters, change: Callable[[Parameters], Parameters]) -> dict[str, Any]:
    changed = dict(change(fields))
    for name in ("media", "input_message_content"):
        if isinstance(inner := changed.get(name), dict):
            changed[name] = _deep(inner, change)
    if "results" in changed:
        changed["results"] = [_deep(result, change) for result in changed["results"]]
    return changed


def _without(fields: Parameters, *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _where(parameters: Parameters) -> Parameters:
    return {name: parameters[name] for name in ("chat_id", "message_thread_id") if name in parameters}


def _markup(parameters: Parameters) -> Parameters:
    return {name: parameters[name] for name in ("reply_markup",) if name in parameters}


def _said(fields: Parameters) -> dict[str, Any]:
    """Give a caption as the text of a message of its own."""
    mode = {"parse_mode": fields["parse_mode"]} if "parse_mode" in fields else {}
    return {"text": fields["caption"], **mode} if "caption" in fields else {}
