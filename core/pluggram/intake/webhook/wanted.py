"""What is to be set at Telegram, and how to tell whether it is."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pluggram.parts import File

_TOLD_BACK = ("url", "has_custom_certificate", "max_connections", "allowed_updates")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The webhook as bot.toml wants it. certificate: the public part of an own one, as PEM."""

    url: str
    secret: str = field(repr=False)
    max_connections: int | None = None
    certificate: bytes = field(default=b"", repr=False)

    def parameters(self, allowed: Sequence[str]) -> Mapping[str, Any]:
        """Give the parameters of setWebhook (Bot API)."""
        given: dict[str, Any] = {"url": self.url, "secret_token": self.secret, "allowed_updates": sorted(allowed)}
        if self.max_connections is not None:
            given["max_connections"] = self.max_connections
        if self.certificate:
            given["certificate"] = File("certificate.pem", self.certificate)
        return given


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was set last: Telegram tells a secret to nobody, so a salted hash of all that was set is kept.

    told: what Telegram said of it then; when it says something else now, somebody has set another.
    """

    salt: str
    hash: str
    told: Mapping[str, Any]

    @classmethod
    def of(cls, parameters: Mapping[str, Any], info: Mapping[str, Any]) -> "Remembered":
        """Remember what was set, and what Telegram says of it."""
        salt = secrets.token_hex(16)
        return cls(salt, _hash(salt, parameters), told(info))

    @classmethod
    def read(cls, value: object) -> "Remembered | None":
        """Read what `as_json` gave; None for anything else."""
        match value:
            case {"salt": str(salt), "hash": str(hash_), "told": dict(what)}:
                return cls(salt, hash_, what)
        return None

    def as_json(self) -> dict[str, Any]:
        """Give it as a value for a Store."""
        return {"salt": self.salt, "hash": self.hash, "told": dict(self.told)}

    def is_of(self, parameters: Mapping[str, Any]) -> bool:
        """Tell whether this is what was set."""
        return self.hash == _hash(self.salt, parameters)

    def stands(self, info: Mapping[str, Any]) -> bool:
        """Tell whether nobody has set anything since, by what Telegram says now."""
        return self.told == told(info)


def told(info: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what a WebhookInfo (Bot API) says of what was set."""
    return {key: sorted(value) if isinstance(value, list) else value for key in _TOLD_BACK if (value := info.get(key))}


def host_of(url: str) -> str:
    """Give the part of another program's webhook that is no secret."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or "an address of no known form"
    except ValueError:
        return "an address of no known form"


def _hash(salt: str, parameters: Mapping[str, Any]) -> str:
    plain = {key: value.content.hex() if isinstance(value, File) else value for key, value in parameters.items()}
    return hashlib.sha256((salt + json.dumps(plain, sort_keys=True)).encode()).hexdigest()
