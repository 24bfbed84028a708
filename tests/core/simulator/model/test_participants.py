from collections.abc import Callable

import pytest

from pluggram.simulator import Chat, JsonObject, SimulatorError
from tests.core.simulator.stage import Stage

NEW = ("my_chat_member", "chat_member")


@pytest.fixture
def house(stage: Stage) -> Chat:
    return stage.telegram.supergroup("House", stage.ann, stage.bot)


async def heard(stage: Stage) -> list[tuple[str, object]]:
    """Return the updates so far: what became of whom, and what was announced."""
    found: list[tuple[str, object]] = []
    for update in await stage.updates(allowed_updates=["message", *NEW]):
        kind = list(update)[1]
        body = update[kind]
        assert isinstance(body, dict)
        member = body.get("new_chat_member", {})
        news = [name for name in body if name in ("new_chat_members", "left_chat_member", "pinned_message")]
        found.append((kind, news[0] if news else (member["user"]["first_name"], member["status"])))
    return found


async def test_a_bot_that_is_added_and_removed_is_told(stage: Stage) -> None:
    house = stage.telegram.group("House", stage.ann)
    stage.ann.add(house, stage.bot)
    stage.ann.remove(house, stage.bot)
    assert await heard(stage) == [
        ("my_chat_member", ("Post", "member")),
        ("message", "new_chat_members"),
        ("message", "left_chat_member"),
        ("my_chat_member", ("Post", "kicked")),
    ]


async def test_a_change_tells_who_did_it_and_what_was_before(stage: Stage, house: Chat) -> None:
    stage.ann.promote(house, stage.bot, rights=["can_pin_messages"], title="Clerk")
    (update,) = await stage.updates()
    change = update["my_chat_member"]
    assert isinstance(change, dict)
    assert (change["chat"], change["from"], change["date"]) == (house.json(), stage.ann.json(), 1_800_000_000)
    assert change["old_chat_member"] == {"user": stage.bot.json(), "status": "member"}
    new = change["new_chat_member"]
    assert (new["status"], new["custom_title"], new["can_pin_messages"], new["can_delete_messages"]) == (
        "administrator", "Clerk", True, False,
    )  # fmt: skip


async def test_an_administrating_bot_that_wants_to_is_told_of_others(stage: Stage, house: Chat) -> None:
    await heard(stage)
    stage.bob.join(house)
    stage.bob.leave(house)
    house.promote(stage.bot)
    stage.bob.join(house)
    stage.ann.promote(house, stage.bob, anonymous=True)
    stage.ann.demote(house, stage.bob)
    stage.ann.demote(house, stage.bot)
    changes = [each for each in await heard(stage) if each[0] != "message"]
    assert changes == [
        ("chat_member", ("Bob", "member")),
        ("chat_member", ("Bob", "administrator")),
        ("chat_member", ("Bob", "member")),
        ("my_chat_member", ("Post", "member")),
    ]


async def test_who_does_not_ask_for_the_changes_of_others_is_not_told(stage: Stage, house: Chat) -> None:
    house.promote(stage.bot)
    stage.bob.join(house)
    assert [list(update)[1] for update in await stage.updates()] == ["message"]


async def test_several_are_added_in_one_announcement_and_only_once(stage: Stage, house: Chat) -> None:
    eve = stage.telegram.user("Eve")
    stage.ann.add(house, stage.bob, eve, stage.bot)
    stage.ann.add(house, eve)
    stage.bob.join(house)
    (update,) = await stage.updates()
    message = update["message"]
    assert isinstance(message, dict)
    assert message["new_chat_members"] == [stage.bob.json(), eve.json()]


async def test_an_anonymous_administrator_acts_in_the_groups_name(stage: Stage, house: Chat) -> None:
    house.promote(stage.ann, anonymous=True)
    stage.ann.pin(stage.ann.send(house, "/rules"))
    message: JsonObject = (await stage.updates())[-1]["message"]  # type: ignore[assignment]
    assert message["sender_chat"] == house.json()
    assert "pinned_message" in message


async def test_a_channel_announces_no_members(stage: Stage) -> None:
    news = stage.telegram.channel("News", stage.ann, stage.bot)
    stage.bob.join(news)
    stage.bob.leave(news)
    assert await stage.updates() == []


async def test_a_bot_is_told_when_it_is_blocked_and_when_no_more(stage: Stage) -> None:
    stage.ann.send(stage.chat, "/start")
    stage.ann.block(stage.bot)
    stage.ann.block(stage.bot)
    stage.ann.unblock(stage.bot)
    stage.ann.block(stage.bot)
    stage.ann.send(stage.chat, "/start")
    updates = await stage.updates()
    kinds = [list(update)[1] for update in updates]
    assert kinds == ["message", "my_chat_member", "my_chat_member", "my_chat_member", "my_chat_member", "message"]
    statuses = [each["my_chat_member"]["new_chat_member"]["status"] for each in updates[1:5]]  # type: ignore[index]
    assert statuses == ["kicked", "member", "kicked", "member"]


async def test_what_the_app_would_not_let_one_do_is_refused(stage: Stage, house: Chat) -> None:
    house.add(stage.bob)
    other = stage.telegram.bot("other_bot")
    other.can_join_groups = False
    eve = stage.telegram.user("Eve")
    news = stage.telegram.channel("News", stage.ann, stage.bob)
    said = stage.ann.send(house, "x")
    acts: list[tuple[Callable[[], object], str]] = [
        (lambda: stage.bob.remove(house, stage.bot), "Bob lacks the right can_restrict_members in House"),
        (lambda: stage.bob.promote(house, stage.bob), "Bob lacks the right can_promote_members in House"),
        (lambda: stage.bob.demote(house, stage.ann), "Bob lacks the right can_promote_members in House"),
        (lambda: stage.bob.pin(said), "Bob lacks the right can_pin_messages in House"),
        (lambda: stage.ann.add(house, other), "@other_bot cannot be added to groups"),
        (lambda: stage.bob.add(news, eve), "Bob cannot add anybody to News"),
        (lambda: eve.add(house, other), "Eve is not in House"),
        (lambda: eve.leave(house), "Eve is not in House"),
    ]
    for act, words in acts:
        with pytest.raises(SimulatorError) as caught:
            act()
        assert str(caught.value) == words
