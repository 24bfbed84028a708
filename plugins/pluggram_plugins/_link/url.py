"""Which URLs a bot may send: http and https, parsed and not guessed, with nothing in them that nobody can see."""

import re
import unicodedata
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, urlsplit

MAX_LENGTH = 2048
"""The longest URL, in characters: what browsers and servers agree on."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_KEPT = "!#$%&'()*+,-./:;=?@[]_~"
_PLAIN = re.compile(
    rf"https?://(?=[^/]{{1,253}}(?:/|$))(?:{_LABEL.pattern}\.)+[a-z]{{1,63}}(?:/[A-Za-z0-9{re.escape(_KEPT)}]*)?"
)
_TWO_READINGS = "ßςẞ"


class UrlError(ValueError):
    """A URL that must not be sent; the message is the reason, a sentence without its full stop."""


def check_url(text: str) -> str:
    """Give the URL in the form to store and send: all ASCII, scheme and host in lower case.

    White space around it is dropped; letters that are not ASCII are written as RFC 3987 maps them (xn-- in the
    host, %XX elsewhere), so that what is shown is where it leads. Raises UrlError with the reason for anything else.
    """
    if len(text) <= MAX_LENGTH and _PLAIN.fullmatch(text):  # nearly all are, and each lookup reads one
        return text
    return _checked(text.strip())


def _checked(text: str) -> str:
    _check_text(text)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UrlError("its host or port cannot be read") from None
    _check_place(parts, text)
    host = _host(parts.hostname or "")
    where = host if port is None else f"{host}:{port}"
    rest = text.partition("//")[2][len(parts.netloc) :]
    return _fitting(f"{parts.scheme}://{where}{quote(rest, safe=_KEPT)}")


def _check_text(text: str) -> None:
    if not text:
        raise UrlError("there is no link")
    _fitting(text)
    for character in "" if _is_plain(text) else text:
        if character.isspace():
            raise UrlError("it has white space inside")
        if unicodedata.category(character)[0] == "C":
            raise UrlError(f"it holds {_named(character)}, which nobody can see")
    if "\\" in text:
        raise UrlError("it holds a backslash, which some programs read as /")


def _is_plain(text: str) -> bool:
    """Whether every character can be seen, told in a hundredth of the time that asking each one takes."""
    return text.isprintable() and " " not in text


def _check_place(parts: SplitResult, text: str) -> None:
    if parts.scheme not in ("http", "https"):
        scheme = _SCHEME.match(text)
        found = f"begins with {scheme[0]}" if scheme else "begins with neither"
        raise UrlError(f"a link begins with http:// or https://, this one {found}")
    if not text[len(parts.scheme) :].startswith("://"):
        raise UrlError(f"after {parts.scheme}: there must be //")
    if "@" in parts.netloc:
        raise UrlError("it holds a user name or password before the @, which everyone would see")
    if parts.netloc.endswith(":"):
        raise UrlError("there is no port after the colon behind its host")
    if parts.port == 0:
        raise UrlError("port 0 leads nowhere")


def _host(host: str) -> str:
    if not host:
        raise UrlError("it has no host, such as example.org")
    try:
        if ":" in host and "%" not in host:
            return f"[{IPv6Address(host)}]"
        name = _ascii(host)
        if _NUMERIC.fullmatch(name.rpartition(".")[2]):
            return str(IPv4Address(name))
    except AddressValueError:
        raise UrlError(f"its host is no valid IP address: {host[:60]}") from None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise UrlError("its host is no valid name")
    return name


def _ascii(host: str) -> str:
    if any(character in _TWO_READINGS for character in host):
        raise UrlError("its host can be read as two different ones; write it in its xn-- form")
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise UrlError("its host is no valid name") from None


def _fitting(url: str) -> str:
    if len(url) > MAX_LENGTH:
        raise UrlError(f"it is {len(url)} characters long; at most {MAX_LENGTH} are taken")
    return url


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
