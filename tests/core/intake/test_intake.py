"""From an update to its answer: kept at each step, in order per chat, and whatever happens accounted for."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from pluggram.errors import Unreachable
from pluggram.intake import Intake, Row, slots
from pluggram.intake import intake as module
from pluggram.intake.inbox_desk import InboxDesk
from pluggram.intake.lanes import UNSENT_PER_LANE
from pluggram.intake.sqlite_inbox import SqliteInbox
from pluggram.reply import Reply
from tests.core.intake.until import until
from tests.core.intake.working import Worker, message, taking


@pytest.fixture(params=["memory", "sqlite"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path if request.param == "sqlite" else None


async def test_each_is_answered_once_in_order_and_then_done(folder: Path | None) -> None:
    worker = Worker()
    async with taking(folder, worker) as (intake, inbox):
        await intake.take([message(1), message(2), message(3, chat=8)])
        await intake.take([message(2), message(4)])
        await intake.settled()
        assert [each for each in worker.ids if each != 3] == [1, 2, 4]
        assert sorted(worker.ids) == [1, 2, 3, 4]
        assert inbox.waiting == 0
        assert intake.oldest == 0


async def test_a_silent_handler_is_done_at_once(folder: Path | None) -> None:
    worker = Worker()
    worker.silent = True
    async with taking(folder, worker) as (intake, _):
        await intake.take([message(1)])
        await intake.settled()
        assert (worker.answered, worker.delivered) == ([1], [])


async def test_the_lane_goes_on_while_an_answer_is_sent_until_too_many_wait_there(folder: Path | None) -> None:
    worker = Worker()
    worker.delivering.clear()
    async with taking(folder, worker) as (intake, _):
        await intake.take([message(number) for number in range(20)])
        await until(lambda: len(worker.answered) == UNSENT_PER_LANE)
        await intake.take([message(99, chat=8)])
        await until(lambda: 99 in worker.answered)
        assert len(worker.answered) == UNSENT_PER_LANE + 1
        assert intake.oldest > 0
        worker.delivering.set()
        await intake.settled()
        assert [each for each in worker.ids if each != 99] == list(range(20))


async def test_what_could_not_be_sent_is_tried_again_in_order(
    folder: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.0)
    worker = Worker()
    async with taking(folder, worker) as (intake, _):
        worker.answering.clear()
        await intake.take([message(1), message(2)])
        await until(lambda: worker.answered)
        worker.delivering.clear()
        worker.answering.set()
        await until(lambda: len(worker.answered) == 2)
        worker.fails = [Unreachable("away")] * 3
        worker.delivering.set()
        await intake.settled()
        assert worker.ids == [1, 2]


async def test_an_outage_is_two_lines_however_many_answers_wait(
    folder: Path | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.0)
    worker = Worker()
    worker.delivering.clear()
    async with taking(folder, worker) as (intake, _):
        await intake.take([message(number, chat=number) for number in range(1, 9)])
        await until(lambda: len(worker.answered) == 8)
        worker.fails = [Unreachable("away")] * 30
        worker.delivering.set()
        await intake.settled()
    assert sorted(worker.ids) == list(range(1, 9))
    assert caplog.text.count("sending fails, and answers wait: away") == 1
    assert caplog.text.count("sending goes on") == 1


async def test_an_answer_that_never_gets_through_while_others_would_is_set_aside(
    folder: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.0)
    worker = Worker()
    worker.open = True
    async with taking(folder, worker) as (intake, inbox):
        worker.delivering.clear()
        await intake.take([message(1), message(2)])
        await until(lambda: len(worker.answered) == 2)
        worker.fails = [Unreachable("Timed out")] * module.ROUNDS
        worker.delivering.set()
        await intake.settled()
        assert worker.ids == [2]
        assert inbox.dead == 1


@pytest.mark.parametrize("error", [ValueError("broken"), SystemExit(3), asyncio.CancelledError()])
@pytest.mark.parametrize("where", ["answering", "delivering"])
async def test_what_cannot_be_answered_is_set_aside_and_the_next_goes_on(
    folder: Path | None, where: str, error: BaseException
) -> None:
    worker = Worker()
    gate = getattr(worker, where)
    async with taking(folder, worker) as (intake, inbox):
        gate.clear()
        await intake.take([message(1), message(2)])
        await until(lambda: worker.answered)
        await asyncio.sleep(0)
        worker.answering.set()
        if where == "delivering":
            await until(lambda: len(worker.answered) == 2)
        worker.fails = [error]
        gate.set()
        await intake.settled()
        assert worker.ids == [2]
        assert inbox.dead == 1


@pytest.mark.parametrize("room", [slots.LONGEST, 0], ids=["in its slot", "in the file"])
async def test_what_was_answered_and_not_sent_is_only_sent_after_a_crash(
    tmp_path: Path, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "LONGEST", room)
    first = Worker()
    first.delivering.clear()
    async with taking(tmp_path, first, stop=False) as (intake, _):
        await intake.take([message(1), message(2)])
        await until(lambda: len(first.answered) == 2)
        await until(lambda: intake._lanes.unsent == 2)
    second = Worker()
    async with taking(tmp_path, second) as (intake, _):
        await intake.settled()
    assert second.answered == []
    assert second.delivered == [(1, "answer 1"), (2, "answer 2")]


async def test_what_runs_alone_after_three_deaths_does_not_overtake_what_is_answered(
    tmp_path: Path,
) -> None:
    for death in range(3):
        dying = Worker()
        dying.delivering.clear()
        async with taking(tmp_path, dying, stop=False) as (intake, _):
            if not death:
                await intake.take([message(1)])
                await until(partial(_unsent, intake))
            dying.answering.clear()
            await intake.take([message(2)])
            await until(partial(dying.answered.count, 2))
    worker = Worker()
    async with taking(tmp_path, worker) as (intake, inbox):
        assert [row.deaths for row in inbox.first] == [0, 3]
        await intake.settled()
    assert worker.answered == [2]
    assert worker.ids == [1, 2]


def _unsent(intake: Intake) -> int:
    return intake._lanes.unsent


async def test_what_was_begun_runs_again_after_a_stop_and_knows_it_and_what_waited_does_not(tmp_path: Path) -> None:
    first = Worker()
    first.answering.clear()
    async with taking(tmp_path, first) as (intake, _):
        await intake.take([message(1), message(2)])
        await until(lambda: first.answered)
    assert first.answered == [1]
    async with SqliteInbox(tmp_path, 42, 1000) as inbox:
        assert [row.deaths for row in await inbox.draw(0, 10)] == [0, 0]
    second = Worker()
    async with taking(tmp_path, second) as (intake, _):
        await intake.settled()
    assert second.ids == [1, 2]
    assert second.redelivered == [True, False]


async def deaths(folder: Path, times: int) -> None:
    """Leave an update in the inbox under whose hands the process has died so often."""
    for death in range(times):
        dying = Worker()
        dying.answering.clear()
        async with taking(folder, dying, stop=False) as (intake, _):
            if not death:
                await intake.take([message(1)])
            await until(partial(dying.answered.count, 1))


async def test_a_stop_while_an_update_runs_alone_is_no_death(tmp_path: Path) -> None:
    await deaths(tmp_path, 3)
    for _ in range(2):
        stopped = Worker()
        stopped.answering.clear()
        async with taking(tmp_path, stopped) as (intake, inbox):
            await until(partial(stopped.answered.count, 1))
            assert inbox.dead == 0
    last = Worker()
    async with taking(tmp_path, last) as (intake, _):
        await intake.settled()
    assert last.ids == [1]


async def test_what_waits_while_another_runs_alone_is_seen_to_wait(tmp_path: Path) -> None:
    await deaths(tmp_path, 3)
    worker = Worker()
    worker.answering.clear()
    async with taking(tmp_path, worker) as (intake, _):
        await until(lambda: worker.answered)
        assert intake.oldest > 0
        worker.answering.set()
        await intake.settled()
        assert intake.oldest == 0


async def test_dead_letters_that_come_back_while_old_updates_wait_are_answered_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RAISED_SECONDS", 0.0)
    many = 4 * module.WAITING_PER_PLACE * 2
    async with SqliteInbox(tmp_path, 42, 1000) as inbox:
        rows = await inbox.receive([message(number, chat=number) for number in range(many)])
        for row in rows[-3:]:
            inbox.bury(row, "because")
    worker = Worker()
    worker.answering.clear()
    async with taking(tmp_path, worker) as (intake, inbox):
        await until(lambda: worker.answered)
        InboxDesk(tmp_path).retry([many - 1, many - 2, many - 3])
        await until(lambda: inbox.waiting == many)
        worker.answering.set()
        await intake.settled()
    assert sorted(worker.answered) == list(range(many))
    assert sorted(worker.ids) == list(range(many))


async def test_what_cannot_be_kept_for_what_it_is_is_set_aside(folder: Path | None) -> None:
    class Odd(Worker):
        async def answer(self, row: Row) -> Reply | None:
            reply = await super().answer(row)
            assert reply is not None
            if row.update_id == 1:
                object.__setattr__(reply, "photo", 3)
            return reply

        async def deliver(self, row: Row, sent: Callable[[int], None]) -> None:
            assert row.reply is not None
            assert row.reply.photo is None
            await super().deliver(row, sent)

    worker = Odd()
    async with taking(folder, worker) as (intake, inbox):
        await intake.take([message(1), message(2)])
        await intake.settled()
        assert worker.ids == [2]
        assert inbox.dead == 1


async def test_a_stop_finishes_what_runs(folder: Path | None) -> None:
    worker = Worker()
    worker.answering.clear()
    async with taking(folder, worker) as (intake, _):
        await intake.take([message(1)])
        await until(lambda: worker.answered)
        asyncio.get_running_loop().call_later(0.05, worker.answering.set)
    assert worker.ids == [1]


async def test_a_stop_waits_for_what_is_being_sent(folder: Path | None) -> None:
    worker = Worker()
    worker.delivering.clear()
    async with taking(folder, worker) as (intake, _):
        await intake.take([message(1)])
        await until(partial(_unsent, intake))
        asyncio.get_running_loop().call_later(0.05, worker.delivering.set)
    assert worker.ids == [1]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_stop_begins_nothing_new_and_what_waits_is_answered_later(tmp_path: Path) -> None:
    first = Worker()
    first.answering.clear()
    async with taking(tmp_path, first) as (intake, _):
        await intake.take([message(1), message(2)])
        await until(lambda: first.answered)
        asyncio.get_running_loop().call_later(0.05, first.answering.set)
    assert first.ids == [1]
    second = Worker()
    async with taking(tmp_path, second) as (intake, _):
        await intake.settled()
    assert (second.ids, second.redelivered) == ([2], [False])


async def test_what_comes_first_after_a_crash_is_not_drawn_once_more(tmp_path: Path) -> None:
    first = Worker()
    first.delivering.clear()
    async with taking(tmp_path, first, stop=False) as (intake, _):
        await intake.take([message(1)])
        await until(lambda: intake._lanes.unsent == 1)
    second = Worker()
    second.delivering.clear()
    async with taking(tmp_path, second) as (intake, _):
        await intake.take([message(2, chat=8)])
        await until(lambda: second.answered == [2])
        second.delivering.set()
        await intake.settled()
    assert sorted(second.ids) == [1, 2]


async def test_when_too_many_answers_wait_in_all_no_chat_goes_on() -> None:
    worker = Worker()
    worker.delivering.clear()
    async with taking(None, worker) as (intake, _):
        limit = 4 * module.WAITING_PER_PLACE
        await intake.take([message(number, chat=number) for number in range(2 * limit)])
        await until(lambda: intake._lanes.unsent == limit)
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(worker.answered) <= limit + 4
        worker.delivering.set()
        await intake.settled()
    assert len(worker.ids) == 2 * limit


@pytest.mark.parametrize("acknowledged", [True, False])
async def test_a_press_without_an_answer_is_delivered_only_to_be_acknowledged(acknowledged: bool) -> None:
    class Pressed(Worker):
        async def answer(self, row: Row) -> Reply | None:
            row.acknowledged = acknowledged
            return None

    worker = Pressed()
    async with taking(None, worker) as (intake, _):
        await intake.take([{"update_id": 1, "callback_query": {"id": "5", "from": {"id": 7}}}])
        await intake.settled()
    assert worker.delivered == ([] if acknowledged else [(1, "")])


@pytest.mark.parametrize("chats", [1, 7])
async def test_in_memory_a_stop_answers_all_that_was_fetched(chats: int) -> None:
    worker = Worker()
    async with taking(None, worker) as (intake, _):
        await intake.take([message(number, chat=number % chats) for number in range(50)])
    assert len(worker.ids) == 50


async def test_a_row_that_the_disk_has_changed_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    async with SqliteInbox(tmp_path, 42, 1000) as inbox:
        await inbox.receive([message(1), message(2)])
    with closing(sqlite3.connect(tmp_path / "inbox.db", isolation_level=None)) as other:
        other.execute("UPDATE updates SET body = 'no json' WHERE id = 1")
    worker = Worker()
    async with taking(tmp_path, worker) as (intake, inbox):
        await intake.settled()
        assert (worker.ids, inbox.dead) == ([2], 1)
