"""Calling the handler of a match: access, arguments, time, failure."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from pluggram import waits
from pluggram.handlers import Access, Handler, handler
from pluggram.hooks import Handled
from pluggram.parts import Article
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.router import Answering, Circuits, Match, Route, Router, apart
from pluggram.router.circuit import LONGEST_PAUSE, MOST_FAILURES, MOST_LEFT_BEHIND
from tests.core.telegram.clock import now, pass_time, played

MESSAGE = {"update_id": 7, "message": {"chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "text": "/x12"}}
PRESS = {"update_id": 7, "callback_query": {"id": "q", "from": {"id": 1}, "data": "/x12"}}


class Mute(Exception):
    """An error that cannot be shown."""

    def __str__(self) -> str:
        raise SystemExit

    __repr__ = __str__


RAISED = [
    ValueError("token 123"),
    SystemExit(1),
    KeyboardInterrupt(),
    asyncio.CancelledError(),
    TimeoutError(),
    GeneratorExit(),
    StopIteration(1),
    StopAsyncIteration(),
    MemoryError(),
    RecursionError(),
    BaseExceptionGroup("both", [ValueError(), SystemExit(1)]),
    Mute(),
]


class Case:
    """One handler for `/x<number>`, asked once."""

    def __init__(
        self, answer: Callable[..., Any], access: Access = "all", role: Access = "all", **options: Any
    ) -> None:
        declared = handler(
            r"/x(?P<number>[0-9]+)", answer, family="/x<number>", examples=["/x1"], access=access, **options
        )
        self.events: list[Handled] = []
        self.router = Router([Route.compile("test", declared)])
        self.role = role
        self.circuits = Circuits(lambda: self.now)
        self.now = 0.0
        self.answering = Answering(self.refusal, 0.05, [("ear", self.events.append)], self.circuits)

    async def refusal(self, request: Request, handler: Handler) -> str | None:
        return None if handler.access in ("all", self.role) else f"Only an {handler.access} may."

    async def ask(self, update: dict[str, Any] = MESSAGE) -> Reply | None:
        request = Request.from_update(update)
        assert request is not None
        match = self.router.find(request)
        assert match is not None
        return await self.answering.answer(match, request)

    async def text(self, update: dict[str, Any] = MESSAGE) -> str:
        reply = await self.ask(update)
        assert reply is not None
        return reply.text


async def test_groups_arrive_as_arguments_and_the_return_value_is_the_answer() -> None:
    async def answer(request: Request, number: int) -> str:
        return f"{request.text}: {number + 1}"

    case = Case(answer)
    assert await case.text() == "/x12: 13"
    [event] = case.events
    assert (event.plugin, event.outcome, event.request.id, event.error) == ("test", "answered", 7, None)
    assert event.seconds >= 0


async def test_a_plain_function_runs_on_a_thread_of_its_own() -> None:
    def answer(request: Request, number: int) -> str:
        return "same" if threading.current_thread() is threading.main_thread() else "other"

    assert await Case(answer).text() == "other"


async def test_none_is_silence() -> None:
    async def answer(request: Request, number: int) -> None:
        return None

    case = Case(answer)
    assert await case.ask() is None
    assert case.events[0].outcome == "silent"


async def test_what_does_not_convert_is_answered_with_the_usage() -> None:
    async def answer(request: Request, number: bool) -> str:
        return "converted"

    case = Case(answer)
    text = await case.text()
    assert text.startswith("'12' is none of yes, on, true")
    assert "Usage: /x<number>" in text
    assert case.events[0].outcome == "usage"


async def test_who_may_not_is_told_so_and_the_handler_is_not_called() -> None:
    called = []

    async def answer(request: Request, number: str) -> str:
        called.append(number)
        return "secret"

    case = Case(answer, access="admin", role="all")
    assert await case.text() == "Only an admin may."
    assert not called
    assert case.events[0].outcome == "denied"
    assert await Case(answer, access="admin", role="admin").text() == "secret"


async def test_a_button_is_checked_at_every_press_and_the_refusal_is_a_notice() -> None:
    async def answer(request: Request, number: str) -> str:
        return "secret"

    reply = await Case(answer, access="owner", on="button").ask(PRESS)
    assert reply is not None
    assert reply.notice
    assert "owner" in reply.text


@pytest.mark.parametrize("threaded", [False, True])
@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
async def test_whatever_a_handler_raises_the_asker_gets_one_line_and_the_log_the_rest(
    error: BaseException, threaded: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(request: Request, number: str) -> str:
        raise error

    def plain(request: Request, number: str) -> str:
        raise error

    case = Case(plain if threaded else answer)
    text = await case.text()
    assert text == "Something went wrong here. It is in the bot's log; please try again later."
    [record] = caplog.records
    assert record.getMessage() == "plugin test: handler '/x(?P<number>[0-9]+)' failed on update 7"
    assert logging.Formatter().format(record).count(f"{__file__}") >= 1  # its traceback
    assert case.events[0].outcome == "failed"
    assert case.events[0].error is error or isinstance(error, StopIteration | StopAsyncIteration)


async def test_a_handler_that_calls_itself_without_end_fails_alone() -> None:
    async def answer(request: Request, number: str) -> str:
        return await answer(request, number)

    assert (await Case(answer).text()).startswith("Something went wrong here")


async def test_a_handler_that_cancels_its_own_task_has_failed_and_cancels_nobody_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(request: Request, number: str) -> str:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)
        return "never"

    assert (await Case(answer).text()).startswith("Something went wrong here")
    assert "plugin test: handler '/x(?P<number>[0-9]+)' failed on update 7" in caplog.text
    this = asyncio.current_task()
    assert this is not None
    assert not this.cancelling()


NONSENSE = [42, b"bytes", ["list"], "", "  \n", object(), Reply, "x" * 40_000_000, "\ud800" * 13_000_000]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda nonsense: repr(nonsense)[:20])
async def test_an_answer_that_is_none_is_the_plugins_failure(nonsense: object) -> None:
    async def answer(request: Request, number: str) -> Any:
        return nonsense

    case = Case(answer)
    assert (await case.text()).startswith("Something went wrong here")
    assert case.events[0].outcome == "failed"


async def test_a_handler_that_takes_too_long_is_given_up_and_the_log_tells_where_it_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ended = []

    async def answer(request: Request, number: str) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)
        return "never"

    case = Case(answer)
    assert await case.text() == "This took too long and was given up. Please try again later."
    assert ended == ["12"]
    [record] = caplog.records
    place = f"({__file__}, line {answer.__code__.co_firstlineno + 2})"
    assert record.getMessage().endswith(f"took longer than 0.05 s on update 7 {place}")
    assert case.events[0].outcome == "timeout"
    assert isinstance(case.events[0].error, TimeoutError)


@pytest.mark.parametrize(("own", "outcome"), [(0.04, "answered"), (0.06, "timeout")])
def test_the_time_in_which_telegram_holds_its_calls_back_is_not_its_own(own: float, outcome: str) -> None:
    async def answer(request: Request, number: str) -> str:
        for _ in range(2):
            with waits.current():
                await pass_time(600)
        await pass_time(own)
        return "sent"

    async def play() -> None:
        case = Case(answer)
        await case.ask()
        assert case.events[0].outcome == outcome
        assert now() < 1200 + own + 1

    played(play())


async def test_a_handler_that_fails_at_being_given_up_is_told_of_too(caplog: pytest.LogCaptureFixture) -> None:
    async def answer(request: Request, number: str) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("while it cleaned up")

    assert (await Case(answer).text()).startswith("This took too long")
    assert "while it cleaned up" in caplog.text


async def test_a_handler_that_does_not_let_itself_be_ended_is_left_behind_and_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(apart, "GRACE", 0.01)
    free = asyncio.Event()

    async def answer(request: Request, number: str) -> str:
        while not free.is_set():
            with suppress(asyncio.CancelledError):
                await free.wait()
        return "at last"

    case = Case(answer)
    async with asyncio.timeout(20):
        for _ in range(MOST_FAILURES):
            assert (await case.text()).startswith("This took too long")
    assert "plugin test: handler '/x(?P<number>[0-9]+)' does not let itself be ended, and is left behind" in caplog.text
    assert f"({__file__}, line " in caplog.text
    free.set()


async def test_stopping_the_bot_is_not_a_failure_of_the_handler_and_names_what_is_cut_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    started, ended = asyncio.Event(), []

    async def answer(request: Request, number: str) -> str:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)
        return "never"

    case = Case(answer)
    case.answering = Answering(case.refusal, 60, [], case.circuits)
    task = asyncio.create_task(case.ask())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["12"]
    [record] = caplog.records
    assert "plugin test: handler '/x(?P<number>[0-9]+)' is cut off on update 7 (" in record.getMessage()


async def test_a_handler_that_keeps_failing_is_not_run_until_it_is_tried_again_and_works() -> None:
    runs = []

    async def answer(request: Request, number: str) -> str:
        runs.append(number)
        if len(runs) <= MOST_FAILURES:
            raise ValueError
        return "works"

    case = Case(answer)
    for _ in range(MOST_FAILURES):
        assert (await case.text()).startswith("Something went wrong here")
    case.now += 0.5
    paused = "/x<number> is switched off for 30 s because it keeps failing. Please try again later."
    assert await case.text() == await case.text() == paused
    assert len(runs) == MOST_FAILURES
    assert [event.outcome for event in case.events[-3:]] == ["failed", "paused", "paused"]
    case.now += 30
    assert await case.text() == await case.text() == "works"


async def test_who_may_not_or_writes_it_wrongly_is_told_so_also_while_it_is_switched_off() -> None:
    async def answer(request: Request, number: int) -> str:
        raise ValueError

    case = Case(answer, access="admin", role="admin")
    for _ in range(MOST_FAILURES):
        await case.ask()
    assert "is switched off" in await case.text()
    request = Request.from_update(MESSAGE)
    assert request is not None
    wrong = await case.answering.answer(Match(case.router.routes[0], None), request)
    assert wrong is not None
    assert wrong.text.startswith("Usage: ")
    case.role = "all"
    assert await case.text() == "Only an admin may."


async def test_a_press_of_a_button_that_is_switched_off_is_told_in_a_notice() -> None:
    async def answer(request: Request, number: int) -> str:
        raise ValueError

    case = Case(answer, on="button")
    for _ in range(MOST_FAILURES):
        await case.ask(PRESS)
    reply = await case.ask(PRESS)
    assert reply is not None
    assert reply.notice
    assert reply.text.startswith("This is switched off for 30 s")


async def test_threads_that_never_end_are_few_however_often_they_are_asked_for() -> None:
    free, runs = threading.Event(), []

    def answer(request: Request, number: str) -> str:
        runs.append(threading.current_thread())
        free.wait(60)
        return "at last"

    case = Case(answer)
    case.answering = Answering(case.refusal, 0.01, [], case.circuits)
    for _ in range(30):
        await case.ask()
        case.now += LONGEST_PAUSE  # each is let through to try whether it works again
    assert len(runs) == MOST_LEFT_BEHIND
    free.set()
    async with asyncio.timeout(20):
        await asyncio.gather(*(asyncio.to_thread(thread.join) for thread in runs))
    case.answering = Answering(case.refusal, 60, [], case.circuits)
    case.now += LONGEST_PAUSE
    assert await case.text() == "at last"


async def test_storage_that_cannot_tell_who_is_an_admin_is_a_failure_and_lets_nobody_in() -> None:
    async def answer(request: Request, number: str) -> str:
        return "secret"

    async def unknown(request: Request, handler: Handler) -> str | None:
        raise OSError("disk")

    case = Case(answer, access="admin")
    case.answering = Answering(unknown, 0.05, [], case.circuits)
    assert (await case.text()).startswith("Something went wrong here")


async def test_a_command_written_wrongly_is_answered_with_its_usage_and_counted_as_such() -> None:
    def answer(request: Request, number: int) -> str:
        return "found"

    case = Case(answer)
    request = Request.from_update(MESSAGE)
    assert request is not None
    reply = await case.answering.answer(Match(case.router.routes[0], None), request)
    assert reply is not None
    assert reply.text.startswith("Usage: /x<number>")
    assert [event.outcome for event in case.events] == ["usage"]


@pytest.mark.parametrize("role", ["admin", "all"])
async def test_an_inline_query_is_answered_by_its_handler_or_with_nothing_to_choose(role: Access) -> None:
    def answer(request: Request, number: int) -> str:
        return "found"

    case = Case(answer, access="admin", role=role, on="inline")
    reply = await case.ask({"update_id": 7, "inline_query": {"id": "q", "from": {"id": 1}, "query": "/x12"}})
    assert reply == (Reply("found") if role == "admin" else Reply(articles=()))


async def test_articles_answer_inline_queries_and_nothing_else() -> None:
    def answer(request: Request, number: int) -> list[Article]:
        return [Article(f"Post {number}", "found")]

    reply = await Case(answer, on="inline").ask(
        {"update_id": 7, "inline_query": {"id": "q", "from": {"id": 1}, "query": "/x12"}}
    )
    assert reply == Reply(articles=[Article("Post 12", "found")])
    assert (await Case(answer).text()).startswith("Something went wrong here")
