import pytest

from pluggram.simulator import Chat
from tests.core.simulator.stage import Stage


@pytest.fixture
def group(stage: Stage) -> Chat:
    return stage.telegram.group("House", stage.ann, stage.bob, stage.bot)


async def heard(stage: Stage) -> list[object]:
    messages = [update["message"] for update in await stage.updates()]
    return [message["text"] for message in messages if isinstance(message, dict)]


async def test_privacy_mode_lets_only_what_concerns_the_bot_through(stage: Stage, group: Chat) -> None:
    for text in ("hello", "/help", "/help@post_bot", "/help@Other_Bot", "ask @Post_Bot", "say /help", "@post_botty"):
        stage.ann.send(group, text)
    assert await heard(stage) == ["/help", "/help@post_bot", "ask @Post_Bot"]


async def test_a_reply_to_the_bot_is_heard(stage: Stage, group: Chat) -> None:
    sent = await stage.message(chat_id=group.id, text="hello")
    message = group.messages[int(str(sent["message_id"]))]
    stage.ann.send(group, "yes?", reply_to=message)
    (update,) = await stage.updates()
    assert isinstance(update["message"], dict)
    assert update["message"]["reply_to_message"] == sent


async def test_without_privacy_mode_or_as_administrator_all_is_heard(stage: Stage, group: Chat) -> None:
    group.promote(stage.bot)
    stage.ann.send(group, "one")
    group.demote(stage.bot)
    stage.ann.send(group, "two")
    stage.bot.can_read_all_group_messages = True
    stage.ann.send(group, "three")
    assert await heard(stage) == ["one", "three"]


async def test_a_bare_command_goes_to_the_bot_that_spoke_last(stage: Stage, group: Chat) -> None:
    other = stage.telegram.bot("other_bot")
    group.add(other)
    await stage.telegram.call(other.token, "sendMessage", {"chat_id": group.id, "text": "I am here"})
    stage.ann.send(group, "/help")
    assert await heard(stage) == []
    assert len(other.updates) == 1


async def test_a_bot_that_left_hears_nothing(stage: Stage, group: Chat) -> None:
    group.remove(stage.bot)
    stage.ann.send(group, "/help")
    assert await heard(stage) == []


async def test_bots_do_not_hear_bots(stage: Stage, group: Chat) -> None:
    other = stage.telegram.bot("other_bot", privacy=False)
    group.add(other)
    await stage.ok("sendMessage", chat_id=group.id, text="/help@other_bot")
    assert len(other.updates) == 0


async def test_two_bots_have_two_private_chats_with_one_person(stage: Stage) -> None:
    other = stage.telegram.bot("other_bot")
    stage.ann.send(stage.telegram.private(stage.ann, other), "for the other")
    stage.ann.send(stage.chat, "for the first")
    assert await heard(stage) == ["for the first"]
