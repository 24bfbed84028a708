import pytest

from pluggram.simulator import Chat, JsonObject, Message, SimulatorError
from pluggram.simulator.model.queries import InlineQuery
from tests.core.simulator.pictures import png
from tests.core.simulator.stage import Stage

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
KEYBOARD = {"inline_keyboard": [[{"text": "Next", "callback_data": "2"}]]}
PREFIX = "can't parse inline query result: "


def article(**fields: object) -> dict[str, object]:
    return {"type": "article", "id": "1", "title": "x", "input_message_content": {"message_text": "x"}} | fields


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ("[", "can't parse JSON encoded inline query results: Can't parse JSON"),
        ({}, "expected an Array of inline query results"),
        ([article()] * 51, "too many inline query results specified"),
        ([article(), article()], "RESULT_ID_DUPLICATE"),
        ([article(id="x" * 65)], "RESULT_ID_INVALID"),
        ([article(id="")], "RESULT_ID_INVALID"),
        ([article(title=" ")], "ARTICLE_TITLE_EMPTY"),
        ([1], PREFIX + "Inline query result must be an object"),
        ([article(type="poem")], PREFIX + 'type "poem" is unsupported for the inline query result'),
        ([{"type": "article"}], PREFIX + "Can't find field \"id\""),
        ([{"type": "article", "id": "1"}], PREFIX + "Can't find field \"message_text\""),
        ([{"type": "article", "id": "1", "message_text": "x"}], PREFIX + "Can't find field \"title\""),
        ([article(input_message_content={})], PREFIX + "Input message content is not specified"),
        ([article(input_message_content={"message_text": ""})], PREFIX + "Input message content is not specified"),
        ([article(input_message_content=1)], PREFIX + 'Field "input_message_content" must be of type Object'),
        ([article(input_message_content={"message_text": "<b>", "parse_mode": "HTML"})],
         PREFIX + "Can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ([article(input_message_content={"message_text": "x" * 4097})], "message is too long"),
        ([article(reply_markup={"inline_keyboard": [[{}]]})],
         PREFIX + "Can't parse inline keyboard button: Can't find field \"text\""),
        ([article(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x" * 65}]]})],
         "BUTTON_DATA_INVALID"),
        ([{"type": "photo", "id": "1"}], PREFIX + "Can't find field \"photo_file_id\""),
        ([{"type": "photo", "id": "1", "photo_file_id": "x y"}],
         "wrong remote file identifier specified: Wrong character in the string"),
        ([{"type": "document", "id": "1", "title": "x"}], PREFIX + "Can't find field \"document_file_id\""),
    ],
)  # fmt: skip
async def test_wrong_results_are_refused(stage: Stage, results: object, words: str) -> None:
    query = stage.ann.inline(stage.bot, "x")
    refusal = await stage.refusal("answerInlineQuery", inline_query_id=query.id, results=results)
    assert refusal == f"Bad Request: {words}"
    assert query.answer is None


BUTTON = "can't parse inline query results button: "


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ("{", "can't parse inline query results button JSON object"),
        ([], BUTTON + "InlineQueryResultsButton must be an Object"),
        ({"start_parameter": "x"}, BUTTON + 'Can\'t find field "text"'),
        ({"text": "x"}, BUTTON + "InlineQueryResultsButton must have exactly one optional field"),
        ({"text": "x", "start_parameter": ""}, "can't use empty start_parameter"),
        ({"text": "x", "start_parameter": "x" * 65}, "too long start_parameter specified"),
        ({"text": "x", "start_parameter": "a b"}, "unallowed characters in start_parameter are used"),
        ({"text": "x", "web_app": {}}, BUTTON + 'Can\'t find field "url"'),
    ],
)
async def test_a_wrong_button_is_refused(stage: Stage, button: object, words: str) -> None:
    query = stage.ann.inline(stage.bot, "x")
    refusal = await stage.refusal("answerInlineQuery", inline_query_id=query.id, results=[], button=button)
    assert refusal == f"Bad Request: {words}"


async def test_a_query_is_answered_once_with_all_that_goes_with_the_results(stage: Stage) -> None:
    query = stage.ann.inline(stage.bot, "x", chat=stage.telegram.group("House", stage.ann))
    assert query.chat_type == "group"
    button = {"text": "Sign in", "start_parameter": "sign-in"}
    params = {"results": [], "next_offset": "5", "cache_time": 999_999, "is_personal": True, "button": button}
    assert await stage.ok("answerInlineQuery", inline_query_id=query.id, **params) is True
    assert query.answer is not None
    assert (query.answer.next_offset, query.answer.cache_time, query.answer.personal) == ("5", 86400, True)
    assert query.answer.button == button
    assert stage.ann.start(stage.bot, str(query.answer.button["start_parameter"])).text == "/start sign-in"
    assert await stage.refusal("answerInlineQuery", inline_query_id=query.id, results=[]) == TOO_OLD
    words = await stage.refusal("answerInlineQuery", inline_query_id="x", results=[], next_offset="x" * 65)
    assert words == "Bad Request: NEXT_OFFSET_INVALID"


