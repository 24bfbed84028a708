import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.text.builder import Formatted, MarkupError
from pluggram.simulator.text.formatted import cleaned
from pluggram.simulator.text.utf16 import utf16_length, utf16_slice


def test_space_around_is_cut_and_entities_move_with_their_words() -> None:
    source = Formatted(" \n\r😀 word  ", [{"type": "bold", "offset": 6, "length": 4}])
    assert cleaned(source) == Formatted("😀 word", [{"type": "bold", "offset": 3, "length": 4}])


def test_control_and_direction_characters_do_not_survive() -> None:
    assert cleaned(Formatted("a\tb\x1b[31m\u202ec", [])).text == "a b [31mc"


def test_an_entity_outside_the_text_is_refused() -> None:
    with pytest.raises(MarkupError, match="Entity beginning at UTF-16 offset 1 ends after the end of the text"):
        cleaned(Formatted("ab", [{"type": "bold", "offset": 1, "length": 5}]))
    with pytest.raises(MarkupError, match="Entity begins after the end of the text at UTF-16 offset 9"):
        cleaned(Formatted("ab", [{"type": "bold", "offset": 9, "length": 1}]))


def test_an_entity_that_splits_a_character_is_refused() -> None:
    with pytest.raises(MarkupError, match="Entity begins in a middle of a UTF-16 symbol"):
        cleaned(Formatted("😀", [{"type": "bold", "offset": 1, "length": 1}]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/postno0042 please", ["/postno0042"]),
        ("😀 /help@post_bot now", ["/help@post_bot"]),
        ("see /a and @ann", ["/a", "@ann"]),
        ("http://x/y a/b /a/b </a> x@ann", []),
        ("/" + "a" * 65, []),
    ],
)
def test_commands_and_mentions_are_found(text: str, found: list[str]) -> None:
    entities = cleaned(Formatted(text, [])).entities
    assert [utf16_slice(text, int(str(e["offset"])), int(str(e["length"]))) for e in entities] == found


@given(st.text())
def test_lengths_are_those_of_utf16(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = cleaned(Formatted(text, []))
    assert cleaned(once).text == once.text
