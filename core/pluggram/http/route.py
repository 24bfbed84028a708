"""Where requests go, read once from a URL and the environment."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from pluggram.http.errors import NotConnected
from pluggram.http.proxies import Proxy, account, proxy_for

PORTS = {"http": 80, "https": 443}
"""The port of a URL that names none."""

_KEPT = "!$%&'()*+,/:;=?@~"


@dataclass(frozen=True, slots=True)
class Route:
    """A server, and the proxy on the way to it. Connections of one route serve every call to it."""

    secure: bool
    host: str
    port: int
    proxy: Proxy | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A route, and what the requests of one base URL have in common. prefix: what stands before each path."""

    route: Route
    prefix: str = field(repr=False)
    headers: str = field(repr=False)


def target(url: str) -> Target:
    """Read a base URL; raises NotConnected when it is none, or when its proxy is one that we cannot use."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii(parts.hostname or "")
    except ValueError:
        raise NotConnected("no connection: the address is no URL") from None
    if parts.scheme not in PORTS or not host:
        raise NotConnected("no connection: an address begins with http:// or https://, and names a server")
    port = PORTS[parts.scheme] if port is None else port
    secure = parts.scheme == "https"
    proxy = proxy_for(parts.scheme, host, port)
    authority = _authority(host, port, PORTS[parts.scheme])
    prefix, headers = quoted(parts.path.rstrip("/")), f"Host: {authority}\r\n{account('Authorization', parts)}"
    if proxy and not secure:
        prefix = f"http://{authority}{prefix}"
        headers += proxy.authorization
    return Target(Route(secure, host, port, proxy), prefix, headers)


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode()


def _authority(host: str, port: int, usual: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == usual else f"{name}:{port}"


def quoted(path: str) -> str:
    """Make a path fit for the first line of a request: what is not allowed there is written as %XX."""
    return quote(path, safe=_KEPT)
