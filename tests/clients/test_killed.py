"""Bots that keep updates in memory lose some when they are killed, and the script that kills them sees it."""

import pytest

from tests.faults.contenders import Contender, ours, peers
from tests.faults.killing import kill_again_and_again, table

LOSERS = [*peers("polling"), *peers("webhook"), ours("polling", "sqlite", "memory")]


@pytest.mark.parametrize("contender", LOSERS, ids=lambda contender: f"{contender.name}, {contender.transport}")
async def test_a_bot_that_keeps_updates_in_memory_loses_some_when_it_is_killed(contender: Contender) -> None:
    verdict = await kill_again_and_again(contender, updates=100, kills=2, seed=2, patience=2)
    assert verdict.kills == 2
    assert verdict.answered > 0
    assert 0 < len(verdict.lost) < 100
    assert len(verdict.lost) == 100 - verdict.answered
    assert contender.name in table([verdict])
