"""Durable writes are measured; the figures are for people, and nothing here judges them."""

from tests.benchmarks.writes import CONTENDERS, measure, report


def test_each_contender_keeps_all_that_it_is_told_to_write() -> None:
    runs = measure(1, 1)
    assert {name: len(each) for name, each in runs.items()} == dict.fromkeys(CONTENDERS, 1)
    assert all(run["lost"] == 0 and run["seconds"] > 0 for each in runs.values() for run in each)
    assert "pluggram" in report(runs)
