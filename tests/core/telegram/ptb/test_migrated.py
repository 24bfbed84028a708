"""A served bot whose group becomes a supergroup: plugins and dialogues go on there, also after a restart."""

from pathlib import Path

import pytest

from pluggram.simulator import Chat, Telegram
from tests.core.telegram.ptb.room import Room, served

COUNTS = """
@hookimpl
def handlers(self):
    return [handler("/count", self.count), handler("/old (?P<chat>-[0-9]+)", self.old)]

@hookimpl
def chat_migrated(self, old, new):
    return self.move(old, new)

async def count(self, request):
    _, count = await self.context.store.update(str(request.chat.id), lambda n: (n or 0) + 1)
    return str(count)

async def old(self, request, chat: int):
    await self.context.telegram.send(chat, "to the old id")
    return "sent"

async def move(self, old, new):
    if FAIL.exists():
        raise RuntimeError("not now")
    kept = await self.context.store.get(str(old))
    await self.context.store.put_many({str(old): None, str(new): kept} if kept else {})
"""

DIALOGUE = """
@hookimpl
def telegram_handlers(self):
    states = {"name": [MessageHandler(filters.Regex("^/name"), self.named)]}
    entry = [CommandHandler("ask", self.ask)]
    talk = ConversationHandler(entry, states, [], name="talk", persistent=True)
    return [talk, MessageHandler(filters.Regex("^/who"), self.who)]

async def ask(self, update, context):
    context.chat_data["asked"] = context.chat_data.get("asked", 0) + 1
    await update.effective_message.reply_text("Your name?")
    return "name"

async def named(self, update, context):
    context.chat_data["name"] = update.effective_message.text
    await update.effective_message.reply_text("Hello " + update.effective_message.text)
    return ConversationHandler.END

async def who(self, update, context):
    await update.effective_message.reply_text(str(context.chat_data))
"""


def group_of(room: Room) -> Chat:
    return room.telegram.group("Friends", room.ann, room.account)


def counts(folder: Path) -> str:
    return COUNTS.replace("FAIL", f"__import__('pathlib').Path({str(folder / 'fail')!r})")


async def test_what_a_plugin_keeps_is_there_when_the_supergroup_first_asks(tmp_path: Path) -> None:
    async with served(tmp_path, one=counts(tmp_path)) as room:
        group = group_of(room)
        assert [await room.say("/count", chat=group) for _ in range(2)] == [["1"], ["2"]]
        assert await room.say("/count", chat=room.telegram.migrate(group)) == ["3"]
        assert room.bot.moves.current(group.id) != group.id


async def test_a_refusal_tells_of_the_move_as_well(tmp_path: Path) -> None:
    async with served(tmp_path, one=counts(tmp_path)) as room:
        group = group_of(room)
        await room.say("/count", chat=group)
        new = room.telegram.migrate(group)
        room.account.updates.clear()
        await room.say(f"/old {group.id}")
        assert [message.text for message in room.answers(new)] == ["to the old id"]
        assert await room.say("/count", chat=new) == ["2"]


async def test_a_plugin_that_cannot_move_is_asked_again_after_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    telegram, fail = Telegram(), tmp_path / "fail"
    async with served(tmp_path, telegram=telegram, one=counts(tmp_path)) as room:
        group = group_of(room)
        await room.say("/count", chat=group)
        fail.touch()
        new = telegram.migrate(group)
        await room.settled()
    assert "plugin one: what it keeps of chat" in caplog.text
    fail.unlink()
    async with served(tmp_path, telegram=telegram, one=counts(tmp_path)) as room:
        await room.bot.migrated(group.id, new.id)
        assert await room.say("/count", chat=new) == ["2"]
        await room.say(f"/old {group.id}")
        assert [message.text for message in room.answers(new)][-1] == "to the old id"


async def test_a_plugin_that_moves_something_hears_of_moves(tmp_path: Path) -> None:
    body = counts(tmp_path).replace('handler("/count", self.count), handler("/old (?P<chat>-[0-9]+)", self.old)', (
        'handler("count", self.count, on="button")'))  # fmt: skip
    async with served(tmp_path, one=body) as room:
        assert room.bot.allowed_updates == ["callback_query", "message"]


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_dialogue_goes_on_in_the_supergroup_with_what_it_knows(tmp_path: Path, restarted: bool) -> None:
    telegram = Telegram()
    async with served(tmp_path, telegram=telegram, one=DIALOGUE) as room:
        group = group_of(room)
        assert await room.say("/ask", chat=group) == ["Your name?"]
        new = telegram.migrate(group)
        await room.settled()
        if not restarted:
            assert await room.say("/name Mia", chat=new) == ["Hello /name Mia"]
            assert await room.say("/who", chat=new) == ["{'asked': 1, 'name': '/name Mia'}"]
    async with served(tmp_path, telegram=telegram, one=DIALOGUE) as room:
        if restarted:
            assert await room.say("/name Mia", chat=new) == ["Hello /name Mia"]
        assert await room.say("/who", chat=new) == ["{'asked': 1, 'name': '/name Mia'}"]
        await room.bot.migrated(group.id, new.id)
        assert await room.say("/who", chat=new) == ["{'asked': 1, 'name': '/name Mia'}"]


async def test_a_dialogue_is_moved_that_was_not_served_when_its_group_moved(tmp_path: Path) -> None:
    telegram = Telegram()
    async with served(tmp_path, telegram=telegram, one=DIALOGUE) as room:
        group = group_of(room)
        await room.say("/ask", chat=group)
    new = telegram.migrate(group)
    async with served(tmp_path, telegram=telegram, two=counts(tmp_path)) as room:
        await room.say("/count", chat=new)
        assert group.id in room.bot.moves
    async with served(tmp_path, telegram=telegram, one=DIALOGUE) as room:
        assert await room.say("/name Mia", chat=new) == ["Hello /name Mia"]


async def test_what_is_known_of_the_supergroup_already_stays_and_what_is_moved_is_moved_once(tmp_path: Path) -> None:
    async with served(tmp_path, one=DIALOGUE) as room:
        group, there = group_of(room), group_of(room)
        await room.say("/ask", chat=group)
        for text in ("/ask", "/name Mia", "/ask"):
            await room.say(text, chat=there)
        move = room.bot._movers()["telegram.one"]
        for _ in range(2):
            moving = move(group.id, there.id)
            assert moving is not None
            await moving
            assert await room.say("/who", chat=there) == ["{'asked': 2, 'name': '/name Mia'}"]
        assert await room.say("/name Eve", chat=there) == ["Hello /name Eve"]
        assert await room.say("/who", chat=group) == ["{}"]
