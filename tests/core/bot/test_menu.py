from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.bot.menu import in_languages, is_listed, left_out
from pluggram.context import Declaration
from pluggram.handlers import Handler, handler


def declared(pattern: str, help: str = "Help", **how: Any) -> Handler:
    return handler(pattern, lambda request: None, help=help, **how)


POSTNO = declared(r"/postno(?P<n>[0-9]{4})", "The link of a post", family="/postno<number>",
                  help_in={"de": "Der Link eines Beitrags", "fa": "پیوند"})  # fmt: skip
START = declared("/start", "How to begin", help_in={"de": "Wie man anfängt"})
STOP = declared("/Stop", "Stop")


def test_a_menu_names_the_bare_command_and_what_it_does() -> None:
    assert in_languages([POSTNO, STOP])[""] == [("postno", "The link of a post"), ("stop", "Stop")]


def test_there_is_a_menu_for_each_language_that_one_of_them_has_and_the_others_stand_there_as_they_are() -> None:
    assert in_languages([STOP, START, POSTNO]) == {
        "": [("stop", "Stop"), ("start", "How to begin"), ("postno", "The link of a post")],
        "de": [("stop", "Stop"), ("start", "Wie man anfängt"), ("postno", "Der Link eines Beitrags")],
        "fa": [("stop", "Stop"), ("start", "How to begin"), ("postno", "پیوند")],
    }


def test_nothing_to_show_is_no_menu() -> None:
    assert in_languages([]) == {}


@pytest.mark.parametrize(
    ("text", "shown"),
    [("  a \t b ", "a b"), ("x" * 256, "x" * 256), ("🎲" * 256, "🎲" * 256)],
)
def test_white_space_is_written_as_telegram_keeps_it(text: str, shown: str) -> None:
    assert in_languages([declared("/x", text)])[""] == [("x", shown)]


@pytest.mark.parametrize("text", ["y" * 257, " "])
def test_a_translation_that_does_not_fit_gives_way_to_the_general_help(text: str) -> None:
    long = declared("/x", "Short", help_in={"de": text})
    assert in_languages([long])["de"] == [("x", "Short")]
    assert list(left_out([Declaration("toy", long)])) == [
        f"plugin toy: /x has its general help in the command menu in 'de': its help has {len(text.strip())} "
        "characters, and Telegram takes 1 to 256"
    ]


@pytest.mark.parametrize(
    "misfit",
    [
        declared("/x", ""),
        declared("/x", fallback=True),
        declared("/x", on="button"),
        declared("/x", on="inline"),
        declared("good morning"),
    ],
)
def test_what_is_no_command_with_a_help_is_not_listed_and_no_word_is_lost_on_it(misfit: Handler) -> None:
    assert not is_listed(misfit)
    assert list(left_out([Declaration("toy", misfit)])) == []


@pytest.mark.parametrize(
    ("misfit", "why"),
    [
        (declared("/" + "x" * 33), "Telegram takes commands of 1 to 32 of a-z, 0-9 and _"),
        (declared("/x", "y" * 257), "its help has 257 characters, and Telegram takes 1 to 256"),
        (declared("/x", "  "), "its help has 0 characters, and Telegram takes 1 to 256"),
        (declared("/(?:one|two)"), "no one command begins it"),
        (declared("/one|/two"), "no one command begins it"),
        (declared("/mañana"), "no one command begins it"),
        (declared("/привет"), "no one command begins it"),
    ],
)
def test_what_does_not_fit_is_named_with_its_plugin_and_the_reason(misfit: Handler, why: str) -> None:
    assert not is_listed(misfit)
    [said] = left_out([Declaration("toy", misfit), Declaration("toy", STOP)])
    assert said.startswith(f"plugin toy: {misfit.form} is not in the command menu: {why}")


def test_the_longest_name_fits() -> None:
    assert is_listed(declared("/" + "x" * 32))


def test_a_document_s_command_is_listed() -> None:
    assert in_languages([declared("/importlinks", on="document")])[""] == [("importlinks", "Help")]


def many(count: int) -> list[Declaration]:
    return [Declaration("many", declared(f"/c{number}")) for number in range(count)]


def test_a_hundred_commands_fit_and_several_handlers_of_one_command_count_once() -> None:
    assert list(left_out([*many(100), Declaration("more", declared("/c5 x"))])) == []


def test_what_is_too_much_for_one_menu_is_named() -> None:
    [said] = left_out(many(108))
    assert said.endswith(
        "/c100 (plugin many), /c101 (plugin many), /c102 (plugin many), /c103 (plugin many), /c104 (plugin many) "
        "and 3 more"
    )


@given(name=st.text(st.characters(codec="utf-8"), max_size=40), text=st.text(max_size=300))
def test_whatever_is_declared_what_is_listed_can_be_sent(name: str, text: str) -> None:
    try:
        each = declared(f"/{name}", text, family=f"/{name}")
    except ValueError:  # a help of several lines
        return
    if is_listed(each):
        [(command, description)] = in_languages([each])[""]
        assert command.isascii()
        assert command.replace("_", "x").isalnum()
        assert command == command.lower()
        assert 1 <= len(command) <= 32
        assert 1 <= len(description) <= 256
        assert description == description.strip()
