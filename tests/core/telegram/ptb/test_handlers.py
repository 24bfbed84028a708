"""Handlers made for python-telegram-bot, served as they are, in their order, whatever they do."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import telegram
from telegram.ext import CommandHandler, ContextTypes

from pluggram.bot import PluginsRefused
from pluggram.bot.ptb import PtbPlugin
from pluggram.plugins import PluginError
from pluggram.storage.store import Storage
from pluggram.telegram import attendance
from pluggram.telegram.ptb import PtbHandlers
from pluggram.telegram.ptb.application import PtbApplication
from tests.core.simulator.pictures import png

from .room import Room, served

ECHO = """
@hookimpl
def telegram_handlers(self):
    return [CommandHandler("add", self.add), MessageHandler(filters.Regex("^(a+)b$"), self.match)]

async def add(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(str(sum(map(int, context.args))))

async def match(self, update, context):
    await context.bot.send_message(update.effective_chat.id, context.matches[0][1])
"""


async def test_a_callback_gets_the_real_update_and_a_context(tmp_path: Path) -> None:
    async with served(tmp_path, one=ECHO) as room:
        assert await room.say("/add 1 2 39") == ["42"]
        assert await room.say("/add@testbot 1") == ["1"]
        assert await room.say("aaab") == ["aaa"]
        assert await room.say("nothing") == []


ORDER = """
@hookimpl
def handlers(self):
    return [handler("/pattern", self.pattern), handler(".*", self.fallback, fallback=True)]

@hookimpl
def telegram_handlers(self):
    async def say(update, context):
        await update.message.reply_text("another")
        return ConversationHandler.END
    async def begin(update, context):
        await update.message.reply_text("begun")
        return "asked"
    async def step(update, context):
        await update.message.reply_text("dialogue")
        return ConversationHandler.END if update.message.text == "end" else None
    everything = MessageHandler(filters.ALL, step)
    return [ConversationHandler([CommandHandler(["begin", "pattern"], begin)], {"asked": []}, [everything]),
            MessageHandler(filters.Regex("other|pattern"), say)]

async def pattern(self, request): return "pattern"
async def fallback(self, request): return "fallback"
"""


async def test_a_dialogue_under_way_is_first_then_patterns_then_other_handlers_then_fallbacks(tmp_path: Path) -> None:
    async with served(tmp_path, one=ORDER) as room:
        assert await room.say("/pattern") == ["pattern"]
        assert await room.say("other") == ["another"]
        assert await room.say("else") == ["fallback"]
        assert await room.say("/begin") == ["begun"]
        assert await room.say("/pattern") == ["dialogue"]
        assert await room.say("/begin") == ["dialogue"]
        bob = room.telegram.user("Bob")
        assert await room.say("/pattern", bob, room.telegram.private(bob, room.account)) == ["pattern"]
        assert await room.say("end") == ["dialogue"]
        assert await room.say("/pattern") == ["pattern"]


GROUPS = """
@hookimpl
def telegram_handlers(self):
    def saying(text):
        async def say(update, context):
            await update.message.reply_text(text)
            if "stop" in update.message.text:
                raise ApplicationHandlerStop
        return say
    every = filters.ALL
    return [TelegramHandler(MessageHandler(every, saying("{0} late")), group=5), MessageHandler(every, saying("{0}")),
            MessageHandler(every, saying("{0} again")), TelegramHandler(MessageHandler(every, saying("{0} early")), group=-1)]
"""  # noqa: E501


async def test_of_each_group_the_first_of_all_plugins_handlers_gets_the_update_until_one_says_stop(
    tmp_path: Path,
) -> None:
    async with served(tmp_path, one=GROUPS.replace("{0}", "one"), two=GROUPS.replace("{0}", "two")) as room:
        assert await room.say("hello") == ["one early", "one", "one late"]
        assert await room.say("stop") == ["one early"]


VOTE = {"poll_id": "1", "option_ids": [0], "option_persistent_ids": []}

KINDS = """
@hookimpl
def telegram_handlers(self):
    async def tell(update, context):
        kind = next(kind for kind in Update.ALL_TYPES if getattr(update, kind))
        await context.bot.send_message(update.effective_user.id, kind)
    return [PollAnswerHandler(tell), MessageHandler(filters.PHOTO, tell), InlineQueryHandler(tell),
            ChatMemberHandler(tell, ChatMemberHandler.ANY_CHAT_MEMBER), MessageReactionHandler(tell)]
"""


async def test_what_makes_no_request_reaches_them_too(tmp_path: Path) -> None:
    async with served(tmp_path, one=KINDS) as room:
        await room.say("hello")
        ann, chat = room.ann.json(), room.chat.json()
        await room.happen("poll_answer", VOTE | {"user": ann})
        member = {"user": ann, "status": "member"}
        changed = {"chat": chat, "from": ann, "date": 0, "old_chat_member": member, "new_chat_member": member}
        await room.happen("my_chat_member", changed)
        await room.happen("chat_member", changed)
        reaction = {"chat": chat, "message_id": 1, "user": ann, "date": 0, "old_reaction": [], "new_reaction": []}
        await room.happen("message_reaction", reaction)
        room.ann.send_photo(room.chat, "a.png", png(8, 8))
        await room.settled()
        told = [message.text for message in room.answers()]
        assert told == ["poll_answer", "my_chat_member", "chat_member", "message_reaction", "message"]


async def test_the_bot_wants_the_kinds_of_update_that_they_want(tmp_path: Path) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        async def nothing(update, context): pass
        return [PollAnswerHandler(nothing), TelegramHandler(MessageHandler(None, nothing), updates={"channel_post"})]
    """
    async with served(tmp_path, one=body) as room:
        assert set(room.bot.allowed_updates) == {"poll_answer", "channel_post"}


async def test_a_handler_gets_no_update_of_a_kind_that_its_plugin_has_not_named(tmp_path: Path) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        async def say(update, context):
            await update.effective_message.reply_text(update.effective_message.text)
        only = MessageHandler(filters.ALL, say)
        return [TelegramHandler(only, updates={"edited_message"}), CommandHandler("other", say)]
    """
    async with served(tmp_path, one=body) as room:
        assert await room.say("hello") == []
        room.ann.edit(next(iter(room.chat.messages.values())), "changed")
        await room.settled()
        assert [message.text for message in room.answers()] == ["changed"]


FAILING = """
@hookimpl
def telegram_handlers(self):
    class Odd(filters.MessageFilter):
        def filter(self, message):
            return message.text == "odd filter" and 1 / 0
    async def fail(update, context):
        await update.message.reply_text("well so far")
        raise RAISED
    async def fine(update, context):
        await update.message.reply_text("fine")
    return [MessageHandler(Odd(), fine), CommandHandler("fail", fail), TelegramHandler(CommandHandler("fail", fine), group=1)]

@hookimpl
def handlers(self):
    return [handler("/ours", self.ours)]

async def ours(self, request): return "ours"
"""  # noqa: E501


@pytest.mark.parametrize("raised", ["ValueError('no luck')", "SystemExit(3)", "asyncio.CancelledError()"])
async def test_one_that_raises_is_logged_with_its_place_the_asker_is_told_once_and_the_others_go_on(
    raised: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(tmp_path, one=FAILING.replace("RAISED", raised)) as room:
        well, fine, told = await room.say("/fail")
        assert (well, fine) == ("well so far", "fine")
        assert "Something went wrong" in told
        assert await room.say("/ours") == ["ours"]
    assert "plugin one: handler '/fail' failed on update" in caplog.text
    assert re.search(r'one\.py", line \d+, in fail', caplog.text)


async def test_a_filter_that_raises_is_an_error_of_its_plugin(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with served(tmp_path, one=FAILING) as room:
        [told] = await room.say("odd filter")
        assert "Something went wrong" in told
    assert "plugin one: handler 'MessageHandler fine' failed on update" in caplog.text


@pytest.mark.parametrize("raised", ["ValueError('no luck')", "SystemExit(3)", "asyncio.CancelledError()"])
async def test_a_dialogue_whose_filter_raises_keeps_no_update_from_the_others(
    raised: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        class Odd(filters.MessageFilter):
            def filter(self, message):
                raise RAISED
        async def begin(update, context): return 1
        return [ConversationHandler([MessageHandler(Odd(), begin)], {1: []}, [], name="odd")]

    @hookimpl
    def handlers(self):
        return [handler("/ours", self.ours)]

    async def ours(self, request): return "ours"
    """
    async with served(tmp_path, one=body.replace("RAISED", raised)) as room:
        assert await room.say("/ours") == ["ours"]
        assert "plugin one: handler 'ConversationHandler odd' could not say whether it is under way" in caplog.text
        [told] = await room.say("anything else")
        assert "Something went wrong" in told


@pytest.mark.parametrize("raised", ["SystemExit(3)", "KeyboardInterrupt()", "asyncio.CancelledError()"])
async def test_what_a_handler_begins_cannot_end_the_bot(
    raised: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    body = f"""
    @hookimpl
    def telegram_handlers(self):
        async def part(): raise {raised}
        async def fail(update, context): raise {raised}
        async def begin(update, context):
            context.application.create_task(part())
            await update.message.reply_text("begun")
        return [CommandHandler("begin", begin), CommandHandler("later", fail, block=False)]
    """
    async with served(tmp_path, one=body) as room:
        assert await room.say("/begin") == ["begun"]
        [told] = await room.say("/later")
        assert "Something went wrong" in told
        assert await room.say("/begin") == ["begun"]
    assert "plugin one: handler '/later' failed" in caplog.text


async def test_one_that_takes_too_long_is_given_up_and_the_asker_told(tmp_path: Path) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        async def wait(update, context):
            await asyncio.Event().wait()
        return [CommandHandler("wait", wait), CommandHandler("later", wait, block=False)]
    """
    async with served(tmp_path, more="[telegram]\nhandler_timeout = 0.1\n", one=body) as room:
        assert "too long" in (await room.say("/wait"))[0]
        assert "too long" in (await room.say("/later"))[0]


async def test_a_failure_after_a_photo_is_told_and_one_after_a_poll_only_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        async def fail(update, context): raise ValueError("no luck")
        return [PollAnswerHandler(fail), MessageHandler(filters.PHOTO, fail)]
    """
    async with served(tmp_path, one=body) as room:
        await room.happen("poll_answer", VOTE | {"user": room.ann.json()})
        assert "plugin one: handler 'PollAnswerHandler fail' failed" in caplog.text
        room.ann.send_photo(room.chat, "a.png", png(8, 8))
        await room.settled()
        [told] = room.answers()
        assert "Something went wrong" in told.text


async def test_an_error_handler_of_the_plugin_is_told_instead_of_the_asker(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        async def fail(update, context): raise ValueError("no luck")
        async def told(update, context):
            await update.message.reply_text(f"sorry: {context.error}")
            raise ApplicationHandlerStop
        async def late(update, context): await update.message.reply_text("late")
        return [CommandHandler("fail", fail), CommandHandler("later", fail, block=False), TelegramErrorHandler(told),
                TelegramHandler(MessageHandler(None, late), group=1)]
    """
    async with served(tmp_path, one=body) as room:
        assert await room.say("/fail") == ["sorry: no luck"]
        assert await room.say("/later") == ["sorry: no luck"]
    assert caplog.text.count("plugin one: ValueError: no luck") == 2


async def test_what_a_handler_begins_without_blocking_is_waited_for(tmp_path: Path) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        async def later(update, context):
            context.application.create_task(self.part(update, "begun"), update=update)
            await self.part(update, "later")
        return [CommandHandler("later", later, block=False)]

    async def part(self, update, text):
        for _ in range(10):
            await asyncio.sleep(0)
        await update.message.reply_text(text)
    """
    async with served(tmp_path, one=body) as room:
        assert sorted(await room.say("/later")) == ["begun", "later"]


async def test_the_data_of_a_plugin_is_its_own(tmp_path: Path) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        async def count(update, context):
            for data in (context.user_data, context.chat_data, context.bot_data):
                data["n"] = data.get("n", 0) + 1
            await update.message.reply_text(f"{self.context.name} {context.user_data} {context.bot_data}")
        return [CommandHandler("count", count, filters.Regex(self.context.name))]
    """
    async with served(tmp_path, one=body, two=body) as room:
        assert await room.say("/count one") == ["one {'n': 1} {'n': 1}"]
        assert await room.say("/count two") == ["two {'n': 1} {'n': 1}"]
        assert await room.say("/count one") == ["one {'n': 2} {'n': 2}"]


async def test_what_a_plugin_puts_into_the_update_queue_comes_to_its_handlers(tmp_path: Path) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        class Rain: pass
        async def put(update, context):
            context.bot_data["chat"] = update.effective_chat.id
            await context.update_queue.put(Rain())
            await context.update_queue.join()
        async def rain(event, context): await context.bot.send_message(context.bot_data["chat"], "It rains")
        return [CommandHandler("rain", put), TypeHandler(Rain, rain)]
    """
    async with served(tmp_path, one=body) as room:
        assert await room.say("/rain") == ["It rains"]


PRESS = """
@hookimpl
def telegram_handlers(self):
    return [CommandHandler("ask", self.ask), CallbackQueryHandler(self.press)]

async def ask(self, update, context):
    button = InlineKeyboardButton("Press", callback_data="x")
    await update.message.reply_text("?", reply_markup=InlineKeyboardMarkup([[button]]))

async def press(self, update, context):
    await asyncio.sleep(WAIT)
    if FAILS:
        raise ValueError
    await update.callback_query.answer("Pressed", show_alert=True)
"""


async def press(room: Room) -> str | None:
    await room.say("/ask")
    query = room.ann.press(room.answers()[0], "x")
    await room.settled()
    return query.answer.text if query.answer else None


async def test_a_press_is_answered_by_the_handler_that_takes_it_however_long_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "PRESS_PATIENCE", 0.01)
    async with served(tmp_path, one=PRESS.replace("WAIT", "0.1").replace("FAILS", "False")) as room:
        assert await press(room) == "Pressed"
        assert len(room.answers()) == 1


async def test_a_press_whose_handler_fails_is_told_so_in_the_chat(tmp_path: Path) -> None:
    async with served(tmp_path, one=PRESS.replace("WAIT", "0").replace("FAILS", "True")) as room:
        await press(room)
        assert "Something went wrong" in room.answers()[-1].text


async def test_handled_is_told_of_them_and_a_command_is_a_command(tmp_path: Path) -> None:
    listening = """
    @hookimpl
    def handled(self, event):
        self.context.bot.heard.append((event.plugin, event.handler.command or event.handler.pattern, event.outcome))
    """
    async with served(tmp_path, one=ECHO, ear=listening) as room:
        heard: list[tuple[str, str, str]] = []
        room.bot.heard = heard  # type: ignore[attr-defined]
        await room.say("/add 1")
        await room.say("/add one")
        await room.say("ab")
        assert heard == [
            ("one", "/add", "silent"),
            ("one", "/add", "failed"),
            ("one", "MessageHandler match", "silent"),
        ]


async def test_the_handlers_of_a_plugin_that_is_lost_are_gone(tmp_path: Path) -> None:
    async with served(tmp_path, one=ECHO) as room:
        room.bot.lose("one", PluginError("it is broken"))
        assert await room.say("/add 1") == []
        assert set(room.bot.allowed_updates) == {"message"}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("['/start']", "returned '/start'; each must be a handler of python-telegram-bot"),
        ("[CommandHandler]", "each must be a handler of python-telegram-bot"),
        ("7", "'int' object is not iterable in its hook 'telegram_handlers'"),
        ("[1 / 0]", "ZeroDivisionError"),
        ("[TelegramHandler(7)]", "TelegramHandler(7): it is no handler"),
        ("[TelegramHandler(PollHandler(print), updates='poll')]", "name kinds of update, as {'message'}"),
        ("[TelegramHandler(PollHandler(print), updates=[])]", "name kinds of update, as {'message'}"),
        ("[TelegramHandler(PollHandler(print), group='a')]", "a group is a whole number"),
        (
            "[TelegramHandler(PollHandler(print), updates={'polls'})]",
            "no kind of update 'polls'; did you mean 'poll'?",
        ),
    ],
)
async def test_a_hook_that_returns_nonsense_quarantines_its_plugin(given: str, reason: str, tmp_path: Path) -> None:
    body = f"@hookimpl\ndef telegram_handlers(self):\n    return {given}\n"
    async with served(tmp_path, bad=body, one=ECHO) as room:
        assert room.state("bad").status == "quarantined"
        assert reason in room.state("bad").reason
        assert await room.say("/add 1") == ["1"]


