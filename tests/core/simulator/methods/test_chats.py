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
    house = stage.telegram.group("House", stage.ann, stage.bot)
    words = await stage.refusal("getChatMember", chat_id=house.id, user_id=5)
    assert words == "Bad Request: PARTICIPANT_ID_INVALID"
    words = await stage.refusal("getChatMember", chat_id=house.id)
    assert words == "Bad Request: invalid user_id specified"


async def test_a_private_chat_has_no_administrators(stage: Stage) -> None:
    stage.ann.send(stage.chat, "/start")
    words = await stage.refusal("getChatAdministrators", chat_id=stage.ann.id)
    assert words == "Bad Request: there are no administrators in the private chat"
