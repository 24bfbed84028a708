import asyncio
from base64 import b64decode

from tests.core.simulator.control.conftest import Control
from tests.core.simulator.stage import Stage, polling


async def test_the_world_is_told_without_tokens(stage: Stage, control: Control) -> None:
    group = stage.telegram.group("G", stage.ann)
    world = await control.made("world")
    assert [bot["username"] for bot in world["bots"]] == ["post_bot"]  # type: ignore[attr-defined]
    assert [user["first_name"] for user in world["users"]] == ["Ann", "Bob"]  # type: ignore[attr-defined]
    assert world["chats"] == [group.json()]
    assert stage.bot.token not in str(world)


async def test_a_chat_is_read(stage: Stage, control: Control) -> None:
    for text in ("one", "two"):
        await control("send", text=text)
    read = await control("messages", after=1)
    assert [message["text"] for message in read] == ["two"]  # type: ignore[attr-defined]


async def test_a_file_of_the_bot_is_downloaded(stage: Stage, control: Control) -> None:
    await control("send", text="/start")
    sent = await stage.message("sendDocument", chat_id=stage.ann.id, document=("a.csv", b"1,2", ""))
    file = await control.made("download", message_id=sent["message_id"])
    assert (file["name"], b64decode(str(file["content"]))) == ("a.csv", b"1,2")
    assert await control.refusal("download", message_id=1) == "message 1 holds no file"


async def test_events_are_what_bots_did_after_a_number_whenever_one_asks(stage: Stage, control: Control) -> None:
    await control("send", text="/start")
    after = control.last_event
    waiting = asyncio.create_task(control.events(after, count=2))
    await stage.ok("sendChatAction", chat_id=stage.ann.id, action="typing")
    stage.ann.send(stage.chat, "meanwhile")
    sent = await stage.message(chat_id=stage.ann.id, text="one")
    await stage.ok("editMessageText", chat_id=stage.ann.id, message_id=sent["message_id"], text="two")
    await stage.ok("deleteMessage", chat_id=stage.ann.id, message_id=sent["message_id"])
    assert len(await waiting) >= 2
    found = await control.events(after, count=4)
    assert [each["kind"] for each in found] == ["action_shown", "message_sent", "message_edited", "message_deleted"]
    assert found[0]["action"] == "typing"
    numbers = [int(str(each["number"])) for each in found]
    assert numbers == [after + 1, after + 3, after + 4, after + 5]
    assert control.last_event == after + 5
    assert await control.events(numbers[1]) == found[2:]
    assert await control.events(control.last_event, seconds=0.01) == []


async def test_one_waits_until_a_bot_has_taken_all_or_hears_what_it_has_not(stage: Stage, control: Control) -> None:
    assert await control.refusal("wait", seconds=0.01) == "@post_bot neither polls nor has a webhook"
    await control("send", text="hi")
    assert await control.refusal("wait", bot="post_bot", seconds=0.01) == (
        "@post_bot has 1 updates that it has not confirmed"
    )
    done: list[object] = []

    async def behave(update: dict[str, object]) -> None:
        done.append(update)

    async with polling(stage, behave):
        assert await control("wait") is True
    assert len(done) == 1


async def test_no_number_of_an_event_is_too_large(stage: Stage, control: Control) -> None:
    await control("send", text="/start")
    await stage.ok("sendChatAction", chat_id=stage.ann.id, action="typing")
    assert await control.events(2**63 - 1, seconds=0) == []
    assert len(await control.events(-(2**63), seconds=0)) == 1
