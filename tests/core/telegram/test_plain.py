"""Markup as plain text: what a person would have read is still there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.text.html import parse_html
from pluggram.telegram.plain import plain


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("<b>bold</b> and <i>it", "bold and it"),
        ("use /help <id> or a < b", "use /help <id> or a < b"),
        ("&lt;b&gt; &amp; &quot;", '<b> & "'),
        ('<a href="https://example.org/?a=1&amp;b=2">here</a>!', "here (https://example.org/?a=1&b=2)!"),
        ("<a href='https://example.org'>here", "here"),
        ("<a href=x>1</a> <a>2</a></a>", "1 (x) 2"),
        ('<SPAN class="tg-spoiler">secret</SPAN>', "secret"),
        ('<pre><code class="language-python">x = 1</code></pre>', "x = 1"),
        ("<blockquote expandable>wise</blockquote>", "wise"),
        ("<b></b>", "<b></b>"),
    ],
)
def test_html_loses_its_tags_and_keeps_its_words_and_links(marked: str, words: str) -> None:
    assert plain(marked, "HTML") == words


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        (r"1\. *bold* and \_this\_", "1. *bold* and _this_"),
        (r"C:\new \\ \n", "C:\\new \\ \\n"),
        ("[here](https://example.org)", "[here](https://example.org)"),
    ],
)
def test_markdown_loses_its_backslashes_and_keeps_its_marks(marked: str, words: str) -> None:
    assert plain(marked, "MarkdownV2") == words


WORDS = st.text(st.sampled_from("ab <&>é😀\n"), max_size=30)


@given(WORDS, st.sampled_from(["b", "i", "code", "blockquote", "tg-spoiler"]))
def test_sound_html_without_links_reads_as_telegram_reads_it(text: str, tag: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    marked = f"x<{tag}>{escaped}</{tag}>"
    assert plain(marked, "HTML") == parse_html(marked).text == f"x{text}"


def test_much_broken_markup_is_read_in_no_time() -> None:
    assert plain("<a href=" * 100_000, "HTML") == "<a href=" * 100_000
    assert plain("<b " * 100_000, "HTML") == "<b " * 100_000
