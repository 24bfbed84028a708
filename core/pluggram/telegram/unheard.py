"""Calls of which nobody hears what becomes: they travel in the response to a post.

From the Bot API, "Making requests when getting updates".
"""

from collections.abc import Mapping
from dataclasses import replace

from pluggram.parts import File
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.answers import notice_of
from pluggram.telegram.render import Call, acknowledge, render

ACKNOWLEDGES = "answerCallbackQuery"
"""Answers a button press; with a text, which is all that there is to say then."""

_METHODS = (ACKNOWLEDGES, "sendMessage", "answerInlineQuery")
_REFUSABLE = frozenset(("parse_mode", "url", "message_thread_id"))


def unheard(request: Request, reply: Reply | None, *, acknowledged: bool) -> Call | None:
    """Give the call that brings an answer, if it may be made unheard: the only one, or what answers a press.

    None also where Telegram could refuse it for its form, for it would be sent plainer then; a press that is answered
    by no text leaves the reply to be sent. acknowledged: the press needs no answer.
    """
    if request.kind == "button" and not acknowledged:
        return acknowledge(request, "" if reply is None else notice_of(request, reply))
    if reply is None or reply.edit:
        return None
    calls = render(request, replace(reply, notice=False) if reply.notice else reply)
    return calls[0] if len(calls) == 1 and calls[0][0] in _METHODS and _is_plain(calls[0][1]) else None


def _is_plain(value: object) -> bool:
    if isinstance(value, Mapping):
        return _REFUSABLE.isdisjoint(value) and all(map(_is_plain, value.values()))
    return all(map(_is_plain, value)) if isinstance(value, list) else not isinstance(value, File)
