"""What one URL says of all requests under it."""

import pytest

from pluggram.http.route import Route, target


@pytest.mark.parametrize(
    ("url", "route", "prefix", "host"),
    [
        ("https://api.telegram.org", Route(True, "api.telegram.org", 443), "", "api.telegram.org"),
        ("HTTP://Local:8081/a b/c/", Route(False, "local", 8081), "/a%20b/c", "local:8081"),
        ("https://a.b:443", Route(True, "a.b", 443), "", "a.b"),
        ("http://a.b:443", Route(False, "a.b", 443), "", "a.b:443"),
        ("http://[2001:db8::1]:81", Route(False, "2001:db8::1", 81), "", "[2001:db8::1]:81"),
        ("https://bücher.example", Route(True, "xn--bcher-kva.example", 443), "", "xn--bcher-kva.example"),
    ],
)
def test_server_path_and_name_are_read_once(url: str, route: Route, prefix: str, host: str) -> None:
    found = target(url)
    assert (found.route, found.prefix, found.headers) == (route, prefix, f"Host: {host}\r\n")


def test_user_and_password_of_a_url_are_told_to_its_server_and_stand_in_no_repr() -> None:
    found = target("http://me:p%40ss@a.b")
    assert found.headers == "Host: a.b\r\nAuthorization: Basic bWU6cEBzcw==\r\n"
    assert "bWU6" not in repr(found)
