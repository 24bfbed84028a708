"""A Reply kept as JSON comes back as it was, whatever it holds."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pluggram.parts import Article, Button, File, sendable, visible
from pluggram.reply import Reply
from pluggram.reply_json import dump, load

ANY = st.text(st.characters(codec=None), max_size=20)
SEEN = ANY.filter(lambda text: visible(sendable(text)))
MODES = st.sampled_from([None, "HTML", "MarkdownV2"])
DATA = st.text(min_size=1, max_size=16).filter(lambda data: len(data.encode()) <= 64)
URLS = ANY.filter(str.strip)
BUTTONS = st.builds(Button, SEEN, DATA) | st.builds(Button, SEEN, url=URLS)
ROWS = st.lists(BUTTONS, max_size=3) | st.lists(st.lists(BUTTONS, max_size=3), max_size=3)
NAMES = ANY.filter(lambda name: name.strip() and not {"/", "\\"} & set(name))
FILES = st.builds(File, NAMES, st.binary(min_size=1, max_size=50)) | ANY
ARTICLES = st.builds(Article, SEEN, SEEN, ANY, ROWS, MODES)
ASIDE = {"buttons": ROWS, "edit": st.booleans(), "parse_mode": MODES, "notice": st.booleans()}
REPLIES = st.one_of(
    st.builds(Reply, SEEN, **ASIDE, photo=st.none() | FILES),
    st.builds(Reply, SEEN, **ASIDE, document=st.none() | FILES),
    st.builds(Reply, ANY, **ASIDE, photo=FILES.filter(bool)),
    st.builds(Reply, ANY, **ASIDE, articles=st.lists(ARTICLES, max_size=3)),
)
KEYS = ["text", "buttons", "photo", "articles", "parse_mode", "label", "data", "name", "content", "title"]
JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner),
)


@settings(deadline=None)
@given(REPLIES)
@example(Reply("\udb40\udc41x \ud800", [Button("\ud83d\ude00", url="https://x/\udfff")], photo=""))
def test_what_is_kept_comes_back_as_it_was(reply: Reply) -> None:
    assert load(dump(reply)) == reply


@settings(deadline=None)
@given(REPLIES)
def test_what_is_kept_can_be_written_to_a_file(reply: Reply) -> None:
    kept = dump(reply)
    assert "\n" not in kept
    assert kept.encode().decode() == kept


def test_what_is_kept_says_no_more_than_it_must() -> None:
    assert dump(Reply("Hé")) == '{"text":"Hé"}'


@settings(deadline=None)
@given(JSON)
def test_what_was_not_kept_by_us_is_refused_in_one_way(value: object) -> None:
    try:
        reply = load(json.dumps(value))
    except ValueError as error:
        assert str(error).startswith("this is no Reply: ")  # noqa: PT017 - hypothesis may also find a Reply
    else:
        assert load(dump(reply)) == reply


@pytest.mark.parametrize(
    "text", ["", "null", "{}", "[" * 100_000, '{"text": "x", "document": {"name": "f", "content": "?"}}']
)
def test_what_is_no_reply_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="this is no Reply"):
        load(text)
