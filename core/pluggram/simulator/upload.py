"""Files that come with a call."""

from typing import NamedTuple


class Upload(NamedTuple):
    """A file among the parameters of a call; in process a plain tuple of these three, as httpx has it, is one too."""

    name: str
    content: bytes
    content_type: str = ""


def as_upload(value: object) -> Upload | None:
    """Return the value as a file if it is one: a tuple of name, bytes and content type."""
    match value:
        case (str(name), bytes(content), str(content_type)) if isinstance(value, tuple):
            return Upload(name, content, content_type)
        case _:
            return None
