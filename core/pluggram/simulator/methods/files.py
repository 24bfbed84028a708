"""Files of calls: uploaded, named by file_id, or fetched by getFile (Bot API, Sending files)."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager

from pluggram.simulator.errors import bad_request
from pluggram.simulator.methods.call import Call, Method
from pluggram.simulator.model.files import ID_VERSION, File, FileError, Kind, Sizes
from pluggram.simulator.text.links import checked_link
from pluggram.simulator.upload import Upload

MAX_DOWNLOAD = 20 * 2**20
"""Bytes of a file that a bot can download (Bot API, getFile)."""

_WORDS = {
    "EXTERNAL_URL_INVALID": "wrong HTTP URL specified",
    "WEBPAGE_CURL_FAILED": "failed to get HTTP URL content",
}


def photo_of(call: Call, source: Upload | str) -> Sizes:
    """Return the photo that is uploaded or that a file_id names. Raises FileError; nothing is fetched by URL."""
    files = call.world.files
    if isinstance(source, Upload):
        return files.add_photo(source.name, source.content)
    if source not in files.photos:
        raise _refusal(call, source, "Photo")
    return files.photos[source]


def document_of(call: Call, source: Upload | str) -> File:
    """Return the file that is uploaded or that a file_id names. Raises FileError; nothing is fetched by URL."""
    files = call.world.files
    if isinstance(source, Upload):
        return files.add_document(source.name, source.content)
    if source not in files.documents:
        raise _refusal(call, source, "Document")
    return files.documents[source]


def source_of(call: Call, value: str, field: str = "") -> Upload | str | None:
    """Return what a value names: a file that came with the call, or a file_id or URL; None when there is neither."""
    if value.startswith("attach://"):
        return call.params.files.get(value.removeprefix("attach://"))
    return value or call.params.files.get(field)


@contextmanager
def refused(part: str = "") -> Iterator[None]:
    """Raise the ApiError of a FileError; `part` opens it where one of several messages cannot be sent."""
    try:
        yield
    except FileError as error:
        words = str(error)
        if error.in_sending and part:
            raise bad_request(f'{part}"{words}"') from None
        raise bad_request(_WORDS.get(words, words)) from None


async def get_file(call: Call) -> object:
    """Open a file for download and return it with its file_path."""
    if "file_id" not in call.params:
        raise bad_request("file_id not specified")
    file = call.world.files.find(call.params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return file.json() | {"file_path": call.bot.open(file)}


def _refusal(call: Call, source: str, kind: Kind) -> FileError:
    """Say as Telegram does why a string names no file of this kind."""
    file = call.world.files.find(source)
    return _unknown(source) if file is None else FileError(f"Can't use file of type {file.kind} as {kind}")


def _unknown(source: str) -> FileError:
    if "." in source:
        valid = checked_link(source) is not None
        return FileError("WEBPAGE_CURL_FAILED" if valid else "EXTERNAL_URL_INVALID", in_sending=True)
    prefix = "Wrong remote file identifier specified: "
    if len(source) % 4 == 1:
        return FileError(prefix + "Wrong string length")
    if not re.fullmatch("[A-Za-z0-9_-]+", source):
        return FileError(prefix + "Wrong character in the string")
    if urlsafe_b64decode(source + "=" * (-len(source) % 4))[-1] != ID_VERSION:
        return FileError(prefix + "can't unserialize it. Wrong last symbol")
    return FileError("Wrong file identifier/HTTP URL specified", in_sending=True)


METHODS: dict[str, Method] = {"getFile": get_file}
