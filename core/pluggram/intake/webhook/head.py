"""The head of a request, and what is wrong with it before anybody asks what it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pluggram.intake.webhook.refused import Refused

Header = tuple[bytes, bytes]
"""The name of a field, in lower case, and its value."""


@dataclass(slots=True)
class Head:
    """The head of a request. fields: by their names in lower case; those that come twice are joined by a comma."""

    method: bytes
    target: bytes
    version: str
    fields: Mapping[bytes, bytes]

    def check(self) -> None:
        """Raise Refused for what is no HTTP/1, though its form is right."""
        if self.version not in ("1.1", "1.0"):
            raise Refused(400, f"it speaks HTTP/{self.version}", quiet=True)
        host = self.fields.get(b"host", b"" if self.version == "1.0" else b",")
        if b"," in host:
            raise Refused(400, "it names no host, or two", quiet=True)

    @property
    def asks_first(self) -> bool:
        """Whether its sender waits for leave to send the body."""
        return self.version == "1.1" and self.fields.get(b"expect", b"").strip().lower() == b"100-continue"

    @property
    def length(self) -> int:
        """The bytes that the body is said to have; 0 when nothing is said."""
        return int(self.fields.get(b"content-length", 0))


def by_name(headers: Sequence[Header]) -> Mapping[bytes, bytes]:
    """Give the values by their names, and join what comes twice (RFC 9110, 5.3)."""
    found = dict(headers)
    if len(found) == len(headers):
        return found
    parts: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        parts.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in parts.items()}


def path_of(url: str) -> str:
    """Give the path of a URL, or of a request's target, as servers see it; empty for what is neither."""
    try:
        return unquote(urlsplit(url).path) or "/"
    except ValueError:
        return ""
