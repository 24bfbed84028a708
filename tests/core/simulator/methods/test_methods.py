import pytest
import telegram

from pluggram.simulator.methods import TOPICS
from pluggram.simulator.methods.known import KNOWN
from tests.core.simulator.stage import Stage


async def test_a_method_that_does_not_exist_is_not_found(stage: Stage) -> None:
    answer = await stage.telegram.call(stage.bot.token, "sendMoney")
    assert answer.body == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


async def test_a_method_that_is_not_here_yet_says_so_and_names_itself(stage: Stage) -> None:
    answer = await stage.telegram.call(stage.bot.token, "sendPoll")
    assert answer.status == 501
    assert answer.body["description"] == "Not Implemented: simulator: sendPoll is not supported yet"


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("42:wrong", "Unauthorized"),
        ("secret", "Unauthorized: invalid token specified"),
        ("", "Unauthorized: invalid token specified"),
    ],
)
async def test_a_wrong_token_is_unauthorized(stage: Stage, token: str, words: str) -> None:
    answer = await stage.telegram.call(token, "getMe")
    assert (answer.status, answer.body["description"]) == (401, words)


async def test_where_any_token_is_taken_a_bot_comes_into_being_with_the_first_it_shows(stage: Stage) -> None:
    stage.telegram.takes_any_token = True
    me = (await stage.telegram.call("77:some-secret", "getMe")).body["result"]
    assert isinstance(me, dict)
    assert (me["id"], me["username"]) == (77, "bot_77_bot")
    assert (await stage.telegram.call("77:some-secret", "getMe")).status == 200
    for wrong in ("77:another", "42:wrong", "78:", "x:y"):
        assert (await stage.telegram.call(wrong, "getMe")).status == 401


def test_every_method_here_is_one_of_the_bot_api() -> None:
    assert all(name.lower() in KNOWN and hasattr(telegram.Bot, name) for topic in TOPICS for name in topic.METHODS)


def test_every_method_of_python_telegram_bot_is_known() -> None:
    methods = {name for name in vars(telegram.Bot) if not name.startswith("_") and name != name.lower()}
    assert len(methods) > 100
    assert {name for name in methods if name.lower() not in KNOWN} == set()


async def test_what_a_client_does_with_a_result_does_not_change_the_chat(stage: Stage) -> None:
    stage.ann.send(stage.chat, "/start")
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await stage.message(chat_id=stage.ann.id, text="x", reply_markup=keyboard)
    expected = str(sent)
    sent["reply_markup"]["inline_keyboard"].clear()  # type: ignore[index]
    assert stage.chat.latest is not None
    assert str(stage.chat.latest.json()) == expected
