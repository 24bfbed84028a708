"""Every bot does its work right while it is measured; its figures are for people, and nothing here judges them."""

from pathlib import Path

import pytest

from tests.benchmarks.bursts import FAULTS, burst, report
from tests.benchmarks.contenders import Contender, chosen

OURS = chosen("limit,pluggram")


@pytest.mark.parametrize("contender", OURS, ids=lambda contender: contender.name)
async def test_a_bot_answers_every_update_once_and_in_order(contender: Contender, tmp_path: Path) -> None:
    said = await burst(contender, tmp_path, 300)
    assert said["right"] == 300
    assert {fault: said[fault] for fault in FAULTS} == dict.fromkeys(FAULTS, 0)
    assert said["cpu"] > 1
    assert contender.name in report({contender.name: [said]})
