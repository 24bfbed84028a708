"""Persistent conversations: what was said before a restart is not forgotten, and what cannot be kept is told."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from pluggram.simulator import Telegram
from pluggram.storage import Json, StorageError
from pluggram.storage.memory import MemoryBackend

from .room import Room, served

DIALOGUE = """
@hookimpl
def telegram_handlers(self):
    text = filters.TEXT & ~filters.COMMAND
    return [ConversationHandler(
        entry_points=[CommandHandler("book", self.begin)],
        states={"name": [MessageHandler(text, self.name)], "size": [MessageHandler(text, self.size)]},
        fallbacks=[CommandHandler("cancel", self.cancel)],
        name="booking",
        persistent=True,
    )]

async def begin(self, update, context):
    await update.message.reply_text("Your name?")
    return "name"

async def name(self, update, context):
    context.user_data["name"] = update.message.text
    context.chat_data.setdefault("names", []).append(update.message.text)
    context.bot_data["booked"] = context.bot_data.get("booked", 0) + 1
    await update.message.reply_text("How many?")
    return "size"

async def size(self, update, context):
    name = context.user_data.pop("name")
    await update.message.reply_text(f"{name}: {update.message.text}, {context.chat_data} {context.bot_data}")
    return ConversationHandler.END

async def cancel(self, update, context):
    await update.message.reply_text("Never mind")
    return ConversationHandler.END
"""


async def kept(room: Room) -> Mapping[str, Json]:
    return dict(await room.bot.ptb_plugins[0].store.items())


async def test_a_dialogue_goes_on_after_a_restart_with_all_its_data(tmp_path: Path) -> None:
    telegram = Telegram()
    async with served(tmp_path, telegram=telegram, one=DIALOGUE) as room:
        assert await room.say("/book") == ["Your name?"]
    async with served(tmp_path, telegram=telegram, one=DIALOGUE) as room:
        assert await room.say("Mia") == ["How many?"]
    async with served(tmp_path, telegram=telegram, one=DIALOGUE) as room:
        assert await room.say("4") == ["Mia: 4, {'names': ['Mia']} {'booked': 1}"]
        assert await room.say("5") == []
        assert await kept(room) == {f"chat {room.chat.id}": {"names": ["Mia"]}, "bot": {"booked": 1}}


async def test_all_is_written_before_the_update_counts_as_done(tmp_path: Path) -> None:
    async with served(tmp_path, one=DIALOGUE) as room:
        await room.say("/book")
        await room.say("Mia")
        key = f'conversation ["booking", {room.chat.id}, {room.ann.id}]'
        assert await kept(room) == {
            key: "size",
            f"user {room.ann.id}": {"name": "Mia"},
            f"chat {room.chat.id}": {"names": ["Mia"]},
            "bot": {"booked": 1},
        }
        await room.say("/cancel")
        assert key not in await kept(room)


class Counting(MemoryBackend):
    """Storage that keeps what is written, and refuses where it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[Mapping[str, Json]] = []
        self.refuses = False

    async def put_many(self, namespace: str, values: Mapping[str, Json]) -> None:
        if self.refuses:
            raise StorageError("the disk is full")
        self.writes.append(values)
        await super().put_many(namespace, values)


async def test_only_what_has_changed_is_written_and_all_of_an_update_at_once(tmp_path: Path) -> None:
    backend = Counting()
    await backend.open()
    async with served(tmp_path, backend=backend, one=DIALOGUE) as room:
        for text in ("/book", "Mia", "hello", "hello", "/book", "/book"):
            await room.say(text)
    assert [len(write) for write in backend.writes] == [1, 4, 2, 1]


