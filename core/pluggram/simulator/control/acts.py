"""Verbs for what a person does: write, press, edit, forward, ask inline."""

from pluggram.simulator.control.desk import Desk, Verbs
from pluggram.simulator.errors import JsonObject, SimulatorError
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.people import User


def send(
    desk: Desk, text: str, user: User | None = None, chat: int | None = None, bot: Bot | None = None,
    reply_to: int = 0, thread_id: int = 0,
) -> JsonObject:  # fmt: skip
    """Write a message or a command; without a chat, to the bot in private."""
    place = desk.chat(chat, bot, user)
    target = desk.message(place, reply_to) if reply_to else None
    return desk.person(user).send(place, text, reply_to=target, thread_id=thread_id).json()


def send_document(
    desk: Desk, name: str, content: bytes, caption: str = "", user: User | None = None, chat: int | None = None,
    bot: Bot | None = None,
) -> JsonObject:  # fmt: skip
    """Send a file."""
    return desk.person(user).send_document(desk.chat(chat, bot, user), name, content, caption=caption).json()


def send_photo(
    desk: Desk, name: str, content: bytes, caption: str = "", user: User | None = None, chat: int | None = None,
    bot: Bot | None = None,
) -> JsonObject:  # fmt: skip
    """Send a picture as a photo."""
    return desk.person(user).send_photo(desk.chat(chat, bot, user), name, content, caption=caption).json()


def start(desk: Desk, payload: str = "", user: User | None = None, bot: Bot | None = None) -> JsonObject:
    """Press Start in the chat with the bot, or follow a deep link with its payload."""
    return desk.person(user).start(desk.bot(bot), payload).json()


def menu(desk: Desk, user: User | None = None, chat: int | None = None, bot: Bot | None = None) -> list[JsonObject]:
    """Return the commands that the bot's menu shows a person in a chat."""
    return desk.person(user).menu(desk.bot(bot), desk.chat(chat, bot, user))


def edit(
    desk: Desk, message_id: int, text: str, user: User | None = None, chat: int | None = None, bot: Bot | None = None
) -> JsonObject:
    """Change the words of one's own message."""
    message = desk.message(desk.chat(chat, bot, user), message_id)
    return desk.person(user).edit(message, text).json()


def delete(
    desk: Desk, message_id: int, user: User | None = None, chat: int | None = None, bot: Bot | None = None
) -> bool:
    """Delete a message."""
    desk.person(user).delete(desk.message(desk.chat(chat, bot, user), message_id))
    return True


def forward(
    desk: Desk, message_id: int, to: int, user: User | None = None, chat: int | None = None, bot: Bot | None = None
) -> JsonObject:
    """Forward a message to another chat."""
    message = desk.message(desk.chat(chat, bot, user), message_id)
    return desk.person(user).forward(message, desk.chat(to, bot)).json()


def press(
    desk: Desk, button: str, message_id: int = 0, user: User | None = None, chat: int | None = None,
    bot: Bot | None = None,
) -> JsonObject:  # fmt: skip
    """Press a button, named by its label or its callback_data; without a message, of the last that has buttons."""
    place = desk.chat(chat, bot, user)
    message = desk.message(place, message_id) if message_id else _with_buttons(list(place.messages.values()))
    return desk.person(user).press(message, button).json()


def inline(
    desk: Desk, query: str, user: User | None = None, chat: int | None = None, bot: Bot | None = None, offset: str = ""
) -> JsonObject:
    """Type the bot's name and a query; its results come as an event."""
    place = None if chat is None else desk.chat(chat, bot, user)
    return desk.person(user).inline(desk.bot(bot), query, chat=place, offset=offset).json()


def choose(
    desk: Desk, query_id: str, result_id: str, user: User | None = None, chat: int | None = None, bot: Bot | None = None
) -> JsonObject:
    """Send a result of an answered inline query."""
    query = desk.journal.answered(query_id)
    return desk.person(user).choose(query, result_id, desk.chat(chat, bot, user)).json()


def block(desk: Desk, user: User | None = None, bot: Bot | None = None) -> bool:
    """Block a bot."""
    desk.person(user).block(desk.bot(bot))
    return True


def unblock(desk: Desk, user: User | None = None, bot: Bot | None = None) -> bool:
    """Take a block back."""
    desk.person(user).unblock(desk.bot(bot))
    return True


def pin(desk: Desk, message_id: int, user: User | None = None, chat: int | None = None, bot: Bot | None = None) -> bool:
    """Pin a message."""
    desk.person(user).pin(desk.message(desk.chat(chat, bot, user), message_id))
    return True


def _with_buttons(messages: list[Message]) -> Message:
    found = next((each for each in reversed(messages) if each.buttons), None)
    if found is None:
        raise SimulatorError("no message here has buttons")
    return found


VERBS: Verbs = {
    "send": send, "send_document": send_document, "send_photo": send_photo, "start": start, "menu": menu,
    "edit": edit, "delete": delete, "forward": forward, "press": press, "inline": inline, "choose": choose,
    "block": block, "unblock": unblock, "pin": pin,
}  # fmt: skip
