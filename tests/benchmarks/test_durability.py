"""The cost of durability is measured; its figures are for people, and nothing here judges them."""

from tests.benchmarks.durability import CONTENDERS, measure, report


async def test_each_way_of_delivery_answers_its_updates() -> None:
    runs = await measure(1, 200)
    assert {name: len(each) for name, each in runs.items()} == dict.fromkeys(CONTENDERS, 1)
    assert all(run.rate > 1 and run.cost > 0 for each in runs.values() for run in each)
    assert "durable" in report(runs)
