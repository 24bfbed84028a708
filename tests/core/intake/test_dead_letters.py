"""Dead letters come back when somebody wants them to be tried again."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pluggram.intake import sqlite_inbox as module
from pluggram.intake.inbox_desk import InboxDesk
from pluggram.intake.sqlite_inbox import SqliteInbox
from tests.core.intake.until import until

BOT = 42
LIMIT = 5


def message(update_id: int, text: str = "x") -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": 7}, "text": text}}


def ids(rows: Any) -> list[object]:
    return [row.update_id for row in rows]


async def bury(inbox: SqliteInbox, *numbers: int) -> None:
    for row in await inbox.receive([message(number) for number in numbers]):
        inbox.bury(row, "because")
    await inbox.receive([])


async def test_dead_letters_come_back_when_somebody_marks_them_behind_all_that_wait(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        await bury(inbox, 1, 2)
        await inbox.receive([message(3)])
        assert not await inbox.raised()
        assert InboxDesk(tmp_path).retry([1]) == [1]
        (row,) = await inbox.raised()
        assert (row.update, row.redelivered) == (message(1), True)
        assert (inbox.waiting, inbox.dead) == (2, 1)
        assert ids(await inbox.draw(0, 10)) == [3, 1]
        assert await inbox.raised() == ()
        assert await inbox.receive([message(1)]) == []


async def test_dead_letters_come_back_a_page_at_once_however_many_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RAISED", 2)
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        await bury(inbox, 1, 2, 3)
        InboxDesk(tmp_path).retry([1, 2, 3])
        assert [ids(await inbox.raised()) for _ in range(3)] == [[1, 2], [3], []]


async def test_no_bot_gets_the_dead_letters_of_another(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        await bury(inbox, 1)
    InboxDesk(tmp_path).retry([1])
    async with SqliteInbox(tmp_path, BOT + 1, LIMIT) as other:
        assert await other.raised() == []
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        assert ids(await inbox.raised()) == [1]


async def test_a_dead_letter_replaces_no_update_that_has_its_id_anew(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        await bury(inbox, 1)
        with closing(sqlite3.connect(tmp_path / "inbox.db")) as other, other:
            other.execute("DELETE FROM updates")  # as after 48 hours
        (row,) = await inbox.receive([message(1, text="another")])
        InboxDesk(tmp_path).retry([1])
        assert await inbox.raised() == []
        assert [each.update for each in await inbox.draw(0, 10)] == [row.update]
        inbox.done(row)
        await inbox.receive([])
        assert ids(await inbox.raised()) == [1]


async def test_of_two_letters_with_one_id_the_first_comes_back_first(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        await bury(inbox, 1)
        with closing(sqlite3.connect(tmp_path / "inbox.db")) as other, other:
            other.execute("DELETE FROM updates")  # as after 48 hours
        await bury(inbox, 1)
        InboxDesk(tmp_path).retry([1])
        (row,) = await inbox.raised()
        assert await inbox.raised() == []
        inbox.done(row)
        await inbox.receive([])
        assert ids(await inbox.raised()) == [1]
        assert inbox.dead == 0


async def test_dead_letters_are_forgotten_by_a_bot_that_runs_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIDY_SECONDS", 0.01)
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        for row in await inbox.receive([message(1), message(2)]):
            inbox.bury(row, "because")
        await inbox.receive([])
        with closing(sqlite3.connect(tmp_path / "inbox.db")) as other, other:
            other.execute("UPDATE dead SET ended = 0 WHERE id = 1")
        desk = InboxDesk(tmp_path)
        await until(lambda: [letter.id for letter in desk.letters(0)] == [2])
