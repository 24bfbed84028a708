"""From a Request and its Reply to Bot API calls."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pluggram.parts import Button
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.render import MAX_TEXT, render, split


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


def test_a_notice_answers_the_button_press() -> None:
    [(method, parameters)] = render(press(), Reply("x" * 300, notice=True))
    assert method == "answerCallbackQuery"
    assert parameters == {"callback_query_id": "q1", "text": "x" * 200}


def test_an_inline_query_is_answered_with_an_article() -> None:
    request = Request.from_update({"inline_query": {"id": "i1", "from": {"id": 1}, "query": "0042"}})
    assert request is not None
    [(method, parameters)] = render(request, Reply("Post 0042\nhttps://example.org"))
    assert method == "answerInlineQuery"
    assert parameters["results"][0]["title"] == "Post 0042"


def test_a_press_on_an_inline_message_has_no_chat_to_send_to() -> None:
    assert list(render(press(message=None), Reply("hi"))) == []


def test_a_long_text_is_cut_after_a_line_and_its_buttons_come_last() -> None:
    text = "a" * 4000 + "\n" + "b" * 200
    first, last = (parameters for _, parameters in render(message(), Reply(text, buttons=[Button("ok", data="1")])))
    assert first["text"] == "a" * 4000 + "\n"
    assert "reply_markup" not in first
    assert last["text"] == "b" * 200
    assert "reply_markup" in last


@given(st.text(alphabet=st.sampled_from("ab \n😀é"), max_size=300), st.integers(2, 40))
def test_no_part_is_longer_than_the_limit_and_nothing_but_blank_space_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(len(part.encode("utf-16-le")) // 2 <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_the_limit_is_telegrams() -> None:
    assert [len(part) for part in split("x" * (MAX_TEXT + 1))] == [MAX_TEXT, 1]


def test_a_long_answer_stays_in_its_topic_with_all_its_parts_and_loses_its_markup() -> None:
    calls = list(render(message(message_thread_id=3, is_topic_message=True), Reply("x" * 5000, parse_mode="HTML")))
    assert [parameters["message_thread_id"] for _, parameters in calls] == [3, 3]
    assert not any("parse_mode" in parameters for _, parameters in calls)
