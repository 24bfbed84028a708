"""Requests as the hook `handled` is told of them."""

import itertools
from typing import Any

from pluggram import Handled, Handler, Request, handler
from pluggram.hooks import Outcome
from pluggram_plugins.metrics.rows import Row, Rows

_IDS = itertools.count(1)

POSTNO = handler(r"/postno(?P<n>[0-9]{4})", lambda request, n: n, family="/postno<number>", help="Get a link")
ADDLINK = handler(r"/addlink .*", lambda request: None, family="/addlink <number> <url>", access="admin")
FALLBACK = handler(r".*", lambda request: None, fallback=True)
TURN = handler(r"turn:[0-9]", lambda request: None, on="button", examples=["turn:1"])


def event(
    declared: Handler = POSTNO,
    text: str = "/postno0042",
    user: int | None = 33,
    outcome: Outcome = "answered",
    seconds: float = 0.01,
    plugin: str = "postno",
) -> Handled:
    """Make an event of a message in a private chat."""
    body: dict[str, Any] = {"message_id": next(_IDS), "date": 0, "chat": {"id": 7, "type": "private"}, "text": text}
    if user is not None:
        body["from"] = {"id": user, "is_bot": False, "first_name": "Ann"}
    request = Request.from_update({"update_id": next(_IDS), "message": body})
    assert request is not None
    return Handled(plugin, declared, request, outcome, seconds)


def row_of(rows: Rows, event: Handled) -> Row:
    """Give the row that an event is counted in."""
    return rows.of(event.plugin, event.handler)
