"""`parse_mode=Markdown`, the legacy style without nesting (Bot API, Markdown style)."""

import re

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.text.builder import Builder, Formatted, MarkupError
from pluggram.simulator.text.links import link_entity
from pluggram.simulator.text.utf16 import byte_offset

_PLAIN = re.compile(r"(?:[^\\_*`\[]|\\(?![_*`\[]))+")
_FENCE = re.compile(r"```(?:(?P<language>[^\s`]+)(?=\s))?(?:\r\n|\n\r|\n|\r)?")
_SIMPLE = {"_": "italic", "*": "bold", "`": "code"}


def parse_markdown(text: str) -> Formatted:
    """Return the plain text and its entities. Raises MarkupError, with byte offsets as Telegram counts."""
    built = Builder()
    at = 0
    while at < len(text):
        if plain := _PLAIN.match(text, at):
            built.write(plain[0])
            at = plain.end()
        elif text[at] == "\\":
            built.write(text[at + 1])
            at += 2
        else:
            at = _entity(text, at, built)
    return built.done()


def fence_entity(match: re.Match[str]) -> JsonObject:
    """Return the entity that an opening fence of three backticks begins."""
    return {"type": "pre", "language": match["language"]} if match["language"] else {"type": "pre"}


def fence(text: str, at: int) -> re.Match[str] | None:
    """Return the opening fence at this place: three backticks, a language, one line break."""
    return _FENCE.match(text, at)


def _entity(text: str, at: int, built: Builder) -> int:
    opening = fence(text, at)
    mark = "```" if opening else "]" if text[at] == "[" else text[at]
    begin = opening.end() if opening else at + 1
    end = text.find(mark, begin)
    if end < 0:
        raise MarkupError(f"Can't find end of the entity starting at byte offset {byte_offset(text, at)}")
    start = built.length
    inside = text[begin:end]
    built.write(inside)
    after = end + len(mark)
    if mark == "]":
        link, after = _target(text, inside, after)
        built.close(start, link_entity(link))
    else:
        built.close(start, fence_entity(opening) if opening else {"type": _SIMPLE[mark]})
    return after


def _target(text: str, inside: str, after: int) -> tuple[str, int]:
    if not text.startswith("(", after):
        return inside, after
    end = text.find(")", after)
    end = len(text) if end < 0 else end
    return text[after + 1 : end], end + 1
