"""Updates as nobody should send them: valid ones of every kind, with parts missing, of the wrong type, or huge.

`valid_updates()` and `odd_updates()` are strategies for hypothesis; `NASTY` is a fixed choice for tests that want few
and always the same; `as_text` writes any of them as JSON the way Telegram, or somebody else, might.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

Raw = dict[str, Any]

ANN: Raw = {"id": 33, "is_bot": False, "first_name": "Ann", "username": "ann", "language_code": "en"}
BOT: Raw = {"id": 99, "is_bot": True, "first_name": "Post", "username": "testbot"}
PRIVATE: Raw = {"id": 33, "type": "private", "first_name": "Ann"}
GROUP: Raw = {"id": -1001234567890, "type": "supergroup", "title": "Posts", "is_forum": True}
CHANNEL: Raw = {"id": -1009876543210, "type": "channel", "title": "News"}
POST: Raw = {"message_id": 6, "date": 1, "chat": GROUP, "from": BOT, "text": "Which one?"}
MESSAGE: Raw = {
    "message_id": 7,
    "date": 1_800_000_000,
    "chat": PRIVATE,
    "from": ANN,
    "text": "/postno0001",
    "entities": [{"type": "bot_command", "offset": 0, "length": 11}],
}
IN_TOPIC: Raw = MESSAGE | {"chat": GROUP, "message_thread_id": 4, "is_topic_message": True, "reply_to_message": POST}
PHOTO: Raw = {"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 70}
DOCUMENT: Raw = {
    "file_id": "f",
    "file_unique_id": "u",
    "file_name": "links.csv",
    "mime_type": "text/csv",
    "file_size": 9,
}
FORWARD: Raw = {"type": "user", "date": 1, "sender_user": ANN}
MEMBER: Raw = {"status": "member", "user": ANN}
GONE: Raw = {"status": "kicked", "user": ANN, "until_date": 0}
CHANGE: Raw = {"chat": GROUP, "from": ANN, "date": 1, "old_chat_member": MEMBER, "new_chat_member": GONE}
ADDRESS: Raw = {
    "country_code": "AT",
    "state": "",
    "city": "Graz",
    "street_line1": "1",
    "street_line2": "",
    "post_code": "1",
}
PAYMENT: Raw = {"id": "1", "from": ANN, "currency": "XTR", "total_amount": 5, "invoice_payload": "x"}
POLL: Raw = {
    "id": "1",
    "question": "Well?",
    "options": [{"text": "Yes", "voter_count": 1, "persistent_id": "a"}],
    "total_voter_count": 1,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}
REACTION: Raw = {"chat": GROUP, "message_id": 6, "date": 1}
THUMB: Raw = {"type": "emoji", "emoji": "👍"}
PRESS: Raw = {"id": "q1", "from": ANN, "chat_instance": "c", "message": POST, "data": "links:page:2"}
BOOST: Raw = {
    "boost_id": "b",
    "add_date": 1,
    "expiration_date": 2,
    "source": {"source": "premium", "user": ANN},
}


def _without(body: Raw, *names: str) -> Raw:
    return {name: value for name, value in body.items() if name not in names}


_SILENT = _without(MESSAGE, "text", "entities")

VALID: tuple[tuple[str, Raw], ...] = (
    ("message", MESSAGE),
    ("message", IN_TOPIC),
    ("message", IN_TOPIC | {"sender_chat": GROUP, "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}),
    ("message", MESSAGE | {"forward_origin": FORWARD}),
    ("message", MESSAGE | {"via_bot": BOT}),
    ("message", _SILENT | {"photo": [PHOTO], "caption": "/postno0001"}),
    ("message", _SILENT | {"document": DOCUMENT, "caption": "/importlinks"}),
    ("message", _SILENT | {"chat": GROUP, "new_chat_members": [BOT]}),
    ("message", _SILENT | {"chat": GROUP, "migrate_to_chat_id": -1001111111111}),
    ("edited_message", MESSAGE | {"edit_date": 2}),
    ("channel_post", _without(MESSAGE, "from") | {"chat": CHANNEL, "sender_chat": CHANNEL}),
    ("edited_channel_post", _without(MESSAGE, "from") | {"chat": CHANNEL, "sender_chat": CHANNEL, "edit_date": 2}),
    ("business_message", MESSAGE | {"business_connection_id": "b"}),
    ("edited_business_message", MESSAGE | {"business_connection_id": "b", "edit_date": 2}),
    ("guest_message", MESSAGE | {"guest_query_id": "g"}),
    ("deleted_business_messages", {"business_connection_id": "b", "chat": PRIVATE, "message_ids": [7]}),
    ("business_connection", {"id": "b", "user": ANN, "user_chat_id": 33, "date": 1, "is_enabled": True}),
    ("callback_query", PRESS),
    ("callback_query", PRESS | {"message": {"chat": GROUP, "message_id": 6, "date": 0}}),
    ("callback_query", _without(PRESS, "message") | {"inline_message_id": "i"}),
    ("callback_query", _without(PRESS, "data") | {"game_short_name": "chess"}),
    ("inline_query", {"id": "i1", "from": ANN, "query": "0001", "offset": "", "chat_type": "private"}),
    ("chosen_inline_result", {"result_id": "1", "from": ANN, "query": "0001", "inline_message_id": "i"}),
    ("shipping_query", {"id": "1", "from": ANN, "invoice_payload": "x", "shipping_address": ADDRESS}),
    ("pre_checkout_query", PAYMENT),
    ("purchased_paid_media", {"from": ANN, "paid_media_payload": "x"}),
    ("poll", POLL),
    ("poll_answer", {"poll_id": "1", "user": ANN, "option_ids": [0], "option_persistent_ids": ["a"]}),
    ("my_chat_member", CHANGE),
    ("chat_member", CHANGE),
    ("chat_join_request", {"chat": GROUP, "from": ANN, "user_chat_id": 33, "date": 1}),
    ("message_reaction", REACTION | {"user": ANN, "old_reaction": [], "new_reaction": [THUMB]}),
    ("message_reaction_count", REACTION | {"reactions": [{"type": THUMB, "total_count": 2}]}),
    ("chat_boost", {"chat": GROUP, "boost": BOOST}),
    ("removed_chat_boost", {"chat": GROUP, "boost_id": "b", "remove_date": 1, "source": BOOST["source"]}),
    ("managed_bot", {"user": ANN, "bot": BOT}),
    ("thing_of_tomorrow", {"id": "1", "from": ANN, "chat": GROUP, "wishes": [{"text": "/start"}]}),
)
"""An update of each kind that the Bot API knows, and of one that it does not know yet: its kind and its body."""

KINDS = tuple(dict.fromkeys(kind for kind, _ in VALID))


class Deep(dict[str, Any]):
    """An object in an object in an object...; it is printed by its depth."""

    def __init__(self, levels: int, name: str = "message") -> None:
        inner: Raw = {}
        for _ in range(levels - 1):
            inner = {name: inner, "chat": {"id": 33, "type": "private"}}
        super().__init__({name: inner})
        self.shown = f"Deep({levels}, {name!r})"

    def __repr__(self) -> str:
        return self.shown

    def __deepcopy__(self, _memo: object) -> "Deep":
        return self


class DeepList(list[Any]):
    """A list in a list in a list...; it is printed by its depth."""

    def __init__(self, levels: int) -> None:
        inner: list[Any] = []
        for _ in range(levels - 1):
            inner = [inner]
        super().__init__([inner])
        self.shown = f"DeepList({levels})"

    def __repr__(self) -> str:
        return self.shown

    def __deepcopy__(self, _memo: object) -> "DeepList":
        return self


class Long(str):
    """A text that is too long to be printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Long({self[:4]!r} * {len(self) // 4})"


ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    7,
    33.0,
    1e308,
    float("nan"),
    float("inf"),
    2**31,
    2**53 + 1,
    2**63,
    -(2**63) - 1,
    10**4200,
    "",
    "33",
    "/start",
    "\x00",
    "\ud800",
    "/postno\udfff0001",
    "\u202e/postno0001\u2066",
    "é" * 4097,
    Long("🙂a b" * 250_000),
    [],
    {},
    [[]],
    [None],
    [{}],
    {"id": {}},
    {"id": True},
    {"message": None},
    Deep(300, "reply_to_message"),
    Deep(900),
    Deep(900, "chat"),
    DeepList(900),
)
"""What may stand where something else is expected. Deeper than so many levels, Python reads no JSON."""

NASTY: tuple[Raw, ...] = (
    {},
    {"update_id": 1},
    {"update_id": 1, "message": {}},
    {"update_id": 1, "message": None, "callback_query": PRESS},
    {"update_id": 1, "message": MESSAGE, "callback_query": PRESS, "inline_query": {}},
    {"update_id": True, "message": MESSAGE},
    {"update_id": 10**4200, "message": MESSAGE},
    {"update_id": 1.5, "message": MESSAGE},
    {"update_id": 1, "message": MESSAGE | {"chat": True}},
    {"update_id": 1, "message": MESSAGE | {"chat": PRIVATE | {"id": True}}},
    {"update_id": 1, "message": MESSAGE | {"date": 10**30}},
    {"update_id": 1, "message": MESSAGE | {"text": "\ud800"}},
    {"update_id": 1, "message": MESSAGE | {"text": Long("🙂a b" * 250_000)}},
    {"update_id": 1, "message": MESSAGE | {"entities": [{"type": "bot_command", "offset": -5, "length": 10**9}]}},
    {"update_id": 1, "message": MESSAGE | {"reply_to_message": Deep(300, "reply_to_message")}},
    {"update_id": 1, "message": Deep(900)},
    {"update_id": 1, "callback_query": PRESS | {"data": "\x00" * 64, "message": []}},
    {"update_id": 1, "callback_query": {"id": 5, "from": ANN, "data": "x"}},
    {"update_id": 1, "thing_of_tomorrow": DeepList(900)},
)
"""Some odd updates, always the same."""


def valid_updates() -> st.SearchStrategy[Raw]:
    """Updates of every kind, as the Bot API documents them."""
    return st.builds(_update, st.integers(1, 2**31 - 1), st.sampled_from(VALID))


@st.composite
def odd_updates(draw: st.DrawFn, *, identified: bool = False) -> Raw:
    """Updates that are odd in one to four places.

    identified: leave the update_id as it is, for those that only take what has one.
    """
    update = deepcopy(_update(5, draw(st.sampled_from(VALID))))
    for _ in range(draw(st.integers(1, 4))):
        places = [place for place in _places(update) if place[1:] != ("update_id",) or not identified]
        if not places:
            break
        _spoil(draw, update, draw(st.sampled_from(places)))
    return update


def as_text(update: object) -> str:
    """Write it as JSON in ASCII, with NaN and lone surrogates as escapes."""
    return json.dumps(update)


def _update(update_id: int, of_kind: tuple[str, Raw]) -> Raw:
    kind, body = of_kind
    return {"update_id": update_id, kind: body}


_Place = tuple[Any, ...]


def _places(part: Any, above: _Place = ("update",)) -> Iterator[_Place]:
    """Name every place in an update by the way to it; what is deep or long is one place."""
    inner = part.items() if type(part) is dict else enumerate(part) if type(part) is list else ()
    for name, value in inner:
        yield (*above, name)
        if len(above) < 8:
            yield from _places(value, (*above, name))


def _spoil(draw: st.DrawFn, update: Raw, place: _Place) -> None:
    """Change what stands at a place."""
    *way, name = place[1:]
    holder: Any = update
    for step in way:
        holder = holder[step]
    match draw(st.sampled_from(["odd", "gone", "listed", "under another name", "as text", "other body", "any"])):
        case "odd":
            holder[name] = deepcopy(draw(st.sampled_from(ODD)))
        case "gone":
            del holder[name]
        case "listed":
            holder[name] = [holder[name]]
        case "under another name" if isinstance(holder, dict):
            other = draw(st.sampled_from([*KINDS, "chat", "from", "message", "data", "text", "document", "id"]))
            holder[other] = holder[name] if draw(st.booleans()) else holder.pop(name)
        case "as text":
            holder[name] = str(type(holder[name]))
        case "other body":
            holder[name] = deepcopy(draw(st.sampled_from(VALID))[1])
        case _:
            holder[name] = draw(st.text(max_size=20) | st.integers() | st.floats() | st.binary(max_size=9).map(list))
