"""What every inbox does, and what one on disk does besides."""

import asyncio
import gc
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pluggram.edge import Malformed
from pluggram.intake import InboxFull, MemoryInbox, slots
from pluggram.intake import sqlite_inbox as module
from pluggram.intake.inbox_desk import InboxDesk
from pluggram.intake.inbox_file import Marks, count_deaths, counts, draw, first, forget_done
from pluggram.intake.sqlite_inbox import SqliteInbox
from pluggram.parts import Button, File
from pluggram.reply import Reply
from pluggram.reply_json import dump
from pluggram.storage.errors import StorageLocked
from tests.core.intake.boxes import BOT, LIMIT, ids, killed, message, reopened
from tests.core.intake.until import until
from tests.core.storage.full_disk import files_of_at_most

AnyInbox = MemoryInbox | SqliteInbox


@pytest.fixture(params=["memory", "sqlite"])
async def inbox(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyInbox]:
    if request.param == "memory":
        yield MemoryInbox(LIMIT)
        return
    async with SqliteInbox(tmp_path, BOT, LIMIT) as opened:
        yield opened


async def test_what_arrives_waits_in_order_until_it_is_done(inbox: AnyInbox) -> None:
    rows = await inbox.receive([message(3), message(1), message(2, chat=8)])
    assert ids(rows) == [3, 1, 2]
    assert [row.lane for row in rows] == ["chat 7", "chat 7", "chat 8"]
    assert inbox.waiting == 3
    assert ids(await inbox.draw(0, 10)) == [3, 1, 2]
    assert ids(await inbox.draw(rows[0].seq, 1)) == [1]
    assert ids(await inbox.fetch([rows[0].seq, rows[2].seq])) == [3, 2]
    inbox.start(rows[1])
    await inbox.answered(rows[1])
    inbox.done(rows[1])
    await inbox.receive([])
    assert inbox.waiting == 2
    assert ids(await inbox.draw(0, 10)) == [3, 2]


async def test_an_update_that_comes_twice_is_passed_over_the_second_time_also_when_it_is_done(inbox: AnyInbox) -> None:
    (row,) = await inbox.receive([message(1)])
    assert await inbox.receive([message(1), message(2), message(2)]) != []
    inbox.done(row)
    assert await inbox.receive([message(1)]) == []
    assert inbox.waiting == 1


async def test_what_is_no_update_is_set_aside_once(inbox: AnyInbox) -> None:
    odd = Malformed('{"update_id": \ud800', "it is cut short", 5)
    assert ids(await inbox.receive([odd, message(6)])) == [6]
    assert await inbox.receive([odd, Malformed("?", "it is no JSON"), Malformed("?", "it is no JSON")]) == []
    assert inbox.dead == 2
    assert inbox.waiting == 1


async def test_what_is_buried_waits_no_more(inbox: AnyInbox) -> None:
    (row,) = await inbox.receive([message(1)])
    inbox.bury(row, "because")
    await inbox.receive([])
    assert (inbox.waiting, inbox.dead) == (0, 1)
    assert await inbox.draw(0, 10) == []


async def test_when_too_many_wait_nothing_more_is_taken_until_one_is_done(inbox: AnyInbox) -> None:
    rows = await inbox.receive([message(number) for number in range(LIMIT)])
    with pytest.raises(InboxFull, match="5 updates wait"):
        await inbox.receive([message(99)])
    waiting = asyncio.ensure_future(inbox.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    inbox.done(rows[0])
    await asyncio.wait_for(waiting, 5)
    assert ids(await inbox.receive([message(99)])) == [99]


async def test_when_more_wait_than_may_one_that_is_done_makes_no_room_yet(inbox: AnyInbox) -> None:
    rows = await inbox.receive([message(number) for number in range(LIMIT + 1)])
    waiting = asyncio.ensure_future(inbox.room())
    await asyncio.sleep(0)
    inbox.done(rows[0])
    for _ in range(3):
        await asyncio.sleep(0)
    assert not waiting.done()
    inbox.done(rows[1])
    await asyncio.wait_for(waiting, 5)


async def test_what_was_not_done_is_there_after_the_process_has_ended(tmp_path: Path) -> None:
    odd = message(1, text="\ud800\x00🎲")
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row, other) = await inbox.receive([odd, message(2)])
        inbox.done(other)
    row = await reopened(tmp_path)
    assert row.update == odd
    assert (row.redelivered, row.deaths, row.answered) == (False, 0, False)


