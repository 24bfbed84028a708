"""Verbs that tell what there is and what bots have done, and wait for it."""

from base64 import b64encode

from pluggram.simulator.control.desk import Desk, Verbs
from pluggram.simulator.errors import JsonObject, SimulatorError
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.content import Document, Photo


def world(desk: Desk) -> JsonObject:
    """Tell who and what there is: bots (without their tokens), people, groups and channels."""
    telegram = desk.telegram
    bots = [each.me() | {"waiting_updates": len(each.updates)} for each in telegram.bots.values()]
    users = [each.json() for each in telegram.users.values()]
    return {"bots": bots, "users": users, "chats": [each.json() for each in telegram.chats.values()]}


def messages(desk: Desk, chat: int | None = None, bot: Bot | None = None, after: int = 0) -> list[JsonObject]:
    """Read a chat: its messages after a message_id; without a chat, the first person's with the bot."""
    place = desk.chat(chat, bot)
    return [message.json() for number, message in place.messages.items() if number > after]


def download(desk: Desk, message_id: int, chat: int | None = None, bot: Bot | None = None) -> JsonObject:
    """Return the bytes of a message's photo or file, in base64."""
    content = desk.message(desk.chat(chat, bot), message_id).content
    if not isinstance(content, Photo | Document):
        raise SimulatorError(f"message {message_id} holds no file")
    return {"name": content.file.name, "content": b64encode(content.file.content).decode()}


async def events(desk: Desk, after: int = 0, count: int = 1, seconds: float = 10.0) -> list[JsonObject]:
    """Return what bots have done after an event's number, waiting until it is `count` things or time is over."""
    await desk.until(lambda: desk.journal.count_after(after) >= count, seconds)
    return desk.journal.after(after)


async def wait(desk: Desk, bot: Bot | None = None, seconds: float = 10.0) -> bool:
    """Wait until the bot, or every bot, has confirmed all updates and waits for more."""
    bots = list(desk.telegram.bots.values()) if bot is None else [bot]
    if not await desk.until(lambda: all(each.idle for each in bots), seconds):
        raise SimulatorError("; ".join(_busy(each) for each in bots if not each.idle))
    return True


def _busy(bot: Bot) -> str:
    if len(bot.updates):
        return f"@{bot.username} has {len(bot.updates)} updates that it has not confirmed"
    return f"@{bot.username} neither polls nor has a webhook"


VERBS: Verbs = {"world": world, "messages": messages, "download": download, "events": events, "wait": wait}
