"""What Telegram refuses for its form is sent plainer: in its words by themselves, and over the strict simulator."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.errors import Forbidden, TelegramError, Unreachable
from pluggram.parts import Button, File, ParseMode, visible
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.simulator import Telegram
from pluggram.simulator.model.content import Document
from pluggram.simulator.text.builder import MarkupError
from pluggram.simulator.text.formatted import PARSERS, cleaned
from pluggram.telegram import Client
from pluggram.telegram.mending import mended
from pluggram.telegram.plain import plain
from pluggram.telegram.render import TOO_LONG, Call
from tests.core.simulator.pictures import png
from tests.core.telegram.fetched import fetched

PICTURE = File("chart.png", png(20, 10))
KEYS = {"inline_keyboard": [[{"text": "Go", "callback_data": "1"}, {"text": "A", "url": "https://a.org"}]]}
TEXT = {"chat_id": 5, "message_thread_id": 7, "text": "<b>x", "parse_mode": "HTML", "reply_markup": KEYS}
PHOTO = {"chat_id": 5, "photo": "https://example.org/a.png", "caption": "<b>x", "parse_mode": "HTML"}
EDIT = {"chat_id": 5, "message_id": 9, "text": "x"}
RESULT = {"id": "1", "title": "x", "input_message_content": {"message_text": "<b>x", "parse_mode": "HTML"}}
RESULTS = {"inline_query_id": "q", "results": [RESULT | {"reply_markup": KEYS}]}


def mend(words: str, method: str, parameters: Mapping[str, Any]) -> list[Call] | None:
    calls = mended(method, parameters, TelegramError(words))
    return None if calls is None else list(calls)


def without(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


@pytest.mark.parametrize(
    "words",
    [
        'Can\'t parse entities: unsupported start tag "keyboard" at byte offset 0',
        "Bad Request: can't parse entities: character '.' is reserved",
        "Can't parse MessageEntity: expected an Object",
        "ENTITY_BOUNDS_INVALID",
        "Entities_too_long",
        "Text must be non-empty",
        "Message text is empty",
        "MESSAGE_EMPTY",
    ],
)
def test_a_text_whose_markup_is_refused_loses_it(words: str) -> None:
    assert mend(words, "sendMessage", TEXT) == [("sendMessage", without(TEXT, "parse_mode") | {"text": "x"})]


def test_the_markup_of_captions_media_and_results_is_left_out_as_well() -> None:
    words = "Can't parse inline query result: can't parse entities: unclosed start tag"
    assert mend(words, "sendPhoto", PHOTO) == [("sendPhoto", without(PHOTO, "parse_mode") | {"caption": "x"})]
    media = {"type": "photo", "media": PICTURE, "caption": "<b>x", "parse_mode": "HTML"}
    [(_, edited)] = mend(words, "editMessageMedia", {"message_id": 1, "media": media}) or []
    assert edited["media"] == {"type": "photo", "media": PICTURE, "caption": "x"}
    [(_, answered)] = mend(words, "answerInlineQuery", RESULTS) or []
    assert answered["results"][0]["input_message_content"] == {"message_text": "x"}
    assert answered["results"][0]["reply_markup"] == KEYS


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Inline keyboard button URL 'https://a.org' is invalid: entity", ["Go"]),
        ("BUTTON_URL_INVALID", ["Go"]),
        ("BUTTON_DATA_INVALID", []),
        ("Button_type_invalid", []),
        ("Reply markup is too long", []),
        ("REPLY_MARKUP_INVALID", []),
        ("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard", []),
        ("Inline keyboard button text must be non-empty", []),
        ("Inline keyboard expected", []),
        ("Can't parse reply keyboard markup JSON object", []),
    ],
)
def test_only_the_buttons_that_are_refused_are_left_out_as_far_as_telegram_tells(words: str, left: list[str]) -> None:
    [(method, parameters)] = mend(words, "sendMessage", TEXT) or []
    assert method == "sendMessage"
    assert parameters["parse_mode"] == "HTML"
    rows = parameters.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
    assert [button["text"] for row in rows for button in row] == left


def test_a_message_that_somebody_deleted_at_once_is_not_sent_again() -> None:
    words = "Internal Server Error: sent message was immediately deleted and can't be returned (500)"
    assert mend(words, "sendMessage", TEXT) == []


def test_a_button_is_known_by_its_url_in_small_letters() -> None:
    keys = {"inline_keyboard": [[{"text": "A", "url": "HTTPS://A.org/X"}, {"text": "B", "url": "https://b.org"}]]}
    words = "Inline keyboard button url 'https://a.org/x' is invalid: wrong http url"
    [(_, parameters)] = mend(words, "sendMessage", {"text": "x", "reply_markup": keys}) or []
    assert parameters["reply_markup"] == {"inline_keyboard": [[{"text": "B", "url": "https://b.org"}]]}


def test_of_too_many_buttons_the_first_hundred_stay() -> None:
    rows = [[{"text": str(number), "callback_data": "x"}] for number in range(101)]
    call = {"text": "x", "reply_markup": {"inline_keyboard": rows}}
    [(_, parameters)] = mend("Reply markup is too long", "sendMessage", call) or []
    assert parameters["reply_markup"]["inline_keyboard"] == rows[:100]


def test_a_result_is_cut_to_what_fits_without_its_markup() -> None:
    content = {"message_text": "<b>" + "x" * 5000, "parse_mode": "HTML"}
    call = {"inline_query_id": "q", "results": [{"id": "1", "input_message_content": content}]}
    [(_, parameters)] = mend("MESSAGE_TOO_LONG", "answerInlineQuery", call) or []
    assert parameters["results"][0]["input_message_content"] == {"message_text": "x" * 4095 + "…"}


def test_the_buttons_of_inline_results_are_left_out_as_well() -> None:
    [(_, parameters)] = mend("BUTTON_DATA_INVALID", "answerInlineQuery", RESULTS) or []
    assert parameters["results"] == [RESULT]


@pytest.mark.parametrize(
    "words",
    ["Message thread not found", "TOPIC_CLOSED", "Topic_deleted", "The chat is not a forum", "Chat is not a forum",
     "Invalid message thread identifier specified", "Invalid forum topic identifier specified"],
)  # fmt: skip
def test_where_a_topic_is_gone_the_general_one_takes_the_message(words: str) -> None:
    assert mend(words, "sendMessage", TEXT) == [("sendMessage", without(TEXT, "message_thread_id"))]
    assert mend(words, "sendMessage", without(TEXT, "message_thread_id")) is None


@pytest.mark.parametrize("words", ["Message is too long", "Text is too long", "MESSAGE_TOO_LONG"])
def test_a_text_that_is_too_long_after_all_goes_out_in_pieces(words: str) -> None:
    calls = mend(words, "sendMessage", TEXT | {"text": "<b>" + "x" * 5000}) or []
    assert [parameters["text"] for _, parameters in calls] == ["x" * 4096, "x" * 904]
    assert [parameters.keys() for _, parameters in calls] == [
        {"chat_id", "message_thread_id", "text"}, {"chat_id", "message_thread_id", "text", "reply_markup"},
    ]  # fmt: skip
    assert mend(words, "sendMessage", TEXT) is None


@pytest.mark.parametrize("words", ["Message caption is too long", "MEDIA_CAPTION_TOO_LONG"])
def test_a_caption_that_is_too_long_after_all_becomes_a_message(words: str) -> None:
    photo, text = mend(words, "sendPhoto", PHOTO | {"reply_markup": KEYS}) or []
    assert photo == ("sendPhoto", without(PHOTO, "caption", "parse_mode"))
    assert text == ("sendMessage", {"chat_id": 5, "text": "<b>x", "parse_mode": "HTML", "reply_markup": KEYS})


def test_a_notice_that_is_too_long_after_all_is_left_out() -> None:
    call = {"callback_query_id": "q", "text": "😀" * 200}
    assert mend("MESSAGE_TOO_LONG", "answerCallbackQuery", call) == [
        ("answerCallbackQuery", {"callback_query_id": "q"})
    ]


@pytest.mark.parametrize(
    "words",
    ["PHOTO_INVALID_DIMENSIONS", "Photo_save_file_invalid", "IMAGE_PROCESS_FAILED",
     "File of size 13 bytes is too big for a photo; the maximum size is 10 bytes",
     "Can't use file of type Document as Photo", "Not enough rights to send photos to the chat"],
)  # fmt: skip
def test_what_is_refused_as_a_photo_goes_out_as_a_document(words: str) -> None:
    [(method, parameters)] = mend(words, "sendPhoto", {"chat_id": 5, "photo": PICTURE, "caption": "x"}) or []
    assert method == "sendDocument"
    assert parameters == {"chat_id": 5, "document": PICTURE, "caption": "x"}


@pytest.mark.parametrize(
    "words", ["Failed to get HTTP URL content", "Wrong type of the web page content", "Wrong HTTP URL specified"]
)
def test_a_file_that_telegram_cannot_fetch_is_linked(words: str) -> None:
    text = {"chat_id": 5, "text": "x\nhttps://example.org/a.png"}
    assert mend(words, "sendPhoto", PHOTO) == [("sendMessage", text)]
    alone = {"chat_id": 5, "text": "https://example.org/a.png"}
    assert mend(words, "sendPhoto", without(PHOTO, "caption", "parse_mode")) == [("sendMessage", alone)]


@pytest.mark.parametrize(
    "words",
    ["Not enough rights to send documents to the chat", "CHAT_SEND_DOCS_FORBIDDEN", "Wrong file identifier specified"],
)
def test_where_files_may_not_be_sent_the_words_are(words: str) -> None:
    call = {"chat_id": 5, "document": PICTURE, "caption": "<b>x</b>", "parse_mode": "HTML", "reply_markup": KEYS}
    said = {"chat_id": 5, "text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": KEYS}
    assert mend(words, "sendDocument", call) == [("sendMessage", said)]
    assert mend(words, "sendDocument", {"chat_id": 5, "document": PICTURE}) is None


def test_where_an_answer_may_not_be_a_file_its_beginning_is_sent() -> None:
    call = {"chat_id": 5, "document": File("answer.txt", b"x" * 20_000), "caption": TOO_LONG}
    [(method, parameters)] = mend("Not enough rights to send documents to the chat", "sendDocument", call) or []
    assert (method, parameters["text"]) == ("sendMessage", "x" * 4095 + "…")


def test_a_photo_is_edited_by_its_caption() -> None:
    words = "There is no text in the message to edit"
    caption = without(EDIT, "text") | {"caption": "x"}
    assert mend(words, "editMessageText", EDIT) == [("editMessageCaption", caption)]
    assert mend(words, "editMessageText", EDIT | {"text": "x" * 1025}) is None


def test_an_inline_message_takes_no_new_file_but_its_words() -> None:
    media = {"type": "photo", "media": PICTURE, "caption": "x"}
    call = {"inline_message_id": "m", "media": media}
    text = {"inline_message_id": "m", "text": "x"}
    assert mend("Invalid message content specified", "editMessageMedia", call) == [("editMessageText", text)]
    assert mend("MESSAGE_ID_INVALID", "editMessageMedia", call | {"media": without(media, "caption")}) is None


@pytest.mark.parametrize(
    "words",
    ["RESULT_ID_DUPLICATE", "Result_id_invalid", "Too many inline query results specified", "MESSAGE_TOO_LONG",
     "ARTICLE_TITLE_EMPTY"],
)  # fmt: skip
def test_an_inline_query_whose_results_stay_refused_is_answered_with_none(words: str) -> None:
    plainly = {"inline_query_id": "q", "results": [{"id": "1", "input_message_content": {"message_text": "x"}}]}
    assert mend(words, "answerInlineQuery", plainly) == [("answerInlineQuery", plainly | {"results": []})]
    assert mend(words, "answerInlineQuery", plainly | {"results": []}) is None


@pytest.mark.parametrize(
    "words",
    ["Message is not modified: specified new message content and reply markup are exactly the same",
     "Query is too old and response timeout expired or query ID is invalid"],
)  # fmt: skip
def test_what_is_done_already_or_too_late_is_let_be(words: str) -> None:
    assert mend(words, "editMessageText", EDIT) == []


@pytest.mark.parametrize("error", [Unreachable("photo"), Forbidden("Bot was blocked by the user"), TelegramError("no")])
def test_what_is_refused_for_something_else_than_its_form_stays_refused(error: TelegramError) -> None:
    assert mended("sendPhoto", PHOTO, error) is None


def test_what_was_left_out_is_logged_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    mend("BUTTON_DATA_INVALID", "sendMessage", TEXT)
    [record] = caplog.records
    assert record.getMessage() == "sendMessage 5: sent without the buttons that are refused: BUTTON_DATA_INVALID"


FRAGMENTS = st.sampled_from(
    ["<b>", "</b>", "<i>", "</i>", "<u ", ">", "<id>", "&lt;", "&", "*", "_", "~", "||", "`", "```", "\\", ".", "[a](",
     "https://example.org", ")", '<a href="https://example.org">', "</a>", "<pre>", ">q\n", "word ", "\n", "😀", "é",
     "\u200b", "x" * 3000, "<b>x</b>" * 200, "line\n" * 900]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS, min_size=1, max_size=12).map("".join).filter(visible)
BUTTONS = st.sampled_from(
    [Button("Go", data="go"), Button("Site", url="https://example.org"), Button("Bad", url="javascript:alert(1)"),
     Button("Worse", url="http://a b"), Button("x", data="é" * 32)]
)  # fmt: skip
MODES: list[ParseMode | None] = [None, "HTML", "MarkdownV2"]


def seen(text: str) -> str:
    """What a person reads, without space and what Telegram takes out."""
    return re.sub(r"[\s\x00-\x1f\u200b]", "", text)


def readings(reply: Reply) -> set[str]:
    """The ways in which a text may come out: as its markup reads, or plain."""
    found = {seen(reply.text if reply.parse_mode is None else plain(reply.text, reply.parse_mode))}
    if reply.parse_mode is not None:
        with suppress(MarkupError):
            found.add(seen(cleaned(PARSERS[reply.parse_mode.lower()](reply.text)).text))
    return found


async def answered(reply: Reply) -> tuple[str, list[str]]:
    """Answer a message, and give what is read of the answer and the labels below it."""
    telegram = Telegram()
    account, ann = telegram.bot("testbot"), telegram.user("Ann")
    chat = telegram.private(ann, account)
    ann.send(chat, "/go")
    async with Client(account.token, "http://simulator", door=telegram) as client:
        [update] = await fetched(client, None, 0, ["message"])
        request = Request.from_update(update)
        assert request is not None
        ids = await client.send(request, reply)
    messages = [chat.messages[number] for number in ids]
    contents = [each.content for each in messages]
    texts = [
        content.file.content.decode() if isinstance(content, Document) and each.text == TOO_LONG else each.text
        for each, content in zip(messages, contents, strict=True)
    ]
    return "".join(texts), [str(button["text"]) for button in messages[-1].buttons]


@settings(deadline=None, max_examples=30)
@given(TEXTS, st.lists(BUTTONS, max_size=6), st.sampled_from(MODES), st.booleans())
def test_whatever_is_said_is_delivered_and_read(
    text: str, buttons: list[Button], mode: ParseMode | None, with_photo: bool
) -> None:
    reply = Reply(text, buttons, parse_mode=mode, photo=PICTURE if with_photo else None)
    read, labels = asyncio.run(answered(reply))
    assert seen(read) in readings(reply)
    assert labels == [button.label for button in buttons if button.label not in ("Bad", "Worse")]
