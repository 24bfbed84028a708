import re
from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pluggram.router.backtracking import catastrophic
from pluggram.router.syntax import CharSet, Choice, Concat, Node, Repeat, mask_of, parse

SLOW = 100_000


class TooSlowError(Exception):
    """More steps than SLOW."""


class Walk:
    """Python's own way to match, step by step, counted: as `_sre` does it, without its shortcuts."""

    def __init__(self, text: str) -> None:
        self.text, self.steps = text, 0

    def matches(self, tree: Node) -> bool:
        return any(end == len(self.text) for end in self.ends(tree, 0))

    def ends(self, node: Node, at: int) -> Iterator[int]:
        match node:
            case CharSet(mask):
                self.steps += 1
                if self.steps > SLOW:
                    raise TooSlowError
                if at < len(self.text) and mask & mask_of(self.text[at]):
                    yield at + 1
            case Concat(()):
                yield at
            case Concat((first, *rest)):
                for middle in self.ends(first, at):
                    yield from self.ends(Concat(tuple(rest)), middle)
            case Choice(ways):
                for way in ways:
                    yield from self.ends(way, at)
            case Repeat():
                found = self.times(node, at, 0, -1)
                yield from islice(found, 1) if node.possessive else found

    def times(self, node: Repeat, at: int, count: int, last: int) -> Iterator[int]:
        if count < node.low:
            for middle in self.ends(node.body, at):
                yield from self.times(node, middle, count + 1, last)
            return
        if (node.high is None or count < node.high) and at != last:
            for middle in self.ends(node.body, at):
                yield from self.times(node, middle, count + 1, at)
        yield at


def is_slow(pattern: str, text: str) -> bool:
    try:
        Walk(text).matches(parse(pattern))
    except TooSlowError:
        return True
    return False


EXPONENTIAL = [
    ("(a+)+", "a"),
    ("(a+)+$", "a"),
    ("(a*)*", "a"),
    ("(?:a|a)*b", "a"),
    ("(a|aa)+", "a"),
    (r"(\w+\s?)+", "a"),
    (r"(?:\S+ ?)+x", "a"),
    ("([a-z]+)*x", "a"),
    ("(.*)*x", "a"),
    ("(?:a|b|ab)*c", "ab"),
    ("(?:aa|aaa)+b", "a"),
    ("(a*a*)*b", "a"),
    ("((a?)*b)*c", "b"),
    ("((a?)+b)*c", "b"),
    ("(?:(?:a?){0,5}b)*c", "b"),
    ("(a+?)+?b", "a"),
    ("(a{1,40})+b", "a"),
    ("(a{0,16}){0,16}b", "a"),
    ("(?:a{1,16}){1,16}b", "a"),
    ("(?:a?){30}b", "a"),
    ("(?:a?){25}a{25}b", "a"),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a"),
    ("/x (?:(?P<a>[a-z]+),?)+!", "a"),
]
CUBIC = [
    (r"\s*\s*\s*x", " "),
    (".*.*.*x", "a"),
    (".*foo.*foo.*foo.*x", "foo"),
    (r"(?:.*,){11}P", ","),
    (".+ .+ .+!", " "),
    ("a{0,99}a{0,99}a{0,99}b", "a"),
]


@pytest.mark.parametrize(("pattern", "pump"), EXPONENTIAL)
def test_a_pattern_that_doubles_its_time_with_every_character_is_refused(pattern: str, pump: str) -> None:
    assert catastrophic(pattern) is not None
    prefix = "/x " if pattern.startswith("/x ") else ""
    assert is_slow(pattern, prefix + pump * 40 + "\n!"), "the list names a pattern that is not slow"


@pytest.mark.parametrize(("pattern", "pump"), CUBIC)
def test_three_repeats_that_take_the_same_text_are_refused(pattern: str, pump: str) -> None:
    assert catastrophic(pattern) is not None
    assert is_slow(pattern, pump * 120 + "\n!"), "the list names a pattern that is not slow"


