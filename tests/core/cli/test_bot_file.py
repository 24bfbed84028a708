"""bot.toml is replaced whole, or not at all."""

import errno
import os
from pathlib import Path

import pytest

from pluggram.cli.bot_file import BotFile, NotWritten

TEXT = '[bot]\nname = "b"\n[plugins.links]\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bot.toml"
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_says_so(
    path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = BotFile.open(path)
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(NotWritten, match="is as it was, for it cannot be replaced: No space left"):
        file.switch("links", False)
    monkeypatch.undo()
    assert path.read_text() == TEXT
    assert list(path.parent.iterdir()) == [path]


def test_an_edit_of_somebody_else_is_not_lost(path: Path) -> None:
    file = BotFile.open(path)
    path.write_text(TEXT + "# mine\n")
    with pytest.raises(NotWritten, match="try again"):
        file.switch("links", False)
    assert path.read_text() == TEXT + "# mine\n"


def test_a_place_is_that_of_the_key_or_of_what_it_lies_in(path: Path) -> None:
    file = BotFile.open(path)
    assert file.place("plugins", "links", "enabled") == f"{path}:3"
    file.switch("links", False)
    assert file.place("plugins", "links", "enabled") == f"{path}:4"
