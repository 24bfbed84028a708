"""The one handler that answers."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.handlers import Handler, handler
from pluggram.request import Request
from pluggram.router import Match, Route, Router


async def nothing(request: Request, **groups: Any) -> None:
    """An answer that takes any groups."""


def router(*handlers: Handler, username: str = "OurBot") -> Router:
    return Router([Route.compile("test", each) for each in handlers], username)


def message(text: str, **fields: Any) -> Request:
    return request_of({"message": {"chat": {"id": 1, "type": "private"}, "text": text} | fields})


def request_of(update: dict[str, Any]) -> Request:
    request = Request.from_update(update)
    assert request is not None
    return request


def pattern_of(match: Match | None) -> str | None:
    return match.route.handler.pattern if match else None


POSTNO = handler(r"/postno(?P<number>[0-9]{4})", nothing, help="Look up", family="/postno<number>")


@pytest.mark.parametrize(
    ("text", "number"),
    [("/postno0042", "0042"), ("/POSTNO0042", "0042"), ("/postno0042@OurBot", "0042"), ("/postno0042@ourbot", "0042")],
)
def test_a_command_is_found_in_any_case_and_with_our_name(text: str, number: str) -> None:
    match = router(POSTNO).find(message(text))
    assert match is not None
    assert match.groups == {"number": number}


@pytest.mark.parametrize(
    "text",
    [
        "/postno٠٠٤٢", "/postno００４２", "/postno0042\n", "/postno00422", "/postno004",
        "/postno0042\xa0", "/postno\u202e0042",
        " /postno0042", "postno0042", "/postno0042 x", "/postno0042@OtherBot", "/postno0042@OurBo", "//postno0042",
        "/\u017fpostno0042", "",
    ],
)  # fmt: skip
def test_what_only_looks_like_the_command_is_never_taken_for_it(text: str) -> None:
    match = router(POSTNO).find(message(text))
    assert match is None or match.groups is None


def test_a_command_for_another_bot_reaches_no_fallback_either() -> None:
    assert router(handler(r"(?s).*", nothing, fallback=True)).find(message("/start@OtherBot")) is None


def test_the_first_declared_of_several_that_match_answers() -> None:
    both = router(handler(r"/a(?P<x>.*)", nothing), handler(r"/ab", nothing))
    assert pattern_of(both.find(message("/ab"))) == r"/a(?P<x>.*)"
    both = router(handler(r"/ab", nothing), handler(r"/a(?P<x>.*)", nothing))
    assert pattern_of(both.find(message("/ab"))) == r"/ab"


def test_a_command_written_wrongly_is_recognised_before_any_fallback() -> None:
    rules = router(handler(r"(?s).*", nothing, fallback=True), POSTNO,
                   handler(r"/add (?P<number>[0-9]+)", nothing, help="Add"))  # fmt: skip
    for text in ("/postno", "/add", "/add x", "/ADD x", "/add@ourbot"):
        match = rules.find(message(text))
        assert match is not None
        assert match.groups is None, text


def test_a_fallback_is_asked_last_wherever_it_is_declared() -> None:
    rules = router(handler(r"(?s).*", nothing, fallback=True), POSTNO)
    assert pattern_of(rules.find(message("/postno0042"))) == POSTNO.pattern
    assert pattern_of(rules.find(message("/nothing"))) == r"(?s).*"
    assert pattern_of(rules.find(message("hello\nthere"))) == r"(?s).*"


ORIGINS = {
    "edited": {"edited_message": {"chat": {"id": 1}, "text": "/x"}},
    "channel_post": {"channel_post": {"chat": {"id": 1}, "text": "/x"}},
    "forwarded": {"message": {"chat": {"id": 1}, "text": "/x", "forward_origin": {"type": "user"}}},
    "via_bot": {"message": {"chat": {"id": 1}, "text": "/x", "via_bot": {"id": 2}}},
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_what_was_not_simply_written_here_is_taken_only_by_who_accepts_it(origin: Any) -> None:
    request = request_of(ORIGINS[origin])
    assert router(handler(r"/x", nothing, help="X")).find(request) is None
    assert pattern_of(router(handler(r"/x", nothing), handler(r"/x", nothing, accept={origin})).find(request)) == "/x"


def test_captions_are_not_commands() -> None:
    assert Request.from_update({"message": {"chat": {"id": 1}, "photo": [], "caption": "/postno0042"}}) is None


def test_the_caption_of_a_document_is_no_command_that_could_be_written_wrongly() -> None:
    caption = {"document": {"file_id": "f"}, "caption": "/postno 42"}
    assert router(POSTNO).find(message("", **caption)) is None


def test_buttons_inline_queries_and_documents_have_patterns_of_their_own() -> None:
    rules = router(
        handler(r"page:(?P<n>[0-9]+)", nothing, on="button"),
        handler(r"(?P<n>[0-9]{4})", nothing, on="inline"),
        handler(r"/importlinks", nothing, on="document"),
    )
    found = [
        rules.find(request_of(update))
        for update in (
            {"callback_query": {"id": "1", "from": {"id": 1}, "data": "page:2"}},
            {"inline_query": {"id": "1", "from": {"id": 1}, "query": "0042"}},
            {"message": {"chat": {"id": 1}, "document": {}, "caption": "/importlinks@ourbot"}},
            {"message": {"chat": {"id": 1}, "text": "page:2"}},
            {"callback_query": {"id": "1", "from": {"id": 1}, "data": "PAGE:2"}},
        )
    ]
    assert [pattern_of(match) for match in found] == [
        r"page:(?P<n>[0-9]+)",
        r"(?P<n>[0-9]{4})",
        r"/importlinks",
        None,
        None,
    ]


NAMES = ["alpha", "beta", "gamma"]
handlers_drawn: st.SearchStrategy[Iterable[Handler]] = st.lists(
    st.sampled_from([handler(rf"/{name}{tail}", nothing) for name in NAMES for tail in ("", "[0-9]+", "(?P<x>.*)")]
                    + [handler(r"(?P<x>[a-z]+)", nothing), handler(r".*a", nothing)]),
    max_size=20,
)  # fmt: skip


@given(handlers_drawn, st.sampled_from(NAMES).map("/{}".format) | st.text("/abegmlpht01"), st.text("01a", max_size=3))
def test_the_router_finds_what_a_search_through_all_would_find(drawn: list[Handler], start: str, end: str) -> None:
    rules = router(*drawn)
    text = start + end
    slow = next((route for route in rules.routes if re.fullmatch(route.pattern.source, text, re.ASCII)), None)
    match = rules.find(message(text))
    assert (match.route if match else None) is slow


@settings(deadline=None)
@given(st.text(st.characters()) | st.binary().map(lambda b: b.decode("utf-8", "surrogateescape")))
def test_no_text_breaks_the_router(text: str) -> None:
    rules = router(POSTNO, *(handler(rf"(?P<x>[a-z]+){n}", nothing) for n in range(20)))
    rules.find(message(text))
    rules.find(message("/postno" + text))
    assert rules.find(message("/postno0042")) is not None


LINKED = handler(r"/post(?P<number>[0-9]{4})", nothing, examples=["/post0042"], deep_link=True)
UNLINKED = handler(r"/drop(?P<number>[0-9]{4})", nothing, examples=["/drop0042"])
START = handler(r"/start(?:\s[\s\S]*)?", nothing, examples=["/start"])


@pytest.mark.parametrize("text", ["/start post0042", "/START post0042", "/start@ourbot post0042", "/start  post0042 "])
def test_a_deep_link_is_taken_for_the_command_it_names(text: str) -> None:
    match = router(START, LINKED).find(message(text))
    assert match is not None
    assert (match.route.handler.pattern, match.groups) == (LINKED.pattern, {"number": "0042"})


@pytest.mark.parametrize(
    "text",
    ["/start", "/start drop0042", "/start post42", "/start /post0042", "/start@other post0042x", "/start post0042 x"],
)
def test_only_a_command_that_lets_itself_be_linked_is_reached_by_a_link(text: str) -> None:
    assert pattern_of(router(START, LINKED, UNLINKED).find(message(text))) in (START.pattern, None)


def test_a_forwarded_link_starts_nothing() -> None:
    forwarded = message("/start post0042", forward_origin={"type": "user"})
    assert router(START, LINKED).find(forwarded) is None


@pytest.mark.parametrize(("command", "payload"), [("/post0042", "post0042"), ("/drop0042", None), ("/post42", None)])
def test_a_command_has_a_payload_when_a_link_can_carry_it(command: str, payload: str | None) -> None:
    assert router(LINKED, UNLINKED).payload(command) == payload