REPLY = Reply("<b>hi</b>", buttons=[Button("a", data="/a")], parse_mode="HTML", photo=File("a.png", b"\x00\xff"))


@pytest.mark.parametrize("reply", [REPLY, None])
async def test_an_answer_that_was_not_sent_is_kept_with_how_much_of_it_was(tmp_path: Path, reply: Reply | None) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        inbox.start(row)
        row.reply = reply
        await inbox.answered(row)
        row.sent = 2
        inbox.sent(row)
    row = await reopened(tmp_path)
    assert (row.answered, row.reply, row.sent) == (True, reply, 2)


async def test_what_a_stop_has_cut_off_runs_again_and_knows_it_but_counts_no_death(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        inbox.start(row)
        inbox.cut_off(row)
    row = await reopened(tmp_path)
    assert (row.redelivered, row.deaths) == (True, 0)


async def dying(folder: Path, *, innocent: bool = True, buried: Callable[[int, str], object] | None = None) -> None:
    """Open the inbox, begin on the first row, and end as a killed process does: without a word."""
    inbox = SqliteInbox(folder, BOT, LIMIT, buried or (lambda update_id, why: None))
    await inbox.__aenter__()
    row, *_ = await inbox.draw(0, 10)
    inbox.start(row)
    await killed(inbox)


async def test_an_update_that_four_deaths_have_followed_is_set_aside_and_its_neighbours_go_on(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        await inbox.receive([message(1), message(2)])
    for deaths in range(4):
        async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
            assert [row.deaths for row in await inbox.draw(0, 10)] == [deaths, 0]
            assert ids(inbox.first) == ([1] if deaths == 3 else [])
        await dying(tmp_path)
    told: list[tuple[int, str]] = []
    async with SqliteInbox(tmp_path, BOT, LIMIT, lambda *what: told.append(what)) as inbox:
        assert ids(await inbox.draw(0, 10)) == [2]
        assert (inbox.waiting, inbox.dead) == (1, 1)
    assert told == [(1, "the process has died 4 times while it ran")]


async def test_a_death_after_the_answer_was_kept_counts_for_nothing(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        row.reply = Reply("hi")
        await inbox.answered(row)
    await dying(tmp_path)
    row = await reopened(tmp_path)
    assert (row.answered, row.deaths) == (True, 0)


async def test_what_is_begun_is_named_until_its_end_is_on_disk(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        inbox.start(row)
        await inbox.answered(row)
        inbox.done(row)
        assert row.slot is not None
        received = asyncio.ensure_future(inbox.receive([message(2)]))
        await asyncio.sleep(0)
        assert row.slot is not None
        await received
        assert row.slot is None


@pytest.mark.parametrize("length", [1, slots.LONGEST])
async def test_what_was_answered_and_sent_in_part_is_known_after_a_kill(tmp_path: Path, length: int) -> None:
    inbox = SqliteInbox(tmp_path, BOT, LIMIT)
    await inbox.__aenter__()
    (row,) = await inbox.receive([message(1)])
    inbox.start(row)
    row.reply = Reply("x" * length)
    await inbox.answered(row)
    row.sent = 2
    inbox.sent(row)
    (shown,) = InboxDesk(tmp_path).letters(1)
    assert (shown.state, shown.reply) == ("answered", dump(row.reply))
    await killed(inbox)
    found = await reopened(tmp_path)
    assert (found.answered, found.reply, found.sent, found.deaths) == (True, row.reply, 2, 0)


@pytest.mark.parametrize("length", [1, slots.LONGEST])
async def test_an_answer_that_is_set_aside_is_kept_with_how_much_of_it_is_sent(tmp_path: Path, length: int) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        inbox.start(row)
        row.reply = Reply("x" * length)
        await inbox.answered(row)
        row.sent = 1
        inbox.sent(row)
        inbox.bury(row, "it does not get through")
        await inbox.receive([])
        InboxDesk(tmp_path).retry([1])
        (again,) = await inbox.raised()
        assert (again.answered, again.reply, again.sent) == (True, row.reply, 1)


async def test_a_stop_leaves_in_the_file_what_the_slots_hold(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        inbox.start(row)
        row.reply = Reply("hi")
        await inbox.answered(row)
    (tmp_path / "inbox.slots").unlink()
    row = await reopened(tmp_path)
    assert (row.answered, row.reply) == (True, Reply("hi"))


async def test_what_is_done_is_done_after_a_kill_though_the_file_does_not_say_so_yet(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path, BOT, LIMIT)
    await inbox.__aenter__()
    (row, other) = await inbox.receive([message(1), message(2)])
    for each in (row, other):
        inbox.start(each)
    inbox.done(row)
    assert InboxDesk(tmp_path).counts() == (1, 0)
    assert [(each.id, each.state) for each in InboxDesk(tmp_path).letters(9)] == [(2, "started")]
    await killed(inbox)
    assert (await reopened(tmp_path)).update_id == 2


async def test_what_is_done_is_soon_in_the_file_though_nothing_arrives(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        inbox.start(row)
        inbox.done(row)
        await until(lambda: row.slot is None)
        assert await inbox.draw(0, 10) == []


async def test_of_what_arrives_together_what_is_known_is_passed_over_and_the_rest_keeps_its_order(
    tmp_path: Path,
) -> None:
    async with SqliteInbox(tmp_path, BOT, 10_000) as inbox:
        first = await inbox.receive([message(number) for number in range(0, 500, 3)])
        rows = await inbox.receive([message(number) for number in range(500)] + [message(499), message(500)])
        assert ids(first) == [*range(0, 500, 3)]
        assert ids(rows) == [number for number in range(501) if number % 3 or number == 500]
        assert ids(await inbox.draw(0, 1000)) == ids(first) + ids(rows)
        assert [row.seq for row in await inbox.draw(0, 1000)] == [row.seq for row in (*first, *rows)]
        assert ids(await inbox.receive([message(501)])) == [501]


async def test_what_arrives_is_synchronised_and_mere_marks_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        synchronised: list[bool] = []
        submit = inbox._writer.submit

        def spied(job: Any, *, synchronised: bool = True, seen: list[bool] = synchronised) -> Any:
            seen.append(synchronised)
            return submit(job, synchronised=synchronised)

        monkeypatch.setattr(inbox._writer, "submit", spied)
        (row,) = await inbox.receive([message(1)])
        await inbox.answered(row)
        inbox.done(row)
        await asyncio.sleep(0)
        assert len(synchronised) >= 3
        assert synchronised.count(True) == 1


async def test_of_what_is_done_only_its_id_is_kept(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        row.reply = Reply("hi")
        await inbox.answered(row)
        inbox.done(row)
    with sqlite3.connect(tmp_path / "inbox.db") as other:
        assert other.execute("SELECT id, body, reply FROM updates").fetchall() == [(1, None, None)]
    other.close()


def test_marks_that_are_written_again_do_not_undo_newer_ones() -> None:
    newer = Marks(sent={1: 2})
    newer.keep(Marks(sent={1: 1, 2: 5}, done=[7]))
    assert (newer.sent, newer.done) == ({1: 2, 2: 5}, [7])


async def test_looking_for_what_is_long_done_ends_where_it_was_done_lately_and_passes_over_what_waits(
    tmp_path: Path,
) -> None:
    async with SqliteInbox(tmp_path, BOT, 100) as inbox:
        rows = await inbox.receive([message(number) for number in range(20)])
        for row in rows[7:]:
            inbox.done(row)
    with closing(sqlite3.connect(tmp_path / "inbox.db")) as other:
        assert forget_done(other, before=10.0**12, after=0, page=5) == 5
        assert forget_done(other, before=10.0**12, after=5, page=5) == 10
        assert forget_done(other, before=0.0, after=10, page=5) is None
        assert forget_done(other, before=10.0**12, after=15, page=10) is None
        assert other.execute("SELECT count(*) FROM updates").fetchone() == (7 + 5,)


async def test_what_waits_is_found_without_a_look_at_what_is_done(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        await inbox.receive([message(1)])
    asked: list[str] = []
    with closing(sqlite3.connect(tmp_path / "inbox.db")) as other:
        other.set_trace_callback(asked.append)
        draw(other, BOT, 0, 10)
        first(other, BOT, 3)
        count_deaths(other, [], 3)
        counts(other, BOT)
        other.set_trace_callback(None)
        plans = [other.execute(f"EXPLAIN QUERY PLAN {each}").fetchall() for each in asked if "state < 2" in each]
    assert len(plans) == 4
    assert all(len(plan) == 1 and "USING INDEX undone" in plan[0][3] for plan in plans)


async def test_a_second_process_on_the_same_folder_is_told_so(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT):
        with pytest.raises(StorageLocked, match=r"another process \(pid \d+\) serves this bot already"):
            await SqliteInbox(tmp_path, BOT, LIMIT).__aenter__()


async def test_updates_of_another_bot_stay_where_they_are(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        await inbox.receive([message(1)])
    async with SqliteInbox(tmp_path, BOT + 1, LIMIT) as inbox:
        assert await inbox.draw(0, 10) == []
        assert ids(await inbox.receive([message(1)])) == [1]
    assert "1 updates of another bot wait" in caplog.text
    assert ids([await reopened(tmp_path)]) == [1]


async def test_a_kept_answer_that_cannot_be_read_is_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        row.reply = Reply("hi")
        await inbox.answered(row)
    with closing(sqlite3.connect(tmp_path / "inbox.db")) as other, other:
        other.execute("""UPDATE updates SET reply = '{"hologram": "hi"}', sent = 1""")
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = inbox.first
        assert (row.answered, row.reply, row.redelivered, row.sent) == (False, None, True, 0)
    assert "update 1: its answer cannot be read, and it is answered again" in caplog.text


async def test_a_start_that_is_killed_before_or_after_it_counts_deaths_counts_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        await inbox.receive([message(1)])
    await dying(tmp_path)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    for where in ("pluggram.intake.inbox_file.renew_key", "pluggram.intake.sqlite_inbox.Slots"):
        starting = SqliteInbox(tmp_path, BOT, LIMIT)
        with monkeypatch.context() as patch:
            patch.setattr(where, killed)
            with pytest.raises(KeyboardInterrupt):
                await starting.__aenter__()
        starting._lock.release()
        gc.collect()
    assert (await reopened(tmp_path)).deaths == 1


async def test_reasons_that_are_no_whole_text_are_kept(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, BOT, LIMIT) as inbox:
        (row,) = await inbox.receive([message(1)])
        inbox.bury(row, "broken: \ud800")
        assert ids(await inbox.receive([message(2), Malformed("?", "no \ud800", 3)])) == [2]
        assert not inbox.problem
    assert [letter.reason for letter in InboxDesk(tmp_path).letters(0)] == ["broken: \\ud800", "no \\ud800"]


async def test_a_row_that_cannot_be_noted_as_begun_is_worked_on_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with SqliteInbox(tmp_path, BOT, 1000) as inbox:
        rows = await inbox.receive([message(number) for number in range(300)])
        for row in rows[:255]:
            inbox.start(row)
        with files_of_at_most(4000):
            inbox.start(rows[255])
        assert rows[255].slot is None
        assert "that it is begun could not be noted" in caplog.text
        for row in rows:
            inbox.done(row)
        assert ids(await inbox.receive([message(999)])) == [999]


async def test_what_is_long_done_is_forgotten_and_the_rest_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    async with SqliteInbox(tmp_path, BOT, 100) as inbox:
        rows = await inbox.receive([message(number) for number in range(20)])
        for row in rows[1:]:
            inbox.done(row)
    with sqlite3.connect(tmp_path / "inbox.db") as other:
        other.execute("UPDATE updates SET ended = 0 WHERE id < 15")
    other.close()

    def left() -> list[int]:
        with closing(sqlite3.connect(tmp_path / "inbox.db")) as looking:
            return [update_id for (update_id,) in looking.execute("SELECT id FROM updates ORDER BY seq")]

    async with SqliteInbox(tmp_path, BOT, 100):
        await until(lambda: left() == [0, 15, 16, 17, 18, 19])  # the first waits still
