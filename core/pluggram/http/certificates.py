"""The certificates that this process trusts, read once for all who speak HTTPS."""

import os
import ssl
from functools import cache

from pluggram.http.errors import NotConnected


@cache
def trusted() -> ssl.SSLContext:
    """Give the context of all connections; to read the certificates takes 15 ms and 2 MB.

    They are those of certifi, unless the environment names others: SSL_CERT_FILE, or else SSL_CERT_DIR.
    Raises NotConnected when those cannot be read.
    """
    context = _named() or _usual()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _named() -> ssl.SSLContext | None:
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        named = os.environ.get(variable)
        if named:
            return _reading(named, variable)
    return None


def _usual() -> ssl.SSLContext:
    import certifi  # only those who speak HTTPS need it

    return ssl.create_default_context(cafile=certifi.where())


def _reading(named: str, variable: str) -> ssl.SSLContext:
    try:
        if variable == "SSL_CERT_FILE":
            return ssl.create_default_context(cafile=named)
        return ssl.create_default_context(capath=named)
    except OSError as error:
        reason = f"{named} ({variable} in the environment): {error.strerror or error}"
        raise NotConnected(f"no connection: there are no certificates in {reason}") from None
