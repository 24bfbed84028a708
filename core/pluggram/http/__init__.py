"""http: the one client of HTTP/1.1: kept connections, TLS, proxies, an end to every request.

It knows nothing of Telegram, and nothing is sent twice. See `HttpClient`.
"""

from pluggram.http.client import HttpClient, Server
from pluggram.http.errors import BrokenOff, HttpError, NotConnected, TimedOut, TooLarge

__all__ = ["BrokenOff", "HttpClient", "HttpError", "NotConnected", "Server", "TimedOut", "TooLarge"]
