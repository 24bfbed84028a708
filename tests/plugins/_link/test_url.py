import ipaddress
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pluggram_plugins._link import UrlError, check_url
from pluggram_plugins._link.url import _PLAIN, MAX_LENGTH, _checked

PIECES = (
    st.sampled_from(["http", "https", "ftp", "javascript", "data", ":", "//", "/", "\\", "@", "u:p@", "example.org"])
    | st.sampled_from(["[::1]", "[", "]", "127.0.0.1", "0x7f.1", ":80", ":0", ":99999", "?q=", "#x", "%", "%2F", ".."])
    | st.sampled_from(["é", "例え", "٣", "．", "℀", "ß", " ", "\n", "\x00", "\u00a0", "\u200b", "\u202e", "\ud800"])
    | st.sampled_from(["<", "-", "_", "x" * 300])
)
URLS = st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join) | st.text().map("https://example.org/{}".format)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "https://example.org/a?b=c&d=%20e#f",
        "https://t.me/c/399856468/1",
        "https://example.org:8443/",
        "https://sub.my_site.example.co.uk/watch?v=eFD2amg2gmg",
        "https://xn--e1afmkfd.example/",
        "http://192.0.2.1/",
        "http://[2001:db8::1]:8080/",
        "http://intranet/wiki",
        "https://example.org/Foo_(bar)",
    ],
)
def test_a_good_url_stays_as_it_is(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("  https://example.org/spaces \n", "https://example.org/spaces"),
        ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("https://ru.wikipedia.org/wiki/Хлеб", "https://ru.wikipedia.org/wiki/%D0%A5%D0%BB%D0%B5%D0%B1"),
        ('https://example.org/a"b<c>|{d}', "https://example.org/a%22b%3Cc%3E%7C%7Bd%7D"),
        ("https://аpple.com/", "https://xn--pple-43d.com/"),
    ],
)
def test_a_url_is_written_so_that_what_is_shown_is_where_it_leads(written: str, stored: str) -> None:
    assert check_url(written) == stored


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "there is no link"),
        ("   ", "there is no link"),
        ("example.org/no-scheme", "begins with neither"),
        ("//example.org", "begins with neither"),
        ("javascript:alert(1)", "begins with javascript:"),
        ("JavaScript://example.org/%0aalert(1)", "begins with JavaScript:"),
        ("data:text/html,x", "begins with data:"),
        ("file:///etc/passwd", "begins with file:"),
        ("tg://resolve?domain=x", "begins with tg:"),
        ("ftp://example.org/file", "begins with ftp:"),
        ("https:example.org", "after https: there must be //"),
        ("https:/example.org", "after https: there must be //"),
        ("https://", "no host"),
        ("https:///path", "no host"),
        ("https://:80/", "no host"),
        ("https://user:secret@example.org/", "user name or password"),
        ("https://user@example.org/", "user name or password"),
        ("https://@example.org/", "user name or password"),
        ("https://good.example\\@evil.example/", "backslash"),
        ("https://https://example.org", "no port after the colon"),
        ("https://example.org:/", "no port after the colon"),
        ("https://example.org:0/", "port 0"),
        ("https://example.org:99999/", "host or port cannot be read"),
        ("https://example.org:８０/", "host or port cannot be read"),
        ("https://[::1/", "host or port cannot be read"),
        ("https://[fe80::1%25eth0]/", "no valid name"),
        ("https://exa mple.org/", "white space inside"),
        ("https://example.org/a\u00a0b", "white space inside"),
        ("https://example.org/a\nb", "white space inside"),
        ("https://example.org/\x00", "U+0000"),
        ("https://example.org/zero\u200bwidth", "U+200B ZERO WIDTH SPACE"),
        ("https://example.org/\u202edesrever", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("https://example.org/\ud800", "U+D800"),
        ("https://a..example/", "no valid name"),
        ("https://-a.example/", "no valid name"),
        ("https://a%41.example/", "no valid name"),
        ("https://" + "a" * 64 + ".example/", "no valid name"),
        ("https://" + "a." * 127 + "example/", "no valid name"),
        ("https://faß.example/", "two different ones"),
        ("http://0x7f.1/", "no valid IP address"),
        ("http://2130706433/", "no valid IP address"),
        ("http://256.1.1.1/", "no valid IP address"),
        ("https://example.org/" + "x" * 3000, "3020 characters long; at most 2048"),
        ("https://example.org/" + "я" * 500, "3020 characters long; at most 2048"),
    ],
)
def test_a_bad_url_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(UrlError, match=re.escape(reason)):
        check_url(url)


def test_a_password_is_not_repeated_in_the_reason() -> None:
    with pytest.raises(UrlError) as refused:
        check_url("https://user:secret@example.org/")
    assert "secret" not in str(refused.value)


@given(st.from_regex(_PLAIN, fullmatch=True) | URLS)
@example("https://" + "a." * 126 + "example/")
@example("https://" + "a" * 64 + ".example/")
def test_a_url_that_is_plain_at_a_glance_would_pass_every_check(text: str) -> None:
    if _PLAIN.fullmatch(text) and len(text) <= MAX_LENGTH:
        assert _checked(text) == check_url(text) == text


@given(URLS)
def test_whatever_is_accepted_is_a_plain_web_address(text: str) -> None:
    try:
        url = check_url(text)
    except UrlError:
        return
    assert re.fullmatch(r"https?://[\x21-\x7e]+", url)
    assert len(url) <= 2048
    assert "\\" not in url
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.username is None
    assert parts.password is None
    assert parts.port != 0
    if parts.netloc.startswith("["):
        ipaddress.IPv6Address(parts.hostname)


@given(URLS)
def test_checking_what_was_accepted_changes_nothing_more(text: str) -> None:
    try:
        url = check_url(text)
    except UrlError:
        return
    assert check_url(url) == url
