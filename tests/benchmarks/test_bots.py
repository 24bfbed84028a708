"""Every bot does its work right while it is measured; its figures are for people, and nothing here judges them."""

import pytest

from tests.benchmarks.contenders import Contender
from tests.benchmarks.measures.bots import COLUMNS, burst
from tests.benchmarks.measures.measure import Given, everybody
from tests.benchmarks.table import FAULTS, table

UPDATES = 100


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    return Given(tmp_path_factory.mktemp("bots"), rounds=1, updates=UPDATES)


@pytest.mark.parametrize("contender", everybody(), ids=lambda contender: contender.name)
async def test_a_bot_answers_every_update_once(contender: Contender, given: Given) -> None:
    said = await burst(given, contender)
    assert said["right"] == UPDATES
    faults = FAULTS if contender.name.startswith(("limit", "pluggram")) else FAULTS[:-1]
    assert {fault: said[fault] for fault in faults} == dict.fromkeys(faults, 0)
    assert said["cpu"] > 1
    assert contender.name in table({contender.name: [said]}, COLUMNS, FAULTS)
