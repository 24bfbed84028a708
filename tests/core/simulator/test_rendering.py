import re
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.content import Document, Photo, Service, Text
from pluggram.simulator.model.events import MessageDeleted
from pluggram.simulator.model.files import Files
from pluggram.simulator.model.messages import Message
from pluggram.simulator.rendering import Style, safe
from pluggram.simulator.text.builder import Formatted
from tests.core.simulator.pictures import png


def message(
    text: str, entities: list[dict[str, object]] | None = None, *rows: Sequence[Mapping[str, object]]
) -> Message:
    keyboard: dict[str, object] | None = {"inline_keyboard": list(rows)} if rows else None
    words = Formatted(text, entities or [])
    return Message(Chat(1, "private"), 1, 0, Account(1, "Post"), Text(words), keyboard=keyboard)


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


def test_photos_and_files_show_their_names_and_sizes_before_the_caption() -> None:
    shown, files = message("a\nb"), Files()
    shown.content = Photo(files.add_photo("chart.png", png(1200, 600) + bytes(34_000)), shown.content.words)
    assert Style().message(shown) == "[photo 1200x600 chart.png, 34 KB] a\n  b"
    shown.content = Document(files.add_document("links.json", bytes(1_500_000)))
    assert Style().message(shown) == "[file links.json, 1.5 MB]"
    shown.content = Document(files.add_document("tiny.txt", b"x"))
    assert Style().message(shown) == "[file tiny.txt, 1 B]"
    assert Style().event(MessageDeleted(shown)) == "(deleted) [file tiny.txt, 1 B]"


def test_news_of_the_chat_say_what_happened() -> None:
    shown = message("")
    shown.content = Service({"left_chat_member": {}})
    assert Style().message(shown) == "(left chat member)"


@given(st.text())
def test_nothing_reaches_the_terminal_that_it_would_obey(text: str) -> None:
    shown = safe(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    shown.encode()
