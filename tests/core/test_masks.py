"""Secrets are taken out of texts in every form in which they could stand there."""

import re
from time import process_time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.errors import PluggramError
from pluggram.masks import MASK, Masks, mask, remember

TOKEN = "9876543210:" + "mA-sk_01" * 4 + "xyz"
HALF = TOKEN.partition(":")[2]
WORD = "correct horse/battery"


@pytest.mark.parametrize("text", [TOKEN, HALF, quote(TOKEN), quote(TOKEN).lower().replace(HALF.lower(), HALF), WORD,
                                  quote(WORD, safe=""), f"https://api.telegram.org/bot{TOKEN}/getMe"])  # fmt: skip
def test_a_known_secret_is_masked_in_each_of_its_forms(text: str) -> None:
    masks = Masks()
    masks.remember(TOKEN)
    masks.remember(WORD)
    masked = masks.mask(f"before {text} after, {text}")
    assert masked.count(MASK) == 2
    assert HALF not in masked
    assert masked.startswith("before ")
    assert "horse" not in masked


def test_a_token_is_masked_although_nobody_has_told_of_it() -> None:
    other = "7776665554:" + "Q" * 35
    assert mask(f"x {other} y {quote(other)} z") == f"x {MASK} y {MASK} z"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("at postgresql://bot:hunter2@db:5432/x!", "at postgresql://***@db:5432/x!"),
        ("redis://:p@cache", "redis://***@cache"),
        ("https://example.org:8080/@ann https://x.org/a:b@c ann@example.org a:b@c", None),
    ],
)
def test_user_and_password_in_a_url_are_masked_although_nobody_has_told_of_them(text: str, masked: str | None) -> None:
    assert Masks().mask(text) == (masked or text)


@pytest.mark.parametrize("piece", ["1", "://" + "a:" * 100_000, "1" * 9 + ":", "://:", "0%3A"])
def test_a_long_text_that_looks_like_a_secret_everywhere_is_read_in_no_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    before = process_time()
    assert Masks().mask(text) == text
    assert process_time() - before < 1


@pytest.mark.parametrize("word", ["", "x", "1:x", "token", "7 chars"])
def test_what_is_too_short_to_be_a_secret_stays(word: str) -> None:
    masks = Masks()
    masks.remember(word)
    assert masks.mask(f"a {word} b") == f"a {word} b"


@given(st.text(min_size=8), st.text(), st.text())
def test_whatever_the_secret_it_is_not_in_the_masked_text(secret: str, before: str, after: str) -> None:
    masks = Masks()
    masks.remember(secret)
    assert secret not in masks.mask(before + secret + after)


def test_an_error_for_people_says_no_secret() -> None:
    remember(TOKEN)
    assert re.fullmatch(r"no \*\*\* here", str(PluggramError(f"no {TOKEN} here")))
