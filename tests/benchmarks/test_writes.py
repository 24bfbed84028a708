"""Durable writes are measured; the figures are for people, and nothing here judges them."""

from pathlib import Path

from tests.benchmarks.measures.measure import Given
from tests.benchmarks.measures.writes import CONTENDERS, find


async def test_each_contender_keeps_all_that_it_is_told_to_write(tmp_path: Path) -> None:
    found = await find(Given(tmp_path, rounds=1, updates=1))
    assert {name: len(each) for name, each in found.results.items()} == dict.fromkeys(CONTENDERS, 1)
    assert all(run["lost"] == 0 and run["seconds"] > 0 for each in found.results.values() for run in each)
    assert "pluggram" in found.text
