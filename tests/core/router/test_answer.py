"""Calling the handler of a match: access, arguments, time, failure."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from pluggram.handlers import Access, Handler, handler
from pluggram.hooks import Handled
from pluggram.parts import Article
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.router import Answering, Match, Route, Router

MESSAGE = {"update_id": 7, "message": {"chat": {"id": 1, "type": "private"}, "from": {"id": 1}, "text": "/x12"}}
PRESS = {"update_id": 7, "callback_query": {"id": "q", "from": {"id": 1}, "data": "/x12"}}


RAISED = [ValueError("token 123"), SystemExit(1), KeyboardInterrupt(), asyncio.CancelledError(), TimeoutError()]


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
        self.answering = Answering(self.refusal, 0.05, [("ear", self.events.append)])

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


@pytest.mark.parametrize("error", RAISED)
async def test_whatever_a_handler_raises_the_asker_gets_one_line_and_the_log_the_rest(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(request: Request, number: str) -> str:
        raise error

    case = Case(answer)
    text = await case.text()
    assert text.startswith("Something went wrong here")
    assert "123" not in text
    assert "plugin test: handler '/x(?P<number>[0-9]+)' failed on update 7" in caplog.text
    assert case.events[0].outcome == "failed"
    assert case.events[0].error is error


@pytest.mark.parametrize("nonsense", [42, b"bytes", ["list"], "", "  \n"])
async def test_an_answer_that_is_none_is_the_plugins_failure(nonsense: object) -> None:
    async def answer(request: Request, number: str) -> Any:
        return nonsense

    case = Case(answer)
    assert (await case.text()).startswith("Something went wrong here")
    assert case.events[0].outcome == "failed"


async def test_a_handler_that_takes_too_long_is_given_up() -> None:
    async def answer(request: Request, number: str) -> str:
        await asyncio.Event().wait()
        return "never"

    case = Case(answer)
    assert (await case.text()).startswith("This took too long")
    assert case.events[0].outcome == "timeout"


async def test_stopping_the_bot_is_not_a_failure_of_the_handler() -> None:
    started = asyncio.Event()

    async def answer(request: Request, number: str) -> str:
        started.set()
        await asyncio.Event().wait()
        return "never"

    case = Case(answer)
    case.answering = Answering(case.refusal, 60, [])
    task = asyncio.create_task(case.ask())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_storage_that_cannot_tell_who_is_an_admin_is_a_failure_and_lets_nobody_in() -> None:
    async def answer(request: Request, number: str) -> str:
        return "secret"

    async def unknown(request: Request, handler: Handler) -> str | None:
        raise OSError("disk")

    case = Case(answer, access="admin")
    case.answering = Answering(unknown, 0.05, [])
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
