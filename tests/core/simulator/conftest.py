from collections.abc import AsyncIterator

import pytest

from tests.core.simulator.stage import Stage, polling
from tests.core.simulator.talk import Talk


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
async def talk(stage: Stage) -> AsyncIterator[Talk]:
    talk = Talk(stage)
    async with polling(stage, talk.answer):
        yield talk
