import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.text.builder import MarkupError
from pluggram.simulator.text.markdown_v2 import escape_markdown_v2, parse_markdown_v2
from pluggram.simulator.text.utf16 import utf16_length


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("*b* _i_ __u__ ~s~ ||x|| `c`", "b i u s x c", [
            ("bold", 0), ("italic", 2), ("underline", 4), ("strikethrough", 6), ("spoiler", 8), ("code", 10)]),
        ("*a _b_*", "a b", [("bold", 0), ("italic", 2)]),
        ("_a __b__ c_", "a b c", [("italic", 0), ("underline", 2)]),
        ("```py\nx```", "x", [("pre", 0)]),
        ("`a.b!`", "a.b!", [("code", 0)]),
        (r"1\. a\\b", r"1. a\b", []),
        ("[x](https://example.com/a_b)", "x", [("text_link", 0)]),
        ("[x](javascript:1)", "x", []),
        (">a\n>b\nc", "a\nb\nc", [("blockquote", 0)]),
        (">a\n>b||", "a\nb", [("expandable_blockquote", 0)]),
        ("![👍](tg://emoji?id=5)", "👍", [("custom_emoji", 0)]),
        ("![x](tg://time?unix=5&format=d)", "x", [("date_time", 0)]),
    ],
)  # fmt: skip
def test_markdown_becomes_text_and_entities(markup: str, text: str, entities: list[tuple[str, int]]) -> None:
    result = parse_markdown_v2(markup)
    assert result.text == text
    assert [(each["type"], each["offset"]) for each in result.entities] == entities


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("1.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a!", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("é*a", "Can't find end of Bold entity at byte offset 2"),
        ("a ```py", "Can't find end of Pre entity at byte offset 2"),
        ("a ```py\nx", "Can't find end of PreCode entity at byte offset 2"),
        ("*a _b*", "Can't find end of Bold entity at byte offset 5"),
        ("*a _b", "Can't find end of Italic entity at byte offset 3"),
        ("[x](y", "Can't find end of a URL at byte offset 4"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
        ("![x]", "The entity must contain a tg://emoji or tg://time URL"),
        ("![x](y)", "Invalid tg://emoji or tg://time URL specified"),
    ],
)
def test_broken_markdown_is_refused_in_telegrams_words(markup: str, words: str) -> None:
    with pytest.raises(MarkupError, match=r"^.") as caught:
        parse_markdown_v2(markup)
    assert str(caught.value) == words


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_escaped_markdown_comes_back_unchanged(text: str) -> None:
    result = parse_markdown_v2(escape_markdown_v2(text))
    assert (result.text, result.entities) == (text, [])


@given(st.text(alphabet="*_~|`[]()!>\\\n\r.a😀tg:/emoji?d=5"))
def test_any_markdown_is_parsed_or_refused(markup: str) -> None:
    try:
        result = parse_markdown_v2(markup)
    except MarkupError:
        return
    assert all(int(str(e["offset"])) + int(str(e["length"])) <= utf16_length(result.text) for e in result.entities)
