import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram import Json
from pluggram_plugins.links.source import Entry, Format, SourceError, read, read_csv, read_json

URL = "https://example.org/a"


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_an_old_file_is_read_as_it_stands() -> None:
    values: dict[str, Json] = {"0042": URL, "": " x ", "7": None, "0043": {"url": URL, "title": "T"}, "0044": [1]}
    assert list(read_json(json.dumps(values))) == [Entry(key, value) for key, value in values.items()]


def test_a_key_that_stands_twice_is_read_twice() -> None:
    assert [(e.key, e.value) for e in read_json('{"0042": "a", "0001": "b", "0042": "c"}')] == [
        ("0042", "a"),
        ("0001", "b"),
        ("0042", "c"),
    ]


def test_an_object_that_says_something_twice_is_a_problem() -> None:
    (entry,) = read_json('{"0042": {"url": "a", "url": "b"}}')
    assert entry.problem == "a key stands twice in it"


def test_csv_is_read_with_the_lines_its_rows_begin_in() -> None:
    text = 'number,url,title\r\n0001,https://example.org/1,"two\r\nlines"\r\n\r\n0002,https://example.org/2,\r\n'
    assert list(read_csv(text)) == [
        Entry("0001", {"url": "https://example.org/1", "title": "two\r\nlines"}, 2),
        Entry("0002", "https://example.org/2", 5),
    ]


def test_columns_stand_in_any_order_and_a_semicolon_separates_too() -> None:
    assert list(read_csv(f"URL; Number ;by;at\n{URL};0042;11;2026-11-23\n")) == [
        Entry("0042", {"url": URL, "by": 11, "at": "2026-11-23"}, 2)
    ]


@pytest.mark.parametrize("row", ["0042", f"0042,{URL},title,more"])
def test_a_row_with_too_few_or_too_many_columns_is_a_problem(row: str) -> None:
    (entry,) = read_csv(f"number,url,title\n{row}\n")
    assert entry.key == "0042"
    assert "the header has 3" in entry.problem


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("links.json", "{}", "json"),
        ("links.CSV", "number,url\n", "csv"),
        ("links.txt", "\n {}", "json"),
        ("links.txt", "number;url", "csv"),
        ("links.json", b"\xef\xbb\xbf{}", "json"),
        ("links.csv", b"\xef\xbb\xbfnumber,url\n", "csv"),
    ],
)
def test_the_format_is_seen_from_the_name_or_the_content(tmp_path: Path, name: str, content: str, form: str) -> None:
    assert read(file(tmp_path, name, content)) == (form, [])


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("links.json", "", "links.json is empty"),
        ("links.json", '{"0042": "https://exam', "line 1, column 10"),
        ("links.json", "[]", "it must be one object"),
        ("links.json", '"x"', "it must be one object"),
        ("links.json", '{"0042": NaN}', "JSON has no NaN"),
        ("links.json", '{"0042": ' + "9" * 5000 + "}", "is no JSON file of links"),
        ("links.json", "[" * 100_000, "nested too deeply"),
        ("links.json", b'{"0042":\n"\xe9"}', "line 2: this is not UTF-8"),
        ("links.json", '{"a": 1}'.encode("utf-16"), "line 1: this is not UTF-8"),
        ("links.csv", " \n", "links.csv is empty"),
        ("links.csv", f"0042,{URL}\n", "its first line must name the columns"),
        ("links.csv", "number,url,url\n", "its first line must name the columns"),
        ("links.csv", "number,url,clicks\n", "its first line must name the columns"),
        ("links.csv", 'number,url\n0001,x\n0042,"unfinished', "line 3: unexpected end of data"),
        ("links.csv", "number,url\n0042," + "x" * 200_000, "line 2: field larger than"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(
    tmp_path: Path, name: str, content: str | bytes, problem: str
) -> None:
    path = file(tmp_path, name, content)
    with pytest.raises(SourceError) as refused:
        read(path)
    assert str(path) in str(refused.value)
    assert problem in str(refused.value)


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        read(tmp_path / "links.json")


@given(
    st.text() | st.text(alphabet='{}[]":,;\n\r\x00 09ax\\u').map("number,url\n{}".format),
    st.sampled_from(["json", "csv"]),
)
def test_any_text_is_read_or_refused(text: str, form: Format) -> None:
    try:
        entries = list(read_json(text) if form == "json" else read_csv(text))
    except ValueError:
        return
    assert all(isinstance(entry, Entry) for entry in entries)


@given(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()), max_size=5)
)
def test_every_entry_of_an_object_is_read(values: dict[str, Json]) -> None:
    assert list(read_json(json.dumps(values))) == [Entry(key, value) for key, value in values.items()]
