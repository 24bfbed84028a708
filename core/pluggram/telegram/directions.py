"""Directions: calls for groups that have become supergroups go to where these are now."""

import json
from collections.abc import Mapping
from typing import cast

from telegram.request import RequestData

from pluggram.bot.moves import Moves

CHATS = ("chat_id", "from_chat_id")
"""The parameters of a call that name a chat."""
FIRST_BASIC_GROUP = -999_999_999_999
"""The ids of basic groups are from here to -1 (Bot API server, ids of dialogs); only these move."""


class _Directed:
    """A call's data with other chats in it, in the shape that python-telegram-bot documents for its RequestData."""

    def __init__(self, data: RequestData, chats: Mapping[str, int]) -> None:
        self.contains_files = data.contains_files
        self.parameters = {**data.parameters, **chats}
        self.json_parameters = data.json_parameters | {name: str(chat) for name, chat in chats.items()}
        self.multipart_data = data.multipart_data


def directed(data: RequestData, moves: Moves) -> RequestData:
    """Give the data of a call with the ids that its chats have now."""
    numbers = {name: as_number(data.parameters.get(name)) for name in CHATS}
    chats = {
        name: moves.current(number)
        for name, number in numbers.items()
        if number is not None and moves.current(number) != number
    }
    return cast(RequestData, _Directed(data, chats)) if chats else data


def as_number(chat: object) -> int | None:
    """Give a chat's id as a number, however it was written; None for a name."""
    if type(chat) is int:
        return chat
    name = str(chat)
    return int(name) if len(name) < 20 and name.removeprefix("-").isdecimal() else None


def basic_group(data: RequestData) -> int | None:
    """Give the one basic group that a call names; None where there is none, or it could be one of two."""
    numbers = {as_number(data.parameters.get(name)) for name in CHATS}
    groups = [number for number in numbers if number is not None and FIRST_BASIC_GROUP <= number < 0]
    return groups[0] if len(groups) == 1 else None


def migrated_to(body: bytes) -> int | None:
    """Give the id that the group of a refused call has now, if its refusal tells one (Bot API, ResponseParameters)."""
    if b"migrate_to_chat_id" not in body:
        return None
    try:
        new = json.loads(body)["parameters"]["migrate_to_chat_id"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return new if type(new) is int else None
