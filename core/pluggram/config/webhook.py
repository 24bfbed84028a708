"""`[telegram.webhook]`: its keys, and what Telegram would not take of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pluggram.config.document import Document
from pluggram.config.fields import is_http
from pluggram.config.masking import redacted
from pluggram.config.problem import Problem
from pluggram.config.rule import Refused, text_rule
from pluggram.config.sources import WEBHOOK_SECRET_VARIABLE, Table, WebhookSecretSource

if TYPE_CHECKING:
    from pluggram.config.tables import TelegramTable

PORTS = (443, 80, 88, 8443)
"""The ports that Telegram posts to (Bot API, setWebhook)."""

_LISTEN = re.compile(r"[A-Za-z0-9.:_-]+")


def _url(value: object) -> str:
    expected = 'the URL that Telegram posts to, such as "https://bot.example.org/telegram"'
    if not isinstance(value, str) or not is_http(value):
        raise Refused(expected, "https://, a host, a path of your choice, and nothing after ? or #")
    if value != redacted(value):
        raise Refused(expected, "it holds no token, user or password: telegram.webhook.secret proves who posts")
    return value


def _listen(value: object) -> str:
    if isinstance(value, str) and _LISTEN.fullmatch(value):
        return value
    raise Refused(
        'an address of this machine: "127.0.0.1" behind a proxy on it, "0.0.0.0" for all',
        "the port is a key of its own",
    )


def _path(value: object) -> str:
    if isinstance(value, str) and value and "\0" not in value:
        return value
    raise Refused("the path of a PEM file", "a relative one begins at bot.toml")


PemFile = Annotated[str, text_rule(_path, ".+")]


@dataclass(frozen=True)
class WebhookTable(Table):
    """`[telegram.webhook]`: where Telegram posts updates, and where they come in here."""

    url: Annotated[str, text_rule(_url, r"https?://\S+", format="uri")] = field(
        metadata={"examples": ["https://bot.example.org/telegram"]}
    )
    """Where Telegram posts to; its path is the one that is listened at."""
    secret: WebhookSecretSource = WEBHOOK_SECRET_VARIABLE
    """Where the secret is that proves a post to be Telegram's: { env = "NAME" } or { file = "path" }."""
    listen: Annotated[str, text_rule(_listen, _LISTEN.pattern)] = "127.0.0.1"
    """The address to listen at."""
    port: int = field(default=8443, metadata={"ge": 1, "le": 65_535})
    """The port to listen at; the variable PORT goes before it."""
    max_connections: int | None = field(default=None, metadata={"ge": 1, "le": 100})
    """Posts that Telegram sends side by side; left out, as many as it likes, which is 40."""
    certificate: PemFile | None = None
    """The PEM file of an own certificate, which Telegram is given; without it a proxy in front speaks TLS."""
    key: PemFile | None = None
    """The PEM file of its key."""
    reply_in_webhook: bool = False
    """Whether a single, quick answer travels in the response to its post; nobody learns what becomes of it."""


def check(document: Document, telegram: "TelegramTable") -> Iterator[Problem]:
    """Find what is wrong between the keys of [telegram] and of [telegram.webhook]."""
    webhook = telegram.webhook
    if webhook is None:
        if telegram.updates == "webhook":
            yield document.problem(
                ("telegram", "updates"),
                found='"webhook" without a table [telegram.webhook]',
                expected="the table, with the URL that Telegram posts to",
                hint='[telegram.webhook]\nurl = "https://bot.example.org/telegram"',
            )
        return
    if webhook.reply_in_webhook and telegram.delivery != "memory":
        yield document.problem(
            ("telegram", "webhook", "reply_in_webhook"),
            found=f'true, with telegram.delivery = "{telegram.delivery}"',
            expected='false, or true with delivery = "memory" in [telegram]',
            hint="Telegram tells nobody whether an answer in a response was delivered, so that it may be lost",
        )
    if (webhook.certificate is None) != (webhook.key is None):
        there, lacking = ("certificate", "key") if webhook.key is None else ("key", "certificate")
        yield document.problem(
            ("telegram", "webhook", there),
            found=f"a {there} without its {lacking}",
            expected="both, or neither behind a proxy that speaks TLS",
        )
    if urlsplit(telegram.base_url).hostname == "api.telegram.org" and (expected := _refused(webhook.url)):
        yield document.problem(
            ("telegram", "webhook", "url"),
            found=f'"{webhook.url}"',
            expected=expected,
            hint="so it is at api.telegram.org; a Bot API server of your own (telegram.base_url) may take others",
        )


def _refused(url: str) -> str:
    """Say what Telegram would have instead; empty when it takes the URL (Bot API, setWebhook)."""
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return "a host that Telegram can reach, and not this machine alone"
    if parts.scheme != "https":
        return "https://"
    if (parts.port or 443) not in PORTS:
        return f"one of the ports {', '.join(map(str, PORTS))}; the one that is listened at may be another"
    return ""


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, seen from itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
