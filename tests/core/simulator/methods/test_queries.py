from pluggram.simulator.model.queries import CALLBACK_LIFETIME, CallbackQuery, Toast
from tests.core.simulator.stage import Stage

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def pressed(stage: Stage) -> CallbackQuery:
    stage.ann.send(stage.chat, "/start")
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await stage.message(chat_id=stage.ann.id, text="x", reply_markup=keyboard)
    return stage.ann.press(stage.chat.messages[int(str(sent["message_id"]))], "x")


async def test_a_press_is_answered_once(stage: Stage) -> None:
    query = await pressed(stage)
    assert await stage.ok("answerCallbackQuery", callback_query_id=query.id, text="done", show_alert="true") is True
    assert query.answer == Toast("done", alert=True)
    assert await stage.refusal("answerCallbackQuery", callback_query_id=query.id) == TOO_OLD


async def test_a_press_waits_only_so_long(stage: Stage) -> None:
    query = await pressed(stage)
    stage.clock.now += CALLBACK_LIFETIME + 1
    assert await stage.refusal("answerCallbackQuery", callback_query_id=query.id) == TOO_OLD
    assert query.answer is None


async def test_a_press_is_answered_by_its_bot_in_200_characters(stage: Stage) -> None:
    query = await pressed(stage)
    other = stage.telegram.bot("other_bot")
    answer = await stage.telegram.call(other.token, "answerCallbackQuery", {"callback_query_id": query.id})
    assert answer.body["description"] == TOO_OLD
    words = await stage.refusal("answerCallbackQuery", callback_query_id=query.id, text="x" * 201)
    assert words == "Bad Request: MESSAGE_TOO_LONG"
