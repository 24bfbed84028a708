"""What `pluggram check` says of how updates arrive."""

from collections.abc import Iterator, Mapping
from typing import Any

from pluggram.cli.finding import Finding
from pluggram.config import Config, ConfigError
from pluggram.errors import PluggramError
from pluggram.intake.sources import prove
from pluggram.intake.webhook.plan import plan
from pluggram.intake.webhook.wanted import host_of


def check_webhook(config: Config, *, required: bool) -> Iterator[Finding]:
    """Check what a webhook needs on this machine; nothing when updates are polled.

    required: the secret must be there.
    """
    if config.telegram.updates != "webhook":
        return
    problem = config.webhook_secret_problem()
    if problem is not None:
        yield Finding("webhook", "error" if required else problem.severity, str(problem))
    try:
        prove(config)
        wanted, address = plan(config)
        yield Finding("webhook", "ok", f"{wanted.url} is to arrive at {address}")
    except ConfigError:
        return
    except PluggramError as error:
        yield Finding("webhook", "error", str(error))


def check_webhook_info(config: Config, info: Mapping[str, Any]) -> Iterator[Finding]:
    """Check what Telegram says of the webhook (Bot API, WebhookInfo)."""
    url, waiting = str(info.get("url") or ""), info.get("pending_update_count", 0)
    ours = config.telegram.webhook.url if config.telegram.webhook is not None else ""
    if config.telegram.updates == "webhook":
        yield from _about_ours(url, ours, waiting, str(info.get("last_error_message") or ""))
    elif url and url == ours:
        yield Finding("webhook", "warning", "it is set at Telegram; pluggram run deletes it, for updates are polled")
    elif url:
        message = f"one is set at Telegram, to {host_of(url)}, and then nobody can poll"
        yield Finding("webhook", "error", f"{message}: let the program that set it delete it")


def _about_ours(url: str, ours: str, waiting: int, error: str) -> Iterator[Finding]:
    if not url:
        yield Finding("webhook", "ok", "none is set at Telegram; pluggram run sets it")
    elif url != ours:
        yield Finding(
            "webhook", "warning", f"the one at Telegram is another, to {host_of(url)}; pluggram run replaces it"
        )
    else:
        yield Finding("webhook", "ok", f"it is set at Telegram, where {waiting} updates wait")
        if error:
            yield Finding("webhook", "warning", f"when Telegram posted, it last met: {error}")
