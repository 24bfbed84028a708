"""The loop runs on through what a plugin would end it with."""

import asyncio
import signal
import sys
import traceback
from contextlib import suppress

import pytest

from pluggram.cli import loop as room
from pluggram.cli.loop import name_of, run
from pluggram.places import innermost, name_of_task


@pytest.fixture(params=["uvloop", "asyncio"], autouse=True)
def loop_of(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whose loop there is: uvloop's where it is installed, else Python's own."""
    if request.param == "asyncio":
        monkeypatch.setitem(sys.modules, "uvloop", None)
    return str(request.param)


def test_the_loop_is_uvloops_where_it_is_installed(loop_of: str) -> None:
    async def main() -> None:
        assert name_of(asyncio.get_running_loop()) == loop_of

    run(main())


def test_the_place_of_what_has_failed_in_the_background_is_in_no_loop() -> None:
    places = []

    async def main() -> None:
        def note(_: object, context: dict[str, BaseException]) -> None:
            places.append(innermost(traceback.walk_tb(context["exception"].__traceback__)))

        asyncio.get_running_loop().set_exception_handler(note)
        asyncio.get_running_loop().call_soon(sys.exit, 5)
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(fail)
        await asyncio.sleep(0)

    def fail() -> None:
        raise SystemExit(4)

    run(main())
    assert places == ["", f"{__file__}, line {fail.__code__.co_firstlineno + 1}"]


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_what_is_begun_in_the_background_ends_no_more_than_itself(error: BaseException) -> None:
    told: list[object] = []

    async def fail() -> None:
        raise error

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(context.get("exception")))
        signal.signal(signal.SIGINT, lambda *_: None)  # as `pluggram run` does
        task = asyncio.create_task(fail())
        await asyncio.wait((task,))
        assert task.exception() is error
        told.append("went on")

    try:
        run(main())
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert told == [error, "went on"]


def test_ctrl_c_ends_it_while_nobody_has_taken_it_over_and_lets_it_clean_up() -> None:
    ended = []

    async def main() -> None:
        try:
            asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)
            await asyncio.Event().wait()
        finally:
            ended.append("cleaned up")

    with pytest.raises(KeyboardInterrupt):
        run(main())
    assert ended == ["cleaned up"]


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(78)])
def test_what_the_bot_itself_raises_is_raised(error: BaseException) -> None:
    async def main() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        run(main())
    assert raised.value is error


def test_a_loop_that_is_stopped_goes_on() -> None:
    told = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(context["message"]))
        loop.stop()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    run(main())
    assert told == ["something would have ended the bot"]


def test_what_does_not_end_is_named_and_left_behind(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(room, "GRACE", 0.01)
    ended = []

    async def cling() -> None:
        while True:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    async def calm() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("calm")

    async def main() -> None:
        tasks = [asyncio.create_task(cling(), name=name_of_task("mule", "work")), asyncio.create_task(calm())]
        await asyncio.wait(tasks, timeout=0.01)

    run(main())
    assert ended == ["calm"]
    assert f"plugin mule: work does not end, and is left behind: {__file__}, line " in caplog.text


def test_a_plugin_cancels_what_is_its_own_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    go_on = asyncio.Event()

    async def wait() -> str:
        await go_on.wait()
        return "went on"

    async def began() -> "asyncio.Task[str]":
        return asyncio.create_task(wait())

    def task(plugin: str) -> "asyncio.Task[str]":
        return asyncio.create_task(wait(), name=name_of_task(plugin, "work"))

    async def cancel(*tasks: "asyncio.Task[str]") -> list[bool]:
        mine = asyncio.create_task(wait())
        return [each.cancel() for each in (*tasks, mine, task("another"))]

    async def main() -> None:
        bots, own, others = asyncio.create_task(wait()), task("wicked"), task("good")
        begun_by_others = await asyncio.create_task(began(), name=name_of_task("good", "work"))
        cancelling = cancel(bots, own, others, begun_by_others)
        assert await asyncio.create_task(cancelling, name=name_of_task("wicked", "work")) == [
            False, True, False, True, True, True,
        ]  # fmt: skip
        go_on.set()
        done = await asyncio.gather(bots, own, others, begun_by_others, return_exceptions=True)
        assert [isinstance(each, asyncio.CancelledError) for each in done] == [False, True, False, True]
        assert bots.cancel() is False  # it has ended
        later = task("good")
        assert later.cancel() is True  # the bot itself may

    run(main())
    assert caplog.text.count("plugin wicked would have cancelled tasks that are not its own; they go on") == 1
