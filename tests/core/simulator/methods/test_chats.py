from telegram import ChatFullInfo, ChatMember

from tests.core.simulator.stage import Stage


async def test_a_chat_is_described_as_python_telegram_bot_reads_it(stage: Stage) -> None:
    house = stage.telegram.supergroup("House", stage.ann, stage.bot, username="house")
    info = ChatFullInfo.de_json(await stage.message("getChat", chat_id=house.id))
    assert (info.title, info.username, info.api_kwargs) == ("House", "house", {})


async def test_members_are_described_as_python_telegram_bot_reads_them(stage: Stage) -> None:
    house = stage.telegram.supergroup("House", stage.ann, stage.bob, stage.bot)
    house.promote(stage.bob, anonymous=True, title="Porter")
    eve, mallory = stage.telegram.user("Eve"), stage.telegram.user("Mallory")
    house.remove(mallory, kicked=True)
    statuses = []
    for user in (stage.ann, stage.bob, stage.bot, eve, mallory):
        member = await stage.message("getChatMember", chat_id=house.id, user_id=user.id)
        statuses.append(ChatMember.de_json(member).status)
    assert statuses == ["creator", "administrator", "member", "left", "kicked"]
    administrators = await stage.ok("getChatAdministrators", chat_id=house.id)
    assert isinstance(administrators, list)
    assert [(each["user"]["first_name"], each["is_anonymous"]) for each in administrators] == [
        ("Ann", False),
        ("Bob", True),
    ]
    assert await stage.ok("getChatMemberCount", chat_id=house.id) == 3


async def test_who_nobody_knows_is_no_participant(stage: Stage) -> None:
    stage.ann.send(stage.chat, "/start")
    house = stage.telegram.group("House", stage.ann, stage.bot)
    for chat, words in (
        (house, "member not found"),
        (stage.chat, "member not found"),
        (stage.telegram.supergroup("Attic", stage.ann, stage.bot), "PARTICIPANT_ID_INVALID"),
    ):
        assert await stage.refusal("getChatMember", chat_id=chat.id, user_id=5) == f"Bad Request: {words}"
    words = await stage.refusal("getChatMember", chat_id=stage.ann.id, user_id=stage.bob.id)
    assert words == "Bad Request: member not found"
    words = await stage.refusal("getChatMember", chat_id=house.id)
    assert words == "Bad Request: invalid user_id specified"


async def test_in_a_private_chat_both_are_members(stage: Stage) -> None:
    stage.ann.send(stage.chat, "/start")
    for account in (stage.ann, stage.bot):
        member = await stage.message("getChatMember", chat_id=stage.ann.id, user_id=account.id)
        assert member == {"user": account.json(), "status": "member"}
    assert await stage.ok("getChatMemberCount", chat_id=stage.ann.id) == 2


async def test_other_bots_are_left_out_of_the_administrators_unless_asked_for(stage: Stage) -> None:
    house = stage.telegram.group("House", stage.ann, stage.bot)
    other = stage.telegram.bot("other_bot")
    house.promote(stage.bot, rights=["can_pin_messages"])
    house.promote(other)
    for more, names in (({}, ["Ann", "Post"]), ({"return_bots": True}, ["Ann", "Post", "other_bot"])):
        found = await stage.ok("getChatAdministrators", chat_id=house.id, **more)
        assert isinstance(found, list)
        assert [each["user"]["first_name"] for each in found] == names
    assert isinstance(found, list)
    rights = {name for name, value in found[1].items() if value is True}
    assert rights == {"can_pin_messages"}
    assert "can_manage_topics" not in found[1]


async def test_only_an_administrator_sees_who_is_in_a_channel(stage: Stage) -> None:
    news = stage.telegram.channel("News", stage.ann, stage.bot)
    for method in ("getChatMember", "getChatAdministrators"):
        words = await stage.refusal(method, chat_id=news.id, user_id=stage.ann.id)
        assert words == "Bad Request: member list is inaccessible"
    news.promote(stage.bot)
    assert await stage.message("getChatMember", chat_id=news.id, user_id=stage.ann.id)


async def test_who_left_a_group_still_knows_it_but_not_its_members(stage: Stage) -> None:
    house = stage.telegram.group("House", stage.ann, stage.bot)
    house.remove(stage.bot)
    assert await stage.message("getChat", chat_id=house.id)
    words = await stage.refusal("getChatMember", chat_id=house.id, user_id=stage.ann.id)
    assert words == "Forbidden: bot is not a member of the group chat"
    assert (await stage.message("getChatMember", chat_id=house.id, user_id=stage.bot.id))["status"] == "left"


async def test_a_bot_leaves_and_is_told_that_it_left(stage: Stage) -> None:
    house = stage.telegram.group("House", stage.ann, stage.bot)
    assert await stage.ok("leaveChat", chat_id=house.id) is True
    news, changed = await stage.updates()
    assert news["message"]["left_chat_member"] == stage.bot.json()  # type: ignore[index]
    assert changed["my_chat_member"]["new_chat_member"]["status"] == "left"  # type: ignore[index]
    assert await stage.refusal("leaveChat", chat_id=house.id) == "Bad Request: USER_NOT_PARTICIPANT"
    stage.ann.send(stage.chat, "/start")
    assert await stage.refusal("leaveChat", chat_id=stage.ann.id) == "Bad Request: can't leave private chats"


async def test_nobody_has_profile_photos(stage: Stage) -> None:
    photos = await stage.ok("getUserProfilePhotos", user_id=stage.ann.id)
    assert photos == {"total_count": 0, "photos": []}
    assert await stage.refusal("getUserProfilePhotos", user_id=5) == "Bad Request: user not found"
    assert await stage.refusal("getUserProfilePhotos") == "Bad Request: invalid user_id specified"


async def test_a_private_chat_has_no_administrators(stage: Stage) -> None:
    stage.ann.send(stage.chat, "/start")
    words = await stage.refusal("getChatAdministrators", chat_id=stage.ann.id)
    assert words == "Bad Request: there are no administrators in the private chat"
