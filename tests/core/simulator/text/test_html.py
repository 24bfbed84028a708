import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.text.builder import MarkupError
from pluggram.simulator.text.html import escape_html, parse_html
from pluggram.simulator.text.utf16 import utf16_length


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("<b>bold</b> end", "bold end", [{"type": "bold", "offset": 0, "length": 4}]),
        ("😀<i>x</i>", "😀x", [{"type": "italic", "offset": 2, "length": 1}]),
        ("a &lt; b &amp; c&#33;&#x21;", "a < b & c!!", []),
        ("&nbsp; & &#0;", "&nbsp; & &#0;", []),
        ("<B>x</>", "x", [{"type": "bold", "offset": 0, "length": 1}]),
        ("<b></b>x", "x", []),
        (
            '<a href="https://example.com">x</a>',
            "x",
            [{"type": "text_link", "offset": 0, "length": 1, "url": "https://example.com/"}],
        ),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ("<a>example.com</a>", "example.com",
         [{"type": "text_link", "offset": 0, "length": 11, "url": "http://example.com/"}]),
        (
            '<pre><code class="language-python">x</code></pre>',
            "x",
            [{"type": "pre", "offset": 0, "length": 1, "language": "python"}],
        ),
        ('<code class="language-python">x</code>', "x", [{"type": "code", "offset": 0, "length": 1}]),
        ('<span class="tg-spoiler">x</span>', "x", [{"type": "spoiler", "offset": 0, "length": 1}]),
        ("<blockquote expandable>x</blockquote>", "x", [{"type": "expandable_blockquote", "offset": 0, "length": 1}]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍",
         [{"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "5"}]),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(markup: str, text: str, entities: list[dict[str, object]]) -> None:
    result = parse_html(markup)
    assert (result.text, result.entities) == (text, entities)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("é<id>", 'Unsupported start tag "id" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=a/b>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(markup: str, words: str) -> None:
    with pytest.raises(MarkupError, match=r"^.") as caught:
        parse_html(markup)
    assert str(caught.value) == words


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_escaped_html_comes_back_unchanged(text: str) -> None:
    result = parse_html(f"<b>{escape_html(text)}</b>")
    assert result.text == text
    length = utf16_length(text)
    assert result.entities == ([{"type": "bold", "offset": 0, "length": length}] if length else [])


@given(st.text(alphabet="<>/&;='\" \nabipreco-classhf#x1😀é"))
def test_any_html_is_parsed_or_refused(markup: str) -> None:
    try:
        result = parse_html(markup)
    except MarkupError:
        return
    assert all(int(str(e["offset"])) + int(str(e["length"])) <= utf16_length(result.text) for e in result.entities)
