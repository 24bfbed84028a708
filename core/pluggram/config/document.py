"""bot.toml as it was read, with what the environment put over it: the place of every key, for the errors."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pluggram.config.lines import key_lines
from pluggram.config.masking import key_name, redacted
from pluggram.config.problem import ConfigError, KeyPath, Problem, Severity

_POSITION = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a bot.toml and where each was written."""

    source: str
    data: dict[str, object] = field(repr=False)
    lines: Mapping[KeyPath, int] = field(repr=False)
    origins: Mapping[KeyPath, str] = field(default_factory=dict, repr=False)
    """The environment variable that gave a value, by the value's path."""

    def problem(
        self,
        path: KeyPath,
        *,
        found: str,
        expected: str,
        hint: str = "",
        severity: Severity = "error",
    ) -> Problem:
        """Place a problem with the value at `path`: at its variable, its line, or its table's if it is missing."""
        variable = self.variable(path)
        return Problem(
            source=variable or self.source,
            line=None if variable else self.line(path),
            key=key_name(path),
            found=redacted(found),
            expected=redacted(expected),
            hint=redacted(hint),
            severity=severity,
        )

    def line(self, path: KeyPath) -> int | None:
        """Tell the line of the value at `path`, or of what it lies in; None if that is not known."""
        return next((self.lines[part] for part in _upwards(path) if part in self.lines), None)

    def variable(self, path: KeyPath) -> str | None:
        """Name the variable that gave the value at `path` or what it lies in; None if the file did."""
        return next((self.origins[part] for part in _upwards(path) if part in self.origins), None)


def read(path: Path, source: str) -> Document:
    """Read the TOML file at `path`, called `source` in errors; raises ConfigError if it is unreadable or not TOML."""
    text = _text(path, source)
    try:
        return Document(source, tomllib.loads(text), key_lines(text))
    except RecursionError:
        problem = Problem(source, "arrays or tables nested too deeply", "a few levels of nesting")
    except ValueError as error:
        problem = _syntax_problem(source, str(error), text)
    raise ConfigError([problem])


def _text(path: Path, source: str) -> str:
    raw = b""
    try:
        raw = path.read_bytes()
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        found = "UTF-16 text" if raw.startswith(_UTF16) else f"the byte 0x{raw[error.start]:02x}, which is not UTF-8"
        line = None if raw.startswith(_UTF16) else raw.count(b"\n", 0, error.start) + 1
        problem = Problem(
            source, found, "a text file in UTF-8", line=line, hint="save it again with the encoding UTF-8"
        )
    except (OSError, ValueError) as error:
        problem = _unreadable(source, path, error)
    raise ConfigError([problem])


def _unreadable(source: str, path: Path, error: OSError | ValueError) -> Problem:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    hint = f"name the file in it: {source}/bot.toml" if isinstance(error, IsADirectoryError) else ""
    if isinstance(error, PermissionError):
        hint = f"let the user that runs the bot read it: chmod u+r {path.name}, or chown it"
    return Problem(source, reason[:1].lower() + reason[1:], "a file that can be read", hint=hint)


def _syntax_problem(source: str, message: str, text: str) -> Problem:
    place = _POSITION.search(message)
    line = int(place["line"]) if place and place["line"] else None
    column = int(place["column"]) if place and place["column"] else None
    if place and line is None:
        line = text.count("\n") + 1
    return Problem(
        source=source,
        found=redacted(_POSITION.sub("", message)),
        expected="TOML",
        line=line,
        column=column,
        hint=_syntax_hint(text.split("\n")[line - 1] if line else ""),
    )


def _syntax_hint(line: str) -> str:
    key, equals, value = (part.strip() for part in line.partition("="))
    if not equals:
        return "a line is `key = value`, `[table]` or `# comment`"
    if not value:
        return f'`{redacted(key)}` has no value; an empty text is ""'
    if value[0] not in "\"'[{" and not value[0].isdigit():
        return 'text stands in quotes: key = "value"; yes and no are true and false'
    if value.count('"') % 2 or value.count("'") % 2:
        return "a text ends with the quote it began with; write a backslash as \\\\ or use single quotes"
    return "look for a missing quote, comma or bracket, or a key or table that stands twice"


def _upwards(path: KeyPath) -> Iterator[KeyPath]:
    return (path[:length] for length in range(len(path), 0, -1))
