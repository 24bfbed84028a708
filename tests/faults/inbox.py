"""What stands in the inbox of a bot that is dead, read from a copy: opening the file itself would mend it."""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pluggram.intake import inbox_file
from pluggram.intake.slots import in_work
from pluggram.intake.sqlite_inbox import FILE, SLOTS
from tests.faults.work import number_in


@dataclass(frozen=True)
class Letter:
    """A dead letter: the number that its update holds, if any, and why it was set aside."""

    number: str
    reason: str


@dataclass(frozen=True)
class Inbox:
    """The inbox in a bot's data folder; without one it is empty."""

    folder: Path

    def undone(self) -> set[str]:
        """Give the numbers of what is not marked as done."""
        with self._copy() as connection:
            rows = connection.execute("SELECT seq, body FROM updates WHERE state < 2").fetchall()
            kept = in_work(self.folder / SLOTS, inbox_file.key(connection)) if rows else {}
        return {_number(body) for seq, body in rows if seq not in kept or not kept[seq].done}

    def dead(self) -> Sequence[Letter]:
        """Give the dead letters."""
        with self._copy() as connection:
            rows = connection.execute("SELECT body, reason FROM dead ORDER BY seq").fetchall()
        return [Letter(_number(body), reason) for body, reason in rows]

    @contextmanager
    def _copy(self) -> Iterator[sqlite3.Connection]:
        with tempfile.TemporaryDirectory() as folder:
            for file in self.folder.glob(f"{FILE}*"):
                shutil.copy(file, folder)
            with closing(sqlite3.connect(Path(folder) / FILE)) as connection:
                if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    connection.executescript(
                        "CREATE TABLE updates (seq, body, state); CREATE TABLE dead (body, reason, seq)"
                    )
                yield connection


def _number(body: str) -> str:
    try:
        update = json.loads(body)
    except ValueError:
        return ""
    message = update.get("message") if isinstance(update, dict) else None
    text = message.get("text") if isinstance(message, dict) else None
    return number_in(text) if isinstance(text, str) else ""
