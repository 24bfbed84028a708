import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.text.builder import MarkupError
from pluggram.simulator.text.markdown import parse_markdown


@pytest.mark.parametrize(
    ("markup", "text", "kinds"),
    [
        ("*b* _i_ `c`", "b i c", ["bold", "italic", "code"]),
        ("```\nx```", "x", ["pre"]),
        ("[x](example.com)", "x", ["text_link"]),
        (r"snake\_case \x", r"snake_case \x", []),
        ("1. a! (b)", "1. a! (b)", []),
    ],
)
def test_legacy_markdown_becomes_text_and_entities(markup: str, text: str, kinds: list[str]) -> None:
    result = parse_markdown(markup)
    assert result.text == text
    assert [each["type"] for each in result.entities] == kinds


def test_an_open_entity_is_refused_with_its_byte_offset() -> None:
    with pytest.raises(MarkupError, match="Can't find end of the entity starting at byte offset 5"):
        parse_markdown("snäk_case")


@given(st.text(alphabet="*_`[]()\\\n a😀"))
def test_any_legacy_markdown_is_parsed_or_refused(markup: str) -> None:
    try:
        result = parse_markdown(markup)
    except MarkupError:
        return
    assert len(result.text) <= len(markup)
