"""Texts against Telegram's limits, counted in UTF-16 units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.telegram.texts import MAX_TEXT, cut, fits, split

FAMILY = "👨‍👩‍👧‍👦"
WAVE = "👋🏽"
FLAG = "🇩🇪"
ACCENTED = "e\u0301\u0323"
TEXTS = st.lists(st.sampled_from(["a", "b ", "\n", "😀", "é", "\u200b", FAMILY, WAVE, FLAG, ACCENTED])).map("".join)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(TEXTS, st.integers(12, 60))
def test_no_part_is_longer_than_the_limit_and_nothing_that_is_seen_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(units(part) <= limit for part in parts)
    seen = str.maketrans("", "", " \n\u200b")
    assert "".join(parts).translate(seen) == text.translate(seen)


@given(TEXTS, st.integers(1, 60))
def test_a_text_fits_when_it_has_at_most_so_many_units(text: str, limit: int) -> None:
    assert fits(text, limit) == (units(text) <= limit)


@given(TEXTS, st.integers(12, 60))
def test_what_is_cut_fits_and_says_so(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert units(shown) <= limit
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1].rstrip()))


def test_the_limit_is_telegrams() -> None:
    assert [len(part) for part in split("x" * (MAX_TEXT + 1))] == [MAX_TEXT, 1]
    assert [units(part) for part in split("😀" * 2049)] == [MAX_TEXT, 2]


def test_it_is_cut_after_a_line_else_after_a_word() -> None:
    assert split("one two\nthree four", 12) == ["one two\n", "three four"]
    assert split("one two three", 10) == ["one two ", "three"]


def test_a_line_that_ends_early_does_not_make_a_message_of_its_own() -> None:
    assert split("Hi\n" + "x" * 20, 20) == ["Hi\n" + "x" * 17, "xxx"]


@pytest.mark.parametrize("character", [FAMILY, WAVE, FLAG, ACCENTED])
def test_no_character_is_cut_in_two(character: str) -> None:
    for before in range(20, 40):
        text = "x" * before + character * 3 + "x" * 10
        assert all(part.count(character) * len(character) + part.count("x") == len(part) for part in split(text, 40))


def test_flags_in_a_row_are_cut_between_two_of_them() -> None:
    for limit in range(20, 30):
        assert all(part == FLAG * (len(part) // 2) for part in split(FLAG * 30, limit))


def test_a_character_without_end_is_cut_all_the_same() -> None:
    assert [len(part) for part in split("e" + "\u0301" * 50, 20)] == [20, 20, 11]


@pytest.mark.parametrize("blank", ["\n" * 30, " " * 30, "\u200b" * 30, "\n\u200d " * 10])
def test_parts_in_which_nothing_would_be_seen_are_left_out(blank: str) -> None:
    assert split("a" * 20 + blank + "b" * 20, 20)[0] == "a" * 20
    assert all(set(part) & {"a", "b"} for part in split("a" * 20 + blank + "b" * 20, 20))
