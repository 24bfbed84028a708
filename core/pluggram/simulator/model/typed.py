"""What Telegram's app makes of what a person types and attaches; what it would not send raises SimulatorError."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from pluggram.simulator.errors import SimulatorError
from pluggram.simulator.model.content import Content, Document, Photo, Service, Text
from pluggram.simulator.model.files import FileError, Files
from pluggram.simulator.text.builder import Formatted
from pluggram.simulator.text.formatted import cleaned, is_blank
from pluggram.simulator.text.utf16 import utf16_length

_T = TypeVar("_T")


def typed_text(text: str) -> Text:
    """Return a text message of what was typed."""
    words = _cleaned(text)
    if is_blank(words.text) or utf16_length(words.text) > 4096:
        raise SimulatorError("a message has 1 to 4096 characters")
    return Text(words)


def attached_file(files: Files, name: str, content: bytes, caption: str) -> Document:
    """Return a file with its caption."""
    words = _caption(caption)
    return Document(_taken(files.add_document, name, content), words)


def attached_photo(files: Files, name: str, content: bytes, caption: str) -> Photo:
    """Return a picture with its caption."""
    words = _caption(caption)
    return Photo(_taken(files.add_photo, name, content), words)


def retyped(content: Content, text: str) -> Content:
    """Return the content with other words: another text, or another caption."""
    match content:
        case Text():
            return typed_text(text)
        case Service():
            raise SimulatorError("news of the chat cannot be edited")
        case _:
            return replace(content, words=_caption(text))


def _cleaned(text: str) -> Formatted:
    return cleaned(Formatted(text.encode("utf-8", "replace").decode(), []))


def _caption(text: str) -> Formatted:
    words = _cleaned(text)
    if utf16_length(words.text) > 1024:
        raise SimulatorError("a caption has at most 1024 characters")
    return words


def _taken(add: Callable[[str, bytes], _T], name: str, content: bytes) -> _T:
    try:
        return add(name, content)
    except FileError as error:
        raise SimulatorError(f"Telegram does not take {name}: {error}") from None