async def answered(stage: Stage, *results: dict[str, object]) -> InlineQuery:
    query = stage.ann.inline(stage.bot, "0042")
    await stage.ok("answerInlineQuery", inline_query_id=query.id, results=list(results))
    return query


async def chosen(stage: Stage, chat: Chat) -> Message:
    return stage.ann.choose(await answered(stage, article(reply_markup=KEYBOARD)), "1", chat)


async def test_a_chosen_message_is_edited_by_its_inline_id_wherever_it_is(stage: Stage) -> None:
    elsewhere = stage.telegram.group("House", stage.ann)
    message = await chosen(stage, elsewhere)
    assert message.json()["reply_markup"] == KEYBOARD
    assert await stage.ok("editMessageText", inline_message_id=message.inline_id, text="page 2") is True
    assert (message.text, message.buttons) == ("page 2", [])
    assert await stage.ok("editMessageReplyMarkup", inline_message_id=message.inline_id, reply_markup=KEYBOARD) is True
    words = await stage.refusal("editMessageCaption", inline_message_id=message.inline_id, caption="x")
    assert words == "Bad Request: there is no caption in the message to edit"
    other = stage.telegram.bot("other_bot")
    answer = await stage.telegram.call(
        other.token, "editMessageText", {"inline_message_id": message.inline_id, "text": "mine"}
    )
    assert answer.body["description"] == "Bad Request: MESSAGE_ID_INVALID"
    stage.ann.delete(message)
    words = await stage.refusal("editMessageText", inline_message_id=message.inline_id, text="x")
    assert words == "Bad Request: MESSAGE_ID_INVALID"


async def test_an_upload_cannot_be_put_into_an_inline_message_but_a_file_that_is_there(stage: Stage) -> None:
    message = await chosen(stage, stage.chat)
    media = {"type": "photo", "media": "attach://p"}
    place = {"inline_message_id": message.inline_id}
    words = await stage.refusal("editMessageMedia", **place, media=media, p=("p.png", png(9, 9), ""))
    assert words == "Bad Request: invalid message content specified"
    sizes = stage.telegram.files.add_photo("p.png", png(9, 9))
    assert await stage.ok("editMessageMedia", **place, media=media | {"media": sizes[0].file.id}) is True


async def test_its_buttons_carry_the_inline_id_in_place_of_the_message(stage: Stage) -> None:
    message = await chosen(stage, stage.telegram.group("House", stage.ann))
    await stage.updates(offset=-1)
    query = stage.ann.press(message, "Next")
    update = (await stage.updates())[-1]["callback_query"]
    assert update == query.json()
    assert isinstance(update, dict)
    assert update["inline_message_id"] == message.inline_id
    assert "message" not in update
    assert await stage.ok("answerCallbackQuery", callback_query_id=query.id) is True


async def test_only_a_bot_that_asked_for_it_is_told_what_was_chosen(stage: Stage) -> None:
    group = stage.telegram.group("House", stage.ann)
    await chosen(stage, group)
    stage.bot.inline_feedback = True
    message = await chosen(stage, group)
    plain = stage.ann.choose(await answered(stage, article()), "1", group)
    updates: list[JsonObject] = [update for update in await stage.updates() if "chosen_inline_result" in update]
    told = {"result_id": "1", "from": stage.ann.json(), "query": "0042"}
    assert [update["chosen_inline_result"] for update in updates] == [
        told | {"inline_message_id": message.inline_id}, told,
    ]  # fmt: skip
    assert plain.inline_id


async def test_photos_and_documents_that_telegram_has_are_offered(stage: Stage) -> None:
    photo = stage.telegram.files.add_photo("p.png", png(90, 60))[0].file.id
    file = stage.telegram.files.add_document("a.json", b"{}").id
    query = await answered(
        stage,
        {"type": "photo", "id": "p", "photo_file_id": photo, "caption": "<i>p</i>", "parse_mode": "HTML"},
        {"type": "document", "id": "d", "title": "A", "document_file_id": file, "reply_markup": KEYBOARD},
        {"type": "photo", "id": "t", "photo_file_id": photo, "input_message_content": {"message_text": "text"}},
        {"type": "photo", "id": "u", "photo_url": "http://a.b/c.jpg", "thumbnail_url": "http://a.b/c.jpg"},
    )
    sent = [stage.ann.choose(query, key, stage.chat).json() for key in "pdt"]
    assert (sent[0]["caption"], sent[0]["photo"][0]["width"]) == ("p", 90)  # type: ignore[index]
    assert (sent[1]["document"]["file_name"], sent[1]["reply_markup"]) == ("a.json", KEYBOARD)  # type: ignore[index]
    assert sent[2]["text"] == "text"
    with pytest.raises(SimulatorError, match="could only be fetched by Telegram itself"):
        stage.ann.choose(query, "u", stage.chat)
