import asyncio
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass

import pytest

from pluggram.bot.jobs import Jobs

SOON = 0.001


async def test_a_job_runs_again_and_again_while_the_bot_serves_and_not_after() -> None:
    jobs, runs, enough = Jobs(lambda plugin: True), [0], asyncio.Event()

    async def job() -> None:
        runs[0] += 1
        if runs[0] == 3:
            enough.set()

    jobs.add("clock", SOON, job)
    async with jobs.running():
        await asyncio.wait_for(enough.wait(), 10)
    assert not jobs._tasks
    async with jobs.running():
        jobs.add("late", SOON, enough.set)


async def test_a_plain_job_runs_beside_the_loop() -> None:
    jobs, done, loop = Jobs(lambda plugin: True), asyncio.Event(), asyncio.get_running_loop()
    threads: set[threading.Thread] = set()

    def job() -> None:
        threads.add(threading.current_thread())
        loop.call_soon_threadsafe(done.set)

    async with jobs.running():
        jobs.add("plain", SOON, job)
        await asyncio.wait_for(done.wait(), 10)
    assert threading.main_thread() not in threads


@pytest.mark.parametrize("error", [ValueError("no disk"), SystemExit(3), asyncio.CancelledError()])
async def test_a_job_that_fails_is_named_and_runs_again(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    jobs, tries, again = Jobs(lambda plugin: True), [0], asyncio.Event()

    async def job() -> None:
        tries[0] += 1
        if tries[0] == 1:
            raise error
        again.set()

    jobs.add("shaky", SOON, job)
    with caplog.at_level(logging.ERROR):
        async with jobs.running():
            await asyncio.wait_for(again.wait(), 10)
    assert "plugin shaky" in caplog.text


async def test_the_jobs_of_a_plugin_that_no_longer_works_end() -> None:
    working, jobs, ran = {"a"}, Jobs(lambda plugin: plugin in working), asyncio.Event()

    async def job() -> None:
        working.clear()
        ran.set()

    async with jobs.running():
        jobs.add("a", SOON, job)
        await asyncio.wait_for(ran.wait(), 10)
        await asyncio.wait_for(asyncio.gather(*jobs._tasks), 10)


async def test_a_job_that_cancels_every_task_is_named_and_all_jobs_run_again(caplog: pytest.LogCaptureFixture) -> None:
    jobs, again, rounds = Jobs(lambda plugin: True), asyncio.Event(), [0, 0]
    test = asyncio.current_task()

    async def wild() -> None:
        rounds[0] += 1
        if rounds[0] == 1:
            for task in asyncio.all_tasks() - {test}:
                task.cancel()

    async def calm() -> None:
        rounds[1] += 1
        if min(rounds) > 2:
            again.set()

    async with jobs.running():
        jobs.add("wild", SOON, wild)
        jobs.add("calm", SOON, calm)
        async with asyncio.timeout(10):
            await again.wait()
    assert "plugin wild: CancelledError in a job" in caplog.text


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_time_that_cannot_be_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Jobs(lambda plugin: True).add("a", seconds, lambda: None)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match="a job is a function"):
        Jobs(lambda plugin: True).add("a", 1, "job")  # type: ignore[arg-type]


@dataclass
class Bell:
    """A job that compares by its value, and so has no hash."""

    rung: int = 0

    async def __call__(self) -> None:
        self.rung += 1


async def test_a_job_that_is_added_twice_runs_twice_and_ends_whatever_it_is() -> None:
    jobs, bell, before = Jobs(lambda plugin: True), Bell(), asyncio.all_tasks()
    for _ in range(2):
        jobs.add("church", 3600, bell)
    async with jobs.running():
        jobs.add("church", 3600, bell)
        assert len(asyncio.all_tasks() - before) == 3
    assert asyncio.all_tasks() == before


async def test_a_job_that_does_not_let_itself_be_ended_is_named_and_holds_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pluggram.bot.jobs.GRACE", 0.01)
    jobs, running, free = Jobs(lambda plugin: True), asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        while not free.is_set():
            with suppress(asyncio.CancelledError):
                running.set()
                await free.wait()

    async with jobs.running():
        jobs.add("mule", SOON, stubborn)
        await asyncio.wait_for(running.wait(), 10)
    assert "plugin mule: a job of it does not end" in caplog.text
    free.set()
