"""A file of links, read into entries: JSON as the old bots kept it, or CSV with a header."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath
from typing import Any, Literal, NoReturn, cast

from pluggram import Json, PluggramError
from pluggram_plugins.links.cells import from_cell

Format = Literal["json", "csv"]

COLUMNS = ("number", "url", "title", "by", "at")
"""The columns of a CSV file; the first two are needed."""


class SourceError(PluggramError):
    """A file that holds no links that could be read; nothing was imported."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the file, as it stands there. line: where it begins, counted from 1; None in JSON.

    problem: why it cannot be read at all, a sentence without its full stop.
    """

    key: str
    value: Json
    line: int | None = None
    problem: str = ""


def read(path: Path, wanted: Format | None = None) -> tuple[Format, list[Entry]]:
    """Read a file, as `parse` does; raises SourceError also when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    return parse(str(path), content, wanted)


def parse(
    name: str, content: bytes, wanted: Format | None = None, most: int | None = None
) -> tuple[Format, list[Entry]]:
    """Read the content of a file in the format that is wanted, else the one of its name, else the one it looks like.

    most: so many entries are taken. Raises SourceError for more, for an empty file, and for one that is no UTF-8 or
    has not the shape of its format.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SourceError(
            f"{name}, line {line}: this is not UTF-8 (byte {error.start}); save the file as UTF-8"
        ) from error
    if not text.strip():
        raise SourceError(f"{name} is empty")
    form = wanted or _format(name, text)
    try:
        entries = list(
            islice(read_json(text) if form == "json" else read_csv(text), None if most is None else most + 1)
        )
    except ValueError as error:
        raise SourceError(f"{name} is no {form.upper()} file of links: {error}") from error
    if most is not None and len(entries) > most:
        raise SourceError(f"{name} has more than {most:,} entries; split it")
    return form, entries


def _format(name: str, text: str) -> Format:
    suffix = PurePath(name).suffix.lower()
    if suffix in (".json", ".csv"):
        return cast(Format, suffix[1:])
    return "json" if text.lstrip()[:1] in ("{", "[") else "csv"


def read_json(text: str) -> Iterator[Entry]:
    """Read an object of number -> URL, or number -> {"url": ..., "title": ...}; a key that stands twice, twice.

    Raises ValueError for anything else.
    """
    try:
        entries = json.loads(text, object_pairs_hook=_Pairs, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(entries, _Pairs):
        raise ValueError('it must be one object, such as {"0042": "https://example.org"}')
    for key, value in entries:
        yield Entry(key, _plain(value), problem="a key stands twice in it" if _doubled(value) else "")


class _Pairs(list[tuple[str, Any]]):
    """An object of a JSON file with all its keys, the doubled ones too."""


def _plain(value: Any) -> Json:
    if isinstance(value, _Pairs):
        return {key: _plain(item) for key, item in value}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return cast(Json, value)


def _doubled(value: Any) -> bool:
    return isinstance(value, _Pairs) and len({key for key, _ in value}) < len(value)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def read_csv(text: str) -> Iterator[Entry]:
    """Read rows of number, url and perhaps title, by and at, separated by , or ; under a header that names them.

    Raises ValueError when the header does not name what is needed, or the quoting is broken.
    """
    header_line = next(iter(text.splitlines()), "")
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        columns = _columns(next(rows, []))
        begins = rows.line_num + 1
        for row in rows:
            if any(row):
                yield _row(columns, row, begins)
            begins = rows.line_num + 1
    except csv.Error as error:
        raise ValueError(f"line {begins}: {error}") from error


def _columns(header: list[str]) -> list[str]:
    columns = [name.strip().lower() for name in header]
    unknown = sorted(set(columns).difference(COLUMNS))
    if not {"number", "url"} <= set(columns) or unknown or len(set(columns)) < len(columns):
        raise ValueError(
            f"its first line must name the columns, number and url and perhaps {', '.join(COLUMNS[2:])}; "
            f"it is {','.join(header)[:100]!r}"
        )
    return columns


def _row(columns: list[str], row: list[str], line: int) -> Entry:
    fields = dict(zip(columns, map(from_cell, row), strict=False))
    problem = "" if len(row) == len(columns) else _miscounted(len(row), len(columns))
    return Entry(fields.pop("number", ""), _value(fields), line, problem)


def _miscounted(found: int, expected: int) -> str:
    return f"it has {found} columns and the header has {expected}; a text that holds the separator stands in quotes"


def _value(fields: Mapping[str, str]) -> Json:
    """Give the value that a row stands for: a text when nothing but a URL is filled in, as in JSON."""
    filled: dict[str, Json] = {name: text for name, text in fields.items() if text}
    by = fields.get("by", "")
    if by.isascii() and by.isdigit() and len(by) < 20:
        filled["by"] = int(by)
    return filled.get("url", "") if filled.keys() <= {"url"} else filled
