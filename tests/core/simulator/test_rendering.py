import re
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.messages import Message
from pluggram.simulator.rendering import Style, safe


def message(
    text: str, entities: list[dict[str, object]] | None = None, *rows: Sequence[Mapping[str, object]]
) -> Message:
    keyboard: dict[str, object] | None = {"inline_keyboard": list(rows)} if rows else None
    return Message(Chat(1, "private"), 1, 0, Account(1, "Post"), text, entities or [], keyboard=keyboard)


def test_further_lines_are_indented_and_buttons_numbered_across_rows() -> None:
    rows = [[{"text": "a", "callback_data": "1"}, {"text": "b", "url": "http://b.c/"}], [{"text": "c"}]]
    shown = Style().message(message("one\ntwo", None, *rows))
    assert shown == "one\n  two\n  [1] a  [2] b -> http://b.c/\n  [3] c"


def test_a_text_link_shows_its_address() -> None:
    entity = {"type": "text_link", "offset": 0, "length": 2, "url": "http://b.c/"}
    assert Style().message(message("😀!", [entity])) == "😀 <http://b.c/>!"


def test_colours_are_only_there_when_wanted() -> None:
    row = [{"text": "a", "callback_data": "1"}]
    assert "\x1b[36m[1] a\x1b[0m" in Style(colours=True).message(message("x", None, row))
    assert "\x1b" not in Style().message(message("x", None, row))


@given(st.text())
def test_nothing_reaches_the_terminal_that_it_would_obey(text: str) -> None:
    shown = safe(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    shown.encode()
