from pluggram.simulator import Chat
from tests.core.simulator.stage import Stage

CANNOT = "Bad Request: message can't be deleted"


async def test_deleting_has_its_limits(stage: Stage) -> None:
    group = stage.telegram.group("House", stage.ann, stage.bot)
    said = stage.ann.send(group, "/help")
    place = {"chat_id": group.id, "message_id": said.id}
    assert await stage.refusal("deleteMessage", **place) == f"{CANNOT} for everyone"
    group.promote(stage.bot)
    assert await stage.ok("deleteMessage", **place) is True
    assert await stage.refusal("deleteMessage", **place) == "Bad Request: message to delete not found"
    old = await stage.message(chat_id=group.id, text="x")
    stage.clock.now += 48 * 3600 + 1
    words = await stage.refusal("deleteMessage", chat_id=group.id, message_id=old["message_id"])
    assert words == f"{CANNOT} for everyone"
    assert await stage.refusal("deleteMessage", message_id=1) == "Bad Request: chat identifier is not specified"
    for number in ("", "x", "@x", -1):
        words = await stage.refusal("deleteMessage", chat_id=1, message_id=number)
        assert words == "Bad Request: message identifier is not specified"
    for chat_id in (0, "nobody", "@nobody"):
        assert await stage.refusal("deleteMessage", chat_id=chat_id, message_id=1) == "Bad Request: chat not found"


async def test_an_administrator_without_the_right_deletes_only_its_own(stage: Stage) -> None:
    house = stage.telegram.supergroup("House", stage.ann, stage.bot)
    house.promote(stage.bot, rights=["can_pin_messages"])
    said = stage.ann.send(house, "x")
    assert await stage.refusal("deleteMessage", chat_id=house.id, message_id=said.id) == CANNOT
    sent = await stage.message(chat_id=house.id, text="x")
    assert await stage.ok("deleteMessage", chat_id=house.id, message_id=sent["message_id"]) is True


async def test_the_news_of_what_a_bot_did_is_not_its_to_delete(stage: Stage) -> None:
    house = stage.telegram.supergroup("House", stage.ann)
    house.promote(stage.bot, rights=["can_pin_messages"])
    await stage.ok("pinChatMessage", chat_id=house.id, message_id=stage.ann.send(house, "x").id)
    assert await stage.refusal("deleteMessage", chat_id=house.id, message_id=house.last_message_id) == CANNOT


async def test_in_a_supergroup_an_old_message_stays(stage: Stage) -> None:
    house = stage.telegram.supergroup("House", stage.ann, stage.bot)
    sent = await stage.message(chat_id=house.id, text="x")
    stage.clock.now += 48 * 3600 + 1
    assert await stage.refusal("deleteMessage", chat_id=house.id, message_id=sent["message_id"]) == CANNOT


def numbers(chat: Chat) -> list[int]:
    return list(chat.messages)


async def test_several_are_deleted_at_once_or_none(stage: Stage) -> None:
    house = stage.telegram.supergroup("House", stage.ann, stage.bot)
    stage.ann.send(house, "one")
    for text in ("two", "three"):
        await stage.message(chat_id=house.id, text=text)
    assert await stage.refusal("deleteMessages", chat_id=house.id, message_ids=[1, 2]) == CANNOT
    assert numbers(house) == [1, 2, 3]
    assert await stage.ok("deleteMessages", chat_id=house.id, message_ids=[3, "2", 99]) is True
    assert numbers(house) == [1]
    assert await stage.ok("deleteMessages", chat_id=house.id, message_ids=[3]) is True
