"""Waits for what cannot be awaited."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object]) -> None:
    """Wait, at most 10 s, until the condition holds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 -- what is looked at has no event to wait for
            await asyncio.sleep(0)
