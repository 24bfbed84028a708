"""The line of every key in a TOML text, which tomllib does not tell."""

import bisect
import contextlib
import re
import tomllib

from pluggram.config.problem import KeyPath

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_ONE_KEY = re.compile(_KEY)
_DOTTED = re.compile(rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*")
_SPACE = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_HEADER = re.compile(r"\[\[?[ \t]*")
_HEADER_END = re.compile(r"[ \t]*\]\]?")
_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_SCALAR = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}' + r"|'''.*?'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'" + r"|[^,\]}\n#]+",
    re.DOTALL,
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Find the line, from 1, where each table, key and array element of `text` begins.

    `text` has passed tomllib. Should it hold what this scanner does not know, the keys up to there have their lines:
    a file is never refused for it.
    """
    scanner = _Scanner(text)
    with contextlib.suppress(_LostError, IndexError):
        scanner.scan()
    return scanner.lines


class _LostError(Exception):
    """The scanner met what it does not know."""


class _Scanner:
    """Walks over a valid document; a dotted key gives its line to every table it goes through for the first time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self.lines: dict[KeyPath, int] = {}
        self._last: dict[KeyPath, int] = {}  # array of tables -> index of its last table

    def scan(self) -> None:
        table: KeyPath = ()
        self._take(_SPACE)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._take(_SPACE)

    def _header(self) -> KeyPath:
        start = self._at
        is_array = self._take(_HEADER).startswith("[[")
        *parents, name = self._key()
        self._take(_HEADER_END)
        table: KeyPath = ()
        for part in parents:
            table = self._newest((*table, part))
            self._note(table, start)
        table = (*table, name)
        if is_array:
            self._note(table, start)
            self._last[table] = self._last.get(table, -1) + 1
        table = self._newest(table)
        self.lines[table] = self._line(start)  # a table's own header says more than the child that came before it
        return table

    def _newest(self, path: KeyPath) -> KeyPath:
        return (*path, self._last[path]) if path in self._last else path

    def _pair(self, table: KeyPath) -> None:
        start = self._at
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, start)
        self._take(_EQUALS)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        match self._text[self._at]:
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case _:
                self._take(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        index = 0
        while self._next_item("]"):
            self._note((*path, index), self._at)
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        while self._next_item("}"):
            self._pair(path)

    def _next_item(self, end: str) -> bool:
        """Step over the bracket or comma before an item; False when the closing bracket was stepped over."""
        self._take(_SPACE)
        if self._text[self._at] in "[{,":
            self._at += 1
            self._take(_SPACE)
        if self._text[self._at] != end:
            return True
        self._at += 1
        return False

    def _key(self) -> list[str]:
        return [_plain(part) for part in _ONE_KEY.findall(self._take(_DOTTED))]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise _LostError
        self._at = found.end()
        return found.group()

    def _note(self, path: KeyPath, position: int) -> None:
        self.lines.setdefault(path, self._line(position))

    def _line(self, position: int) -> int:
        return bisect.bisect_left(self._breaks, position) + 1


def _plain(key: str) -> str:
    return next(iter(tomllib.loads(f"{key} = 0"))) if key[0] in "\"'" else key
