"""Texts against Telegram's limits: whether they fit, and where they are cut when they do not."""

import unicodedata
from collections.abc import Sequence

from pluggram.parts import visible

MAX_TEXT = 4096
"""UTF-16 units in a message, after its markup is read (Bot API, sendMessage)."""
MAX_CAPTION = 1024
"""UTF-16 units under a photo or document, after its markup is read (Bot API, sendPhoto)."""

_JOINER = "\u200d"


def fits(text: str, limit: int) -> bool:
    """Whether a text has at most so many UTF-16 units."""
    return len(text) * 2 <= limit or _end(text, 0, limit) == len(text)


def split(text: str, limit: int = MAX_TEXT) -> Sequence[str]:
    """Cut a text into parts of at most `limit` UTF-16 units; parts in which nothing would be seen are left out.

    It is cut after a line, else after a space, else between two characters as people see them: an emoji of several
    code points and a letter with its accents stay whole.
    """
    parts, start = [], 0
    while start < len(text):
        end = _end(text, start, limit)
        end = end if end == len(text) else _place(text, start, end)
        parts.append(text[start:end])
        start = end
    return [part for part in parts if visible(part)]


def cut(text: str, limit: int) -> str:
    """Give what fits of a text, with an ellipsis where something is missing."""
    if fits(text, limit):
        return text
    end = _end(text, 0, limit - 1)
    return text[: _whole(text, end // 2, end)].rstrip() + "…"


def _end(text: str, start: int, limit: int) -> int:
    """Say where a part that begins at `start` must end at the latest."""
    units = text[start : start + limit].encode("utf-16-le", "replace")
    return start + len(units[: 2 * limit].decode("utf-16-le", "ignore"))


def _place(text: str, start: int, end: int) -> int:
    """Find the best place to cut, in the second half of what fits."""
    least = start + (end - start) // 2
    for mark in ("\n", " "):
        if (at := text.rfind(mark, least, end)) >= 0:
            return at + 1
    return _whole(text, least, end)


def _whole(text: str, least: int, end: int) -> int:
    """Go back to where no character is cut in two; where none is found, `end` has to do."""
    at = end
    while at > least and _joined(text, at):
        at -= 1
    return at if at > least else end


def _joined(text: str, at: int) -> bool:
    """Whether what stands before and after `at` is seen as one character."""
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or "\U0001f3fb" <= after <= "\U0001f3ff" or unicodedata.category(after)[0] == "M":
        return True
    return _half_flag(after) and _halves_before(text, at) % 2 == 1


def _half_flag(character: str) -> bool:
    """Whether it is one of the two letters that make the flag of a country."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _halves_before(text: str, at: int) -> int:
    begin = at
    while begin and _half_flag(text[begin - 1]):
        begin -= 1
    return at - begin
