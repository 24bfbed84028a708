"""Values as TOML that can be read again."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pluggram.config.as_toml import comment, table_lines
from pluggram.config.effective import Value

SCALARS = st.one_of(
    st.text(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.dates(), st.times()
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def value(path: tuple[str, ...], found: Any, source: str = "bot.toml", line: int | None = 3) -> Value:
    return Value(path, found, source, line)


def test_each_line_ends_with_where_its_value_comes_from() -> None:
    values = [value(("bot", "name"), "b"), value(("bot", "owners"), [1, 2], "default", None)]
    assert table_lines(("bot",), ["a note", ""], values) == [
        "[bot]", "# a note", 'name = "b"       # bot.toml:3', "owners = [1, 2]  # default",
    ]  # fmt: skip


def test_what_is_not_set_is_a_comment_and_what_is_inside_has_a_dotted_key() -> None:
    values = [value(("plugins", "x", "a b", "c"), None), value(("plugins", "x", "d", "e"), {"f": None, "g": "h"})]
    assert [line.partition("  #")[0].strip() for line in table_lines(("plugins", "x"), [], values)] == [
        "[plugins.x]", '# "a b".c is not set', 'd.e = { g = "h" }',
    ]  # fmt: skip


@given(st.dictionaries(st.text(), VALUES, max_size=4), st.text(), st.text(min_size=1))
def test_whatever_the_values_keys_and_places_are_it_is_toml_with_the_same_values(
    found: dict[str, Any], note: str, source: str
) -> None:
    values = [value(("plugins", "x", key), inner, source) for key, inner in found.items()]
    text = "\n".join([comment(note), *table_lines(("plugins", "x"), [note], values)])
    assert tomllib.loads(text) == {"plugins": {"x": found}}
