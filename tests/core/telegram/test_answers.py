"""Answers: what Telegram refuses is mended, a press is always answered, and a restart goes on where it was."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pluggram.errors import Forbidden, TelegramError, TokenRefused, Unreachable
from pluggram.parts import Article, Button, File
from pluggram.reply import Reply
from pluggram.reply_json import dump, load
from pluggram.request import Request
from pluggram.simulator.model.content import Photo, Text
from pluggram.simulator.model.messages import Message
from pluggram.telegram.answers import deliver, deliver_answer
from pluggram.telegram.sending import TRIES
from tests.core.simulator.pictures import png
from tests.core.telegram.scripted import MESSAGE, PRESS, Api, request_of
from tests.core.telegram.stage import Stage, staged

PICTURE = File("chart.png", png(20, 10))


async def test_what_is_refused_is_sent_plainer_again_and_again_until_it_is_taken() -> None:
    api = Api(
        TelegramError("Bad Request: can't parse entities: unclosed start tag at byte offset 0"),
        TelegramError("Bad Request: BUTTON_DATA_INVALID"),
    )
    await deliver(api, MESSAGE, Reply("<b>", [Button("page", url="javascript:")], parse_mode="HTML"))
    assert [parameters.keys() for _, parameters in api.calls] == [
        {"chat_id", "text", "parse_mode", "reply_markup"}, {"chat_id", "text", "reply_markup"}, {"chat_id", "text"},
    ]  # fmt: skip


async def test_an_edit_that_changes_nothing_is_done() -> None:
    api = Api(TelegramError("Bad Request: message is not modified: specified new message content is the same"))
    await deliver(api, PRESS, Reply("same", edit=True))
    assert api.methods == ["editMessageText"]


@pytest.mark.parametrize("why", ["message can't be edited", "message to edit not found", "MESSAGE_ID_INVALID"])
async def test_a_message_that_cannot_be_edited_is_sent_anew(why: str) -> None:
    api = Api(TelegramError(f"Bad Request: {why}"))
    await deliver(api, PRESS, Reply("new", edit=True))
    assert api.methods == ["editMessageText", "sendMessage"]
    assert "message_id" not in api.calls[1][1]


async def test_who_has_blocked_the_bot_is_not_written_to_anew() -> None:
    api = Api(Forbidden("Forbidden: bot was blocked by the user"))
    with pytest.raises(Forbidden):
        await deliver(api, PRESS, Reply("new", edit=True))
    assert api.methods == ["editMessageText"]


async def test_a_message_sent_anew_stays_in_its_topic() -> None:
    message = {"message_id": 1, "chat": {"id": 5}, "is_topic_message": True, "message_thread_id": 7}
    press = request_of({"callback_query": {"id": "q", "data": "d", "from": {"id": 1}, "message": message}})
    api = Api(TelegramError("Bad Request: message to edit not found"))
    await deliver(api, press, Reply("new", edit=True))
    assert api.calls[1] == ("sendMessage", {"chat_id": 5, "text": "new", "message_thread_id": 7})


async def test_what_stays_refused_is_raised() -> None:
    with pytest.raises(TelegramError, match="blocked"):
        await deliver(Api(TelegramError("Forbidden: bot was blocked by the user")), MESSAGE, Reply("hi"))


async def test_a_press_is_answered_when_its_handler_is_silent() -> None:
    api = Api()
    await deliver_answer(api, PRESS, None, acknowledged=False)
    assert api.calls == [("answerCallbackQuery", {"callback_query_id": "q"})]


async def test_a_notice_travels_with_the_answer_of_the_press() -> None:
    api = Api()
    await deliver_answer(api, PRESS, Reply("saved", notice=True), acknowledged=False)
    assert api.calls == [("answerCallbackQuery", {"callback_query_id": "q", "text": "saved"})]


async def test_a_press_too_old_to_answer_does_not_keep_the_reply_back() -> None:
    api = Api(TelegramError("Bad Request: query is too old and response timeout expired or query ID is invalid"))
    await deliver_answer(api, PRESS, Reply("hi"), acknowledged=False)
    assert api.methods == ["answerCallbackQuery", "sendMessage"]


async def test_a_photo_is_edited_by_its_caption_and_a_text_by_a_photo() -> None:
    async with staged() as stage:
        message = await stage.ask(Reply("Chart", [Button("Next", data="n")], photo=PICTURE))
        stage.ann.press(message, "Next")
        await stage.answer(Reply("<b>Caption</b>", [Button("Next", data="n")], edit=True, parse_mode="HTML"))
        assert isinstance(message.content, Photo)
        assert (message.text, len(message.buttons)) == ("Caption", 1)
        text = await stage.ask(Reply("Words", [Button("Chart", data="c")]))
        stage.ann.press(text, "Chart")
        await stage.answer(Reply("Chart", photo=PICTURE, edit=True))
        assert isinstance(text.content, Photo)
        assert stage.shown == [message, text]


async def test_what_is_too_long_to_edit_a_photo_with_is_sent_anew() -> None:
    async with staged() as stage:
        message = await stage.ask(Reply(photo=PICTURE, buttons=[Button("Next", data="n")]))
        stage.ann.press(message, "Next")
        await stage.answer(Reply("x" * 2000, edit=True))
        assert [each.text for each in stage.shown] == ["", "x" * 2000]


async def chosen_inline(stage: Stage) -> Message:
    """Let Ann send a message by way of the bot, with a button under it, in a chat that the bot does not see."""
    query = stage.ann.inline(stage.account, "x")
    await stage.answer(Reply(articles=[Article("One", "one", buttons=[Button("Next", data="n")])]))
    return stage.ann.choose(query, "1", stage.telegram.group("Friends", stage.ann))


async def test_a_message_sent_inline_is_edited_and_its_photo_may_be_known_to_telegram() -> None:
    async with staged() as stage:
        chart = await stage.ask(Reply(photo=PICTURE))
        message = await chosen_inline(stage)
        stage.ann.press(message, "Next")
        await stage.answer(Reply("two", [Button("Next", data="n")], edit=True))
        assert message.text == "two"
        stage.ann.press(message, "Next")
        await stage.answer(Reply("three", [Button("Next", data="n")], photo=PICTURE, edit=True))
        assert message.text == "three"
        assert isinstance(message.content, Text)
        stage.ann.press(message, "Next")
        assert isinstance(chart.content, Photo)
        await stage.answer(Reply("four", photo=chart.content.file.id, edit=True))
        assert isinstance(message.content, Photo)
        assert message.text == "four"


async def test_a_message_sent_inline_that_cannot_be_edited_is_an_error() -> None:
    press = request_of({"callback_query": {"id": "q", "data": "d", "inline_message_id": "m"}})
    with pytest.raises(TelegramError, match="MESSAGE_ID_INVALID"):
        await deliver(Api(TelegramError("Bad Request: MESSAGE_ID_INVALID")), press, Reply("x", edit=True))


async def test_under_a_message_sent_inline_an_answer_is_shown_over_the_chat() -> None:
    async with staged() as stage:
        message = await chosen_inline(stage)
        query = stage.ann.press(message, "Next")
        await stage.answer(Reply("<b>no</b> room", parse_mode="HTML"))
        assert query.answer is not None
        assert query.answer.text == "no room"
        assert stage.shown == []


async def test_an_answer_with_no_place_to_go_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    api = Api()
    press = request_of({"update_id": 8, "callback_query": {"id": "q", "data": "d", "inline_message_id": "m"}})
    await deliver_answer(api, press, Reply("look", document=PICTURE), acknowledged=False)
    assert api.methods == ["answerCallbackQuery"]
    assert "update 8: there is no chat that its answer could go to" in caplog.text


async def test_a_file_is_no_notice() -> None:
    async with staged() as stage:
        message = await stage.ask(Reply("go", [Button("Next", data="n")]))
        query = stage.ann.press(message, "Next")
        await stage.answer(Reply("look", notice=True, photo=PICTURE))
        assert query.answer is not None
        assert query.answer.text == ""
        assert isinstance(stage.shown[-1].content, Photo)


async def test_a_notice_that_comes_too_late_for_its_press_becomes_a_message() -> None:
    api = Api(TelegramError("Bad Request: query is too old and response timeout expired or query ID is invalid"))
    await deliver_answer(api, PRESS, Reply("saved", notice=True), acknowledged=False)
    assert api.methods == ["answerCallbackQuery", "sendMessage"]


LONG = Reply("\n".join(letter * 4000 for letter in "abcd"), [Button("Next", data="n")])


class Killed(BaseException):
    """The process ends."""


def killed_after(calls: int) -> Callable[[int], None]:
    def sent(made: int) -> None:
        if made == calls:
            raise Killed

    return sent


@pytest.mark.parametrize("calls", [1, 2, 3, 4])
@pytest.mark.parametrize("request_", [MESSAGE, PRESS])
async def test_a_restart_goes_on_after_the_last_call_that_was_made(request_: Request, calls: int) -> None:
    api = Api()
    with pytest.raises(Killed):
        await deliver_answer(api, request_, LONG, acknowledged=False, sent=killed_after(calls))
    before = [text[0] for text in api.texts if text]
    told: list[int] = []
    await deliver_answer(api, request_, load(dump(LONG)), acknowledged=False, skip=calls, sent=told.append)
    assert before == list("abcd")[:calls]
    assert [text[0] for text in api.texts if text] == list("abcd")
    assert told == list(range(calls + 1, 5))
    assert api.methods.count("answerCallbackQuery") == (request_ is PRESS)


async def test_a_restart_knows_whether_a_message_was_edited_or_is_being_sent_anew() -> None:
    refused, told = Api(None, TelegramError("Bad Request: message can't be edited")), list[int]()
    with pytest.raises(Killed):
        await deliver_answer(refused, PRESS, Reply("new", edit=True), acknowledged=False, sent=killed_after(1))
    assert refused.methods == ["answerCallbackQuery", "editMessageText"]
    await deliver_answer(refused, PRESS, Reply("new", edit=True), acknowledged=False, skip=1, sent=told.append)
    assert refused.methods[2:] == ["sendMessage"]
    edited = Api()
    await deliver_answer(edited, PRESS, Reply("new", edit=True), acknowledged=True, sent=told.append)
    await deliver_answer(edited, PRESS, Reply("new", edit=True), acknowledged=True, skip=told[-1])
    assert (edited.methods, told) == (["editMessageText"], [2, 2])


async def test_a_notice_that_was_shown_is_not_sent_as_well_after_a_restart() -> None:
    api, told = Api(), list[int]()
    await deliver_answer(api, PRESS, replace(LONG, notice=True), acknowledged=False, sent=told.append)
    await deliver_answer(api, PRESS, replace(LONG, notice=True), acknowledged=False, skip=told[-1])
    assert api.methods == ["answerCallbackQuery"]


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Forbidden: bot was blocked by the user"),
        TelegramError("Bad Request: chat not found"),
        TelegramError("Bad Request: not enough rights to send text messages to the chat"),
        TelegramError("Bad Request: TOPIC_CLOSED"),
        TelegramError("Bad Request: message to be replied not found"),
    ],
)
async def test_an_answer_that_nobody_can_be_given_is_a_quiet_line(
    error: TelegramError, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    api = Api(error)
    await deliver_answer(api, MESSAGE, LONG, acknowledged=False)
    assert api.methods == ["sendMessage"]
    [record] = caplog.records
    assert (record.levelname, record.exc_info) == ("INFO", None)
    assert str(error) in record.message


async def test_an_answer_that_is_refused_for_another_reason_is_an_error_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await deliver_answer(Api(TelegramError("Bad Request: NO_IDEA")), MESSAGE, Reply("hi"), acknowledged=False)
    [record] = caplog.records
    assert (record.levelname, record.exc_info) == ("ERROR", None)


async def test_an_answer_that_may_be_sent_later_is_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low)
    with pytest.raises(Unreachable):
        await deliver_answer(Api(*[Unreachable("Bad Gateway")] * TRIES), MESSAGE, Reply("hi"), acknowledged=False)
    with pytest.raises(TokenRefused):
        await deliver_answer(Api(TokenRefused("Unauthorized")), MESSAGE, Reply("hi"), acknowledged=False)
