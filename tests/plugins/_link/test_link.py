import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram import Json
from pluggram_plugins._link import Link, LinkError, clean_title

URL = "https://example.org/a"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(URL),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["url", "title", "by", "at"]) | st.text(), inner),
)


def test_a_plain_text_is_a_link_without_more() -> None:
    assert Link.read(f" {URL} ") == Link(URL)


def test_an_object_says_title_and_who_and_when() -> None:
    value: Json = {"url": URL, "title": "A title", "by": 11, "at": "2026-11-23T10:00:00+00:00"}
    link = Link.read(value)
    assert link == Link(URL, "A title", 11, "2026-11-23T10:00:00+00:00")
    assert link.stored() == value


def test_a_link_that_is_only_a_url_is_stored_as_the_old_bots_did() -> None:
    assert Link(URL).stored() == URL


def test_nonsense_beside_a_good_url_is_left_out() -> None:
    assert Link.read({"url": URL, "title": ["x"], "by": True, "at": "yesterday"}) == Link(URL)
    assert Link.read({"url": URL, "title": "x" * 201, "by": "11", "at": 3}) == Link(URL)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "null"),
        (7, "a number"),
        (True, "true or false"),
        ([URL], "a list"),
        ({}, "null"),
        ({"url": {"url": URL}}, "an object"),
        ("javascript:alert(1)", "javascript:"),
        ({"url": "javascript:alert(1)"}, "javascript:"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_reason(value: Json, reason: str) -> None:
    with pytest.raises(LinkError, match=reason):
        Link.read(value)


@given(JSON)
def test_whatever_is_stored_is_a_link_or_refused_and_a_link_keeps_its_form(value: Json) -> None:
    try:
        link = Link.read(value)
    except LinkError:
        return
    assert Link.read(link.stored()) == link


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("  How\n bread\trises ", "How bread rises"),
        ("left\u202eright\u200b\x07", "leftright"),
        ("👩‍🚀 می‌خواهم", "👩‍🚀 می‌خواهم"),
        ("\u200d\u200c", ""),
    ],
)
def test_a_title_becomes_one_line_of_what_can_be_seen(written: str, title: str) -> None:
    assert clean_title(written) == title


def test_a_title_that_is_too_long_is_refused() -> None:
    assert clean_title("x" * 200) == "x" * 200
    with pytest.raises(ValueError, match="201 characters long; at most 200"):
        clean_title("x" * 201)


@given(st.text(max_size=200))
def test_a_clean_title_stays_as_it_is(text: str) -> None:
    title = clean_title(text)
    assert clean_title(title) == title
    assert "\n" not in title
