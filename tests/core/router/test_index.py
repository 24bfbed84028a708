from collections.abc import Sequence
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.router.index import Groups, Index
from pluggram.router.pattern import Pattern

Found = list[tuple[int, Groups]]


def index(*sources: str) -> Index[str]:
    return Index([(Pattern.compile(source), source) for source in sources])


def found(patterns: Index[str], text: str) -> list[str]:
    return [value for value, _ in patterns.matches(text)]


def one_by_one(patterns: Sequence[tuple[Pattern, int]], text: str) -> Found:
    return [(value, groups) for pattern, value in patterns if (groups := pattern.match(text)) is not None]


def test_a_text_finds_its_pattern_and_the_groups() -> None:
    assert list(index("/start", "/d(?P<sides>[0-9]+)").matches("/d20")) == [("/d(?P<sides>[0-9]+)", {"sides": "20"})]


def test_an_empty_index_finds_nothing() -> None:
    assert found(index(), "/start") == []
    assert found(index(), "") == []


def test_all_that_match_come_in_the_order_they_were_given() -> None:
    sources = ["/dice.*", ".*", "/d.*", "/dic.+", "/.*", "(?s).*", "/dice"]
    assert found(index(*sources), "/dice") == sources
    assert found(index(*reversed(sources)), "/dice") == sources[::-1]


def test_a_command_word_in_another_case_is_found() -> None:
    assert found(index("/start", "/Stop"), "/START") == ["/start"]
    assert found(index("/start", "/Stop"), "/stop") == ["/Stop"]


def test_a_text_shorter_than_every_literal_finds_what_has_none() -> None:
    assert found(index("/postno", "[a-z]?"), "p") == ["[a-z]?"]


@pytest.mark.parametrize("count", [8, 9, 300])
def test_one_of_many_patterns_without_a_literal_is_found(count: int) -> None:
    patterns = index(*(f"(?P<n>[0-9]+) word{n}" for n in range(count)))
    assert found(patterns, f"42 word{count - 1}") == [f"(?P<n>[0-9]+) word{count - 1}"]
    assert found(patterns, "42 nothing") == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\s+x", "\x0bx"),
        ("(?=a)[a-z]+", "abc"),
        ("(?!b)[a-z]+", "abc"),
        ("(?P<q>['\"])x(?P=q)", "'x'"),
        ("(?P<o>[(])?x(?(o)[)])", "(x)"),
        ("[a-z]{,3}", "ab"),
        ("[0-9]{2000}", "7" * 2000),
        (".?x", "жx"),
        ("(?s).x", "\nx"),
        (r"[^\d]\Z", "\U0001f600"),
        ("[]^-]x", "^x"),
        ("(?>a+|b)x", "aax"),
        ("[a-c]++x", "abcx"),
        ("/?(?:start|stop)", "/STOP"),
        (".", "\ud800"),
        ("", ""),
    ],
)
def test_the_set_matcher_hides_nothing_that_python_matches(source: str, text: str) -> None:
    many = [f"(?:{letter}|no){letter}+" for letter in ascii_lowercase]
    assert found(index(*many, source), text) == [source]


def test_a_pattern_too_large_for_the_set_is_still_found() -> None:
    many = [f"(?:{letter}|no){letter}+" for letter in ascii_lowercase]
    large = f"[xy](?:{'|'.join(f'(?:{a}.{{9}}){{9}}' for a in ascii_lowercase)})?{'(?:z{9}){9}' * 12}"
    huge = "[xy]" + "(?:(?:(?:q{16}){16}){16}){16}?"
    assert found(index(*many, large, huge), "x" + "z" * 81 * 12) == [large]


PREFIXES = st.sampled_from(
    [
        "",
        "/",
        "/a",
        "/ab",
        "/abc",
        "/abcd",
        "/abcde",
        "/ABc",
        "/a b",
        "x",
        "\u212a",
        "é",
        "ß",
        "İ",
        "(?i:/aB)",
        "(?:/a|/b)",
    ]
)
TAILS = st.sampled_from(
    ["", "(?P<n>[0-9]+)", r"\s*(?P<t>.*)", r"(?: (?P<w>\w+))?", "(?i:k)?", "[^a]", r"(?=a)\w", "(?P<q>a)(?P=q)", "\x0b",
     "é", "(?s:.)*", "b{0,20}", "(?:cd|ce)?", "\u212a", "[A-Z]*", r"\S*"]
)  # fmt: skip
PATTERNS = st.builds(Pattern.compile, st.builds("{}{}".format, PREFIXES, TAILS), command=st.booleans())
TEXTS = st.builds(
    "{}{}".format,
    st.sampled_from(
        [
            "",
            "/",
            "/a",
            "/AB",
            "/abc",
            "/aBcD",
            "/abcde",
            "/a b",
            "/A B",
            "/b",
            "x",
            "k",
            "\u212a",
            "É",
            "ss",
            "ß",
            "İ",
            "ẞ",
        ]
    ),
    st.text("0aAbBcKk é\n\x0b\u212aß\ud800", max_size=4),
)


@settings(deadline=None)
@given(st.lists(PATTERNS, max_size=60), st.lists(TEXTS, min_size=1, max_size=10))
def test_the_index_finds_what_trying_one_by_one_finds(patterns: list[Pattern], texts: list[str]) -> None:
    numbered = [(pattern, number) for number, pattern in enumerate(patterns)]
    indexed = Index(numbered)
    for text in texts:
        assert list(indexed.matches(text)) == one_by_one(numbered, text)


@settings(deadline=None, max_examples=50)
@given(PREFIXES, st.lists(TAILS, min_size=9, max_size=60), st.lists(TEXTS, min_size=1, max_size=10))
def test_many_patterns_of_one_literal_are_found_too(prefix: str, tails: list[str], texts: list[str]) -> None:
    numbered = [(Pattern.compile(prefix + tail), number) for number, tail in enumerate(tails)]
    indexed = Index(numbered)
    for text in [*texts, *(prefix + text for text in texts)]:
        assert list(indexed.matches(text)) == one_by_one(numbered, text)