async def test_a_strict_bot_does_not_serve_where_handlers_cannot_be_served(tmp_path: Path) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        return [TelegramHandler(PollHandler(print), updates={'polls'})]
    """
    with pytest.raises(PluginsRefused, match=r"\[plugins.bad\] quarantined: .*'polls'"):
        async with served(tmp_path, strict=True, bad=body, one=ECHO):
            pytest.fail("it serves")
    assert not [task for task in asyncio.all_tasks() if "Application" in task.get_name()]


async def test_an_update_that_python_telegram_bot_cannot_read_is_left_to_patterns(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(tmp_path, one=ORDER) as room:
        await room.say("hello")
        chat = {"id": room.chat.id, "type": "private"}
        await room.happen("message", {"message_id": 90, "chat": chat, "from": {"id": 5}, "text": "/pattern"})
        assert room.answers()[-1].text == "pattern"
    assert "cannot be read by python-telegram-bot" in caplog.text


@pytest.mark.parametrize("sender", [{"id": "5"}, {"id": 5.0}, {"id": [5]}, {"id": True}])
async def test_data_is_kept_by_numbers_only(
    sender: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(tmp_path, one=ORDER) as room:
        await room.say("hello")
        written = {"message_id": 90, "date": 0, "chat": {"id": room.chat.id, "type": "private"}, "text": "/pattern"}
        await room.happen("message", written | {"from": sender | {"is_bot": False, "first_name": "Ann"}})
        assert room.answers()[-1].text == "pattern"
    assert "cannot be read by python-telegram-bot: TypeError: the id of a User is" in caplog.text


async def nothing(update: telegram.Update, context: ContextTypes.DEFAULT_TYPE) -> None: ...


X: CommandHandler[ContextTypes.DEFAULT_TYPE, None] = CommandHandler("x", nothing)


@pytest.mark.parametrize(("kind", "built"), [("message", True), ("poll", False), ("edited_channel_post", False)])
async def test_no_update_is_built_that_no_handler_could_want(kind: str, built: bool) -> None:
    bot = telegram.Bot("1:x")
    ptb = PtbHandlers(bot, set())
    storage = Storage()
    ptb._serving["one"] = PtbApplication.build(PtbPlugin("one", [X], storage.store("x")), bot)
    message = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}
    assert (ptb.candidates({"update_id": 1, kind: message}) is not None) is built


async def test_a_bot_without_them_imports_nothing_of_telegram_ext() -> None:
    code = "import sys, pluggram.cli.run, pluggram.cli.chat; print([m for m in sys.modules if 'telegram.ext' in m])"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


async def test_an_update_becomes_a_request_where_a_handler_asks_for_a_role(tmp_path: Path) -> None:
    body = """
    @hookimpl
    def telegram_handlers(self):
        async def who(update, context):
            request = Request.from_update(update.to_dict())
            await update.message.reply_text(str(await self.context.bot.has_role(request, "owner")))
        return [CommandHandler("who", who)]
    """
    async with served(tmp_path, one=body) as room:
        assert await room.say("/who") == ["False"]
        room.bot.add_owner(room.ann.id)
        assert await room.say("/who") == ["True"]
