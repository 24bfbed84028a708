"""Where a bot wants its updates sent, and how sending them has gone (Bot API, setWebhook, WebhookInfo)."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult

from pluggram.simulator.errors import JsonObject

MAX_CONNECTIONS = 100
"""Updates that may be under way to one webhook at a time (Bot API, setWebhook)."""


@dataclass
class Patience:
    """How long Telegram waits for webhooks. A test makes it short."""

    answer: float = 60.0
    """Seconds in which a webhook has to answer."""
    pause: float = 1.0
    """Seconds that double from failure to failure; the first retry comes at once."""
    longest: float = 60.0
    """Seconds between two tries at most. Telegram varies them between 60 and 120."""

    def before_retry(self, failures: int) -> float:
        """Return how many seconds to wait after the n-th failure of the same update."""
        return 0.0 if failures < 2 else min(self.pause * 2 ** min(failures - 1, 32), self.longest)


@dataclass
class Webhook:
    """What setWebhook set. Two are equal when Telegram takes the second for the first."""

    url: str
    target: SplitResult = field(compare=False)
    """The url, its scheme written out."""
    max_connections: int = 40
    secret_token: str = ""
    ip_address: str = ""
    certificate: bool = False
    last_error: str = field(default="", compare=False)
    last_error_date: int = field(default=0, compare=False)

    @property
    def address(self) -> str:
        """The host or IP address that is connected to."""
        return self.ip_address or self.target.hostname or ""

    def info(self, pending: int) -> JsonObject:
        """Return the Bot API's WebhookInfo, without allowed_updates."""
        error: JsonObject = {"last_error_date": self.last_error_date, "last_error_message": self.last_error}
        return {
            "url": self.url,
            "has_custom_certificate": self.certificate,
            "pending_update_count": pending,
            **(error if self.last_error_date else {}),
            "max_connections": self.max_connections,
            "ip_address": "127.0.0.1" if self.address == "localhost" else self.address,
        }
