"""python-telegram-bot's objects, made with less work: most of what it takes to make one is spent on what nobody reads.

Whoever looks at them finds objects of its own classes, as it makes them.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self, TypeVar, cast

import telegram._bot as bot_module
from telegram import Bot, Chat, Message, MessageEntity, TelegramObject, Update, User

T = TypeVar("T", bound=TelegramObject)

_MESSAGES = tuple(name for name in Update.ALL_TYPES if name.endswith(("message", "channel_post")))
"""The kinds of update whose content is a Message (Bot API, Update)."""
_SIMPLE = frozenset({"message_id", "from", "chat", "date", "text", "entities", "message_thread_id", "is_topic_message"})
"""What a message that somebody has typed consists of (Bot API, Message)."""
_SLOTS = [vars(kind)[name] for kind in Message.__mro__[:-1] for name in cast(Any, kind).__slots__]
_RAW = cast(Any, vars(TelegramObject)["api_kwargs"])
"""Where a message that nobody has looked at keeps what it will be made of."""


def _quick(kind: type[T]) -> type[T]:
    """Give a kind that sets its attributes directly: python-telegram-bot asks each time whether it may."""
    quick: type[T] = type(f"Quick{kind.__name__}", (kind,), {"__slots__": (), "__setattr__": object.__setattr__})
    return quick


_QuickChat, _QuickEntity, _QuickUser = _quick(Chat), _quick(MessageEntity), _quick(User)
_QuickMessage, _QuickUpdate = _quick(Message), _quick(Update)


class UnreadMessage(Message):
    """A Message that a call has given; it is made when somebody looks at it, and is a plain Message from then on."""

    __slots__ = ()

    @classmethod
    def de_json(cls, data: Mapping[str, Any], bot: Bot | None = None) -> Self:
        """Take what it will be made of."""
        message = cls.__new__(cls)
        _RAW.__set__(message, data)
        message.set_bot(bot)
        return message

    @property
    def api_kwargs(self) -> Mapping[str, Any]:  # type: ignore[override]
        """What of it python-telegram-bot does not know."""
        return _made(self).api_kwargs

    def __getattr__(self, name: str) -> Any:
        return getattr(_made(self), name)


def _looked_at(name: str) -> Callable[..., Any]:
    def method(self: UnreadMessage, *arguments: Any) -> Any:
        return getattr(_made(self), name)(*arguments)

    return method


for _name in ("__eq__", "__hash__", "__repr__", "__reduce_ex__", "__deepcopy__", "__delattr__"):
    setattr(UnreadMessage, _name, _looked_at(_name))  # they look at the class before they look at an attribute


def read_update(raw: Mapping[str, Any], bot: Bot) -> Update:
    """Build the Update of a raw update, as `Update.de_json` does; raises what that raises."""
    messages = {name: raw[name] for name in _MESSAGES if raw.get(name) is not None}
    update = _QuickUpdate.de_json({name: value for name, value in raw.items() if name not in messages}, bot)
    for name, message in messages.items():
        setattr(update, name, _message(message, bot))
    return _plain(update, Update)


def leave_results_unread() -> None:
    """Let calls give messages that are made when they are looked at, as few of them are: of all Bots in this process.

    A method of a Bot ends with `Message.de_json(result, self)`, and there is no other place to say what that makes.
    """
    bot_module.Message = UnreadMessage  # type: ignore[attr-defined]


def _message(raw: Mapping[str, Any], bot: Bot | None) -> Message:
    """Build a Message: a simple one by its parts, any other as `Message.de_json` does, which asks for all of ninety."""
    if not raw.keys() <= _SIMPLE or not raw.get("date") or (bot is not None and hasattr(bot, "defaults")):
        return _plain(_QuickMessage.de_json(dict(raw), bot), Message)
    parts = dict(raw)
    parts["from_user"] = _part(_QuickUser, User, parts.pop("from", None), bot)
    parts["chat"] = _part(_QuickChat, Chat, parts.get("chat"), bot)
    parts["date"] = datetime.fromtimestamp(parts["date"], tz=UTC)
    if entities := parts.get("entities"):
        parts["entities"] = tuple(_part(_QuickEntity, MessageEntity, each, bot) for each in entities)
    message = _QuickMessage(**parts)
    message.set_bot(bot)
    return _plain(message, Message)


def _part(quick: type[T], kind: type[T], raw: dict[str, Any] | None, bot: Bot | None) -> T | None:
    return None if raw is None else _plain(quick.de_json(raw, bot), kind)


def _plain(made: T, kind: type[T]) -> T:
    """Let what was made quickly be of python-telegram-bot's own class: without slots of its own, its layout is that."""
    object.__setattr__(made, "__class__", kind)
    return made


def _made(message: UnreadMessage) -> Message:
    made = _message(_RAW.__get__(message), message._bot)
    for slot in _SLOTS:
        slot.__set__(message, slot.__get__(made))
    return _plain(message, Message)
