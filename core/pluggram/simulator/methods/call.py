"""One call of a Bot API method: who calls, with what, and the chats and messages it names."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from pluggram.simulator.errors import ApiError, bad_request, forbidden
from pluggram.simulator.methods.params import Params
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


Method = Callable[[Call], Awaitable[object]]
"""Returns the JSON value of `result`; raises ApiError."""


def chat_of(call: Call, name: str = "chat_id", *, write: bool = False) -> Chat:
    """Return the chat that a parameter names, by id or @username. Raises ApiError as Telegram does."""
    text = call.params.text(name)
    if not text:
        raise bad_request("chat_id is empty")
    if text.startswith("@"):
        chat = _public(call, text[1:])
    else:
        chat = call.world.find_chat(call.params.integer(name), call.bot)
    if chat is None or (chat.type == "private" and not chat.started):
        raise _unreachable(call, call.params.integer(name))
    _check_access(call.bot, chat, write)
    return chat


def message_of(call: Call, what: str, *, write: bool = False) -> Message:
    """Return the message that chat_id and message_id name. Raises ApiError: `what` not found."""
    chat = chat_of(call, write=write)
    message = chat.messages.get(call.params.integer("message_id"))
    if message is None:
        raise bad_request(f"{what} not found")
    return message


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


def _check_access(bot: Bot, chat: Chat, write: bool) -> None:
    member = chat.member(bot)
    if chat.blocked and write:
        raise forbidden("bot was blocked by the user")
    if member.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if not member.present and (write or not chat.username):
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    if chat.type == "channel" and write and not chat.is_administrator(bot):
        raise bad_request("need administrator rights in the channel chat")
