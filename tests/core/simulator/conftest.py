import pytest

from tests.core.simulator.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()
