"""From a Request and its Reply to Bot API calls."""

from typing import Any

import pytest

from pluggram.parts import Article, Button, File
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.render import TOO_LONG, render
from pluggram.telegram.texts import MAX_TEXT

PICTURE = File("picture.png", b"pixels")
QUERY = Request({}, "inline", "0042", {"id": "i1"})


def message(**fields: Any) -> Request:
    body = {"message_id": 9, "chat": {"id": -5, "type": "group"}, "from": {"id": 1}, "text": "/x"} | fields
    request = Request.from_update({"update_id": 1, "message": body})
    assert request is not None
    return request


def press(**fields: Any) -> Request:
    body = {"id": "q1", "from": {"id": 1}, "data": "next", "message": {"message_id": 9, "chat": {"id": -5}}} | fields
    request = Request.from_update({"update_id": 1, "callback_query": body})
    assert request is not None
    return request


def test_a_text_goes_to_the_chat_it_was_asked_in() -> None:
    assert list(render(message(), Reply("hi"))) == [("sendMessage", {"chat_id": -5, "text": "hi"})]


def test_an_answer_stays_in_its_topic() -> None:
    [(_, parameters)] = render(message(message_thread_id=3, is_topic_message=True), Reply("hi"))
    assert parameters["message_thread_id"] == 3


def test_buttons_become_an_inline_keyboard() -> None:
    reply = Reply("pick", buttons=[Button("Next", data="n"), Button("Site", url="https://example.org")])
    [(_, parameters)] = render(message(), reply)
    keyboard = [[{"text": "Next", "callback_data": "n"}, {"text": "Site", "url": "https://example.org"}]]
    assert parameters["reply_markup"] == {"inline_keyboard": keyboard}


def test_an_edit_changes_the_pressed_message() -> None:
    [(method, parameters)] = render(press(), Reply("page 2", edit=True))
    assert method == "editMessageText"
    assert parameters == {"chat_id": -5, "message_id": 9, "text": "page 2"}


def test_an_edit_without_a_pressed_message_is_a_new_message() -> None:
    assert [method for method, _ in render(message(), Reply("hi", edit=True))] == ["sendMessage"]


def test_a_notice_answers_the_button_press_and_is_cut_to_what_telegram_shows() -> None:
    [(method, parameters)] = render(press(), Reply("x" * 300, notice=True))
    assert method == "answerCallbackQuery"
    assert parameters == {"callback_query_id": "q1", "text": "x" * 199 + "…"}


def test_an_inline_query_is_answered_with_an_article() -> None:
    request = Request.from_update({"inline_query": {"id": "i1", "from": {"id": 1}, "query": "0042"}})
    assert request is not None
    [(method, parameters)] = render(request, Reply("Post 0042\nhttps://example.org"))
    assert method == "answerInlineQuery"
    assert parameters["results"][0]["title"] == "Post 0042"


def test_a_press_on_an_inline_message_has_no_chat_to_send_to_but_the_message_can_be_edited() -> None:
    pressed = press(message=None, inline_message_id="m1")
    assert list(render(pressed, Reply("hi"))) == []
    [(method, parameters)] = render(pressed, Reply("hi", edit=True))
    assert method == "editMessageText"
    assert parameters == {"inline_message_id": "m1", "text": "hi"}


def test_an_inline_message_has_no_room_beside_it_for_what_is_too_long() -> None:
    [(_, parameters)] = render(press(message=None, inline_message_id="m1"), Reply("x" * 5000, edit=True))
    assert parameters["text"] == "x" * (MAX_TEXT - 1) + "…"


def test_a_file_goes_out_with_its_caption_and_buttons() -> None:
    for kind in ("photo", "document"):
        reply = Reply("Look", [Button("ok", data="1")], parse_mode="HTML", **{kind: PICTURE})  # type: ignore[arg-type]
        [(method, parameters)] = render(message(message_thread_id=3, is_topic_message=True), reply)
        assert method == f"send{kind.title()}"
        markup = {"inline_keyboard": [[{"text": "ok", "callback_data": "1"}]]}
        place = {"chat_id": -5, "message_thread_id": 3}
        assert parameters == place | {
            kind: PICTURE, "caption": "Look", "parse_mode": "HTML", "reply_markup": markup
        }  # fmt: skip


def test_a_file_needs_no_caption() -> None:
    assert list(render(message(), Reply(photo="file-id"))) == [("sendPhoto", {"chat_id": -5, "photo": "file-id"})]


def test_what_is_too_long_for_a_caption_follows_as_messages_with_the_buttons() -> None:
    file, text = render(message(), Reply("x" * 1025, [Button("ok", data="1")], photo=PICTURE))
    assert file == ("sendPhoto", {"chat_id": -5, "photo": PICTURE})
    assert text[0] == "sendMessage"
    assert text[1].keys() == {"chat_id", "text", "reply_markup"}


