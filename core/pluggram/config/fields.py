"""The kinds of values that bot.toml holds, each with its rule and the words for who breaks it."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pluggram.config.masking import redacted
from pluggram.config.rule import Refused, Rule, text_rule

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STORAGE_URL = re.compile(r"[a-z][a-z0-9+.-]+:[^\s\x00-\x1f]*")
_LARGEST_ID = 2**52 - 1  # Bot API, User: at most 52 significant bits
_NOT_A_PERSON = {
    1087968824: "it is GroupAnonymousBot: every anonymous admin of every group would be an owner",
    136817688: "it is Channel_Bot: everyone who writes in a channel's name would be an owner",
    777000: "it is Telegram's service account: every post that a channel forwards to its group would be an owner's",
}


def _bot_name(value: object) -> str:
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    raise Refused(
        "1 to 64 of a-z, 0-9, - and _, beginning with a letter or a digit",
        "it names the folder of the bot's data; two bots of one user need two names",
    )


def _owner(value: object) -> int:
    expected = "a Telegram user id: a whole number above 0"
    if isinstance(value, str):
        if re.fullmatch(r"[1-9][0-9]{0,15}", value):
            raise Refused(expected, f"write it without quotes: {value}")
        raise Refused(
            expected,
            "usernames can pass to somebody else, so an owner is named by number; "
            "the person sees it in their client's settings or asks a bot that tells ids",
        )
    if isinstance(value, bool) or not isinstance(value, int) or value > _LARGEST_ID:
        raise Refused(expected)
    if value <= 0:
        raise Refused(expected, "a number below 0 is a group's or channel's; an owner is a person")
    if value in _NOT_A_PERSON:
        raise Refused("the id of a person", _NOT_A_PERSON[value])
    return value


def _base_url(value: object) -> str:
    expected = 'a URL that speaks the Bot API, such as "https://api.telegram.org"'
    if not isinstance(value, str):
        raise Refused(expected)
    url = value.rstrip("/")
    if url != redacted(url):
        raise Refused(expected, "it holds no token, user or password; the token comes from bot.token")
    if url.endswith("/bot"):
        raise Refused(expected, "leave out the /bot at its end: it is put there together with the token")
    if not is_http(url):
        raise Refused(expected, "http:// or https://, a host, and nothing after ? or #")
    return url


def is_http(url: str) -> bool:
    """Tell whether a text is an http or https URL without query and fragment."""
    try:
        parts = urlsplit(url)
        return bool(
            parts.scheme in ("http", "https")
            and parts.hostname
            and parts.port != 0
            and not (parts.query or parts.fragment)
            and re.fullmatch(r"[\x21-\x7e]+", url)
        )
    except ValueError:
        return False


def _storage_url(value: object) -> str:
    if isinstance(value, str) and _STORAGE_URL.fullmatch(value):
        return value
    raise Refused('a storage URL: "sqlite:bot.db", "json:data" or "memory:"', "scheme, colon, and where the data lies")


def _several(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _variable(value: object) -> str:
    if isinstance(value, str) and _VARIABLE.fullmatch(value):
        return value
    raise Refused("the name of an environment variable", 'the name, not the secret itself: env = "NAME"')


def _file(value: object) -> str:
    if isinstance(value, str) and value and "\0" not in value and value == redacted(value):
        return value
    raise Refused("the path of a file that holds the secret", 'file = "/run/secrets/name"')


_PERSON = {"type": "integer", "minimum": 1, "maximum": _LARGEST_ID, "not": {"enum": list(_NOT_A_PERSON)}}

BotName = Annotated[str, text_rule(_bot_name, _NAME.pattern)]
OwnerId = Annotated[int, Rule(_owner, _PERSON)]
Owners = Annotated[tuple[OwnerId, ...], Rule(_several)]
BaseUrl = Annotated[str, text_rule(_base_url, r"https?://\S+", format="uri")]
StorageUrl = Annotated[str, text_rule(_storage_url, _STORAGE_URL.pattern)]
VariableName = Annotated[str, text_rule(_variable, _VARIABLE.pattern)]
SecretFile = Annotated[str, text_rule(_file, ".+")]
Level = Annotated[Literal["debug", "info", "warning", "error", "critical"], Rule(_lower)]
LogFormat = Annotated[Literal["text", "json"], Rule(_lower)]
SECONDS = {"gt": 0, "allow_inf_nan": False}
"""The limits of a number of seconds."""
