"""The loop runs on through what a plugin would end it with."""

import asyncio
import signal

import pytest

from pluggram.cli.loop import run


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
