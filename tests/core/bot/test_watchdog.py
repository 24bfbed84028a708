"""The loop that is blocked, and who blocks it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from pluggram.bot import watchdog
from pluggram.bot.watchdog import Watchdog
from pluggram.places import innermost, plugin_of_task
from pluggram.plugins.owners import Blamed


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "LOOK", 0.001)
    monkeypatch.setattr(watchdog, "PATIENCE", 0.05)
    monkeypatch.setattr(watchdog, "UNNAMED_PATIENCE", 0.1)


@pytest.fixture
async def dog() -> AsyncIterator[Watchdog]:
    dog = Watchdog(lambda stack, task: Blamed(plugin_of_task(task), innermost(stack)))
    async with dog.watching():
        yield dog


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - it is a thread that looks
            await asyncio.sleep(0)


def block(caplog: pytest.LogCaptureFixture) -> None:
    """Keep the loop from turning until the log says so."""
    told = threading.Event()
    while "nobody is answered meanwhile" not in caplog.text:
        told.wait(0.001)


async def test_a_plugin_that_blocks_the_loop_is_named_while_it_does_and_it_is_said_when_the_loop_goes_on(
    dog: Watchdog, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "UNNAMED_PATIENCE", 3600)

    async def handle() -> None:
        block(caplog)

    await asyncio.create_task(handle(), name="plugin sloth: handler '/sleep'")
    await until(lambda: "goes on" in caplog.text)
    blocked, goes_on = caplog.messages
    assert blocked.startswith("the event loop is blocked, and nobody is answered meanwhile: plugin sloth (")
    assert f"{__file__}, line " in blocked
    assert goes_on.startswith("the event loop goes on; it was blocked for 0.")
    assert goes_on.endswith(blocked.partition(": ")[2])


async def test_that_it_was_blocked_is_known_for_a_while(
    dog: Watchdog, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dog.blocked is None
    block(caplog)
    await until(lambda: dog.blocked)
    assert dog.blocked is not None
    seconds, who = dog.blocked
    assert 0.05 < seconds <= dog.lag.longest + 1
    assert __file__ in who.place
    monkeypatch.setattr(watchdog, "RECENT", -1)
    assert dog.blocked is None


async def test_who_blocks_it_for_long_is_told_once(dog: Watchdog, caplog: pytest.LogCaptureFixture) -> None:
    block(caplog)
    threading.Event().wait(0.3)
    await until(lambda: "goes on" in caplog.text)
    assert len(caplog.messages) == 2


async def test_where_no_plugin_is_at_work_a_short_while_is_nobodys_fault(
    dog: Watchdog, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "UNNAMED_PATIENCE", 20)
    await until(lambda: dog.lag.longest_at)
    threading.Event().wait(0.2)
    await until(lambda: dog.lag.longest > 0.15)
    looked = dog.lag
    await until(lambda: dog.lag is not looked)
    assert caplog.messages == []
    assert dog.blocked is None


async def test_how_late_the_loop_is_is_measured(dog: Watchdog) -> None:
    await until(lambda: dog.lag.longest_at)
    threading.Event().wait(0.03)
    await until(lambda: dog.lag.longest >= 0.02)
    lag = dog.lag
    assert 0 <= lag.last <= lag.longest
    assert 0 < lag.mean <= lag.longest


async def test_the_thread_ends_with_the_watch_and_nothing_is_measured_before() -> None:
    dog = Watchdog(lambda stack, task: Blamed())
    assert dog.lag.longest_at is None
    assert dog.who() == Blamed()
    async with dog.watching():
        [thread] = [each for each in threading.enumerate() if each.name == "watchdog"]
        assert thread.daemon
    assert not thread.is_alive()


async def test_a_watch_that_ends_while_the_loop_was_blocked_holds_nobody(caplog: pytest.LogCaptureFixture) -> None:
    dog = Watchdog(lambda stack, task: Blamed("sloth"))
    async with dog.watching():
        await until(lambda: dog.lag.longest_at)
        block(caplog)
    assert not [each for each in threading.enumerate() if each.name == "watchdog"]


def test_a_loop_that_is_closed_is_watched_no_longer() -> None:
    dog = Watchdog(lambda stack, task: Blamed())
    watching = dog.watching()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(watching.__aenter__())
    loop.close()
    [thread] = [each for each in threading.enumerate() if each.name == "watchdog"]
    thread.join(20)
    assert not thread.is_alive()
