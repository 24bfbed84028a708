"""Which calls may be made where nobody hears what becomes of them."""

import pytest

from pluggram.parts import Article, Button, File
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.unheard import unheard
from tests.core.telegram.scripted import MESSAGE, PRESS, request_of

INLINE = request_of({"update_id": 3, "inline_query": {"id": "9", "from": {"id": 7}, "query": "x"}})
TOPIC = request_of(
    {
        "update_id": 4,
        "message": {
            "message_id": 1,
            "message_thread_id": 5,
            "is_topic_message": True,
            "chat": {"id": -100, "type": "supergroup", "is_forum": True},
            "text": "/x",
        },
    }
)


@pytest.mark.parametrize(
    ("request_", "reply", "method"),
    [
        (MESSAGE, Reply("text"), "sendMessage"),
        (MESSAGE, Reply("text", [Button("word", data="/x")]), "sendMessage"),
        (MESSAGE, Reply("text", notice=True), "sendMessage"),
        (PRESS, None, "answerCallbackQuery"),
        (PRESS, Reply("text", notice=True), "answerCallbackQuery"),
        (PRESS, Reply("text", edit=True), "answerCallbackQuery"),
        (PRESS, Reply("<b>text</b>", parse_mode="HTML"), "answerCallbackQuery"),
        (INLINE, Reply(articles=[Article("one", "text")]), "answerInlineQuery"),
        (INLINE, Reply(articles=[]), "answerInlineQuery"),
    ],
)
def test_a_single_call_that_cannot_be_refused_for_its_form_may(
    request_: Request, reply: Reply | None, method: str
) -> None:
    call = unheard(request_, reply, acknowledged=False)
    assert call is not None
    assert call[0] == method


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (MESSAGE, None),
        (MESSAGE, Reply("x" * 5000)),
        (MESSAGE, Reply("<b>text</b>", parse_mode="HTML")),
        (MESSAGE, Reply("text", [Button("page", url="https://example.org")])),
        (MESSAGE, Reply("text", photo=File("a.png", b"png"))),
        (MESSAGE, Reply("text", photo="https://example.org/a.png")),
        (MESSAGE, Reply(document=File("a.txt", b"text"))),
        (TOPIC, Reply("text")),
        (INLINE, Reply(articles=[Article("one", "<b>text</b>", parse_mode="HTML")])),
        (INLINE, Reply(articles=[Article("one", "text", buttons=[Button("page", url="https://example.org")])])),
    ],
)
def test_what_would_be_mended_and_what_is_more_than_one_call_may_not(request_: Request, reply: Reply | None) -> None:
    assert unheard(request_, reply, acknowledged=False) is None


def test_once_a_press_is_answered_only_a_new_message_may() -> None:
    assert unheard(PRESS, None, acknowledged=True) is None
    assert unheard(PRESS, Reply("text", edit=True), acknowledged=True) is None
    call = unheard(PRESS, Reply("text", notice=True), acknowledged=True)
    assert call is not None
    assert call[0] == "sendMessage"
    assert call[1]["text"] == "text"
