"""How values are shown to people: short, on one line, and never a secret."""

import datetime
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from pluggram.config.problem import KeyPath
from pluggram.masks import MASK

_SECRET_WORDS = "token|passw|passphrase|secret|api_?-?key|private_?-?key|credential"
_SECRET_NAME = re.compile(_SECRET_WORDS, re.IGNORECASE)
_TOKEN_INSIDE = re.compile(r"[0-9]{3,}:[A-Za-z0-9_-]{16,}")
_USERINFO = re.compile(r"://.*@", re.DOTALL)  # to the last @: a password may hold any sign
_PARAMETER = re.compile(rf"([?&;][\w.-]*(?:{_SECRET_WORDS})[\w.-]*=)([^&;#\s]+)", re.IGNORECASE)  # ?password=...
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 80

PLACES: tuple[KeyPath, ...] = (("bot", "token"), ("telegram", "webhook", "secret"))
"""Keys that say where a secret is, and do not hold it."""


def texts(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Give every text in a value, with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(inner, (*path, name))


def is_secret(path: KeyPath) -> bool:
    """Tell whether a key on the way to the value says that it is secret (`token`, `db_password`, `api_key`...)."""
    return any(isinstance(part, str) and _SECRET_NAME.search(part) for part in path)


def is_place(path: KeyPath) -> bool:
    """Tell whether the value at `path` says where a secret is, or is a part of what says it."""
    return any(path[: len(place)] == place for place in PLACES)


def has_credentials(text: str) -> bool:
    """Tell whether a URL carries a user or password."""
    return bool(_USERINFO.search(text) or _PARAMETER.search(text))


def credentials(url: str) -> Iterator[str]:
    """Give what is secret in a URL, as it stands there and as it is meant: passwords, also beside their user."""
    try:
        user, found = urlsplit(url).username, urlsplit(url).password
    except ValueError:
        user, found = None, None
    secrets = [found, f"{user}:{found}@"] if found else []
    for secret in [*secrets, *(value for _, value in _PARAMETER.findall(url))]:
        yield secret
        yield unquote(secret)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without bot tokens, URL credentials and `secrets`, wherever in it they stand."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return _PARAMETER.sub(rf"\g<1>{MASK}", _USERINFO.sub(f"://{MASK}@", _TOKEN_INSIDE.sub(MASK, text)))


def shown(value: object, path: KeyPath = ()) -> str:
    """Say `value` in a few words, as bot.toml has it; masked if `path` names a secret or it looks like one."""
    match value:
        case dict():
            return "a table"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case _ if is_secret(path):
            return f"{MASK} (a secret is not shown)"
        case str():
            return quoted(redacted(value))
        case bool():
            return str(value).lower()
        case int():
            return str(value) if value.bit_length() <= 128 else "a number of more than 128 bits"
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)


def quoted(text: str) -> str:
    """Put `text` in double quotes, cut to a line's length, with what cannot be seen written as TOML escapes."""
    short = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return '"' + "".join(_visible(char) for char in short) + '"'


def key_name(path: KeyPath) -> str:
    """Write the path as a person does: `bot.owners[1]`, `plugins."odd name".x`."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            name += ("." if name else "") + (part if _BARE_KEY.fullmatch(part) else quoted(redacted(part)))
    return name


def _visible(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04X}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08X}"
