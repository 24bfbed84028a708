"""Which kinds of update a bot needs: exactly those that its plugins declare, so that no other is sent to it."""

from collections.abc import Iterable, Sequence

from pluggram.handlers import Handler
from pluggram.request import update_kinds


def allowed_updates(handlers: Iterable[Handler], ptb: Iterable[str] = ()) -> Sequence[str]:
    """Name the kinds of update that these handlers can answer, in order (Bot API, getUpdates, allowed_updates).

    ptb: those that handlers made for python-telegram-bot want besides.

    Never empty, for Telegram takes an empty list for its default: a bot that answers nothing gets messages.
    """
    kinds = set(ptb) | {kind for handler in handlers for kind in update_kinds(handler.on, handler.accept)}
    return sorted(kinds) or ["message"]
