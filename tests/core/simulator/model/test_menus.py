import pytest

from pluggram.simulator import Chat, User
from tests.core.simulator.stage import Stage


@pytest.fixture
def house(stage: Stage) -> Chat:
    stage.ann.start(stage.bot)
    return stage.telegram.supergroup("House", stage.ann, stage.bob, stage.bot)


async def seen(stage: Stage, user: User, chat: Chat | None = None) -> list[object]:
    return [entry["command"] for entry in user.menu(stage.bot, chat)]


async def test_the_narrowest_scope_that_has_commands_wins(stage: Stage, house: Chat) -> None:
    steps: list[tuple[dict[str, object], list[str]]] = [
        ({"type": "default"}, ["default", "default", "default"]),
        ({"type": "all_group_chats"}, ["default", "all_group_chats", "all_group_chats"]),
        ({"type": "all_chat_administrators"}, ["default", "all_chat_administrators", "all_group_chats"]),
        ({"type": "all_private_chats"}, ["all_private_chats", "all_chat_administrators", "all_group_chats"]),
        ({"type": "chat", "chat_id": house.id}, ["all_private_chats", "chat", "chat"]),
        ({"type": "chat_administrators", "chat_id": house.id}, ["all_private_chats", "chat_administrators", "chat"]),
        ({"type": "chat_member", "chat_id": house.id, "user_id": stage.bob.id},
         ["all_private_chats", "chat_administrators", "chat_member"]),
        ({"type": "chat", "chat_id": stage.ann.id}, ["chat", "chat_administrators", "chat_member"]),
    ]  # fmt: skip
    for scope, expected in steps:
        await stage.ok("setMyCommands", commands=[{"command": scope["type"], "description": "d"}], scope=scope)
        views = [(stage.ann, None), (stage.ann, house), (stage.bob, house)]
        assert [await seen(stage, user, chat) for user, chat in views] == [[each] for each in expected]


async def test_in_a_scope_the_language_of_the_person_comes_first(stage: Stage) -> None:
    for language in ("", "de", "en"):
        command = {"command": f"in_{language}", "description": "d"}
        await stage.ok("setMyCommands", commands=[command], language_code=language)
    found = []
    for language in ("en", "de-AT", "fr", ""):
        stage.ann.language_code = language
        found += await seen(stage, stage.ann)
    assert found == ["in_en", "in_de", "in_", "in_"]


async def test_a_deleted_menu_gives_way_to_the_wider_one(stage: Stage) -> None:
    for scope in ("default", "all_private_chats"):
        await stage.ok("setMyCommands", commands=[{"command": scope, "description": "d"}], scope={"type": scope})
    await stage.ok("deleteMyCommands", scope={"type": "all_private_chats"})
    assert await seen(stage, stage.ann) == ["default"]
    await stage.ok("setMyCommands", commands=[])
    assert await seen(stage, stage.ann) == []
