from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.parts import Button, File, visible
from pluggram.reply import MAX_CHARACTERS, Reply

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


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\u200e \u2060\ufeff", "\u2800", "\x00\x1f", "\U000e0041"])
def test_a_reply_without_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="return None to stay silent"):
        Reply(text)


def test_a_markup_that_telegram_does_not_know_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="parse_mode='html' is none of HTML, MarkdownV2"):
        Reply("text", parse_mode="html")  # type: ignore[arg-type]


@given(ANY_TEXT.filter(visible))
def test_every_text_can_be_sent_as_utf_8(text: str) -> None:
    sent = Reply(text).text
    assert sent.encode()
    assert sent == text or any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def test_halves_of_one_character_are_joined_and_lone_ones_replaced() -> None:
    assert Reply("\ud83d\ude00 \ud83d").text == "😀 \ufffd"


@pytest.mark.parametrize("buttons", ["abc", ["abc"], [[1], [2]], [[None]]])
def test_buttons_that_are_none_are_refused_where_they_are_made(buttons: Any) -> None:
    with pytest.raises(ValueError, match="buttons are Buttons or rows of them, not"):
        Reply("t", buttons=buttons)


def test_a_file_needs_no_text_and_there_is_one() -> None:
    picture = File("picture.png", b"pixels")
    assert Reply(photo=picture).text == ""
    with pytest.raises(ValueError, match="a photo or a document; send two"):
        Reply("text", photo=picture, document="file-id")


@pytest.mark.parametrize("name", ["photo", "document"])
def test_what_is_no_file_is_refused_with_how_to_make_one(name: str) -> None:
    with pytest.raises(
        ValueError, match=rf'{name}=bytes: it is a File\("name", content\), or the file_id or URL of one'
    ):
        Reply("text", **{name: b"pixels"})  # type: ignore[arg-type]


def test_a_text_too_long_even_for_a_file_is_refused() -> None:
    assert Reply("x" * MAX_CHARACTERS)
    with pytest.raises(ValueError, match="12,500,001 characters is too long"):
        Reply("x" * (MAX_CHARACTERS + 1))
