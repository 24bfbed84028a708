"""Folders and files that only the bot's own user may read: they hold what people wrote."""

import os
from contextlib import suppress
from pathlib import Path

FILE_MODE = 0o600
"""The mode of a file that is made; one that is there keeps its own."""


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it lies in, for the bot's user alone; one that is there stays as it is.

    Raises OSError.
    """
    missing = [folder, *folder.parents]
    for each in reversed([path for path in missing if not path.exists()]):
        each.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)  # raises where a file is in the way


def make_file(path: Path) -> None:
    """Make an empty file for the bot's user alone, where there is none; whoever opens it then says what is wrong.

    One that is there is not even opened: to close it would release the locks that SQLite has on it.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
