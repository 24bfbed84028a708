"""The names of checks, readings and counters."""

import pytest

from pluggram.probes import check_name


@pytest.mark.parametrize("name", ["a", "links", "api_calls", "v2", "x" * 48])
def test_a_plain_word_is_a_name(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", "Links", "2links", "_x", "a-b", "a b", "a\n", "ä", "x" * 49, b"links", None, 7])
def test_anything_else_is_none(name: object) -> None:
    with pytest.raises(ValueError, match="is no name: use a-z, 0-9 and _"):
        check_name(name)
