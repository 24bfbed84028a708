"""What a stranger on the network may cost at the most."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds that posts may take; Telegram itself stays far below each of them."""

    body: int = 1 << 20
    """Bytes of one body."""
    bodies: int = 8 << 20
    """Bytes of all bodies that are in memory at once."""
    passed_over: int = 8 << 20
    """Bytes that are read of a body that is refused, so that its sender gets to see the answer."""
    head: int = 16 << 10
    """Bytes of a request's head."""
    fields: int = 100
    """Fields of a request's head: the shortest take thirty times their bytes of memory."""
    seconds: float = 10.0
    """How long a TLS handshake may take, then a head, then a body."""
    idle: float = 75.0
    """Seconds that a connection stays open between two posts: longer than a proxy would keep it."""
    connections: int = 512
    """Open at once; Telegram opens 100 at the most (Bot API, setWebhook)."""
