import pytest

from tests.core.simulator.stage import Stage


async def test_get_me_tells_privacy_mode_and_inline_mode(stage: Stage) -> None:
    me = await stage.ok("GETME")
    assert isinstance(me, dict)
    assert (me["id"], me["is_bot"], me["username"]) == (42, True, "post_bot")
    assert (me["can_read_all_group_messages"], me["supports_inline_queries"]) == (False, True)


async def test_commands_are_kept_by_scope_and_language(stage: Stage) -> None:
    help_, stop = {"command": "help", "description": "Help"}, {"command": "stop", "description": "Stop"}
    chat = {"type": "chat", "chat_id": 5}
    await stage.ok("setMyCommands", commands=[help_])
    await stage.ok("setMyCommands", commands=[stop], scope=chat, language_code="de")
    assert await stage.ok("getMyCommands") == [help_]
    assert await stage.ok("getMyCommands", scope={"type": "default"}) == [help_]
    assert await stage.ok("getMyCommands", scope=chat) == []
    assert await stage.ok("getMyCommands", scope={"type": "chat", "chat_id": "5"}, language_code="de") == [stop]
    await stage.ok("deleteMyCommands")
    assert await stage.ok("getMyCommands") == []


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([{"command": "c", "description": "d"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
        ([{"command": "Help", "description": "d"}], "BOT_COMMAND_INVALID"),
        ([{"command": "x" * 33, "description": "d"}], "BOT_COMMAND_INVALID"),
        ([{"command": "help", "description": " "}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "help", "description": "d" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "help"}], "can't parse BotCommand: Can't find field \"description\""),
        ({}, "expected an Array of BotCommand"),
        ("[", "can't parse commands JSON object"),
    ],
)
async def test_a_wrong_menu_is_refused(stage: Stage, commands: object, words: str) -> None:
    assert await stage.refusal("setMyCommands", commands=commands) == f"Bad Request: {words}"


async def test_a_hundred_commands_are_taken(stage: Stage) -> None:
    menu = [{"command": f"c{number}", "description": "d"} for number in range(100)]
    assert await stage.ok("setMyCommands", commands=menu) is True


async def test_an_unknown_scope_is_refused(stage: Stage) -> None:
    words = await stage.refusal("setMyCommands", commands=[], scope={"type": "moon"})
    assert words == "Bad Request: can't parse BotCommandScope: Unsupported type specified"
