"""Pinned messages (Bot API, pinChatMessage)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.messages import Message

if TYPE_CHECKING:
    from pluggram.simulator.model.world import World


def pin(world: World, message: Message, actor: Account, *, silent: bool = False) -> None:
    """Pin a message above all others and announce it; one that is pinned already is only moved up."""
    chat, news = message.chat, not message.pinned
    chat.pinned = [*(each for each in chat.pinned if each is not message), message]
    if news:
        world.announce(chat, actor, {"pinned_message": message.json(nested=True)}, silent=silent)


def unpin(message: Message) -> None:
    """Take a message from above; nobody is told."""
    message.chat.pinned = [each for each in message.chat.pinned if each is not message]
