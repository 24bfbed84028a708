from hypothesis import given
from hypothesis import strategies as st

from pluggram import Json
from pluggram_plugins._link import Wanted

VALUES = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.integers(),
    st.lists(st.integers(), max_size=2),
    st.fixed_dictionaries(
        {}, optional={"url": st.text(max_size=8) | st.none(), "title": st.text(max_size=8) | st.just(7)}
    ),
)
LINK: Json = {"url": "https://example.org/%C3%9Cber", "title": "Bread and Salt"}


@given(st.text(max_size=8), st.text(max_size=8), VALUES)
def test_whatever_is_stored_and_whatever_is_looked_for_there_is_an_answer(text: str, key: str, value: Json) -> None:
    assert Wanted(text, 4).rank(key, value) in (None, 0, 1, 2, 3)


@given(st.text(min_size=1, max_size=6), st.text(max_size=6), st.text(max_size=6))
def test_a_word_of_a_title_is_found(word: str, before: str, after: str) -> None:
    title = f"{before} {word} {after}"
    assert Wanted(word, 4).rank("0001", {"url": "https://example.org", "title": title}) is not None


def test_each_word_must_be_found_and_titles_count_more_than_addresses() -> None:
    ranks = {text: Wanted(text, 4).rank("0042", LINK) for text in (
        "42", "0042", "00", "salt", "SA br", "read", "salt org", "über", "%c3%9c", "salt pepper", "43", "00 42",
    )}  # fmt: skip
    assert ranks == {
        **{"42": 0, "0042": 0, "00": 1, "salt": 2, "SA br": 2, "read": 3, "salt org": 3, "über": 3, "%c3%9c": 3},
        **{"salt pepper": None, "43": None, "00 42": 3},
    }
