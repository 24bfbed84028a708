"""Files as Telegram keeps them: by file_id, each with its bytes (Bot API, File)."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from typing import Literal

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.images import image_size

Kind = Literal["Photo", "Document"]
"""What Telegram calls the type of a file."""

ID_VERSION = 4
"""The last byte of a file_id, once decoded."""

MAX_PHOTO = 10 * 2**20
"""Bytes of a photo (Bot API, sendPhoto)."""

_BOXES = (90, 320, 800, 1280, 2560)
_MARKS: dict[Kind, int] = {"Photo": 2, "Document": 5}
_TYPES = MimeTypes()


class FileError(Exception):
    """Telegram does not take this file; the message is Telegram's.

    `in_sending`: it notices only when the message is on its way, which tells albums from single messages.
    """

    def __init__(self, message: str, *, in_sending: bool = False) -> None:
        super().__init__(message)
        self.in_sending = in_sending


@dataclass(frozen=True, eq=False)
class File:
    """A file; `id` is its file_id, `unique_id` its file_unique_id."""

    id: str
    unique_id: str
    kind: Kind
    name: str
    content: bytes

    def json(self) -> JsonObject:
        """Return what PhotoSize, Document and File have in common."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}

    @property
    def mime_type(self) -> str:
        """The type that the name's ending says; the types that a sender claims count for nothing."""
        return _TYPES.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def ending(self) -> str:
        """What the name ends with, with its dot; empty where that would look odd in a path."""
        suffix = PurePosixPath(self.name).suffix
        return suffix if suffix.isascii() and suffix[1:].isalnum() else ""


@dataclass(frozen=True, eq=False)
class PhotoSize:
    """One of the sizes in which a photo is kept, in pixels; all have the bytes that were sent."""

    file: File
    width: int
    height: int

    def json(self) -> JsonObject:
        """Return the Bot API's PhotoSize."""
        return self.file.json() | {"width": self.width, "height": self.height}


Sizes = tuple[PhotoSize, ...]
"""A photo: its sizes, the largest last."""


class Files:
    """All files of a world, by file_id. What Telegram does not take raises FileError."""

    def __init__(self) -> None:
        self.documents: dict[str, File] = {}
        self.photos: dict[str, Sizes] = {}
        self._numbers = count(1)

    def find(self, file_id: str) -> File | None:
        """Return the file that a file_id names."""
        sizes = self.photos.get(file_id, ())
        return self.documents.get(file_id) or next((size.file for size in sizes if size.file.id == file_id), None)

    def add_document(self, name: str, content: bytes) -> File:
        """Keep a file as it is."""
        _check_not_empty(content)
        file = self._file("Document", _bare(name) or "file", content)
        self.documents[file.id] = file
        return file

    def add_photo(self, name: str, content: bytes) -> Sizes:
        """Keep a picture in the sizes that Telegram makes of it."""
        _check_not_empty(content)
        if len(content) > MAX_PHOTO:
            raise FileError(
                f"File of size {len(content)} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
            )
        size = image_size(content)
        if size is None:
            raise FileError("IMAGE_PROCESS_FAILED", in_sending=True)
        if sum(size) > 10_000 or max(size) > 20 * min(size):
            raise FileError("PHOTO_INVALID_DIMENSIONS", in_sending=True)
        sizes = tuple(
            PhotoSize(self._file("Photo", _bare(name) or "photo.jpg", content), *each) for each in _scaled(*size)
        )
        self.photos |= {each.file.id: sizes for each in sizes}
        return sizes

    def _file(self, kind: Kind, name: str, content: bytes) -> File:
        seed = sha256(str(next(self._numbers)).encode()).digest()
        long = bytes((_MARKS[kind], 0, 2, 2)) + seed + bytes((ID_VERSION,))
        return File(_text(long), _text(bytes((_MARKS[kind], 0, 3)) + seed[:8]), kind, name, content)


def _check_not_empty(content: bytes) -> None:
    if not content:
        raise FileError("File must be non-empty")


def _bare(name: str) -> str:
    """Return a name without folders; nothing where only dots are left, which would name a folder."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    return bare if bare.strip(".") else ""


def _scaled(width: int, height: int) -> list[tuple[int, int]]:
    """Return the sizes of a photo: fitted into each box that is smaller, then as it is or in the largest box."""
    longest = max(width, height)
    sides = [box for box in _BOXES if box < longest]
    if longest <= _BOXES[-1]:
        sides.append(longest)
    return [(max(1, round(width * side / longest)), max(1, round(height * side / longest))) for side in sides]


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
