import asyncio

from pluggram.simulator import Telegram
from pluggram.simulator.control import sight
from pluggram.simulator.control.desk import Desk
from pluggram.simulator.control.journal import Journal
from tests.core.simulator.control.conftest import Control
from tests.core.simulator.stage import Stage


async def test_what_is_waited_for_ends_when_the_door_closes(stage: Stage) -> None:
    with Journal.opened(stage.telegram) as journal:
        desk = Desk(stage.telegram, journal)
        waiting = asyncio.create_task(sight.events(desk, seconds=60))
        await asyncio.sleep(0)
        desk.close()
        assert await waiting == []


async def test_who_is_not_named_is_the_first_person_and_the_first_bot(stage: Stage, control: Control) -> None:
    stage.telegram.bot("other_bot")
    await control("send", text="x")
    assert [message.author for message in stage.chat.messages.values()] == [stage.ann]


async def test_the_first_person_is_made_when_needed_but_a_bot_is_not() -> None:
    telegram = Telegram()
    with Journal.opened(telegram) as journal:
        desk = Desk(telegram, journal)
        assert desk.person(None) is desk.person(None) is next(iter(telegram.users.values()))


async def test_what_is_not_there_is_named(stage: Stage, control: Control) -> None:
    assert await control.refusal("send", text="x", chat=-5) == "there is no chat -5"
    assert await control.refusal("edit", text="x", message_id=9) == "there is no message 9 in this chat"
    stage.telegram.bots.clear()
    assert await control.refusal("send", text="x") == "there is no bot yet"
