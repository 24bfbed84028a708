"""From what a bot or a person typed to the text and entities of a message."""

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.text.builder import Formatted, MarkupError
from pluggram.simulator.text.entities import order, span, with_found
from pluggram.simulator.text.html import parse_html
from pluggram.simulator.text.markdown import parse_markdown
from pluggram.simulator.text.markdown_v2 import parse_markdown_v2

PARSERS = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}
"""The markup languages, by `parse_mode` in lower case."""

_INVISIBLE = frozenset("\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
_REMOVED = frozenset("\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a")


def cleaned(source: Formatted) -> Formatted:
    """Return the text as Telegram keeps it: no control characters, no space around, its commands found.

    The text may come out empty. Raises MarkupError when an entity lies outside the text or splits a character.
    """
    kept, places = _kept(source.text)
    body = kept.strip(" \n")
    lead, size = len(kept) - len(kept.lstrip(" \n")), _units(body)
    entities: list[JsonObject] = []
    for entity in order(source.entities):
        begin, end = _place(entity, places)
        begin, end = min(max(begin - lead, 0), size), min(max(end - lead, 0), size)
        if end > begin:
            entities.append(entity | {"offset": begin, "length": end - begin})
    return Formatted(body, with_found(body, entities))


def is_blank(text: str) -> bool:
    """Tell whether nothing of the text would be seen."""
    return all(character.isspace() or character in _INVISIBLE for character in text)


def _kept(text: str) -> tuple[str, list[int | None]]:
    """Clean the text; say for each old UTF-16 offset the new one, None inside a surrogate pair."""
    kept: list[str] = []
    places: list[int | None] = []
    at = 0
    for character in text:
        wide = character > "\uffff"
        places += [at, None] if wide else [at]
        if character not in _REMOVED:
            kept.append(character if character >= " " or character == "\n" else " ")
            at += 1 + wide
    return "".join(kept), [*places, at]


def _place(entity: JsonObject, places: list[int | None]) -> tuple[int, int]:
    offset, length = span(entity)
    end = offset + length
    if offset >= len(places):
        raise MarkupError(f"Entity begins after the end of the text at UTF-16 offset {offset}")
    if end >= len(places):
        raise MarkupError(
            f"Entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
        )
    begin_at, end_at = places[offset], places[end]
    if begin_at is None:
        raise MarkupError(f"Entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
    if end_at is None:
        raise MarkupError(f"Entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol")
    return begin_at, end_at


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
