"""What python-telegram-bot's conversations promise, checked before they are served."""

from collections.abc import Iterable, Iterator
from typing import Any

from telegram.ext import ConversationHandler

from pluggram.plugins import PluginError
from pluggram.telegram.ptb.keeping import state_fault
from pluggram.telegram.ptb.kinds import PtbHandler, members

Conversation = ConversationHandler[Any]


def any_persistent(handlers: Iterable[PtbHandler]) -> bool:
    """Whether there is a conversation that is to survive a restart.

    Raises PluginError for one that would not.
    """
    named: dict[str | None, Conversation] = {}
    for conversation, parent in _conversations(handlers):
        if parent is not None and parent.persistent != conversation.persistent:
            raise PluginError(
                f"of the conversation {parent.name!r} and the one in it, {conversation.name!r}, only one is "
                "persistent; make both so, or none"
            )
        if not conversation.persistent:
            continue
        if named.setdefault(conversation.name, conversation) is not conversation:
            raise PluginError(f"two persistent conversations are named {conversation.name!r}; give each its own name")
        for state in conversation.states:
            if why := state_fault(state):
                raise PluginError(
                    f"the persistent conversation {conversation.name!r} has the state {state!r}: it {why}"
                )
    return bool(named)


def any_timed(handlers: Iterable[PtbHandler]) -> bool:
    """Whether there is a conversation that is to end by itself after some time."""
    return any(conversation.conversation_timeout for conversation, _ in _conversations(handlers))


def move_dialogues(handlers: Iterable[PtbHandler], old: int, new: int) -> None:
    """Let dialogues that are under way in a chat go on under its new id; one that is there already stays."""
    for conversation, _ in _conversations(handlers):
        states = conversation._conversations  # nothing public changes the state of a dialogue from outside
        for key in [key for key in states if conversation.per_chat and key[0] == old]:
            states.setdefault((new, *key[1:]), states.pop(key))


def _conversations(
    handlers: Iterable[PtbHandler], parent: Conversation | None = None
) -> Iterator[tuple[Conversation, Conversation | None]]:
    for handler in handlers:
        if isinstance(handler, ConversationHandler):
            yield handler, parent
            yield from _conversations(members(handler), handler)
