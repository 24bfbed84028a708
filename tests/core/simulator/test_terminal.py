import asyncio
import io
from collections.abc import AsyncIterator

import pytest

from pluggram.simulator import JsonObject, User
from pluggram.simulator.lines import from_stream
from pluggram.simulator.terminal import HELP, Terminal
from tests.core.simulator.stage import Stage, polling

KEYBOARD = {"inline_keyboard": [[{"text": "Next", "callback_data": "2"}, {"text": "Site", "url": "http://a.b/"}]]}


class Talk:
    """A terminal fed from a string, with a bot that answers and the admins it was told of."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.admins: list[User] = [stage.ann]

    async def __call__(self, *lines: str, colours: bool = False, prompts: bool = False) -> str:
        out = io.StringIO()
        terminal = Terminal(
            self.stage.telegram,
            self.stage.bot,
            admin=self.stage.ann,
            make_admin=self.admins.append,
            settled=self.stage.telegram_is_quiet,
            read=from_stream(io.StringIO("".join(f"{line}\n" for line in lines))),
            out=out,
            colours=colours,
            prompts=prompts,
        )
        await terminal.run()
        return out.getvalue()

    async def answer(self, update: JsonObject) -> None:
        query = update.get("callback_query")
        if isinstance(query, dict):
            place = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
            await self.stage.ok("answerCallbackQuery", callback_query_id=query["id"], text="turned", show_alert=True)
            await self.stage.ok("editMessageText", **place, text=f"page {query['data']}")
            return
        message = update["message"]
        assert isinstance(message, dict)
        chat = message["chat"]["id"]
        match message["text"]:
            case "/page":
                await self.stage.ok("sendMessage", chat_id=chat, text="page 1", reply_markup=KEYBOARD)
            case "/gone":
                sent = await self.stage.message(chat_id=chat, text="soon gone")
                await self.stage.ok("deleteMessage", chat_id=chat, message_id=sent["message_id"])
            case "/alarm":
                await self.stage.ok("sendMessage", chat_id=self.stage.bob.id, text="alarm!")
            case text:
                who, where = message["from"]["first_name"], message["chat"]["type"]
                await self.stage.ok("sendMessage", chat_id=chat, text=f"{who} in {where}: {text}\n{chat < 0}")


@pytest.fixture
async def talk(stage: Stage) -> AsyncIterator[Talk]:
    talk = Talk(stage)
    async with polling(stage, talk.answer):
        yield talk


async def test_from_a_pipe_only_the_answers_are_printed(talk: Talk) -> None:
    assert await talk("hello", "", "/help") == "Ann in private: hello\n  False\nAnn in private: /help\n  False\n"


async def test_buttons_are_pressed_by_number_and_edits_and_alerts_shown(talk: Talk) -> None:
    assert await talk("/page", "!press 2", "!press 1", "!press 1") == (
        "page 1\n  [1] Next  [2] Site -> http://a.b/\n"
        "Opens http://a.b/\n"
        "(alert) turned\n(edited) page 2\n"
        "No message here has buttons.\n"
    )


async def test_a_button_that_is_not_there_is_explained(talk: Talk) -> None:
    assert (await talk("/page", "!press 3", "!press x")).endswith("There are buttons 1 to 2: !press 1\n" * 2)


async def test_persons_are_kept_by_name_and_admins_announced_before_they_speak(talk: Talk) -> None:
    shown = await talk("!as user Eve", "a", "!as admin BOB", "b", "!as user eve", "c", "!as admin", "d")
    assert [line.split(" ")[0] for line in shown.splitlines()[::2]] == ["Eve", "BOB", "Eve", "Ann"]
    assert [admin.first_name for admin in talk.admins] == ["Ann", "BOB"]
    assert [user.first_name for user in talk.stage.telegram.users.values()] == ["Ann", "Bob", "Eve", "BOB"]


async def test_a_user_and_an_admin_of_one_name_are_two_persons(talk: Talk) -> None:
    await talk("!as user Ann", "a")
    assert talk.admins == [talk.stage.ann]
    assert [user.first_name for user in talk.stage.telegram.users.values()] == ["Ann", "Bob", "Ann"]


async def test_one_goes_to_the_group_and_back(talk: Talk) -> None:
    shown = await talk("!group", "unheard", "/a", "!as user Eve", "/b", "!private", "/c")
    assert shown.splitlines()[::2] == ["Ann in group: /a", "Eve in group: /b", "Eve in private: /c"]


async def test_what_is_deleted_or_said_elsewhere_is_shown_as_such(talk: Talk) -> None:
    talk.stage.bob.send(talk.stage.telegram.private(talk.stage.bob, talk.stage.bot), "/start")
    await talk.stage.telegram_is_quiet()
    assert await talk("/gone", "/alarm") == "soon gone\n(deleted) soon gone\n[Bob] alarm!\n"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("!grup", "There is no !grup. Did you mean !group?"),
        ("!\x1b[2J", "There is no !\\x1b[2J."),
        ("!", "There is no !."),
        ("!as", "Say who: !as admin [NAME] or !as user [NAME]"),
        ("!press", "No message here has buttons."),
        ("\u200b", "a message has 1 to 4096 characters"),
    ],
)
async def test_what_cannot_be_done_is_explained(talk: Talk, line: str, hint: str) -> None:
    shown = await talk(line, "still here")
    assert shown.startswith(hint)
    assert shown.endswith("Ann in private: still here\n  False\n")


async def test_quit_ends_before_the_last_line(talk: Talk) -> None:
    assert await talk("!help", "!quit", "unsaid") == f"{HELP}\n"


async def test_a_line_that_begins_with_space_is_sent_whatever_follows(talk: Talk) -> None:
    assert (await talk(" !help")).startswith("Ann in private: !help")


async def test_at_a_keyboard_the_bot_has_a_name_and_colours(talk: Talk) -> None:
    assert "\x1b[1;32mPost: \x1b[0mAnn in private: a" in await talk("a", colours=True, prompts=True)


async def test_the_prompt_names_person_and_chat(talk: Talk) -> None:
    prompts: list[str] = []
    lines = iter(["!as user Eve", "!group", None])

    async def read(prompt: str) -> str | None:
        prompts.append(prompt)
        return next(lines)

    stage = talk.stage
    terminal = Terminal(
        stage.telegram, stage.bot, admin=stage.ann, make_admin=print, settled=stage.telegram_is_quiet, read=read,
        out=io.StringIO(), prompts=True,
    )  # fmt: skip
    await terminal.run()
    assert prompts == ["Ann (private)> ", "Eve (private)> ", "Eve (group)> "]


async def test_cancelling_ends_it_and_stops_watching(talk: Talk) -> None:
    async def read(prompt: str) -> str | None:
        await asyncio.Event().wait()
        return None

    stage = talk.stage
    terminal = Terminal(
        stage.telegram, stage.bot, admin=stage.ann, make_admin=print, settled=stage.telegram_is_quiet, read=read,
        out=io.StringIO(),
    )  # fmt: skip
    running = asyncio.create_task(terminal.run())
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