@pytest.mark.parametrize(
    "pattern",
    ["(?=(a+)+b)a*", "(?!(?:a|a)*c)a*", "(?:(?=.*x.*y).)*z", r"(?<=a)(b+)+c", "x(?>(a+)+)b", "(?P<q>a*)*(?P=q)"],
)
def test_a_part_of_a_pattern_is_judged_too(pattern: str) -> None:
    assert catastrophic(pattern) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "/start",
        "/postno(?P<number>[0-9]{4})",
        r"/addlink (?P<number>\S+) (?P<url>\S+)(?: (?P<title>.+))?",
        "(?s).*",
        "/d(?P<sides>[1-9][0-9]{0,2})",
        "/listlinks(?: (?P<page>[0-9]{1,4}))?",
        r"(?P<a>\w+)@(?P<b>\w+)\.com",
        ".*foo.*",
        ".*(?:foo|bar|food).*",
        r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}",
        "(?:[0-9]{1,4}-){9}[0-9]{1,4}",
        r"(?:\d{1,2}:?){2,3}",
        "(?P<year>[0-9]{4})-?(?P<month>[0-9]{2})-?(?P<day>[0-9]{2})",
        r"/x(?: (?P<a>\w+))?(?: (?P<b>\w+))?(?: (?P<c>.*))?",
        "(?:foo|bar|baz)+",
        r"(?:\w+,)*\w+",
        r"https?://(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?",
        r"(?P<q>['\"]).*(?P=q)",
        r"(?!/start)/\w+",
        "(?=.*[a-z])(?=.*[0-9]).{8,20}",
        "(?>a+)+b",
        r"(?:\w++\s?)+",
        r"\s*+\s*+\s*+x",
        "(?i)(?:a|B)*c",
        "(a|ab)*(b)?c",
        ".{1,4000}",
        "(?:" + "|".join(f"word{n}" for n in range(100)) + ")",
        "",
    ],
)
def test_a_pattern_as_people_write_them_is_taken(pattern: str) -> None:
    assert catastrophic(pattern) is None


def test_the_reason_names_a_text_that_shows_it() -> None:
    assert "'ab'" in str(catastrophic("x(?:a|b|ab)*c")) or "'aba'" in str(catastrophic("x(?:a|b|ab)*c"))
    assert "' '" in str(catastrophic(r"\s*\s*\s*x"))


def test_a_pattern_too_large_to_be_checked_is_refused() -> None:
    assert "too large" in str(catastrophic("(?:(?:(?:a|b){16}){16}){16}"))


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    counts = st.sampled_from(["*", "+", "?", "*?", "+?", "{0,2}", "{2,}", "{2}", "{1,3}", "{0,20}"])
    return st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds("(?:{}){}".format, inner, counts),
        st.builds("{}{}".format, st.sampled_from("ab."), st.sampled_from(["*+", "++", "{2,}+"])),
    )


PATTERNS = st.recursive(st.sampled_from(["a", "b", "[ab]", "ab", ".", ""]), _grown, max_leaves=7)


@settings(max_examples=400, deadline=None)
@given(PATTERNS, st.text("ab", min_size=1, max_size=3), st.text("ab", max_size=2))
@example("(?:(?:a?)*b)*", "b", "")
@example("(?:a?){2,}b", "a", "")
def test_what_is_taken_is_fast_on_hostile_texts(pattern: str, pump: str, head: str) -> None:
    assume(catastrophic(pattern) is None)
    text = (head + pump * 48)[:48] + "\n"
    assert not is_slow(pattern, text)


@settings(max_examples=200, deadline=None)
@given(PATTERNS, st.text("ab", max_size=6))
def test_the_counted_walk_matches_what_python_matches(pattern: str, text: str) -> None:
    assume(catastrophic(pattern) is None)
    assert Walk(text).matches(parse(pattern)) == (re.fullmatch(pattern, text, re.ASCII) is not None)
