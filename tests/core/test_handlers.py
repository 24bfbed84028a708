from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.handlers import Handler, handler
from pluggram.request import Request


def answer(request: Request) -> str:
    return "yes"


def declare(pattern: str = "/d", **more: Any) -> Handler:
    return handler(pattern, answer, **more)


@pytest.mark.parametrize(
    ("pattern", "family", "command"),
    [
        ("/start", None, "/start"),
        ("/POST_no1", None, "/post_no1"),
        (r"/d(?P<sides>[1-9][0-9]{0,2})", None, "/d"),
        (r"/postno\d{4}", "/postno<number>", "/postno"),
        (r"/addlink (?P<number>\d+)", "/addlink <number> <url> [title]", "/addlink"),
        (r"hello (?P<name>\w+)", None, None),
        (r"[0-9]+", "/roll", "/roll"),
        ("/colou?r", None, None),
        ("/ab*", None, None),
        ("/ab{2}", None, None),
        ("/start|/go", None, None),
        ("/", None, None),
    ],
)
def test_the_command_is_the_family_s_or_the_pattern_s_first_word(
    pattern: str, family: str | None, command: str
) -> None:
    assert declare(pattern, family=family).command == command


@pytest.mark.parametrize(("on", "command"), [("message", "/d"), ("document", "/d"), ("button", None), ("inline", None)])
def test_only_what_is_written_has_a_command(on: str, command: str | None) -> None:
    assert declare(on=on).command == command


@pytest.mark.parametrize(
    ("declared", "form"),
    [
        (declare("/d[0-9]", family="/d<sides>", examples=["/d6"]), "/d<sides>"),
        (declare("/d[0-9]", examples=["/d6"]), "/d"),
        (declare("[0-9]+", examples=["42", "43"]), "42"),
        (declare("[0-9]+"), "[0-9]+"),
    ],
)
def test_the_form_is_the_best_that_is_known(declared: Handler, form: str) -> None:
    assert declared.form == form


def test_the_usage_says_form_help_and_examples() -> None:
    whole = declare("/d[0-9]+", family="/d<sides>", help="Roll a die", examples=["/d6", "/d20"])
    assert whole.usage_for(None) == "Usage: /d<sides> — Roll a die\nFor example: /d6, /d20"
    assert declare("/d").usage_for("de") == "Usage: /d"


def test_the_usage_comes_in_the_asker_s_language() -> None:
    declared = declare("/d", help="Roll a die", help_in={"de": "Würfeln"})
    assert declared.usage_for("de-AT") == "Usage: /d — Würfeln"
    assert declared.usage_for("fr") == "Usage: /d — Roll a die"


@pytest.mark.parametrize("pattern", ["/mañana", "/привет", "/d*", "/d?", "/d+", "/d{2}", "/a|/b", "/", "//d", "d"])
def test_a_word_that_is_no_command_or_may_go_on_is_none(pattern: str) -> None:
    assert declare(pattern).command is None


def test_what_is_declared_is_kept() -> None:
    declared = declare("/d", examples=iter(["/d"]), accept=["edited"], on="document", fallback=True)
    assert declared.answer is answer
    assert (declared.examples, declared.accept) == (("/d",), frozenset({"edited"}))
    assert (declared.on, declared.access, declared.fallback) == ("document", "all", True)
    assert hash(declared) == hash(declare("/d", examples=["/d"], accept=["edited"], on="document", fallback=True))


@pytest.mark.parametrize(
    ("mistake", "why"),
    [
        ({"on": "messages"}, "on='messages' is none of message, button, inline, document"),
        ({"access": "admins"}, "access='admins' is none of all, group_admin, admin, owner"),
        ({"access": "owner", "accept": ["edited"]}, "what only an owner may do takes no edited"),
        ({"accept": ["edits"]}, r"accept=\['edits'\] is none of edited, channel_post, forwarded, via_bot"),
        ({"accept": "edited"}, r"accept is a list of texts; write accept=\['edited'\]"),
        ({"examples": "/d6"}, r"examples is a list of texts; write examples=\['/d6'\]"),
        ({"help": "Roll a die\nor two"}, "its help has several lines"),
    ],
)
def test_an_author_s_mistake_is_named_with_the_handler(mistake: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=f"handler '/d': {why}"):
        declare("/d", **mistake)


@given(st.text(), st.none() | st.text())
def test_any_pattern_and_family_has_a_form_and_a_usage(pattern: str, family: str | None) -> None:
    declared = declare(pattern, family=family)
    assert declared.form == (family or declared.command or pattern)
    assert declared.usage_for(None).startswith("Usage: ")


async def nothing(request: Request) -> None:
    """Answer nothing."""


def test_the_help_is_given_in_the_language_that_is_asked_for() -> None:
    declared = handler("/d", nothing, help="Roll", help_in={"de": "Würfeln"})
    helps = [declared.help_for(language) for language in ("de", "de-AT", "DE", "fr", "", None)]
    assert helps == ["Würfeln", "Würfeln", "Würfeln", "Roll", "Roll", "Roll"]
    assert hash(declared) == hash(declared)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"help_in": {"german": "x"}}, "two letters"),
        ({"help_in": {"de": "x\ny"}}, "several lines"),
        ({"help_in": {"de": 1}}, "must be a text"),
        ({"deep_link": True, "access": "admin"}, "deep link"),
        ({"deep_link": True, "on": "button"}, "deep link"),
    ],
)
def test_a_help_or_link_that_cannot_be_is_refused(options: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        handler("/d", nothing, **options)  # type: ignore[arg-type]
