"""Opening storage by URL."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pluggram.storage import Backend, StorageError, StorageUrlError, open_backend
from pluggram.storage.memory import MemoryBackend


@pytest.mark.parametrize(("url", "made"), [("sqlite:bot.db", "bot.db"), ("json:data", "data"), ("json:a/b", "a/b")])
async def test_a_relative_path_lies_in_the_folder_of_the_bot(tmp_path: Path, url: str, made: str) -> None:
    folder = tmp_path / "not yet there"
    async with await open_backend(url, folder) as backend:
        await backend.put("links", "0001", "https://example.org/")
        assert (folder / made).exists()
        assert backend.location == str(folder / made)


async def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    async with await open_backend(f"sqlite:{tmp_path / 'abs.db'}", tmp_path / "folder"):
        assert (tmp_path / "abs.db").exists()
    assert not (tmp_path / "folder").exists()


async def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    async with await open_backend("json:~/data", tmp_path):
        assert (tmp_path / "home" / "data").is_dir()


async def test_memory_leaves_no_file(tmp_path: Path) -> None:
    async with await open_backend("memory:", tmp_path) as backend:
        await backend.put("a", "b", 1)
    assert os.listdir(tmp_path) == []  # noqa: PTH208


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlit:bot.db", 'did you mean "sqlite:"'),
        ("SQLite:bot.db", 'did you mean "sqlite:"'),
        ("redi://user:password@host", 'no storage has the scheme "redi:".*did you mean "redis:"'),
        ("mongo://host", "there are memory, json, sqlite, redis; is the plugin that brings it in bot.toml"),
        ("bot.db", "begins with a scheme"),
        (":bot.db", "begins with a scheme"),
        ("", "begins with a scheme"),
        ("sqlite:", "write sqlite:bot.db"),
        ("json:  ", "write json:data"),
        ("sqlite:///bot.db", "without '//'"),
        ("sqlite::memory:", 'write "memory:"'),
        ("sqlite:~nobody-of-this-name/bot.db", "nobody here has the home folder"),
        ("memory:x", "nothing after the colon"),
        ("sqlite:../bot.db", "leads out of the folder that it begins in: write sqlite:bot.db"),
        ("json:data/../../other", "leads out of the folder"),
        ("sqlite:/srv/../etc/bot.db", "leads out of the folder"),
        ("sqlite:${path}/bot.db", "names a variable, and none is put in there; set PLUGGRAM__STORAGE__URL"),
        ("json:$HOME/data", "names a variable"),
    ],
)
async def test_a_url_that_is_not_understood_says_what_to_write(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(StorageUrlError, match=message) as caught:
        await open_backend(url, tmp_path, {"redis": lambda *_: MemoryBackend()})
    assert caught.value.exit_code == 78
    assert "password" not in str(caught.value)


async def test_a_plugin_brings_a_scheme_and_gets_the_whole_url(tmp_path: Path) -> None:
    given: list[tuple[str, Path]] = []

    def make(url: str, folder: Path) -> Backend:
        given.append((url, folder))
        return MemoryBackend()

    async with await open_backend("redis://host/1", tmp_path, {"redis": make}) as backend:
        await backend.put("a", "b", 1)
    assert given == [("redis://host/1", tmp_path)]


class Failing(MemoryBackend):
    async def open(self) -> None:
        raise SystemExit("redis://user:password@host")


@pytest.mark.parametrize("make", [Failing, lambda: 1 / 0, lambda: sys.exit(3), lambda: "no backend"])
async def test_a_backend_of_a_plugin_that_fails_is_told_without_its_password(
    tmp_path: Path, make: Callable[[], Backend]
) -> None:
    with pytest.raises(StorageError, match='the storage "redis:"') as caught:
        await open_backend("redis://user:password@host", tmp_path, {"redis": lambda *_: make()})
    assert "password" not in str(caught.value)


def test_only_the_module_that_the_scheme_needs_is_imported() -> None:
    code = (
        "import asyncio, sys; from pathlib import Path; from pluggram.storage import open_backend\n"
        "asyncio.run(open_backend('memory:', Path())); print({'sqlite3', 'pluggram.storage.sqlite', "
        "'pluggram.storage.json_folder', 'hypothesis'} & sys.modules.keys())"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
