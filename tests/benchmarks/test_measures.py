"""Each measure runs and finds what the targets ask for; its figures are for people, and nothing here judges them."""

from pathlib import Path

import pytest

from tests.benchmarks.__main__ import MEASURES
from tests.benchmarks.measures.measure import Given
from tests.benchmarks.table import FAULTS

SMALL = {
    "latency": ("limit",),
    "closed": ("limit", "pluggram-memory-sqlite"),
    "start": ("limit",),
    "growth": ("patterns-10",),
    "tls": ("limit", "pluggram-memory-sqlite"),
    "watching": ("log-debug",),
    "version": (),
    "imports": (),
    "writes": (),
}


def test_no_measure_is_left_out() -> None:
    assert {*SMALL, "bots"} == {*MEASURES}  # test_bots.py has the bots


@pytest.mark.parametrize("name", SMALL)
async def test_a_measure_finds_figures_and_no_faults(name: str, tmp_path: Path) -> None:
    given = Given(tmp_path, rounds=1, updates=120, only=SMALL[name])
    found = await MEASURES[name].find(given)
    rounds = [each for every in found.results.values() for each in every]
    assert rounds
    assert sum(each.get(fault, 0) for each in rounds for fault in (*FAULTS, "lost")) == 0
    assert all(row in found.text for row in found.results)
