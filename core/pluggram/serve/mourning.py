"""Mourning: the owners are told of updates that were set aside."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from pluggram.errors import PluggramError
from pluggram.reply import Reply

logger = logging.getLogger("pluggram.serve")

PAUSE = 60.0
"""Seconds between two messages to the owners at the least: what is set aside meanwhile is told together."""
SHOWN = 5
"""So many of them are named in one message."""

pause = asyncio.sleep

Send = Callable[[int, Reply], Awaitable[object]]


class Mourning:
    """Writes to the `owners` what was set aside, not more often than once a minute, however much it is."""

    def __init__(self, send: Send, owners: Collection[int]) -> None:
        self._send = send
        self._owners = owners
        self._count = 0
        self._lost: list[str] = []
        self._task: asyncio.Task[None] | None = None

    def told(self, update_id: int, reason: str) -> None:
        """Take note of an update that was set aside. update_id: 0 when it has none."""
        name = str(update_id or "without an id")
        logger.error("update %s is set aside: %s; `pluggram inbox list` shows it", name, reason)
        if not self._owners:
            return
        self._count += 1
        if len(self._lost) < SHOWN:
            self._lost.append(f"{name}: {reason}")
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self._lost:
            message = _message(self._lost, self._count)
            self._lost, self._count = [], 0
            for owner in self._owners:
                try:
                    await self._send(owner, Reply(message))
                except PluggramError as error:
                    logger.warning("owner %d could not be told what was set aside: %s", owner, error)
            await pause(PAUSE)


def _message(lost: Collection[str], count: int) -> str:
    shown = "\n".join(f"Update {line}" for line in lost)
    more = f"\n... and {count - len(lost)} more" if count > len(lost) else ""
    one = count == 1
    return (
        f"{'An update' if one else f'{count} updates'} could not be answered and {'is' if one else 'are'} set "
        f"aside:\n{shown}{more}\nIn the shell: pluggram inbox list"
    )
