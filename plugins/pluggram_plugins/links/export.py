"""All links as a file that import reads again: JSON as the old bots kept it, or CSV."""

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pluggram import Json, PluggramError
from pluggram_plugins._link import Link, LinkError
from pluggram_plugins.links.cells import as_cell
from pluggram_plugins.links.source import COLUMNS, Format

Item = tuple[str, Json]


class ExportError(PluggramError):
    """The file could not be written; what was there before stands."""


def dump(items: Iterable[Item], form: Format) -> bytes:
    """Give the whole file; what is no usable link is in it too, as it is stored."""
    return (_json(items) if form == "json" else _csv(items)).encode()


def _json(items: Iterable[Item]) -> str:
    return json.dumps(dict(items), ensure_ascii=False, indent=1) + "\n"


def _csv(items: Iterable[Item]) -> str:
    file = io.StringIO(newline="")
    rows = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
    rows.writeheader()
    for number, value in items:
        row = {"number": number, **_fields(value)}
        rows.writerow({name: as_cell(cell) if isinstance(cell, str) else cell for name, cell in row.items()})
    return file.getvalue()


def _fields(value: Json) -> Mapping[str, object]:
    if isinstance(value, str):
        return {"url": value}
    try:
        link = Link.read(value)
    except LinkError:
        return {"url": json.dumps(value, ensure_ascii=False)}
    return {"url": link.url, "title": link.title, "by": "" if link.by is None else link.by, "at": link.at}


def unusable(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Name what is no link to send, with the reason."""
    for number, value in items:
        try:
            Link.read(value)
        except LinkError as why:
            yield number, str(why)


def write(path: Path, content: bytes) -> None:
    """Put the file there whole or not at all; a device or a pipe is written to, a symbolic link followed.

    Raises ExportError when it cannot be written; a file that was there before then stands.
    """
    path = path.resolve()
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        from tempfile import NamedTemporaryFile  # measured: 2 ms of the bot's start, for a command of the shell

        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}") from error
