"""Keeps the event loop of a bot running when a plugin would end it."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run to the end, as asyncio.run does, and through the sys.exit() of what a plugin has begun in the background.

    asyncio lets SystemExit and KeyboardInterrupt out of any task and callback, to whoever runs the loop. The loop's
    exception handler is told. Ctrl-C is heeded as long as it is Python's own handler that raises it.
    """
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        serving = loop.create_task(main)
        while not serving.done():
            try:
                loop.run_until_complete(serving)
            except (SystemExit, KeyboardInterrupt) as error:
                ours = isinstance(error, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is _CTRL_C
                if ours or serving.done():
                    raise
                loop.call_exception_handler({"message": "something would have ended the bot", "exception": error})


_CTRL_C = signal.default_int_handler