def test_a_caption_is_as_long_as_it_is_without_its_markup() -> None:
    text = "<b>x</b>" * 1024
    assert [call[0] for call in render(message(), Reply(text, photo=PICTURE, parse_mode="HTML"))] == ["sendPhoto"]
    file, words = render(message(), Reply(text + "y", photo=PICTURE, parse_mode="HTML"))
    assert (file[0], words[0], words[1]["parse_mode"]) == ("sendPhoto", "sendMessage", "HTML")


def test_an_edit_puts_a_file_in_the_place_of_the_message() -> None:
    reply = Reply("*Look*", [Button("ok", data="1")], document=PICTURE, edit=True, parse_mode="MarkdownV2")
    [(method, parameters)] = render(press(), reply)
    assert method == "editMessageMedia"
    assert parameters["message_id"] == 9
    assert parameters["media"] == {
        "type": "document", "media": PICTURE, "caption": "*Look*", "parse_mode": "MarkdownV2"
    }  # fmt: skip
    assert "reply_markup" in parameters


@pytest.mark.parametrize("reply", [Reply("x" * 5000, edit=True), Reply("x" * 1025, photo=PICTURE, edit=True)])
def test_what_is_too_long_for_an_edit_is_sent_anew(reply: Reply) -> None:
    assert not any(method.startswith("edit") for method, _ in render(press(), reply))


def test_a_long_text_is_cut_after_a_line_and_its_buttons_come_last() -> None:
    text = "a" * 4000 + "\n" + "b" * 200
    first, last = (parameters for _, parameters in render(message(), Reply(text, buttons=[Button("ok", data="1")])))
    assert first["text"] == "a" * 4000 + "\n"
    assert "reply_markup" not in first
    assert last["text"] == "b" * 200
    assert "reply_markup" in last


def test_a_long_answer_stays_in_its_topic_with_all_its_parts() -> None:
    calls = list(render(message(message_thread_id=3, is_topic_message=True), Reply("x" * 5000)))
    assert [parameters["message_thread_id"] for _, parameters in calls] == [3, 3]


@pytest.mark.parametrize("text", ["x" * (4 * MAX_TEXT + 1), "😀" * 9000, "word " * 4000])
def test_what_needs_more_than_four_messages_goes_out_as_a_file(text: str) -> None:
    [(method, parameters)] = render(message(), Reply(text, [Button("ok", data="1")]))
    assert method == "sendDocument"
    assert parameters["document"] == File("answer.txt", text.encode())
    assert parameters["caption"] == TOO_LONG
    assert "reply_markup" in parameters


def test_four_messages_are_no_file() -> None:
    assert [method for method, _ in render(message(), Reply("x" * 4 * MAX_TEXT))] == ["sendMessage"] * 4


def test_telegram_is_asked_whether_a_long_text_fits_without_its_markup() -> None:
    text = "<b>x</b>" * 4000
    [(method, parameters)] = render(message(), Reply(text, parse_mode="HTML"))
    assert (method, parameters["text"], parameters["parse_mode"]) == ("sendMessage", text, "HTML")


def test_a_text_with_more_markup_than_telegram_reads_goes_out_without_it() -> None:
    calls = list(render(message(), Reply("<b>x</b>" * 4096 + "y", parse_mode="HTML")))
    assert [parameters for _, parameters in calls] == [{"chat_id": -5, "text": text} for text in ("x" * 4096, "y")]


def test_how_much_markup_telegram_reads_is_counted_in_bytes() -> None:
    [(method, _)] = render(message(), Reply("é" * 17_000, parse_mode="HTML"))
    assert method == "sendDocument"


def test_articles_become_the_results_of_an_inline_query() -> None:
    articles = [Article("One", "<b>1</b>", "first", [Button("ok", data="1")], "HTML"), Article("Two", "2")]
    [(_, parameters)] = render(QUERY, Reply(articles=articles))
    one, two = parameters["results"]
    assert one == {
        "type": "article", "id": "1", "title": "One", "description": "first",
        "input_message_content": {"message_text": "<b>1</b>", "parse_mode": "HTML"},
        "reply_markup": {"inline_keyboard": [[{"text": "ok", "callback_data": "1"}]]},
    }  # fmt: skip
    assert two["input_message_content"] == {"message_text": "2"}


def test_an_inline_query_gets_at_most_fifty_results_and_no_text_that_is_too_long() -> None:
    [(_, parameters)] = render(QUERY, Reply(articles=[Article("Long", "x" * 5000)] * 60))
    assert len(parameters["results"]) == 50
    assert parameters["results"][0]["input_message_content"]["message_text"] == "x" * (MAX_TEXT - 1) + "…"


def test_a_reply_to_an_inline_query_is_called_by_its_first_line() -> None:
    [(_, parameters)] = render(QUERY, Reply("\n<b>Post</b> 42\nmore", parse_mode="HTML"))
    assert parameters["results"][0]["title"] == "Post 42"
    [(_, parameters)] = render(QUERY, Reply(photo=PICTURE))
    assert parameters["results"] == []
