"""An inbox on a disk that refuses: nothing is taken that is not kept, and nothing that is kept is forgotten."""

import asyncio
import logging
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from pluggram.intake import NotTaken, slots
from pluggram.intake import sqlite_inbox as module
from pluggram.intake.sqlite_inbox import SqliteInbox
from pluggram.reply import Reply
from tests.core.intake.boxes import BOT, LIMIT, ids, killed, message, reopened
from tests.core.intake.until import until

LONG = Reply("x" * slots.LONGEST)


async def test_when_the_disk_refuses_nothing_is_taken_and_marks_are_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    caplog.set_level(logging.WARNING)
    async with AsyncExitStack() as stack:
        inbox = await stack.enter_async_context(SqliteInbox(tmp_path, BOT, LIMIT))
        (row,) = await inbox.receive([message(1)])
        inbox.start(row)
        away = tmp_path / "away.db"
        (tmp_path / "inbox.db").rename(away)
        with pytest.raises(NotTaken, match="moved or replaced"):
            await inbox.receive([message(2)])
        inbox.done(row)
        row.reply = LONG
        with pytest.raises(NotTaken):
            await inbox.answered(row)
        assert caplog.text.count("the inbox cannot be written") == 1
        away.rename(tmp_path / "inbox.db")
        await until(lambda: "the inbox can be written again" in caplog.text)
        assert await inbox.draw(0, 10) == []
        assert row.slot is None
        assert ids(await inbox.receive([message(2)])) == [2]


async def test_an_answer_that_could_not_be_kept_is_kept_as_soon_as_the_disk_lets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    caplog.set_level(logging.WARNING)
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row, other) = await inbox.receive([message(1), message(2)])
        row.reply = other.reply = LONG
        away = tmp_path / "away.db"
        (tmp_path / "inbox.db").rename(away)
        for each in (row, other):
            inbox.start(each)
            with pytest.raises(NotTaken):
                await inbox.answered(each)
        inbox.done(other)
        away.rename(tmp_path / "inbox.db")
        await until(lambda: "the inbox can be written again" in caplog.text)
        assert [(each.update_id, each.answered) for each in await inbox.draw(0, 10)] == [(1, True)]


async def test_a_short_answer_is_kept_while_the_disk_refuses(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path, BOT, LIMIT)
    await inbox.__aenter__()
    (row, other) = await inbox.receive([message(1), message(2)])
    away = tmp_path / "away.db"
    (tmp_path / "inbox.db").rename(away)
    for each in (row, other):
        inbox.start(each)
        each.reply = Reply("hi")
        await inbox.answered(each)
    inbox.done(other)
    await killed(inbox)
    away.rename(tmp_path / "inbox.db")
    row = await reopened(tmp_path)
    assert (row.update_id, row.answered, row.reply) == (1, True, Reply("hi"))


async def test_what_is_done_while_the_disk_refuses_is_known_after_a_kill(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path, BOT, LIMIT)
    await inbox.__aenter__()
    (row, _) = await inbox.receive([message(1), message(2)])
    away = tmp_path / "away.db"
    (tmp_path / "inbox.db").rename(away)
    inbox.start(row)
    inbox.done(row)
    with pytest.raises(NotTaken):
        await inbox.receive([message(3)])
    await killed(inbox)
    away.rename(tmp_path / "inbox.db")
    assert (await reopened(tmp_path)).update_id == 2


async def test_of_an_answer_that_was_lost_nothing_counts_as_sent(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path, BOT, LIMIT)
    await inbox.__aenter__()
    (row,) = await inbox.receive([message(1)])
    away = tmp_path / "away.db"
    (tmp_path / "inbox.db").rename(away)
    inbox.start(row)
    row.reply = LONG
    with pytest.raises(NotTaken):
        await inbox.answered(row)
    row.sent = 1
    inbox.sent(row)
    await killed(inbox)
    away.rename(tmp_path / "inbox.db")
    again = await reopened(tmp_path)
    assert (again.answered, again.redelivered, again.sent) == (False, True, 0)


async def test_who_waits_no_more_for_a_write_keeps_nobody_from_hearing_of_it(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        gone = asyncio.ensure_future(inbox.receive([message(1)]))
        stays = asyncio.ensure_future(inbox.receive([message(2)]))
        await asyncio.sleep(0)
        gone.cancel()
        assert ids(await asyncio.wait_for(stays, 5)) == [2]
        assert ids(await inbox.draw(0, 10)) == [1, 2]
