"""Link: what is stored under a number."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pluggram import Json
from pluggram_plugins._link.url import UrlError, check_url

MAX_TITLE = 200
"""The longest title, in characters."""

_JOINERS = "\u200c\u200d"


class LinkError(ValueError):
    """A stored value that is no link to send; the message is the reason, a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be sent. title: one line, may be empty. by: the user id of who set it. at: when, ISO 8601.

    Stored as an object with these keys, those that are empty left out; a link that is only a URL is stored as
    that text alone, as the old bots did.
    """

    url: str
    title: str = ""
    by: int | None = None
    at: str = ""

    @classmethod
    def read(cls, value: Json) -> Self:
        """Read a stored value; what it says besides the URL is left out where it makes no sense.

        Raises LinkError when there is no URL in it that may be sent.
        """
        try:
            if isinstance(value, str):
                return cls(check_url(value))
            fields = value if isinstance(value, Mapping) else {"url": value}
            url = fields.get("url")
            if not isinstance(url, str):
                raise LinkError(f"there must be a link, and there is {_kind(url)}")
            return cls(check_url(url), _title(fields.get("title")), _id(fields.get("by")), _time(fields.get("at")))
        except UrlError as error:
            raise LinkError(str(error)) from error

    def stored(self) -> Json:
        """Give the value to store."""
        if not (self.title or self.by is not None or self.at):
            return self.url
        fields: dict[str, Json] = {"url": self.url, "title": self.title, "by": self.by, "at": self.at}
        return {name: value for name, value in fields.items() if value not in ("", None)}


def clean_title(text: str) -> str:
    """Give a title on one line, without white space around it and without characters that nobody can see.

    Joiners stay: Persian and many emoji are written with them. Raises ValueError with the reason when the title is
    longer than MAX_TITLE.
    """
    seen = text if text.isprintable() else "".join(filter(_is_kept, text))
    title = " ".join(seen.split()).strip(_JOINERS + " ")
    if len(title) > MAX_TITLE:
        raise ValueError(f"the title is {len(title)} characters long; at most {MAX_TITLE} are taken")
    return title


def _is_kept(character: str) -> bool:
    return character in _JOINERS or character.isspace() or unicodedata.category(character)[0] != "C"


def _title(value: Json) -> str:
    try:
        return clean_title(value) if isinstance(value, str) else ""
    except ValueError:
        return ""


def _id(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _time(value: Json) -> str:
    try:
        return value if isinstance(value, str) and datetime.fromisoformat(value) else ""
    except ValueError:
        return ""


def _kind(value: Json) -> str:
    if value is None:
        return "nothing (null)"
    return {bool: "true or false", int: "a number", float: "a number", dict: "an object"}.get(type(value), "a list")