async def test_what_storage_refuses_is_told_and_written_with_the_next(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    backend = Counting()
    await backend.open()
    async with served(tmp_path, backend=backend, one=DIALOGUE) as room:
        backend.refuses = True
        asked, told = await room.say("/book")
        assert asked == "Your name?"
        assert "storage does not work" in told
        backend.refuses = False
        assert await room.say("Mia") == ["How many?"]
        assert await kept(room) == backend.writes[0]
    assert "plugin one: handler 'ConversationHandler booking' failed" in caplog.text
    assert "the disk is full" in caplog.text


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        ("{'when': object()}", "user_data of {ann}: this cannot be stored: value['name']['when'] is a object"),
        ("{1: 2}", "has the key 1, a int"),
        ("float('nan')", "value['name'] is nan"),
        ("__import__('threading').Lock()", "value['name'] is a lock"),
    ],
)
async def test_what_is_no_json_is_refused_with_the_plugins_name_and_the_rest_is_kept(
    stored: str, reason: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(tmp_path, one=DIALOGUE.replace('["name"] = update.message.text', f'["name"] = {stored}')) as room:
        await room.say("/book")
        asked, told = await room.say("Mia")
        assert asked == "How many?"
        assert "Something went wrong" in told
        assert "plugin one: handler 'ConversationHandler booking' failed" in caplog.text
        assert "must be JSON" in caplog.text
        assert reason.replace("{ann}", str(room.ann.id)) in caplog.text
        bob = room.telegram.user("Bob")
        chat = room.telegram.private(bob, room.account)
        assert await room.say("/book", bob, chat) == ["Your name?"]
        assert f'conversation ["booking", {chat.id}, {bob.id}]' in await kept(room)


async def test_a_state_that_would_not_come_back_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with served(tmp_path, one=DIALOGUE.replace('return "name"', 'return ("a", 1)')) as room:
        with pytest.warns(UserWarning, match="unknown to the ConversationHandler"):
            _, told = await room.say("/book")
        assert "Something went wrong" in told
    assert "the state ('a', 1) of the conversation 'booking' is a tuple; use an int or a str" in caplog.text


async def test_states_of_an_int_enum_come_back_as_its_members_equals(tmp_path: Path) -> None:
    body = DIALOGUE.replace("@hookimpl\n", "State = __import__('enum').IntEnum('State', 'NAME SIZE')\n@hookimpl\n", 1)
    body = body.replace('"name": [', "self.State.NAME: [").replace('return "name"', "return self.State.NAME")
    async with served(tmp_path, one=body) as room:
        await room.say("/book")
        telegram = room.telegram
    async with served(tmp_path, telegram=telegram, one=body) as room:
        assert await room.say("Mia") == ["How many?"]


async def test_without_a_persistent_conversation_the_data_may_be_anything_and_is_not_kept(tmp_path: Path) -> None:
    body = DIALOGUE.replace("persistent=True,", "").replace('["name"] = update', '["name"] = {object()} and update')
    async with served(tmp_path, one=body) as room:
        await room.say("/book")
        assert await room.say("Mia") == ["How many?"]
        assert await kept(room) == {}


async def test_conversations_of_names_that_begin_alike_are_kept_apart(tmp_path: Path) -> None:
    other = DIALOGUE.replace('"book"', '"other"').replace('name="booking"', """name='book", 1'""")
    more = other.replace('"other"', '"more"').replace("""name='book", 1'""", "name='book'")
    async with served(tmp_path, one=DIALOGUE, two=other, three=more) as room:
        for command in ("/other", "/more"):
            await room.say(command)
            assert await room.say("Mia") == ["How many?"]
            await room.say("/cancel")


async def test_a_dialogue_in_another_is_kept_too(tmp_path: Path) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        def say(text, state):
            async def answer(update, context):
                await update.message.reply_text(text)
                return state
            return answer
        inner = ConversationHandler(
            [CommandHandler("deeper", say("deeper", 1))], {1: [MessageHandler(filters.TEXT, say("up", 9))]}, [],
            map_to_parent={9: "out"}, name="inner", persistent=True)
        return [ConversationHandler(
            [CommandHandler("go", say("in", "in"))],
            {"in": [inner], "out": [inner, CommandHandler("end", say("ended", -1))]}, [],
            name="outer", persistent=True)]
    """
    telegram = Telegram()
    answers = []
    for text in ("/go", "/deeper", "hello", "/end", "/end"):
        async with served(tmp_path, telegram=telegram, one=body) as room:
            answers.append(await room.say(text))
    assert answers == [["in"], ["deeper"], ["up"], ["ended"], []]


async def test_a_step_that_does_not_block_is_kept_when_it_is_done(tmp_path: Path) -> None:
    body = DIALOGUE.replace('("book", self.begin)', '("book", self.begin, block=False)')
    telegram = Telegram()
    async with served(tmp_path, telegram=telegram, one=body) as room:
        assert await room.say("/book") == ["Your name?"]
    async with served(tmp_path, telegram=telegram, one=body) as room:
        assert await room.say("Mia") == ["How many?"]


async def test_a_dialogue_whose_step_does_not_block_and_takes_too_long_stays_where_it_was(tmp_path: Path) -> None:
    body = DIALOGUE.replace("(text, self.name)", "(text, self.slow, block=False)").replace(
        "async def name(", 'async def slow(self, update, context):\n    if update.message.text != "quick":\n'
        "        await asyncio.Event().wait()\n    return await self.name(update, context)\n\nasync def name(",
    )  # fmt: skip
    async with served(tmp_path, more="[telegram]\nhandler_timeout = 0.2\n", one=body) as room:
        await room.say("/book")
        assert "too long" in (await room.say("slow"))[0]
        assert await room.say("quick") == ["How many?"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ((", self.begin)]", ", self.begin), ConversationHandler([], {}, [], name='x')]"), "only one is persistent"),
        (('"size": [', '("a", 1): ['), "has the state ('a', 1): it is a tuple; use an int or a str"),
        (("persistent=True,\n    )]", "persistent=True,\n    )] * 1 + [self.again()]"), "two persistent conversations"),
    ],
)
async def test_a_conversation_that_could_not_be_kept_quarantines_its_plugin(
    changed: tuple[str, str], reason: str, tmp_path: Path
) -> None:
    again = "\ndef again(self):\n    return ConversationHandler([], {}, [], name='booking', persistent=True)\n"
    async with served(tmp_path, one=DIALOGUE.replace(*changed) + again) as room:
        assert room.state().status == "quarantined"
        assert reason in room.state().reason


async def test_storage_that_cannot_be_read_at_the_start_quarantines_the_plugin(tmp_path: Path) -> None:
    class Broken(MemoryBackend):
        async def items(self, *_: object, **__: object) -> list[tuple[str, Json]]:
            raise StorageError("it is broken")

    backend = Broken()
    await backend.open()
    async with served(tmp_path, backend=backend, one=DIALOGUE) as room:
        assert room.state().reason == "it is broken"


async def test_a_conversation_that_should_end_by_itself_is_told_to_need_a_job_queue(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(tmp_path, one=DIALOGUE.replace("persistent=True", "conversation_timeout=60")):
        assert "plugin one: conversation_timeout needs pip install 'python-telegram-bot[job-queue]'" in caplog.text
