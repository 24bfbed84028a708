import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.errors import PluggramError
from pluggram.router.pattern import Pattern, PatternError

POSTNO = Pattern.compile(r"/postno(?P<number>\d{4})")
ADD = Pattern.compile(r"/Add(?P<what>[a-z]*) (?P<title>.+)")


def test_a_match_gives_the_named_groups() -> None:
    assert POSTNO.groups == ("number",)
    assert POSTNO.match("/postno0042") == {"number": "0042"}


def test_a_group_that_took_no_part_is_none() -> None:
    assert Pattern.compile("/list(?: (?P<page>[0-9]))?").match("/list") == {"page": None}


@pytest.mark.parametrize(
    "text", ["/postno٠٠٤٢", "/postno００４２", "/postno0042\n", "x/postno0042", "/postno00421", ""]
)
def test_the_whole_text_is_matched_with_ascii_digits(text: str) -> None:
    assert POSTNO.match(text) is None


@pytest.mark.parametrize("text", ["/POSTNO0042", "/PostNo0042", "/postno0042"])
def test_the_command_word_is_matched_in_any_case(text: str) -> None:
    assert POSTNO.match(text) == {"number": "0042"}


@pytest.mark.parametrize("word", ["/Add", "/add", "/ADD"])
def test_a_command_written_with_capitals_in_the_pattern_is_matched_in_any_case_too(word: str) -> None:
    assert ADD.match(word + " A Title") == {"what": "", "title": "A Title"}


def test_the_arguments_keep_their_case() -> None:
    assert ADD.match("/ADD MiXed") == {"what": "", "title": "MiXed"}
    assert Pattern.compile("/say hello").match("/SAY hello") == {}
    assert Pattern.compile("/say hello").match("/SAY HELLO") is None


def test_what_follows_the_literal_in_the_command_word_keeps_its_case_if_that_matches() -> None:
    assert Pattern.compile(r"/get(?P<name>\w+)").match("/GETAbc") == {"name": "Abc"}
    assert Pattern.compile("/get(?P<name>[a-z]+)").match("/GETAbc") == {"name": "abc"}


def test_a_command_without_a_literal_is_matched_in_lower_case() -> None:
    assert Pattern.compile("/(?P<verb>add|remove)").match("/REMOVE") == {"verb": "remove"}


@pytest.mark.parametrize("text", ["/\u212aick", "/K\u0131ck", "/\u017ftart"])
def test_a_letter_that_only_folds_to_ascii_is_not_ascii(text: str) -> None:
    assert Pattern.compile("/(?:kick|start)").match(text) is None
    assert Pattern.compile("(?i)/kick|/start").match(text) is None


def test_button_data_is_matched_exactly() -> None:
    exact = Pattern.compile("/page(?P<n>[0-9])", command=False)
    assert exact.match("/page2") == {"n": "2"}
    assert exact.match("/Page2") is None


def test_a_text_that_is_no_command_is_matched_exactly() -> None:
    assert Pattern.compile("hello").match("Hello") is None


def test_a_text_longer_than_telegram_allows_never_matches() -> None:
    everything = Pattern.compile("(?s).*")
    assert everything.match("x" * 4096) == {}
    assert everything.match("x" * 4097) is None


@given(st.from_regex(r"\A/post(no)?[A-Z]{0,3} ?.*\Z"), st.data())
def test_the_case_of_the_command_word_changes_nothing(text: str, data: st.DataObject) -> None:
    pattern = Pattern.compile(r"/post(?:no)?(?P<x>[a-z]*)(?P<rest> ?.*)")
    word, rest = (text.split(maxsplit=1)[0], text[len(text.split(maxsplit=1)[0]) :])
    if word.isascii():
        flipped = "".join(data.draw(st.sampled_from([c.lower(), c.upper()])) for c in word)
        assert (pattern.match(flipped + rest) is None) == (pattern.match(word.lower() + rest) is None)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("/a(", ["'/a('", "position 2", "missing )"]),
        ("/a(?P<1>x)", ["'/a(?P<1>x)'", "bad character in group name", "position"]),
        ("*", ["nothing to repeat", "position 0"]),
        (r"(?u)\d", ["ASCII"]),
        (r"/x(?u:\d)", [r"/x(?u:\\d)", "ASCII"]),
        ("a{99999999999999999999}", ["repetition number is too large"]),
        ("(" * 5000 + ")" * 5000, ["cannot be used", "recursion"]),
    ],
)
def test_a_pattern_that_is_no_pattern_is_refused_with_its_place(source: str, words: list[str]) -> None:
    with pytest.raises(PatternError) as caught:
        Pattern.compile(source)
    assert isinstance(caught.value, PluggramError)
    for word in words:
        assert word in str(caught.value)
