"""Which kinds of update a handler made for python-telegram-bot could want, told by its class."""

import difflib
from collections.abc import Iterable, Iterator, Set
from itertools import chain
from typing import Any

from telegram import Update
from telegram.ext import (
    BaseHandler,
    BusinessConnectionHandler,
    BusinessMessagesDeletedHandler,
    CallbackQueryHandler,
    ChatBoostHandler,
    ChatJoinRequestHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    ConversationHandler,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    PaidMediaPurchasedHandler,
    PollAnswerHandler,
    PollHandler,
    PreCheckoutQueryHandler,
    PrefixHandler,
    ShippingQueryHandler,
    StringCommandHandler,
    StringRegexHandler,
    filters,
)

from pluggram.plugins import PluginError

PtbHandler = BaseHandler[Any, Any, Any]
"""A handler made for python-telegram-bot."""

ALL: Set[str] = frozenset(map(str, Update.ALL_TYPES))
"""Every kind of update that python-telegram-bot knows."""

_WRITTEN = frozenset({"message", "edited_message"})
_MESSAGES = ALL & {
    *_WRITTEN,
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
    "guest_message",
}
_OF_CLASS: dict[type[PtbHandler], Set[str]] = {
    BusinessConnectionHandler: {"business_connection"},
    BusinessMessagesDeletedHandler: {"deleted_business_messages"},
    CallbackQueryHandler: {"callback_query"},
    ChatJoinRequestHandler: {"chat_join_request"},
    ChosenInlineResultHandler: {"chosen_inline_result"},
    InlineQueryHandler: {"inline_query"},
    MessageHandler: _MESSAGES,
    PaidMediaPurchasedHandler: {"purchased_paid_media"},
    PollAnswerHandler: {"poll_answer"},
    PollHandler: {"poll"},
    PreCheckoutQueryHandler: {"pre_checkout_query"},
    ShippingQueryHandler: {"shipping_query"},
    StringCommandHandler: frozenset(),
    StringRegexHandler: frozenset(),
}
_OF_MEMBERS: dict[int | None, Set[str]] = {
    None: {"my_chat_member"},
    ChatMemberHandler.MY_CHAT_MEMBER: {"my_chat_member"},
    ChatMemberHandler.CHAT_MEMBER: {"chat_member"},
}
_OF_REACTIONS: dict[int, Set[str]] = {
    MessageReactionHandler.MESSAGE_REACTION_UPDATED: {"message_reaction"},
    MessageReactionHandler.MESSAGE_REACTION_COUNT_UPDATED: {"message_reaction_count"},
}
_OF_BOOSTS: dict[int, Set[str]] = {
    ChatBoostHandler.CHAT_BOOST: {"chat_boost"},
    ChatBoostHandler.REMOVED_CHAT_BOOST: {"removed_chat_boost"},
}


def kinds(handler: PtbHandler) -> Set[str]:
    """Name the kinds of update that a handler could want (Bot API, Update); all where its class does not say."""
    if isinstance(handler, ConversationHandler):
        return frozenset(chain.from_iterable(map(kinds, members(handler))))
    if isinstance(handler, CommandHandler | PrefixHandler):
        return _WRITTEN if handler.filters is filters.UpdateType.MESSAGES else _MESSAGES
    if isinstance(handler, ChatMemberHandler):
        return _OF_MEMBERS.get(handler.chat_member_types, {"my_chat_member", "chat_member"})
    if isinstance(handler, MessageReactionHandler):
        return _OF_REACTIONS.get(handler.message_reaction_types, {"message_reaction", "message_reaction_count"})
    if isinstance(handler, ChatBoostHandler):
        return _OF_BOOSTS.get(handler.chat_boost_types, {"chat_boost", "removed_chat_boost"})
    return next((known for kind, known in _OF_CLASS.items() if isinstance(handler, kind)), ALL)


def members(conversation: "ConversationHandler[Any]") -> Iterator[PtbHandler]:
    """Give the handlers that a conversation is made of."""
    yield from conversation.entry_points
    yield from chain.from_iterable(conversation.states.values())
    yield from conversation.fallbacks


def checked(named: Iterable[str]) -> Set[str]:
    """Give the kinds of update that a plugin has named; raises PluginError for one that does not exist."""
    for name in named:
        if name not in ALL:
            near = difflib.get_close_matches(str(name), ALL, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise PluginError(f"TelegramHandler(updates=...): there is no kind of update {name!r}{hint}")
    return frozenset(named)
