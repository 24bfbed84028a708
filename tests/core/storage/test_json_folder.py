"""The JSON folder: people edit it, disks fail, processes die. The verbs are in the contract."""

# ruff: noqa: ASYNC220, ASYNC221, ASYNC240 - the tests may wait on their own event loop

import asyncio
import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pluggram.storage import Json, StorageError, StorageLocked
from pluggram.storage.json_folder import JsonFolderBackend

OLD_BOTS_FILE = {f"{number:04}": f"https://example.org/post/{number}?lang=ü" for number in range(8991)} | {
    **{"": "https://example.org/empty-key", "9999": None, "9990": "javascript:alert(1)", "9994": "  spaces  "},
    **{"7": "https://example.org/one-digit", "12345": "https://example.org/five-digits", "9998": ""},
}

OPEN_AND_WAIT = """
import asyncio, sys
from pathlib import Path
from pluggram.storage import StorageLocked
from pluggram.storage.json_folder import JsonFolderBackend

async def main():
    try:
        await JsonFolderBackend(Path(sys.argv[1])).open()
    except StorageLocked as error:
        print(error)
        sys.exit(error.exit_code)
    print("open", flush=True)
    sys.stdin.read()

asyncio.run(main())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
async def backend(folder: Path) -> AsyncIterator[JsonFolderBackend]:
    (folder / "links.json").write_text('{"0001": "one"}', "utf-8")
    backend = JsonFolderBackend(folder)
    await backend.open()
    async with backend:
        yield backend


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def read(path: Path) -> object:
    return json.loads(path.read_text("utf-8"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_the_old_bots_file_put_there_as_it_is_serves_at_once(folder: Path) -> None:
    write(folder / "links.json", json.dumps(OLD_BOTS_FILE, indent=1))
    backend = JsonFolderBackend(folder)
    await backend.open()
    async with backend:
        assert await backend.get("links", "0042") == "https://example.org/post/42?lang=ü"
        assert await backend.get("links", "9999") is None
        assert dict(await backend.items("links")) == {key: url for key, url in OLD_BOTS_FILE.items() if url is not None}
    assert backend.notices == [
        f"{folder / 'links.json'}: null reads as absent, and stays in the file: '9999'",
    ]


async def test_a_null_is_absent_for_every_verb_and_stays_in_the_file_until_replaced(folder: Path) -> None:
    path = folder / "links.json"
    write(path, '{"a": null, "b": 1}')
    backend = JsonFolderBackend(folder)
    await backend.open()
    async with backend:
        assert await backend.delete("links", "a") is False
        await backend.put("links", "a", None)
        await backend.put("links", "b", 2)
        assert await backend.items("links") == [("b", 2)]
        assert await backend.count("links") == 1
        assert read(path) == {"a": None, "b": 2}
        assert await backend.update("links", "a", lambda old: [old]) == (None, [None])
        assert read(path) == {"a": [None], "b": 2}


async def test_the_file_is_for_people_to_read(folder: Path, backend: JsonFolderBackend) -> None:
    await backend.put_many("links", {"0003": {"url": "https://example.org/ü", "title": "🎲"}, "0002": "two"})
    assert (folder / "links.json").read_text("utf-8") == (
        '{\n  "0001": "one",\n  "0002": "two",\n  "0003": {"url": "https://example.org/ü", "title": "🎲"}\n}\n'
    )
    await backend.close()
    assert names(folder) == [".lock", "links.json", "links.json.bak"]
    assert read(folder / "links.json.bak") == read(folder / "links.json")


async def test_an_edit_by_hand_is_seen_at_the_next_read_and_kept_by_the_next_write(
    folder: Path, backend: JsonFolderBackend
) -> None:
    write(folder / "links.json", '\ufeff{"0001": "edited", "0002": "added"}')  # as some editors begin a file
    assert await backend.get("links", "0002") == "added"
    assert read(folder / "links.json.bak") == {"0001": "edited", "0002": "added"}
    await backend.put("links", "0003", "three")
    assert read(folder / "links.json") == {"0001": "edited", "0002": "added", "0003": "three"}


async def test_a_file_added_by_hand_is_a_new_namespace(folder: Path, backend: JsonFolderBackend) -> None:
    assert await backend.get("plugin.new", "a") is None
    write(folder / "plugin.new.json", '{"a": 1}')
    write(folder / "other.json", '{"a": 1}')
    assert await backend.get("plugin.new", "a") == 1
    assert await backend.namespaces() == ["links", "other", "plugin.new"]


async def test_an_edit_that_lands_during_a_write_is_kept_beside_it(
    folder: Path, backend: JsonFolderBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = ['{"0001": "edited", "n": 7}']
    sync = os.fsync

    def edit_and_sync(descriptor: int) -> None:
        if edits:
            write(folder / "links.json", edits.pop())
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", edit_and_sync)
    assert await backend.update("links", "n", lambda n: (n or 0) + 1) == (7, 8)
    assert read(folder / "links.json") == {"0001": "edited", "n": 8}
    assert await backend.items("links") == [("0001", "edited"), ("n", 8)]


async def test_a_file_that_changes_all_the_time_is_reported(
    folder: Path, backend: JsonFolderBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def edit_and_sync(descriptor: int) -> None:
        write(folder / "links.json", '{"edited": true}')
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", edit_and_sync)
    with pytest.raises(StorageError, match="something else writes it all the time"):
        await backend.put("links", "a", 1)
    monkeypatch.undo()
    assert await backend.items("links") == [("edited", True)]


async def test_an_edit_that_breaks_the_file_is_left_there_until_mended(
    folder: Path, backend: JsonFolderBackend, caplog: pytest.LogCaptureFixture
) -> None:
    broken = '{\n  "0001": "one",\n  "0002" "two"\n}'
    write(folder / "links.json", broken)
    for _ in range(2):
        assert await backend.items("links") == [("0001", "one")]
    with pytest.raises(StorageError, match=r"links\.json does not parse: line 3, column 10: .*until it is mended"):
        await backend.put("links", "0003", "three")
    await backend.put("plugin.other", "a", 1)
    assert (folder / "links.json").read_text("utf-8") == broken
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "line 3" in backend.notices[0]
    write(folder / "links.json", broken.replace('" "', '": "'))
    await backend.put("links", "0003", "three")
    assert read(folder / "links.json") == {"0001": "one", "0002": "two", "0003": "three"}


FLAWS = [
    (b"", "line 1, column 1"),
    (b'{"a": "b', "line 1, column 7: Unterminated string"),
    (b'{\n"a": "\xff"}', "line 2: byte 0xff is not UTF-8"),
    (b"[1]", "it holds a list, and an object of keys and values is expected"),
    (b'{"a": NaN}', "NaN is not JSON"),
    (b'{"a": [1e999]}', r"under the key 'a': .*\[0\] is inf"),
    (b'{"a": "\\ud800"}', "under the key 'a': .*lone surrogate"),
    (b"[" * 100_000, "nested too deeply"),
    (b"7", "it holds a int, and an object of keys and values is expected"),
    (b'{"a": {"b": [1, {"c": ', "line 1, column 23"),
    (bytes(1000), "line 1, column 1"),
]


@pytest.mark.parametrize(("content", "message"), FLAWS)
async def test_a_broken_file_is_set_aside_at_open_and_its_backup_used_loudly(
    folder: Path, content: bytes, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "links.json").write_bytes(content)
    write(folder / "links.json.bak", '{"0001": "one"}')
    backend = JsonFolderBackend(folder)
    await backend.open()
    async with backend:
        assert await backend.items("links") == [("0001", "one")]
        await backend.put("links", "0002", "two")
    (aside,) = folder.glob("links.json.corrupt-*")
    assert aside.read_bytes() == content
    assert read(folder / "links.json") == {"0001": "one", "0002": "two"}
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("pluggram.storage", logging.ERROR)
    assert backend.notices == [record.message]
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(record.message)


@pytest.mark.parametrize("backup", [None, b"{broken"])
@pytest.mark.parametrize(("content", "message"), FLAWS)
async def test_a_broken_file_without_a_good_backup_is_refused_at_open_and_left_alone(
    folder: Path, content: bytes, message: str, backup: bytes | None
) -> None:
    (folder / "links.json").write_bytes(content)
    if backup:
        (folder / "links.json.bak").write_bytes(backup)
    for _ in range(2):
        with pytest.raises(StorageError, match=message):
            await JsonFolderBackend(folder).open()
    assert (folder / "links.json").read_bytes() == content
    assert not list(folder.glob("*corrupt*"))


async def test_50_mb_of_zeros_and_50_mb_in_one_value_are_set_aside_too(folder: Path) -> None:
    for size, content in ((50_000_000, bytes(50_000_000)), (50_000_009, b'{"a": "%s"}' % (b"x" * 50_000_000))):
        (folder / "links.json").write_bytes(content)
        write(folder / "links.json.bak", '{"0001": "one"}')
        backend = JsonFolderBackend(folder)
        await backend.open()
        async with backend:
            assert await backend.items("links") == [("0001", "one")]
        aside = max(folder.glob("links.json.corrupt-*"))
        assert aside.stat().st_size == size
        assert aside.name in backend.notices[0]


async def test_a_start_that_is_tried_again_and_again_sets_a_broken_file_aside_once(folder: Path) -> None:
    write(folder / "links.json.bak", '{"0001": "one"}')
    for _ in range(3):
        write(folder / "links.json", "{broken")
        backend = JsonFolderBackend(folder)
        await backend.open()
        await backend.close()
    assert len(list(folder.glob("links.json.corrupt-*"))) == 1


async def test_the_backup_holds_what_was_last_good_even_after_a_crash(folder: Path) -> None:
    write(folder / "links.json", '{"a": "edited while no bot ran"}')
    write(folder / "links.json.bak", '{"a": "older"}')
    first = JsonFolderBackend(folder)
    await first.open()
    await first.close()
    write(folder / "links.json", "{broken")
    second = JsonFolderBackend(folder)
    await second.open()
    async with second:
        assert await second.get("links", "a") == "edited while no bot ran"


async def test_what_was_taken_away_is_absent_and_can_be_had_back(folder: Path, backend: JsonFolderBackend) -> None:
    (folder / "links.json").unlink()
    assert await backend.items("links") == []
    await backend.put("links", "0002", "two")
    (aside,) = folder.glob("links.json.removed-*")
    assert read(aside) == {"0001": "one"}
    assert read(folder / "links.json") == {"0002": "two"}
    assert [aside.name in notice for notice in backend.notices] == [True]


async def test_a_file_that_is_missing_at_open_is_reported_and_its_backup_kept(folder: Path) -> None:
    write(folder / "links.json.bak", '{"a": 1}')
    backend = JsonFolderBackend(folder)
    await backend.open()
    async with backend:
        await backend.put("links", "b", 2)
    assert [read(aside) for aside in folder.glob("links.json.removed-*")] == [{"a": 1}]
    assert "links.json was taken away" in backend.notices[0]


async def test_a_key_that_stands_there_twice_counts_as_in_every_reader_and_is_reported(folder: Path) -> None:
    write(folder / "links.json", '{"a": "first", "a": "last"}')
    backend = JsonFolderBackend(folder)
    await backend.open()
    async with backend:
        assert await backend.get("links", "a") == "last"
    assert "the key 'a' stands there twice: the last one counts, not 'first'" in backend.notices[0]


async def test_a_file_whose_name_is_no_namespace_is_reported(folder: Path) -> None:
    write(folder / "My Links.json", "{}")
    backend = JsonFolderBackend(folder)
    await backend.open()
    async with backend:
        assert await backend.namespaces() == []
    assert "My Links.json is not read" in backend.notices[0]


async def test_stray_temporary_files_are_removed_at_open(folder: Path) -> None:
    write(folder / ".links.json.0123456789ab.tmp", "{")
    backend = JsonFolderBackend(folder)
    await backend.open()
    await backend.close()
    assert names(folder) == [".lock"]


async def test_changes_that_come_during_a_writing_share_the_next(
    backend: JsonFolderBackend, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[object] = []
    replace = os.replace

    def count(source: Path, target: Path) -> None:
        replaced.append(target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", count)
    await asyncio.gather(*(backend.update("links", "n", lambda n: (n or 0) + 1) for _ in range(100)))
    assert read(folder / "links.json") == {"0001": "one", "n": 100}
    assert replaced.count(folder / "links.json") <= 2


async def test_a_change_is_not_visible_before_it_is_on_disk(
    folder: Path, backend: JsonFolderBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    sync = os.fsync
    seen: list[Json] = []

    def look_and_sync(descriptor: int) -> None:
        if len(seen) < 2:  # of the new file and of its folder; the backup's come after
            seen.append(asyncio.run_coroutine_threadsafe(backend.get("links", "0001"), loop).result())
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", look_and_sync)
    await backend.put("links", "0001", "new")
    assert seen == ["one", "one"]
    assert await backend.get("links", "0001") == "new"


async def test_permissions_and_links_are_kept(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.json"
    write(target, "{}")
    target.chmod(0o600)
    (folder / "links.json").symlink_to(target)
    backend = JsonFolderBackend(folder)
    await backend.open()
    async with backend:
        await backend.put("links", "a", 1)
    assert (folder / "links.json").is_symlink()
    assert read(target) == {"a": 1}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_a_second_process_is_refused_with_75_and_told_who_has_it(
    folder: Path, backend: JsonFolderBackend
) -> None:
    with pytest.raises(StorageLocked):
        await JsonFolderBackend(folder).open()
    second = subprocess.run([sys.executable, "-c", OPEN_AND_WAIT, folder], capture_output=True, text=True)
    assert second.returncode == 75
    assert f"{folder}: another process (pid {os.getpid()}) has this storage open" in second.stdout
    await backend.put("links", "a", 1)


async def test_the_lock_ends_with_its_process_however_that_ends(folder: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", OPEN_AND_WAIT, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StorageLocked, match=rf"pid {holder.pid}\b"):
            await JsonFolderBackend(folder).open()
        holder.kill()
    backend = JsonFolderBackend(folder)
    await backend.open()
    await backend.close()


async def test_a_refused_opening_keeps_no_lock(folder: Path) -> None:
    write(folder / "links.json", "{broken")
    with pytest.raises(StorageError, match="does not parse"):
        await JsonFolderBackend(folder).open()
    write(folder / "links.json", "{}")
    backend = JsonFolderBackend(folder)
    await backend.open()
    await backend.close()


async def test_a_place_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    write(tmp_path / "file", "")
    with pytest.raises(StorageError, match="file cannot be opened"):
        await JsonFolderBackend(tmp_path / "file").open()


async def test_a_folder_that_cannot_be_written_fails_the_probe(
    backend: JsonFolderBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(StorageError, match="cannot be written: Read-only file system"):
        await backend.probe()
    assert await backend.get("links", "0001") == "one"
