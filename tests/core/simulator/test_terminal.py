import asyncio
import io

import pytest

from pluggram.simulator.terminal import HELP, Terminal
from tests.core.simulator.talk import Talk


async def test_from_a_pipe_only_the_answers_are_printed(talk: Talk) -> None:
    assert await talk("hello", "", "/help") == "Ann in private: hello\n  False\nAnn in private: /help\n  False\n"


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
