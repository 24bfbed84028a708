"""A flood limit for the whole bot: told by several chats in a row, ended step by step, and nobody waits for ever."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.telegram.everywhere import SEVERAL, Everywhere
from tests.core.telegram.clock import now, pass_time, played


def refuse(everywhere: Everywhere, *chats: int, seconds: float = 10.0) -> None:
    for chat in chats:
        everywhere.refused(chat, seconds)


async def test_some_chats_that_wait_are_not_the_whole_bot() -> None:
    everywhere = Everywhere()
    refuse(everywhere, *range(SEVERAL - 1), *range(SEVERAL - 1))
    assert not everywhere.shut


async def test_several_chats_in_a_row_are_the_whole_bot(caplog: pytest.LogCaptureFixture) -> None:
    everywhere = Everywhere()
    refuse(everywhere, *range(SEVERAL + 3))
    assert everywhere.shut
    assert [record.message for record in caplog.records] == ["Telegram asks the whole bot to wait 10 s"]


def test_the_shortest_of_their_waits_holds_for_all_in_case_they_are_busy_groups_by_chance() -> None:
    async def play() -> None:
        everywhere = Everywhere()
        for chat, seconds in enumerate((60, 40, 3, 50, 60)):
            everywhere.refused(chat, seconds)
        everywhere.refused(9, 600)
        innocent = asyncio.create_task(everywhere.reopening())
        await pass_time(2)
        assert not innocent.done()
        await pass_time(2)
        assert innocent.done()

    played(play())


def test_who_is_let_through_and_refused_while_the_others_wait_shuts_it_again() -> None:
    async def play() -> None:
        everywhere = Everywhere()
        for chat, seconds in enumerate((10, 10.5, 11, 11, 11)):
            everywhere.refused(chat, seconds)
        waiting = [asyncio.create_task(everywhere.reopening()) for _ in range(2)]
        await pass_time(10.1)
        assert [task.done() for task in waiting] == [True, False]
        everywhere.refused(9, 2)
        await pass_time(0.1)
        assert not waiting[1].done()
        await pass_time(0.5)
        assert waiting[1].done()

    played(play())


async def test_an_answer_in_between_says_that_it_is_not_the_whole_bot() -> None:
    everywhere = Everywhere()
    refuse(everywhere, *range(SEVERAL - 1))
    everywhere.answered()
    refuse(everywhere, *range(100, 100 + SEVERAL - 1))
    assert not everywhere.shut


def test_waits_that_do_not_overlap_are_not_the_whole_bot() -> None:
    async def play() -> None:
        everywhere = Everywhere()
        for chat in range(20):
            refuse(everywhere, chat, seconds=10)
            await pass_time(3)
        assert not everywhere.shut

    played(play())


def test_it_is_over_when_the_time_is_over_and_nobody_waits() -> None:
    async def play() -> None:
        everywhere = Everywhere()
        refuse(everywhere, *range(SEVERAL), seconds=10)
        await pass_time(9)
        assert everywhere.shut
        await pass_time(2)
        assert not everywhere.shut

    played(play())


def test_it_opens_step_by_step_in_order() -> None:
    async def play() -> None:
        everywhere, let_through = Everywhere(), list[int]()

        async def wait(number: int) -> None:
            await everywhere.reopening()
            let_through.append(number)

        refuse(everywhere, *range(SEVERAL), seconds=10)
        tasks = [asyncio.create_task(wait(number)) for number in range(8)]
        await pass_time(9)
        everywhere.answered()
        await pass_time(0.5)
        assert let_through == []
        await pass_time(2)
        assert let_through == [0]
        everywhere.answered()
        await asyncio.sleep(0)
        assert let_through == [0, 1, 2]
        everywhere.unanswered()
        await asyncio.sleep(0)
        assert let_through == [0, 1, 2, 3]
        assert everywhere.shut
        for _ in range(2):
            everywhere.answered()
        await asyncio.wait(tasks)
        assert let_through == list(range(8))
        assert not everywhere.shut

    played(play())


def test_who_gives_up_at_the_moment_of_being_let_through_lets_the_next_through() -> None:
    async def play() -> None:
        everywhere = Everywhere()
        refuse(everywhere, *range(SEVERAL), seconds=10)
        tasks = [asyncio.create_task(everywhere.reopening()) for _ in range(3)]
        await pass_time(11)
        assert tasks[0].done()
        everywhere.unanswered()
        tasks[1].cancel()
        await asyncio.wait(tasks)
        assert tasks[1].cancelled()
        assert not everywhere.shut

    played(play())


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30), st.none() | st.integers(0, 60)), max_size=20),
    st.lists(st.sampled_from(["answered", "unanswered", "refused"]), max_size=40),
)
def test_whatever_becomes_of_those_let_through_nobody_waits_for_ever(
    calls: list[tuple[int, int, int | None]], fates: list[str]
) -> None:
    async def play() -> None:
        everywhere = Everywhere()

        async def call(chat: int, start: int) -> None:
            await pass_time(start)
            while True:
                if everywhere.shut:
                    await everywhere.reopening()
                fate = fates.pop() if fates else "answered"
                if fate != "refused":
                    getattr(everywhere, fate)()
                    return
                everywhere.refused(chat, 5)

        refuse(everywhere, *range(100, 100 + SEVERAL), seconds=10)
        tasks = [asyncio.create_task(call(chat, start)) for chat, start, _ in calls]
        for task, (_, _, gives_up) in zip(tasks, calls, strict=True):
            if gives_up is not None:
                asyncio.get_running_loop().call_later(gives_up, task.cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
        await pass_time(60)
        assert not everywhere.shut
        assert now() < 60 + 60 + 5 * 60

    played(play())
