"""Broadcasts are tested on an event loop whose time jumps: what takes an hour takes none."""

import asyncio
from collections.abc import Callable, Mapping

from tests.core.telegram.clock import JumpingLoop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Give the loop for the tests of this folder."""
    return {"jumping": JumpingLoop}
