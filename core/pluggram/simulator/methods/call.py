"""One call of a Bot API method: who calls, with what, and the chats and messages it names."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from pluggram.simulator.errors import ApiError, JsonObject, bad_request, forbidden
from pluggram.simulator.methods.params import Params, as_array, whole
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.world import World


@dataclass(frozen=True)
class Call:
    """A call by a bot whose token was recognised."""

    world: World
    bot: Bot
    params: Params


MAX_IDS = 100
"""Messages that one call may name (Bot API, forwardMessages, deleteMessages)."""

Method = Callable[[Call], Awaitable[object]]
"""Returns the JSON value of `result`; raises ApiError."""


def chat_of(call: Call, name: str = "chat_id", *, write: bool = False, members: bool = False) -> Chat:
    """Return the chat that a parameter names, by id or @username, to write in it or to see who its members are.

    Raises ApiError as Telegram does.
    """
    return chat_named(call, call.params.text(name), write=write, members=members)


def chat_named(call: Call, text: str, *, write: bool = False, members: bool = False) -> Chat:
    """Return the chat of this id or @username. Raises ApiError as Telegram does."""
    if not text:
        raise bad_request("chat_id is empty")
    chat = _public(call, text[1:]) if text.startswith("@") else call.world.find_chat(whole(text), call.bot)
    if chat is None or not _known(call.bot, chat):
        raise _unreachable(call, whole(text))
    _check_access(call.bot, chat, write, members)
    return chat


def message_of(call: Call, what: str, chat_name: str = "chat_id", *, write: bool = False) -> Message:
    """Return the message that chat_id and message_id name. Raises ApiError: `what` not found."""
    chat = chat_of(call, chat_name, write=write)
    message = chat.messages.get(call.params.integer("message_id"))
    if message is None:
        raise bad_request(f"{what} not found")
    return message


def message_ids(call: Call) -> list[int]:
    """Return the numbers of the parameter message_ids, in their order. Raises ApiError."""
    value = call.params.json("message_ids", "message_ids")
    if value is None:
        raise bad_request("message identifiers are not specified")
    values = as_array(value, "expected an Array of message identifiers")
    if len(values) > MAX_IDS:
        raise bad_request("too many message identifiers specified")
    if not values:
        raise bad_request("message identifiers are not specified")
    return [_message_id(each) for each in values]


def _message_id(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise bad_request("message identifier must be a Number")
    if not re.fullmatch(r"-?[0-9]{1,10}", str(value)) or not -(2**31) <= int(value) < 2**31:
        raise bad_request("can't parse message identifier as a Number")
    if int(value) <= 0:
        raise bad_request("invalid message identifier specified")
    return int(value)


def allow_updates(call: Call) -> None:
    """Let the bot have the kinds of update that allowed_updates names; what cannot be read changes nothing."""
    with suppress(ApiError):
        kinds = call.params.json("allowed_updates", "allowed updates")
        if isinstance(kinds, list):
            call.bot.updates.allow(kinds)


def _public(call: Call, username: str) -> Chat | None:
    return next((each for each in call.world.chats.values() if each.username.lower() == username.lower() != ""), None)


def _unreachable(call: Call, user_id: int) -> ApiError:
    """Return the refusal for a chat that a bot does not have; a person met in a group is at least known."""
    user = call.world.users.get(user_id)
    shared = (chat for chat in call.world.chats.values() if chat.member(call.bot).present)
    if user is not None and any(chat.member(user).present for chat in shared):
        return forbidden("bot can't initiate conversation with a user")
    return bad_request("chat not found")


def _known(bot: Bot, chat: Chat) -> bool:
    """Tell whether a bot ever had to do with a chat, or could look it up."""
    return chat.started if chat.type == "private" else bool(chat.username) or bot.id in chat.members


def _check_access(bot: Bot, chat: Chat, write: bool, members: bool) -> None:
    if chat.type == "group" and not (write or members):
        return
    if chat.migrated_to is not None:
        new: JsonObject = {"migrate_to_chat_id": chat.migrated_to.id}
        raise ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", new)
    member = chat.member(bot)
    if chat.blocked and write:
        raise forbidden("bot was blocked by the user")
    if member.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if not member.present and (write or not chat.username):
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    if chat.type == "channel" and write and not chat.is_administrator(bot):
        raise bad_request("need administrator rights in the channel chat")
