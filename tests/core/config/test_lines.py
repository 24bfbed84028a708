import tomllib

import pytest
import tomli_w
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from pluggram.config.lines import key_lines
from pluggram.config.problem import KeyPath

EVERY_FORM = """\
a = 1
"b c".d = \"\"\"x
[no] = 1
\\\"\"\"\"\"\"
[t . 'q']  # a comment = 1
x = [ 1, # ] }
  [2,
   3], {y = 1, z.w = "}"}]
[[aa]]
k = 1979-05-27 07:32:00
[aa.sub]
q=1
[[aa]]
[aa.sub]
q = '''
'''''
[t]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1),
        (("b c",), 2),
        (("b c", "d"), 2),
        (("t", "q"), 5),
        (("t", "q", "x"), 6),
        (("t", "q", "x", 1), 7),
        (("t", "q", "x", 1, 1), 8),
        (("t", "q", "x", 2, "z", "w"), 8),
        (("aa", 0, "k"), 10),
        (("aa", 0, "sub", "q"), 12),
        (("aa", 1), 13),
        (("aa", 1, "sub", "q"), 15),
        (("t",), 17),
    ],
)
def test_every_form_of_key_has_its_line(path: KeyPath, line: int) -> None:
    tomllib.loads(EVERY_FORM)
    assert key_lines(EVERY_FORM)[path] == line


def test_what_no_toml_reader_takes_gives_the_lines_before_it() -> None:
    assert key_lines("a = 1\nb = [1,\n") == {("a",): 1, ("b",): 2, ("b", 0): 2}
    assert key_lines("a = 1\n!") == {("a",): 1}


def _paths(value: object, path: KeyPath = ()) -> list[KeyPath]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(found for part, child in inner for found in _paths(child, (*path, part)))]


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ["a", "[b]", "c = 1", '"', "'", "\\", '"""', "\n", "# no", "}]"]
)
_values = st.recursive(
    st.integers(-9, 9) | st.booleans() | _texts | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=12,
)
_documents = st.dictionaries(_texts, _values, max_size=5)


@given(data=_documents, multiline=st.booleans())
def test_no_key_of_any_document_is_missing_or_invented(data: dict[str, object], multiline: bool) -> None:
    text = tomli_w.dumps(data, multiline_strings=multiline)
    assert {(), *key_lines(text)} == set(_paths(tomllib.loads(text)))


@given(data=_documents)
def test_what_another_writer_makes_is_read_too(data: dict[str, object]) -> None:
    text = tomlkit.dumps(data)
    assert {(), *key_lines(text)} == set(_paths(tomllib.loads(text)))


@given(data=_documents)
def test_lines_grow_by_what_is_put_before(data: dict[str, object]) -> None:
    text = tomli_w.dumps(data)
    moved = key_lines("# one\n\n# three\n" + text)
    assert moved == {path: line + 3 for path, line in key_lines(text).items()}


@given(keys=st.lists(_texts, min_size=1, max_size=6, unique=True))
def test_a_key_on_each_line_has_the_number_of_its_line(keys: list[str]) -> None:
    text = "".join(tomli_w.dumps({key: 0}) for key in keys)
    assert key_lines(text) == {(key,): number for number, key in enumerate(keys, 1)}
