"""The certificates that this process trusts, read once for all who speak HTTPS."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Give the context of all connections: to read the certificates takes 15 ms and 2 MB, and httpx reads them anew.

    As httpx has it, the environment may name others: SSL_CERT_FILE, SSL_CERT_DIR.
    """
    return httpx.create_ssl_context()
