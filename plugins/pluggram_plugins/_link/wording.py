"""How numbers, links and values that may be anything are shown to people."""

import json
import re

from pluggram import Json
from pluggram_plugins._link.link import Link, LinkError
from pluggram_plugins._link.number import example, meant

_CREDENTIALS = re.compile(r"://[^/\s@]*@")


def counted(number: int, one: str, many: str = "") -> str:
    """Give a number with its noun: 1 link, 8,992 links."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def number_hint(written: str, digits: int) -> str:
    """Say what is wrong with a number, and which one was probably meant."""
    number = meant(written, digits)
    hint = f"; did you mean {number}?" if number else f", such as {example(digits)}."
    return f"a post's number has {counted(digits, 'digit')} (0 to 9){hint}"


def quoted(value: Json, longest: int = 100) -> str:
    """Give any value as JSON text, shortened, with everything in it that nobody can see escaped.

    A plain word of printable characters stands without quotation marks.
    """
    if isinstance(value, str) and value and value.isprintable() and not value.isspace() and value.strip() == value:
        return shortened(value, longest)
    text = json.dumps(value, ensure_ascii=False)
    if not text.isprintable():
        text = json.dumps(value)
    return shortened(text, longest)


def masked(value: Json, longest: int = 100) -> str:
    """Give a value as `quoted` does, without the user names and passwords of the addresses in it."""
    return _CREDENTIALS.sub("://***@", quoted(value, longest))


def unquoted(text: str) -> str:
    """Give the text that `quoted` has shown."""
    try:
        value = json.loads(text) if text.startswith('"') else text
    except ValueError:
        return text
    return value if isinstance(value, str) else text


def shortened(text: str, longest: int) -> str:
    """Cut a text that is longer, and show that it was cut."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def line(key: str, value: Json) -> str:
    """Give one stored link on one line of a list."""
    number = quoted(key, 40)
    try:
        link = Link.read(value)
    except LinkError as why:
        return f"{number} ⚠️ not usable: {why}"
    return f"{number} {shortened(link.url, 100)}" + (f" — {shortened(link.title, 40)}" if link.title else "")
