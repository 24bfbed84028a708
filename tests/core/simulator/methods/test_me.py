import pytest

from tests.core.simulator.stage import Stage


async def test_get_me_tells_privacy_mode_and_inline_mode(stage: Stage) -> None:
    me = await stage.ok("GETME")
    assert isinstance(me, dict)
    assert (me["id"], me["is_bot"], me["username"]) == (42, True, "post_bot")
    assert (me["can_read_all_group_messages"], me["supports_inline_queries"]) == (False, True)


async def test_commands_are_kept_by_scope_and_language(stage: Stage) -> None:
    help_, stop = {"command": "help", "description": "Help"}, {"command": "stop", "description": "Stop"}
    stage.ann.send(stage.chat, "/start")
    chat = {"type": "chat", "chat_id": stage.ann.id}
    await stage.ok("setMyCommands", commands=[help_])
    await stage.ok("setMyCommands", commands=[stop], scope=chat, language_code="de")
    assert await stage.ok("getMyCommands") == [help_]
    assert await stage.ok("getMyCommands", scope={"type": "default"}) == [help_]
    assert await stage.ok("getMyCommands", scope=chat) == []
    assert await stage.ok("getMyCommands", scope=chat | {"chat_id": str(stage.ann.id)}, language_code="de") == [stop]
    await stage.ok("deleteMyCommands")
    assert await stage.ok("getMyCommands") == []


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([{"command": "c", "description": "d"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
        ([{"command": "Help", "description": "d"}], "BOT_COMMAND_INVALID"),
        ([{"command": "x" * 33, "description": "d"}], "command length must not exceed 32"),
        ([{"command": "/", "description": "d"}], "command must be non-empty"),
        ([{"command": "help", "description": " "}], "command description must be non-empty"),
        ([{"command": "help", "description": "d" * 257}], "command description length must not exceed 256"),
        ([1], "can't parse BotCommand: expected an Object"),
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


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("{", "can't parse BotCommandScope JSON object"),
        ([], "can't parse BotCommandScope: BotCommandScope must be an Object"),
        ({}, 'can\'t parse BotCommandScope: Can\'t find field "type"'),
        ({"type": "moon"}, "can't parse BotCommandScope: Unsupported type specified"),
        ({"type": "chat"}, 'can\'t parse BotCommandScope: Can\'t find field "chat_id"'),
        ({"type": "chat", "chat_id": ""}, "can't parse BotCommandScope: Empty chat_id specified"),
        ({"type": "chat", "chat_id": 5}, "chat not found"),
        ({"type": "chat", "chat_id": "@news"}, "can't change commands in channel chats"),
        ({"type": "chat_administrators", "chat_id": 7}, "can't use specified scope in private chats"),
        ({"type": "chat_member", "chat_id": "@house"}, 'can\'t parse BotCommandScope: Can\'t find field "user_id"'),
        ({"type": "chat_member", "chat_id": "@house", "user_id": 0},
         "can't parse BotCommandScope: Invalid user_id specified"),
        ({"type": "chat_member", "chat_id": "@house", "user_id": 5}, "user not found"),
    ],
)  # fmt: skip
async def test_a_wrong_scope_is_refused(stage: Stage, scope: object, words: str) -> None:
    eve = stage.telegram.user("Eve", id=7)
    eve.start(stage.bot)
    stage.telegram.supergroup("House", eve, stage.bot, username="house")
    stage.telegram.channel("News", eve, stage.bot, username="news")
    for method in ("setMyCommands", "getMyCommands", "deleteMyCommands"):
        assert await stage.refusal(method, commands=[], scope=scope) == f"Bad Request: {words}"


async def test_a_language_is_two_small_letters(stage: Stage) -> None:
    for code in ("DE", "deu", "d"):
        words = await stage.refusal("setMyCommands", commands=[], language_code=code)
        assert words == "Bad Request: invalid language code specified"
