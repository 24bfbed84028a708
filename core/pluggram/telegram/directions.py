"""Directions: calls for groups that have become supergroups go to where these are now."""

from collections.abc import Mapping
from typing import Any

from pluggram.bot.moves import Moves
from pluggram.telegram.results import response_parameters

Parameters = Mapping[str, Any]

CHATS = ("chat_id", "from_chat_id")
"""The parameters of a call that name a chat."""
FIRST_BASIC_GROUP = -999_999_999_999
"""The ids of basic groups are from here to -1 (Bot API server, ids of dialogs); only these move."""


def directed(parameters: Parameters, moves: Moves) -> Parameters:
    """Give the parameters of a call with the ids that its chats have now."""
    numbers = {name: as_number(parameters.get(name)) for name in CHATS}
    chats = {
        name: moves.current(number)
        for name, number in numbers.items()
        if number is not None and moves.current(number) != number
    }
    return {**parameters, **chats} if chats else parameters


def as_number(chat: object) -> int | None:
    """Give a chat's id as a number, however it was written; None for a name."""
    if type(chat) is int:
        return chat
    name = str(chat)
    return int(name) if len(name) < 20 and name.removeprefix("-").isdecimal() else None


def basic_group(parameters: Parameters) -> int | None:
    """Give the one basic group that a call names; None where there is none, or it could be one of two."""
    numbers = {as_number(parameters.get(name)) for name in CHATS}
    groups = [number for number in numbers if number is not None and FIRST_BASIC_GROUP <= number < 0]
    return groups[0] if len(groups) == 1 else None


def migrated_to(body: bytes) -> int | None:
    """Give the id that the group of a refused call has now, if its refusal tells one (Bot API, ResponseParameters)."""
    if b"migrate_to_chat_id" not in body:
        return None
    new = response_parameters(body).get("migrate_to_chat_id")
    return new if type(new) is int else None
