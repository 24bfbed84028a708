"""Which proxy the environment names for which server."""

import pytest

from pluggram.http import NotConnected
from pluggram.http.proxies import Proxy, proxy_for


def found(environment: dict[str, str], host: str = "api.telegram.org", scheme: str = "https") -> Proxy | None:
    return proxy_for(scheme, host, 443 if scheme == "https" else 80, environment)


@pytest.mark.parametrize(
    ("environment", "scheme", "port"),
    [
        ({"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://p:2", "ALL_PROXY": "http://p:3"}, "https", 1),
        ({"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://p:2", "ALL_PROXY": "http://p:3"}, "http", 2),
        ({"HTTP_PROXY": "http://p:2", "ALL_PROXY": "http://p:3"}, "https", 3),
        ({"https_proxy": "http://p:1", "HTTPS_PROXY": "http://p:9"}, "https", 1),
        ({"all_proxy": "p:3"}, "http", 3),
        ({"https_proxy": "http://p"}, "https", 80),
        ({"https_proxy": "https://p"}, "https", 443),
        ({"http_proxy": "http://p:2", "REQUEST_METHOD": "GET"}, "http", 2),
    ],
)
def test_the_proxy_of_a_scheme_wins_over_that_of_all_and_small_letters_win(
    environment: dict[str, str], scheme: str, port: int
) -> None:
    proxy = found(environment, scheme=scheme)
    assert proxy
    assert proxy.port == port


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"HTTP_PROXY": "http://p"},
        {"https_proxy": "", "HTTPS_PROXY": "http://p"},
        {"HTTPS_PROXY": "http://p", "NO_PROXY": "*"},
        {"HTTPS_PROXY": "http://p", "no_proxy": "a, telegram.org"},
    ],
)
def test_there_may_be_none(environment: dict[str, str]) -> None:
    assert found(environment) is None


def test_what_a_header_could_have_set_under_cgi_is_no_proxy() -> None:
    assert found({"HTTP_PROXY": "http://p", "REQUEST_METHOD": "GET"}, scheme="http") is None


@pytest.mark.parametrize(
    ("entry", "host", "excepted"),
    [
        ("telegram.org", "telegram.org", True),
        ("telegram.org", "api.telegram.org", True),
        ("TELEGRAM.org", "api.telegram.org", True),
        ("telegram.org", "nottelegram.org", False),
        (".telegram.org", "api.telegram.org", True),
        (".telegram.org", "telegram.org", False),
        ("*.telegram.org", "api.telegram.org", True),
        ("telegram.org:443", "api.telegram.org", True),
        ("telegram.org:8443", "api.telegram.org", False),
        ("https://telegram.org", "telegram.org", True),
        ("localhost,127.0.0.1", "127.0.0.1", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.0.0.0/8", "example.org", False),
        ("fd00::/8", "fd00::1", True),
        ("::1", "::1", True),
        ("[::1]:443", "::1", True),
        ("[::1]:444", "::1", False),
        ("", "a.b", False),
        ("b", "a.b", True),
    ],
)
def test_no_proxy_excepts_names_with_all_under_them_addresses_and_networks(
    entry: str, host: str, excepted: bool
) -> None:
    assert (found({"HTTPS_PROXY": "http://p", "NO_PROXY": f"x.y,{entry}"}, host) is None) is excepted


def test_user_and_password_are_said_to_the_proxy_and_to_nobody_else() -> None:
    proxy = found({"HTTPS_PROXY": "http://me:p%40ss@p:1"})
    assert proxy
    assert proxy.authorization == "Proxy-Authorization: Basic bWU6cEBzcw==\r\n"
    assert str(proxy) == "the proxy p:1 (HTTPS_PROXY)"
    assert "bWU6" not in repr(proxy)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("socks5://me:secret@p:1080", r"HTTPS_PROXY in the environment names a proxy of socks5://, and only those of"),
        ("http://me:secret@p:x", "HTTPS_PROXY in the environment is no URL of a proxy"),
        ("http://", "HTTPS_PROXY in the environment names no proxy"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told_with_its_variable_and_without_its_password(url: str, words: str) -> None:
    with pytest.raises(NotConnected, match=words) as caught:
        found({"HTTPS_PROXY": url})
    assert "secret" not in str(caught.value)
