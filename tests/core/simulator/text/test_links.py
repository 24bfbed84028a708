import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.text.links import checked_link


@pytest.mark.parametrize(
    ("link", "checked"),
    [
        ("example.com", "http://example.com/"),
        ("HTTPS://Example.com/A?b#c", "https://example.com/A?b#c"),
        ("http://bücher.de", "http://bücher.de/"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("localhost", None),
        ("javascript:alert(1)", None),
        ("ftp://example.com", None),
        ("http://a b.com", None),
        ("http://a.b:99999999", None),
        ("", None),
    ],
)
def test_only_real_links_are_taken(link: str, checked: str | None) -> None:
    assert checked_link(link) == checked


@given(st.text(alphabet="htps:/.[]@#?aé😀.-_ 1"))
def test_no_link_crashes_the_check(link: str) -> None:
    checked = checked_link(link)
    assert checked is None or "://" in checked
