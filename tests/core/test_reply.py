from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.parts import MAX_BUTTON_DATA_BYTES, Button
from pluggram.reply import Reply

ONE, TWO, THREE = (Button(label, data=label) for label in ("one", "two", "three"))
ANY_TEXT = st.text(st.characters(codec=None))


def test_buttons_in_a_list_are_one_row() -> None:
    assert Reply("text", [ONE, TWO]).rows == ((ONE, TWO),)


def test_lists_of_buttons_are_rows() -> None:
    assert Reply("text", [[ONE], [TWO, THREE]]).rows == ((ONE,), (TWO, THREE))


def test_buttons_and_rows_keep_their_order_and_empty_rows_vanish() -> None:
    mixed: list[object] = [ONE, [TWO], [], THREE]
    assert Reply("text", mixed).rows == ((ONE,), (TWO,), (THREE,))  # type: ignore[arg-type]


def test_buttons_from_a_generator_can_be_read_twice() -> None:
    reply = Reply("text", (button for button in (ONE, TWO)))  # type: ignore[arg-type]
    assert reply.rows == reply.rows == ((ONE, TWO),)


@given(st.lists(st.lists(st.sampled_from([ONE, TWO, THREE]))))
def test_no_button_is_lost_and_no_row_is_empty(rows: list[list[Button]]) -> None:
    reply = Reply("text", rows)
    assert list(chain(*reply.rows)) == list(chain(*rows))
    assert all(reply.rows)


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_reply_without_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="return None to stay silent"):
        Reply(text)


def test_a_markup_that_telegram_does_not_know_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="parse_mode='html' is none of HTML, MarkdownV2"):
        Reply("text", parse_mode="html")  # type: ignore[arg-type]


@given(ANY_TEXT.filter(str.strip))
def test_every_text_can_be_sent_as_utf_8(text: str) -> None:
    sent = Reply(text).text
    assert sent.encode()
    assert Button(text, data="x").label.encode()
    assert sent == text or any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def test_halves_of_one_character_are_joined_and_lone_ones_replaced() -> None:
    assert Reply("\ud83d\ude00 \ud83d").text == "😀 \ufffd"


@pytest.mark.parametrize(
    ("label", "data", "url", "why"),
    [
        ("", "x", None, "needs a label"),
        (" ", "x", None, "needs a label"),
        ("Go", None, None, "either data=... or url=..."),
        ("Go", "x", "https://example.org", "either data=... or url=..."),
        ("Go", None, "", "the url of Button 'Go' is empty"),
        ("Go", "", None, "1 to 64 bytes"),
        ("Go", "x" * 65, None, "1 to 64 bytes"),
        ("Go", "é" * 33, None, "1 to 64 bytes"),
        ("Go", "\ud800", None, "1 to 64 bytes of UTF-8"),
    ],
)
def test_a_button_that_telegram_would_refuse_is_refused(
    label: str, data: str | None, url: str | None, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Button(label, data=data, url=url)


def test_the_longest_data_is_taken() -> None:
    assert Button("Go", data="é" * 32).data == "é" * 32
    assert len(("é" * 32).encode()) == MAX_BUTTON_DATA_BYTES


@pytest.mark.parametrize("buttons", ["abc", ["abc"], [[1], [2]], [[None]]])
def test_buttons_that_are_none_are_refused_where_they_are_made(buttons: Any) -> None:
    with pytest.raises(ValueError, match="buttons are Buttons or rows of them, not"):
        Reply("t", buttons=buttons)
