import pytest

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


def article(**fields: object) -> dict[str, object]:
    return {"type": "article", "id": "1", "title": "x", "input_message_content": {"message_text": "x"}} | fields


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ({}, "expected an Array of inline query results"),
        ([article()] * 51, "too many inline query results specified"),
        ([article(), article()], "RESULT_ID_DUPLICATE"),
        ([article(id="x" * 65)], "RESULT_ID_INVALID"),
        ([1], "can't parse inline query result: Inline query result must be an object"),
        ([article(type="poem")],
         'can\'t parse inline query result: type "poem" is unsupported for the inline query result'),
        ([{"type": "article", "id": "1"}], 'can\'t parse inline query result: Can\'t find field "title"'),
        ([article(input_message_content={})],
         "can't parse inline query result: Input message content is not specified"),
        ([article(input_message_content={"message_text": ""})], "message text is empty"),
    ],
)  # fmt: skip
async def test_wrong_inline_results_are_refused(stage: Stage, results: object, words: str) -> None:
    query = stage.ann.inline(stage.bot, "x")
    assert (
        await stage.refusal("answerInlineQuery", inline_query_id=query.id, results=results) == f"Bad Request: {words}"
    )
    assert query.results is None


async def test_an_inline_query_is_answered_once(stage: Stage) -> None:
    query = stage.ann.inline(stage.bot, "x", chat=stage.telegram.group("House", stage.ann))
    assert query.chat_type == "group"
    assert await stage.ok("answerInlineQuery", inline_query_id=query.id, results=[], next_offset="5") is True
    assert (query.results, query.next_offset) == ([], "5")
    assert await stage.refusal("answerInlineQuery", inline_query_id=query.id, results=[]) == TOO_OLD
