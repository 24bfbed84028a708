from tests.core.simulator.control.conftest import Control
from tests.core.simulator.stage import Stage


async def test_a_bot_is_made_with_its_token(stage: Stage, control: Control) -> None:
    made = await control.made("bot", username="other_bot", privacy=False)
    bot = stage.telegram.bots[str(made["token"])]
    assert (bot.username, bot.can_read_all_group_messages) == ("other_bot", True)
    assert "taken" in await control.refusal("bot", username="x_bot", token=bot.token)


async def test_people_are_made_with_the_ids_that_a_test_wants(stage: Stage, control: Control) -> None:
    eve = await control.made("user", first_name="Eve", username="eve", id=77)
    assert eve == {"id": 77, "is_bot": False, "first_name": "Eve", "username": "eve", "language_code": "en"}
    assert await control.refusal("user", first_name="Eve", id=77) == "there is a user 77 already"


async def test_chats_are_made_of_people_and_bots(stage: Stage, control: Control) -> None:
    for verb in ("group", "supergroup", "channel"):
        chat = await control.made(verb, title="T", owner="ann", members=[stage.bob.id, "post_bot"])
        place = stage.telegram.chats[int(str(chat["id"]))]
        assert (place.type, place.member(stage.ann).status) == (verb, "creator")
        assert place.member(stage.bot).present
        assert place.member(stage.bob).present
    public = await control.made("supergroup", title="T", username="talk")
    assert public["username"] == "talk"


async def test_who_is_in_a_chat_and_what_he_may_there_changes(stage: Stage, control: Control) -> None:
    chat = stage.telegram.group("G", stage.ann)
    await control("add", chat=chat.id, accounts=["post_bot"])
    await control("promote", chat=chat.id, account="post_bot", title="Boss")
    assert (chat.member(stage.bot).status, chat.member(stage.bot).title) == ("administrator", "Boss")
    await control("demote", chat=chat.id, account="post_bot")
    assert chat.member(stage.bot).status == "member"
    await control("join", chat=chat.id, user=stage.bob.id)
    await control("leave", chat=chat.id, user=stage.bob.id)
    assert chat.member(stage.bob).status == "left"
    await control("remove", chat=chat.id, account="post_bot")
    assert chat.member(stage.bot).status == "kicked"
    assert "my_chat_member" in str(await stage.updates())


async def test_a_group_becomes_a_supergroup(stage: Stage, control: Control) -> None:
    chat = stage.telegram.group("G", stage.ann, stage.bot)
    new = await control.made("migrate", chat=chat.id)
    assert new == {"id": new["id"], "type": "supergroup", "title": "G"}
    assert await control.refusal("migrate", chat=new["id"]) == "G is no basic group"
