import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pluggram.router.pattern import Pattern, PatternError
from pluggram.router.shape import divided, shape
from pluggram.router.syntax import Concat, parse, prefix

PIECES = [
    *("a", "b", "/a", " ", "#", "\n", ".", "*", "+", "?", "{2}", "{", "}", "]", "[ab]", "[a", "(", ")", "|", "^", "$"),
    *(r"\b", r"\B", r"\A", r"\Z", r"\1", r"\n", r"\x61", r"\/", "(?i)", "(?x)", "(?a)", "(?u)", "(?s-i:A)", "(?i:A)"),
    *("(?<=a)", "(?<!a)", "(?<=^a)", "(?=b)", "(?!a)", "(?#i)", "(?P<g>a)", "(?P=g)", "(?(1)a)", "(?:a|b)", "(?>a)"),
]
SOURCES = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
TEXTS = st.lists(st.sampled_from(["a", "b", "A", "/a", " ", "#", "\n", "{", "]", "2"]), max_size=5).map("".join)


@pytest.mark.parametrize(
    ("source", "head", "rest"),
    [
        ("/start", "/start", ""),
        ("/postno(?P<n>[0-9]{4})", "/postno", "(?P<n>[0-9]{4})"),
        ("/say .+", "/say ", ".+"),
        ("/posts?", "/post", "s?"),
        ("/d{2}", "/", "d{2}"),
        ("a*", "", "a*"),
        ("", "", ""),
        ("/a|/b", "", "/a|/b"),
        ("/a(?#it says)(?i)b", "", "/a(?#it says)(?i)b"),
        ("/a(?#it says)*b", "", "/a(?#it says)*b"),
    ],
)
def test_a_pattern_is_its_plain_beginning_and_the_rest(source: str, head: str, rest: str) -> None:
    assert divided(source) == (head, rest)


def test_patterns_that_differ_in_their_beginning_are_compiled_once() -> None:
    one, other = (Pattern.compile(rf"/{name}(?P<n>[0-9]+)") for name in ("one", "other"))
    assert one.rest is other.rest
    assert (one.match("/one1"), one.match("/other1")) == ({"n": "1"}, None)
    assert (other.match("/one1"), other.match("/other1")) == (None, {"n": "1"})


@pytest.mark.filterwarnings("ignore:Possible:FutureWarning")
@given(SOURCES, TEXTS)
@example("a(?#i)*", "")
@example("/a(?#i)(?i)", "/A")
@example("a(?<=a)b", "ab")
def test_a_divided_pattern_matches_what_the_whole_one_matches(source: str, text: str) -> None:
    try:
        whole = re.compile(source, re.ASCII)
        tree = parse(source)
    except (re.error, ValueError):
        with pytest.raises(PatternError):
            Pattern.compile(source)
        return
    pattern = Pattern.compile(source, command=False)
    found = whole.fullmatch(text)
    assert pattern.match(text) == (found and found.groupdict())
    assert pattern.groups == tuple(whole.groupindex)
    assert pattern.literal == prefix(tree)[0] == prefix(pattern.tree)[0]


@pytest.mark.filterwarnings("ignore:Possible:FutureWarning")
@given(SOURCES)
def test_a_fault_in_the_rest_is_shown_at_its_place_in_the_whole(source: str) -> None:
    fault = _fault(source)
    assume(fault is not None and fault.pos is not None)
    assert fault is not None
    with pytest.raises(PatternError) as caught:
        Pattern.compile(source)
    assert f"{fault.msg}, at {source[fault.pos :]!r} (position {fault.pos})" in str(caught.value)


def _fault(source: str) -> re.error | None:
    try:
        re.compile(source, re.ASCII)
    except re.error as error:
        return error
    except ValueError:  # flags that contradict each other have no place
        return None
    return None


def test_the_tree_of_a_divided_pattern_is_that_of_the_whole() -> None:
    whole, tree = parse("/a(?P<n>b)c"), Pattern.compile("/a(?P<n>b)c").tree
    assert isinstance(whole, Concat)
    assert tree == Concat((*whole.parts[:2], Concat(whole.parts[2:])))


def test_shapes_beyond_those_remembered_are_compiled_anew() -> None:
    first = shape("a{1}")
    for number in range(shape.cache_parameters()["maxsize"] or 0):
        shape(f"b{{{number}}}")
    assert shape("a{1}") is not first
