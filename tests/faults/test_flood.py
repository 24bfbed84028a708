"""More updates than a bot can answer wait on disk, not in memory."""

from tests.faults.contenders import Contender, Place, ours
from tests.faults.crowd import Crowd
from tests.faults.inbox import Inbox
from tests.faults.killing import stage
from tests.faults.memory import resident

UPDATES = 10_000
MEGABYTES = 24
"""More than this a bot may not grow; 10,000 updates with all that belongs to them weigh more, decoded and in memory."""


async def test_ten_thousand_updates_at_once_wait_on_disk_and_memory_stays_bounded() -> None:
    bot = ours("polling", "sqlite", "durable")
    async with stage(bot, seed=1) as (crowd, place):
        small = await _memory_with(bot, place, crowd, 1)
        large = await _memory_with(bot, place, crowd, UPDATES)
        assert len(Inbox(place.data).undone()) == UPDATES
    assert large - small < MEGABYTES


async def _memory_with(bot: Contender, place: Place, crowd: Crowd, updates: int) -> float:
    """Let it fetch so many updates, none of which it can answer, and give the memory that it takes then, in MB."""
    while len(crowd.said) < updates:
        crowd.ask("/wait", person=len(crowd.said) % 60)
    async with bot.running(place) as process:
        await crowd.telegram.until(lambda: len(crowd.bot.updates) == 0 and crowd.bot.updates.polled, 60)
        return resident(process.pid)
