"""The cold start is measured; its figures are for people, and nothing here judges them."""

import sys

from tests.benchmarks.cold_start import CONTENDERS, measure, report


async def test_each_contender_reaches_its_first_get_updates() -> None:
    starts = await measure(1, sys.executable)
    assert {name: len(each) for name, each in starts.items()} == dict.fromkeys(CONTENDERS, 1)
    assert all(start.seconds > 0 and start.megabytes > 1 for each in starts.values() for start in each)
    assert "pluggram" in report(starts)
