import itertools
from typing import Any, get_args

import pytest

from pluggram.bot.allowed import allowed_updates
from pluggram.handlers import Handler, handler
from pluggram.request import Kind, Origin, Request


def test_what_handlers_of_python_telegram_bot_want_comes_on_top() -> None:
    assert allowed_updates([declared("/x")], {"poll", "message"}) == ["message", "poll"]
    assert allowed_updates([], {"poll"}) == ["poll"]


def declared(pattern: str, **how: Any) -> Handler:
    return handler(pattern, lambda request: None, **how)


@pytest.mark.parametrize(
    ("handlers", "allowed"),
    [
        ([], ["message"]),
        ([declared("/x")], ["message"]),
        ([declared("x", on="document")], ["message"]),
        ([declared("x", on="button")], ["callback_query"]),
        ([declared("x", on="inline")], ["inline_query"]),
        ([declared("/x"), declared("x", on="button")], ["callback_query", "message"]),
        ([declared("/x", accept=["edited"])], ["edited_message", "message"]),
        ([declared("/x", accept=["channel_post"])], ["channel_post", "message"]),
        ([declared("/x", accept=["forwarded", "via_bot"])], ["message"]),
        (
            [declared("/x", accept=["channel_post", "edited"])],
            ["channel_post", "edited_channel_post", "edited_message", "message"],
        ),
        ([declared("/x", accept=["edited"]), declared("/y", accept=["channel_post"])],
         ["channel_post", "edited_message", "message"]),
    ],
)  # fmt: skip
def test_what_is_declared_is_allowed_and_nothing_else(handlers: list[Handler], allowed: list[str]) -> None:
    assert allowed_updates(handlers) == allowed


BODIES = {
    "message": {"text": "x"}, "edited_message": {"text": "x"}, "channel_post": {"text": "x"},
    "edited_channel_post": {"text": "x"}, "callback_query": {"data": "x"}, "inline_query": {"query": "x"},
}  # fmt: skip
DOCUMENTS = {kind: {"caption": "x", "document": {}} for kind in BODIES if kind.endswith(("message", "post"))}


def declarations() -> list[Handler]:
    ways = [set(some) for size in range(5) for some in itertools.combinations(get_args(Origin), size)]
    return [declared("x", on=kind, accept=way) for kind in get_args(Kind) for way in ways]


@pytest.mark.parametrize("bodies", [BODIES, DOCUMENTS])
def test_each_update_that_a_handler_takes_is_allowed_and_no_other(bodies: dict[str, object]) -> None:
    for each in declarations():
        for kind, body in bodies.items():
            request = Request.from_update({"update_id": 1, kind: body})
            assert request is not None
            if each.on == request.kind:
                assert (kind in allowed_updates([each])) is (request.origins <= each.accept)
