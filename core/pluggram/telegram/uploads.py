"""The files of a call, as python-telegram-bot uploads them."""

from collections.abc import Mapping
from typing import Any

from telegram import InputFile, TelegramObject

from pluggram.parts import File, sendable


class _Album(TelegramObject):
    """A list of plain objects, which python-telegram-bot would otherwise take for objects of its own."""

    def __init__(self, media: list[Any]) -> None:
        super().__init__()
        self._media = media

    def to_dict(self, recursive: bool = True) -> Any:
        """Give what is sent for it."""
        return self._media


def uploads(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, InputFile]]:
    """Part the files of a call from its other parameters.

    A File that is a parameter is uploaded in its place; one inside a parameter, as in `media`, is uploaded beside it
    and named there as `attach://...` (Bot API, Sending files). Texts are made such that they can be sent.
    """
    sent: dict[str, Any] = {}
    files: dict[str, InputFile] = {}
    for name, value in parameters.items():
        if isinstance(value, File):
            files[name] = _input_file(value)
        elif isinstance(value, dict | list | tuple) and name != "reply_markup":
            attached = _attached(value, files)
            sent[name] = _Album(attached) if name == "media" and isinstance(attached, list) else attached
        else:
            sent[name] = sendable(value) if isinstance(value, str) else value
    return sent, files


def _attached(value: Any, files: dict[str, InputFile]) -> Any:
    if isinstance(value, File):
        name = f"file{len(files)}"
        files[name] = _input_file(value)
        return f"attach://{name}"
    if isinstance(value, dict):
        return {name: _attached(part, files) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_attached(part, files) for part in value]
    return value


def _input_file(file: File) -> InputFile:
    return InputFile(file.content, filename=file.name)
