from pluggram.simulator import Chat
from tests.core.simulator.stage import Stage

NO_RIGHTS = "Bad Request: not enough rights to manage pinned messages in the chat"


async def pinned(stage: Stage, chat: Chat) -> object:
    return (await stage.message("getChat", chat_id=chat.id)).get("pinned_message", {}).get("text")  # type: ignore[attr-defined]


async def test_a_pinned_message_stands_in_the_chat_and_is_announced(stage: Stage) -> None:
    said = [stage.ann.send(stage.chat, "one"), stage.ann.send(stage.chat, "two")]
    for message in said:
        assert await stage.ok("pinChatMessage", chat_id=stage.ann.id, message_id=message.id, disable_notification=True)
    assert await pinned(stage, stage.chat) == "two"
    news = (await stage.updates())[-1]["message"]
    assert isinstance(news, dict)
    assert (news["from"], news["pinned_message"]) == (stage.bot.json(), said[1].json())
    assert stage.chat.latest is not None
    assert stage.chat.latest.silent
    place = {"chat_id": stage.ann.id, "message_id": stage.chat.latest.id}
    assert await stage.refusal("pinChatMessage", **place) == "Bad Request: service messages can't be pinned"


async def test_what_is_pinned_again_moves_up_and_is_not_announced_again(stage: Stage) -> None:
    said = [stage.ann.send(stage.chat, text) for text in ("one", "two")]
    for message in (*said, said[0]):
        stage.ann.pin(message)
    assert await pinned(stage, stage.chat) == "one"
    assert len(stage.chat.messages) == 4


async def test_messages_are_unpinned_by_their_id_or_the_latest_or_all(stage: Stage) -> None:
    said = [stage.ann.send(stage.chat, text) for text in ("one", "two", "three", "four")]
    for message in said:
        stage.ann.pin(message)
    await stage.ok("unpinChatMessage", chat_id=stage.ann.id, message_id=said[2].id)
    await stage.ok("unpinChatMessage", chat_id=stage.ann.id)
    assert await pinned(stage, stage.chat) == "two"
    stage.ann.delete(said[1])
    assert await pinned(stage, stage.chat) == "one"
    await stage.ok("unpinAllChatMessages", chat_id=stage.ann.id)
    assert await pinned(stage, stage.chat) is None
    assert await stage.refusal("unpinChatMessage", chat_id=stage.ann.id) == "Bad Request: message to unpin not found"
    words = await stage.refusal("unpinChatMessage", chat_id=stage.ann.id, message_id=99)
    assert words == "Bad Request: message to unpin not found"
    words = await stage.refusal("pinChatMessage", chat_id=stage.ann.id, message_id=99)
    assert words == "Bad Request: message to pin not found"


async def test_pinning_in_a_group_needs_the_right(stage: Stage) -> None:
    house = stage.telegram.group("House", stage.ann, stage.bot)
    said = stage.ann.send(house, "one")
    stage.ann.pin(said)
    place = {"chat_id": house.id, "message_id": said.id}
    for rights in (None, ["can_delete_messages"]):
        if rights:
            house.promote(stage.bot, rights=rights)
        for method in ("pinChatMessage", "unpinChatMessage", "unpinAllChatMessages"):
            assert await stage.refusal(method, **place) == NO_RIGHTS
    house.promote(stage.bot)
    assert await stage.ok("pinChatMessage", **place) is True


async def test_pinning_in_a_channel_needs_the_right_to_edit(stage: Stage) -> None:
    news = stage.telegram.channel("News", stage.ann)
    news.promote(stage.bot, rights=["can_post_messages", "can_pin_messages"])
    said = stage.ann.send(news, "one")
    place = {"chat_id": news.id, "message_id": said.id}
    assert await stage.refusal("pinChatMessage", **place) == NO_RIGHTS
    news.promote(stage.bot)
    assert await stage.ok("pinChatMessage", **place) is True
    post = (await stage.updates())[-1]["channel_post"]
    assert isinstance(post, dict)
    assert ("from" in post, post["sender_chat"], "pinned_message" in post) == (False, news.json(), True)
