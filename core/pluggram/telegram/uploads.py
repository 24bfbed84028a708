"""The parameters of a call as they are sent: texts that are Unicode, plain data, and files parted from it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import IO, Any, NamedTuple

from pluggram.parts import File, sendable


class Upload(NamedTuple):
    """A file that goes with a call: its name, its bytes and its content type."""

    name: str
    content: bytes
    kind: str


def uploads(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Part the files of a call from its other parameters; what is None is left out.

    A File that is a parameter is uploaded in its place; one inside a parameter, as in `media`, is uploaded beside it
    and named there as `attach://...` (Bot API, Sending files). Texts are made such that they can be sent, and objects
    of python-telegram-bot and of `datetime` what python-telegram-bot makes of them.
    """
    sent: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    for name, value in parameters.items():
        if isinstance(value, str):
            sent[name] = sendable(value)
        elif (file := _file(value)) is not None:
            files[name] = file
        elif value is not None:
            sent[name] = _attached(value, files)
    return sent, files


def as_upload(name: str | None, content: bytes | IO[bytes], kind: str | None) -> Upload:
    """Make a file of what python-telegram-bot's InputFile holds; an open one is read, from where it stands."""
    content = content if isinstance(content, bytes) else content.read()
    return Upload(name or "file", content, kind or _ANY_KIND)


def _attached(value: Any, files: dict[str, Upload]) -> Any:
    if isinstance(value, dict):
        return {name: _attached(part, files) for name, part in value.items()}
    if (file := _file(value)) is not None:
        name = f"file{len(files)}"
        files[name] = file
        return f"attach://{name}"
    if isinstance(value, list | tuple):
        return [_attached(part, files) for part in value]
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return _attached(value.to_dict(), files) if hasattr(value, "to_dict") else value


def _file(value: Any) -> Upload | None:
    if isinstance(value, Upload):
        return value
    if isinstance(value, File):
        return Upload(value.name, value.content, _kind(value.name))
    return as_upload(*value.field_tuple) if hasattr(value, "field_tuple") else None


def _kind(name: str) -> str:
    import mimetypes  # measured: 3 ms that a bot which sends no files does without

    return mimetypes.guess_type(name)[0] or _ANY_KIND


_ANY_KIND = "application/octet-stream"
