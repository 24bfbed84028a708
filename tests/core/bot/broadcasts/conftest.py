"""Broadcasts are tested on an event loop whose time jumps: what takes an hour takes none."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from tests.core.telegram.clock import JumpingLoop

REAL = "test_kept.py"
"""What tests storage has threads, whose time does not jump."""


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Give the loop for the tests of this folder."""
    return {"real": asyncio.new_event_loop} if item.path.name == REAL else {"jumping": JumpingLoop}
