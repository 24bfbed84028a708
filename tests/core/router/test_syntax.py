import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.router.syntax import ABOVE, ANY, CharSet, mask_of, parse, prefix


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("/start", "/start"),
        ("/postno(?P<n>[0-9]{4})", "/postno"),
        ("/d(?P<sides>[1-9])", "/d"),
        ("/d(?P<sides>6|60)", "/d6"),
        ("(?P<all>/help)me", "/helpme"),
        ("^/start$", "/start"),
        ("(?i)/Start", "/Start"),
        ("/add|/abort", "/a"),
        ("(?:/add|/remove)x", "/"),
        ("(?:ab|ac)d", "a"),
        ("yes|no", ""),
        ("/posts?", "/post"),
        ("/post+", "/pos"),
        ("/(?:post)*", "/"),
        ("(?!/x)/start", "/start"),
        (r"\[x\].", "[x]"),
        (".*", ""),
        ("", ""),
    ],
)
def test_the_literal_is_what_every_match_begins_with(pattern: str, literal: str) -> None:
    assert prefix(parse(pattern))[0] == literal


SETS = st.sampled_from(
    [
        "a",
        "k",
        ".",
        r"\d",
        r"\D",
        r"\w",
        r"\W",
        r"\s",
        r"\S",
        "[a-f]",
        "[^a-f]",
        r"[^\w]",
        "[é-ж]",
        "[^ж]",
        r"[\s_]",
        "é",
        "ж",
    ]
)


@given(SETS, st.sampled_from(["", "(?i)", "(?s)"]), st.characters())
def test_a_mask_holds_every_character_that_python_takes(pattern: str, flags: str, character: str) -> None:
    tree = parse(flags + pattern)
    assert isinstance(tree, CharSet)
    taken = re.compile(flags + pattern, re.ASCII).fullmatch(character) is not None
    held = bool(tree.mask & mask_of(character))
    assert held == taken if ord(character) < 256 else held >= taken


def test_a_mask_knows_what_is_above_only_as_one() -> None:
    assert mask_of("ж\u212a") == ABOVE
    assert parse("(?s).") == CharSet(ANY)


def test_the_parser_is_used_without_a_deprecation_warning() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        parse(r"(?P<a>x)(?(a)y|z)(?P=a)(?=b)(?!)(?>c+)d++\be")
    assert told == []


def test_unicode_digits_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        parse(r"(?u:\d)")
