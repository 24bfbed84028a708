"""The rules for namespaces and keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.storage.names import check_key, check_namespace, prefix_end

TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\ud7ff\ue000\U0010ffff"), max_size=4)


@pytest.mark.parametrize("name", ["links", "plugin.dice", "0", "a_b-c.d", "x" * 64])
def test_a_plain_name_is_a_namespace(name: str) -> None:
    assert check_namespace(name) == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "A", "ä", "a\n", "\na", "-a", ".a", "a b", "x" * 65, "٣"]
)
def test_what_could_be_another_file_is_no_namespace(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a storage namespace"):
        check_namespace(name)


def test_a_key_is_text() -> None:
    with pytest.raises(TypeError, match="a storage key is a str, not 42"):
        check_key(42)  # type: ignore[arg-type]


@given(prefix=TEXT, key=TEXT)
def test_the_end_of_a_prefix_parts_the_keys_that_begin_with_it_from_those_after(prefix: str, key: str) -> None:
    end = prefix_end(prefix)
    assert key.startswith(prefix) == (key >= prefix and (end is None or key < end))
    assert end is None or end.encode()
