import csv
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram import Json
from pluggram_plugins._link import Link, clean_title
from pluggram_plugins.links.export import ExportError, dump, unusable, write
from pluggram_plugins.links.plan import Plan
from pluggram_plugins.links.source import Format, read_csv, read_json

TITLES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(clean_title) | st.sampled_from(
    ['a "quoted", one; two', "=1+1", "7", ""]
)
LINKS = st.builds(
    Link,
    st.sampled_from(["https://example.org/", "http://[::1]:80/?a=b;c,d", "https://example.org/%22'"]),
    TITLES,
    st.none() | st.integers(1, 2**52),
    st.just("") | st.datetimes().map(lambda at: at.isoformat()),
)
STORED = st.dictionaries(st.from_regex(r"[0-9]{4}", fullmatch=True), LINKS.map(Link.stored), max_size=8)


@given(STORED, st.sampled_from(["json", "csv"]))
def test_what_is_exported_is_imported_again_as_it_was(stored: dict[str, Json], form: Format) -> None:
    text = dump(sorted(stored.items()), form).decode()
    plan = Plan.make(read_json(text) if form == "json" else read_csv(text), {}, digits=4)
    assert plan.writes == stored
    assert plan.refused == []
    assert plan.tidied == []


def test_json_is_the_file_of_the_old_bots() -> None:
    items: list[tuple[str, Json]] = [
        ("", 7),
        ("0001", "https://example.org/é"),
        ("0002", {"url": "https://example.org"}),
    ]
    content = dump(items, "json")
    assert json.loads(content) == dict(items)
    assert content.startswith(b'{\n "": 7,\n "0001": "https://example.org/\xc3\xa9",\n')


def test_csv_has_a_row_for_everything_even_for_what_is_no_link() -> None:
    rows = list(
        csv.reader(io.StringIO(dump([("7", "javascript:x"), ("0001", [1]), ("0002", {"x": 1})], "csv").decode()))
    )
    assert rows == [
        ["number", "url", "title", "by", "at"],
        ["7", "javascript:x", "", "", ""],
        ["0001", "[1]", "", "", ""],
        ["0002", '{"x": 1}', "", "", ""],
    ]


def test_what_is_no_link_is_named() -> None:
    assert list(unusable([("0001", "https://example.org"), ("0002", 7)])) == [
        ("0002", "there must be a link, and there is a number")
    ]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "links.json"
    path.write_text("old")
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "links.json"
    path.write_text("old")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ExportError, match="No space left on device"):
        write(path, b"new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"nowhere/links\.json cannot be written: No such file"):
        write(tmp_path / "nowhere" / "links.json", b"new")


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, b"{}")
        assert os.read(reader, 10) == b"{}"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_symbolic_link_goes_on_pointing_to_what_is_written(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    link.symlink_to(target)
    write(link, b"{}")
    assert link.is_symlink()
    assert target.read_bytes() == b"{}"
