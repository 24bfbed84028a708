"""Where the webhook listens."""

import errno
import socket
import ssl
from dataclasses import dataclass

from pluggram.errors import PluggramError
from pluggram.intake.webhook.errors import CannotListen, PortTaken


@dataclass(frozen=True, slots=True)
class Address:
    """An address of this machine and a port of it; 0 takes a free one. tls: else plain HTTP, for a proxy."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    def bound(self) -> socket.socket:
        """Give a socket that listens there; raises PortTaken, CannotListen."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            listening = socket.create_server((self.host, self.port), family=family)
        except OSError as error:
            raise self._refused(error) from None
        # Inherited by each connection; without it an answer waits 40 ms for the client's delayed ACK.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening

    def _refused(self, error: OSError) -> PluggramError:
        if error.errno == errno.EADDRINUSE:
            return PortTaken(f"another process listens on port {self.port} already (telegram.webhook.port)")
        if isinstance(error, PermissionError):
            return CannotListen(
                f"this user may not listen on port {self.port} (telegram.webhook.port): ports below 1024 are for "
                "root, or for a proxy in front"
            )
        reason = error.strerror or str(error)
        return CannotListen(f"{self.host} (telegram.webhook.listen) is no address of this machine: {reason}")
