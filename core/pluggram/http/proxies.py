"""Proxies that the environment names: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, in small letters too."""

import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from pluggram.http.errors import NotConnected


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy of HTTP. secure: it is spoken to by TLS. authorization: a header line, or nothing."""

    host: str
    port: int
    secure: bool = False
    authorization: str = field(default="", repr=False)
    variable: str = ""

    def __str__(self) -> str:
        """Name it as its deployer knows it, without user and password."""
        return f"the proxy {self.host}:{self.port} ({self.variable})"


def proxy_for(scheme: str, host: str, port: int, environment: Mapping[str, str] = os.environ) -> Proxy | None:
    """Find the proxy on the way to a server; raises NotConnected when it is one that we cannot use.

    As httpx and curl have it: the small letters win, the proxy of a scheme wins over ALL_PROXY, and NO_PROXY names
    hosts, with all that lie under them, addresses, networks (`10.0.0.0/8`), each with `:port` if need be, or `*`.
    """
    for name in (f"{scheme}_proxy", "all_proxy"):
        variable = name if name in environment else name.upper()
        if variable == "HTTP_PROXY" and "REQUEST_METHOD" in environment:
            continue  # under CGI whoever asks sets it, by a header named Proxy
        url = environment.get(variable, "").strip()
        if url:
            return None if _excepted(host, port, environment) else _read(url, variable)
    return None


def _read(url: str, variable: str) -> Proxy:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise NotConnected(f"no connection: {variable} in the environment is no URL of a proxy") from None
    if parts.scheme not in ("http", "https"):
        raise NotConnected(
            f"no connection: {variable} in the environment names a proxy of {parts.scheme}://, "
            "and only those of http:// and https:// can be used"
        )
    if not host:
        raise NotConnected(f"no connection: {variable} in the environment names no proxy")
    secure = parts.scheme == "https"
    return Proxy(host, port or (443 if secure else 80), secure, account("Proxy-Authorization", parts), variable)


def account(header: str, parts: SplitResult) -> str:
    """Write user and password of a URL as a header line, if it has them (RFC 7617)."""
    if parts.username is None:
        return ""
    both = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"{header}: Basic {b64encode(both.encode()).decode()}\r\n"


def _excepted(host: str, port: int, environment: Mapping[str, str]) -> bool:
    named = environment.get("no_proxy", environment.get("NO_PROXY", ""))
    return any(_covers(entry.strip().lower(), host, port) for entry in named.split(","))


def _covers(entry: str, host: str, port: int) -> bool:
    if entry in ("", "*"):
        return entry == "*"
    entry = entry.rpartition("://")[2]
    if "/" in entry:
        return _in_network(host, entry)
    name, colon, number = entry.rpartition(":")
    if colon and number.isdigit() and (":" not in name or name.endswith("]")):
        if int(number) != port:
            return False
        entry = name
    entry = entry.strip("[]")
    if entry.startswith((".", "*.")):
        return host.endswith(entry.lstrip("*"))
    entry = entry.lstrip("*")
    return host == entry or host.endswith(f".{entry}")


def _in_network(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
