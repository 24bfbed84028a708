"""Methods by which a bot has its updates sent to an address of its own (Bot API, setWebhook)."""

import re
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from pluggram.simulator.errors import ApiError, JsonObject, Noted, bad_request, too_many_requests
from pluggram.simulator.methods.call import Call, Method, allow_updates
from pluggram.simulator.methods.params import Params
from pluggram.simulator.model.updates import DEFAULT_TYPES
from pluggram.simulator.model.webhooks import MAX_CONNECTIONS, Webhook

MAX_SECRET = 256
"""Characters of secret_token (Bot API, setWebhook)."""

_PORTS = (80, 88, 443, 8443)


async def set_webhook(call: Call) -> object:
    """Send updates to a URL from now on; an empty one is deleteWebhook."""
    if not call.params.text("url"):
        return await delete_webhook(call)
    bot, now = call.bot, call.world.clock()
    if now < bot.next_webhook:
        raise too_many_requests(1)
    bot.next_webhook = now + 1
    webhook = _webhook(call.params)
    if bot.webhook == webhook and not webhook.certificate and not call.params.boolean("drop_pending_updates"):
        allow_updates(call)
        return Noted(True, "Webhook is already set")
    bot.updates.interrupt(ApiError(409, "Conflict: terminated by setWebhook request"))
    _forget(call)
    _check(webhook)
    bot.webhook = webhook
    allow_updates(call)
    call.world.wake()
    return Noted(True, "Webhook was set")


async def delete_webhook(call: Call) -> object:
    """Send no more updates, so that the bot can fetch them; what waits stays, unless it is to be dropped."""
    if call.bot.webhook is None and not call.params.boolean("drop_pending_updates"):
        allow_updates(call)
    was_set = call.bot.webhook is not None
    _forget(call)
    return Noted(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


async def get_webhook_info(call: Call) -> object:
    """Return the webhook and how sending to it goes; the url is empty while the bot polls."""
    pending, webhook, allowed = len(call.bot.updates), call.bot.webhook, call.bot.updates.allowed
    none: JsonObject = {"url": "", "has_custom_certificate": False, "pending_update_count": pending}
    info = webhook.info(pending) if webhook else none
    return info if allowed == DEFAULT_TYPES else info | {"allowed_updates": sorted(allowed)}


def _forget(call: Call) -> None:
    """End the present webhook; as at Telegram this comes first, even if the next turns out to be wrong."""
    call.bot.webhook = None
    if call.params.boolean("drop_pending_updates"):
        call.bot.updates.clear()
    call.world.wake()


def _webhook(params: Params) -> Webhook:
    connections = params.integer("max_connections", 40, 1, MAX_CONNECTIONS)
    return Webhook(
        params.text("url"),
        _split(params.text("url")),
        connections,
        params.text("secret_token"),
        params.text("ip_address"),
        params.text("certificate").startswith("attach://") or "certificate" in params.files,
    )


def _split(url: str) -> SplitResult:
    """Return the parts of a URL; https goes without saying. What is no URL has no host."""
    with suppress(ValueError):
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = parts.hostname or ""
        if parts.port != 0 and re.fullmatch(r"[a-z0-9.\-_!$,~*'();&+=%:\x80-\U0010ffff]+", host) and host != ".":
            return parts._replace(path=_visible(parts.path) or "/", query=_visible(parts.query), fragment="")
    return SplitResult("", "", "", "", "")


def _visible(text: str) -> str:
    return re.sub(r"[\x00-\x20\x7f]", lambda match: f"%{ord(match[0]):02X}", text)


def _check(webhook: Webhook) -> None:
    if webhook.target.scheme not in ("http", "https"):
        raise bad_request("invalid webhook URL specified")
    if len(webhook.secret_token) > MAX_SECRET:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", webhook.secret_token):
        raise bad_request("secret token contains unallowed characters")
    if _is_loopback(webhook):
        return
    if webhook.target.scheme == "http":
        raise _bad_webhook("An HTTPS URL must be provided for webhook")
    if (webhook.target.port or 443) not in _PORTS:
        raise _bad_webhook("Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise _bad_webhook(
        f"simulator: updates are sent to this machine only (localhost, 127.0.0.1, [::1]), not to {webhook.address}"
    )


def _is_loopback(webhook: Webhook) -> bool:
    if webhook.ip_address:
        try:
            return ip_address(webhook.ip_address).is_loopback
        except ValueError:
            raise _bad_webhook("Invalid IP address specified") from None
    if webhook.address == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(webhook.address).is_loopback
    return False


def _bad_webhook(message: str) -> ApiError:
    return bad_request(f"bad webhook: {message}")


METHODS: dict[str, Method] = {
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
