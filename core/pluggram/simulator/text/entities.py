"""The entities that Telegram finds by itself: bot commands and mentions."""

import re
from collections.abc import Iterator

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.text.utf16 import utf16_length

_COMMAND = re.compile(r"(?<![\w/<>])/(?P<name>[A-Za-z0-9_]++)(?:@(?P<bot>[A-Za-z0-9_]*+))?+(?![\w/<>])")
_MENTION = re.compile(r"(?<!\w)@(?P<name>[A-Za-z0-9_]++)(?!\w)")
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})
_PRIORITY = {"blockquote": 0, "expandable_blockquote": 0, "pre": 1, "code": 2, "text_link": 3, "text_mention": 3}


def order(entities: list[JsonObject]) -> list[JsonObject]:
    """Return the entities as Telegram orders them: by offset, the longer first, then by type."""
    return sorted(entities, key=lambda each: (span(each)[0], -span(each)[1], _PRIORITY.get(str(each["type"]), 9)))


def span(entity: JsonObject) -> tuple[int, int]:
    """Return offset and length of an entity, in UTF-16 code units."""
    offset, length = entity["offset"], entity["length"]
    if not isinstance(offset, int) or not isinstance(length, int):
        raise TypeError(f"entity without whole offset and length: {entity}")
    return offset, length


def with_found(text: str, entities: list[JsonObject]) -> list[JsonObject]:
    """Return the given entities and those found in the text, leaving code and links as they are."""
    taken = [span(each) for each in entities if each["type"] in _OPAQUE]
    result = list(entities)
    for found in _find(text):
        if not any(_overlap(span(found), other) for other in taken):
            taken.append(span(found))
            result.append(found)
    return order(result)


def _find(text: str) -> Iterator[JsonObject]:
    for match in _COMMAND.finditer(text):
        bot = match["bot"]
        if len(match["name"]) <= 64 and (bot is None or 3 <= len(bot) <= 32):
            yield _entity("bot_command", match)
    for match in _MENTION.finditer(text):
        if 2 <= len(match["name"]) <= 32:
            yield _entity("mention", match)


def _entity(kind: str, match: re.Match[str]) -> JsonObject:
    offset = utf16_length(match.string[: match.start()])
    return {"type": kind, "offset": offset, "length": utf16_length(match[0])}


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[0] + other[1] and other[0] < one[0] + one[1]
