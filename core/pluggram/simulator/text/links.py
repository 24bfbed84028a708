"""Links in markup and on buttons: which ones Telegram takes, and how it writes them."""

import re
from urllib.parse import parse_qs, urlsplit

from pluggram.simulator.errors import JsonObject

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"[\w.-]+(?::[0-9]{1,5})?")
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")


def checked_link(link: str) -> str | None:
    """Return the link as Telegram writes it (`http://` and `/` added), or None when it is no link for it."""
    link = link.strip()
    if re.match(r"(?i)(tg|ton|tonsite):", link):
        scheme, _, rest = link.partition(":")
        rest = rest.removeprefix("//")
        return f"{scheme.lower()}://{rest}" if re.match(r"[\w.-]+", rest) else None
    if not _SCHEME.match(link):
        link = f"http://{link}"
    return _http(link)


def _http(link: str) -> str | None:
    try:
        parts = urlsplit(link)
        parts.port  # noqa: B018 - reading it is what raises on a wrong port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or re.search(r"\s", link):
        return None
    user, at, host = parts.netloc.rpartition("@")
    if not (_IPV6.fullmatch(host) or ("." in host and _HOST.fullmatch(host))):
        return None
    rest = parts.path or "/"
    rest += f"?{parts.query}" if parts.query else ""
    rest += f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme.lower()}://{user}{at}{host.lower()}{rest}"


def link_entity(link: str) -> JsonObject | None:
    """Return the entity (without its place) that a link in markup makes, or None when it makes none."""
    user = re.fullmatch(r"(?i)tg:(?://)?user\?id=([0-9]{1,18})", link)
    if user:
        return {"type": "text_mention", "user": {"id": int(user[1])}}
    url = checked_link(link)
    return {"type": "text_link", "url": url} if url else None


def special_entity(link: str) -> JsonObject | None:
    """Return the entity of a `tg://emoji` or `tg://time` link (Bot API, MarkdownV2 style), or None."""
    emoji = re.fullmatch(r"(?i)tg:(?://)?emoji\?id=([1-9][0-9]{0,18})", link)
    if emoji:
        return {"type": "custom_emoji", "custom_emoji_id": emoji[1]}
    time = re.fullmatch(r"(?i)tg:(?://)?time\?(.*)", link)
    return time_entity(parse_qs(time[1])) if time else None


def time_entity(query: dict[str, list[str]]) -> JsonObject | None:
    """Return the date_time entity of `unix` and `format`, or None when they name no moment."""
    unix, style = query.get("unix", [""])[0], query.get("format", [""])[0]
    if not re.fullmatch(r"[1-9][0-9]{0,9}", unix) or not re.fullmatch(r"(?:r|R|[tTdDwW]*)", style):
        return None
    entity: JsonObject = {"type": "date_time", "unix_time": int(unix)}
    return entity | {"date_time_format": style} if style else entity
