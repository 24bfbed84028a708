"""A bot in bad weather answers everything, in order: the short form of `python -m tests.faults soak`."""

import random

import pytest

from tests.faults.contenders import ours
from tests.faults.killing import stage
from tests.faults.memory import Trend
from tests.faults.soak import report, soak
from tests.faults.weather import Weather


async def test_a_bot_answers_everything_in_order_while_everything_around_it_fails() -> None:
    soaked = await soak(ours("polling", "sqlite", "durable"), seconds=6, rate=15, seed=5, between=0.4)
    assert soaked.updates >= 80
    assert (soaked.lost, soaked.dead, soaked.out_of_order) == ([], 0, 0), report(soaked)
    assert soaked.doubled <= soaked.unheard, report(soaked)
    assert soaked.strange == []
    assert soaked.met >= 8
    assert len(soaked.memory) > 3
    assert "MB a minute" in report(soaked)


async def test_the_weather_is_the_same_for_the_same_seed_and_knows_every_fault() -> None:
    counts = []
    for _ in range(2):
        async with stage(ours("polling", "sqlite", "durable"), seed=1) as (crowd, _place):
            crowd.speak(10)
            weather = Weather(crowd, random.Random(3))
            for _ in range(300):
                weather.strike()
                weather.clear()
            counts.append(weather.count)
    assert counts[0] == counts[1]
    assert len(counts[0]) == 12
    assert sum(counts[0].values()) == 300


def test_a_trend_is_the_slope_of_the_line_through_the_points_and_how_sure_it_is() -> None:
    exact = Trend.of([(x, 3 * x + 1) for x in range(10)])
    assert exact.slope == pytest.approx(3)
    assert exact.error == pytest.approx(0)
    rough = Trend.of([(x, x % 2) for x in range(11)])
    assert abs(rough.slope) < 2 * rough.error
    with pytest.raises(ValueError, match="three points"):
        Trend.of([(0, 0), (1, 1)])
