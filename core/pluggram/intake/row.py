"""Row: one update in the inbox, and the lane it belongs to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from pluggram.decoding import is_update_id
from pluggram.edge import Arrival, Malformed, RawUpdate
from pluggram.reply import Reply
from pluggram.request import Request, move_told

DEATHS = 3
"""After so many deaths of the process under its hands, an update is run once more, alone."""


@dataclass(slots=True)
class Row:
    """One update in the inbox, while it is not done.

    seq: its place in the order of arrival. at: when it came, in seconds since 1970. redelivered: a run of it was cut
    off before. deaths: how often the process died meanwhile. answered: its handler has returned `reply`, which may be
    None. acknowledged: the button press that it is needs no answer any more. sent: how many of the calls that bring the
    reply are made. slot: which of the Slots names it. request: what its update was read as, when that was done.
    unreadable: a damaged disk gave back something else than was written.
    """

    seq: int
    update: RawUpdate
    lane: str
    at: float
    redelivered: bool = False
    deaths: int = 0
    answered: bool = False
    reply: Reply | None = None
    acknowledged: bool = False
    sent: int = 0
    slot: int | None = None
    unreadable: bool = False
    request: Request | None = None

    @property
    def update_id(self) -> object:
        """The update's id (Bot API, Update.update_id)."""
        return self.update.get("update_id")


def lane_key(update: RawUpdate) -> str:
    """Say which updates keep their order: those of a chat, else of a sender, else of an update type."""
    for kind, body in update.items():
        if not isinstance(body, dict):
            continue
        chat = _id(body, "chat")
        if chat is None and isinstance(message := body.get("message"), dict):
            chat = _id(message, "chat")
        if chat is not None:
            return f"chat {chat}"
        sender = _id(body, "from")
        return f"user {sender}" if sender is not None else f"type {kind}"
    return "type "


def moved_lanes(update: RawUpdate) -> tuple[str, str] | None:
    """Give the lanes of a group before and after it became a supergroup, if the update says that it did."""
    moved = move_told(update)
    return None if moved is None else (f"chat {moved[0]}", f"chat {moved[1]}")


def key_of(arrival: Arrival) -> int:
    """Give the number under which an update is known: its id; below 0 for what has none, the same for the same text."""
    update_id = arrival.update_id if isinstance(arrival, Malformed) else arrival.get("update_id")
    if is_update_id(update_id):
        return update_id
    text = arrival.text if isinstance(arrival, Malformed) else encode(arrival)
    return -1 - int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=7).digest())


def encode(update: RawUpdate) -> str:
    """Write an update as JSON, in ASCII where it has halves of surrogate pairs."""
    try:
        return orjson.dumps(update).decode()
    except TypeError:  # such halves, or numbers of more than 64 bits
        return json.dumps(update, separators=(",", ":"))


def storable(text: str) -> str:
    """Give a text without what cannot be written as UTF-8, and without NUL, which ends texts for some readers."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _id(body: Mapping[str, Any], name: str) -> int | None:
    part = body.get(name)
    number = part.get("id") if isinstance(part, dict) else None
    return number if type(number) is int and -(2**63) < number < 2**63 else None
