"""What answers are made of: what Telegram would refuse is refused where it is made, with words for its author."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.parts import MAX_BUTTON_DATA_BYTES, MAX_FILE_BYTES, Article, Button, File, visible
from pluggram.simulator.text.builder import Formatted
from pluggram.simulator.text.formatted import cleaned, is_blank


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


@given(st.text(st.characters(codec=None)).filter(visible))
def test_every_label_can_be_sent_as_utf_8(text: str) -> None:
    assert Button(text, data="x").label.encode()


@pytest.mark.parametrize("name", ["", " ", "a/b.csv", "..\\b.csv", "/etc/passwd"])
def test_a_file_has_a_name_and_no_path(name: str) -> None:
    with pytest.raises(ValueError, match="a File needs a name without a path"):
        File(name, b"x")


@pytest.mark.parametrize("size", [0, MAX_FILE_BYTES + 1])
def test_a_file_that_telegram_would_not_take_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"File 'a.bin' has {size:,} bytes; Telegram takes 1 to 50,000,000"):
        File("a.bin", bytes(size))


def test_the_largest_file_is_taken_and_its_bytes_are_not_printed() -> None:
    assert repr(File("a.bin", bytes(MAX_FILE_BYTES))) == "File('a.bin', 50,000,000 bytes)"


@pytest.mark.parametrize("content", ["text", bytearray(b"x"), None])
def test_what_is_no_bytes_is_no_file(content: object) -> None:
    with pytest.raises(ValueError, match=r"the content of File 'a\.txt' is bytes, not"):
        File("a.txt", content)  # type: ignore[arg-type]


@pytest.mark.parametrize(("title", "text"), [("", "text"), ("\u200b", "text"), ("title", ""), ("title", "\u2060 ")])
def test_an_article_has_a_title_and_a_text(title: str, text: str) -> None:
    with pytest.raises(ValueError, match="an Article needs a title and a text"):
        Article(title, text)


def test_an_article_can_be_sent_as_utf_8_and_has_its_buttons_in_rows() -> None:
    go = Button("Go", data="go")
    article = Article("\ud83d\ude00", "\ud83d", "\ud83d", [go])
    assert (article.title, article.text, article.description) == ("😀", "\ufffd", "\ufffd")
    assert article.rows == ((go,),)
    with pytest.raises(ValueError, match="buttons are Buttons"):
        Article("title", "text", buttons=["go"])  # type: ignore[arg-type]


def test_a_markup_of_an_article_that_telegram_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="parse_mode='Markdown' is none of HTML, MarkdownV2"):
        Article("title", "text", parse_mode="Markdown")  # type: ignore[arg-type]


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\u200b\u2060\u202e\u030a\x00 \n\xa0")))
def test_what_is_visible_is_a_text_for_telegram_too(text: str) -> None:
    if visible(text):
        assert not is_blank(cleaned(Formatted(text, [])).text)
