import json

import pytest

from tests.core.simulator.stage import Stage


@pytest.fixture
def started(stage: Stage) -> Stage:
    stage.ann.send(stage.chat, "/start")
    return stage


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ({"text": "x", "url": "localhost"}, "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL"),
        ({"text": {}, "url": "a.b"}, 'can\'t parse inline keyboard button: Field "text" must be of type String'),
        ({"text": "x", "url": None}, 'can\'t parse inline keyboard button: Field "url" must be of type String'),
        ("x", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ],
)
async def test_a_wrong_button_is_refused(started: Stage, button: object, words: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    refusal = await started.refusal("sendMessage", chat_id=started.ann.id, text="x", reply_markup=markup)
    assert refusal == f"Bad Request: {words}"


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        ({"inline_keyboard": {}}, 'field "inline_keyboard" must be of type Array'),
        ({"inline_keyboard": [{}]}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 101]}, "reply markup is too long"),
        ({"keyboard": ["x"]}, 'field "keyboard" must be an Array of Arrays'),
        ({"keyboard": [[{}]]}, "can't parse keyboard button: Can't find field \"text\""),
        ({"force_reply": "yes"}, 'field "force_reply" must be of type Boolean'),
    ],
)
async def test_a_wrong_keyboard_is_refused(started: Stage, markup: object, words: str) -> None:
    refusal = await started.refusal("sendMessage", chat_id=started.ann.id, text="x", reply_markup=markup)
    assert refusal == f"Bad Request: {words}"


async def test_a_keyboard_may_come_as_json_in_a_string(started: Stage) -> None:
    row = [{"text": "a", "callback_data": "é" * 32}, {"text": "b", "url": "example.com", "style": "danger"}]
    markup = json.dumps({"inline_keyboard": [row, []]})
    message = await started.message(chat_id=started.ann.id, text="x", reply_markup=markup)
    row[1]["url"] = "http://example.com/"
    assert message["reply_markup"] == {"inline_keyboard": [row]}


async def test_other_markups_are_taken_but_not_in_edits(started: Stage) -> None:
    reply = {"keyboard": [["yes", {"text": "no"}]]}
    sent = await started.message(chat_id=started.ann.id, text="x", reply_markup=reply)
    assert "reply_markup" not in sent
    place = {"chat_id": started.ann.id, "message_id": sent["message_id"]}
    words = await started.refusal("editMessageText", **place, text="y", reply_markup=reply)
    assert words == "Bad Request: inline keyboard expected"
