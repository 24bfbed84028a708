"""Walking through HTML markup: runs of text, references like `&lt;`, the attributes of a tag."""

import re

from pluggram.simulator.text.builder import MarkupError
from pluggram.simulator.text.utf16 import byte_offset

SPACE = " \t\r\n\0\v"
"""What separates attributes, as Telegram sees it."""

_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9A-Fa-f]*+)|#(?P<dec>[0-9]*+)|(?P<name>[A-Za-z]*+));?", re.ASCII)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class Scanner:
    """A place `at` in the markup, and the ways to go on from it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.at == len(self.text)

    def sees(self, text: str) -> bool:
        """Tell whether this text comes next."""
        return self.text.startswith(text, self.at)

    def byte(self, index: int) -> int:
        """Return a place in UTF-8 bytes, as errors count."""
        return byte_offset(self.text, index)

    def until(self, stop: str) -> str:
        """Go on to the first character of a set (a regular expression) and return what lies before it."""
        found = re.compile(stop).search(self.text, self.at)
        begin, self.at = self.at, found.start() if found else len(self.text)
        return self.text[begin : self.at]

    def reference(self) -> str:
        """Go past a character reference and return its character; past `&` when it is none."""
        match = _REFERENCE.match(self.text, self.at)
        decoded = _decode(match) if match else None
        if match is None or decoded is None:
            self.at += 1
            return "&"
        self.at = match.end()
        return decoded

    def spaces(self) -> None:
        """Go past white space."""
        while not self.ended and self.text[self.at] in SPACE:
            self.at += 1

    def attributes(self, tag: str, begin: int) -> dict[str, str]:
        """Go past the end of a start tag and return its attributes. Raises MarkupError."""
        attributes: dict[str, str] = {}
        while True:
            self.spaces()
            if self.sees(">"):
                self.at += 1
                return attributes
            name = self.until(rf"[{SPACE}=>/\"']")
            if not name:
                raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {self.byte(begin)}')
            self.spaces()
            value = self._value(tag, begin) if self.sees("=") else ""
            if self.ended:
                raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
            attributes[name] = value

    def _value(self, tag: str, begin: int) -> str:
        self.at += 1
        self.spaces()
        if self.ended:
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
        quote = self.text[self.at]
        value = self._quoted(quote) if quote in "'\"" else self._token()
        if self.ended:
            raise MarkupError(f"Unclosed start tag at byte offset {self.byte(begin)}")
        return value

    def _token(self) -> str:
        begin = self.at
        token = self.until(r"[^A-Za-z0-9.-]").lower()
        if not self.ended and self.text[self.at] not in SPACE + ">":
            raise MarkupError(f"Unexpected end of name token at byte offset {self.byte(begin)}")
        return token

    def _quoted(self, quote: str) -> str:
        self.at += 1
        value: list[str] = []
        while not self.ended and self.text[self.at] != quote:
            value.append(self.reference() if self.sees("&") else self.until(f"[&{quote}]"))
        self.at = min(self.at + 1, len(self.text))
        return "".join(value)


def _decode(match: re.Match[str]) -> str | None:
    if match["name"] is not None:
        return _NAMED.get(match["name"])
    digits, base = (match["hex"], 16) if match["hex"] is not None else (match["dec"], 10)
    if not digits or len(match[0].rstrip(";")) >= 10:
        return None
    code = int(digits, base)
    return chr(code) if 0 < code < 0x10FFFF else None
