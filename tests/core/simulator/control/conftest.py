from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from pluggram.simulator.http import serve
from tests.core.simulator.stage import Stage


@dataclass
class Control:
    """The control door, as a test in any language has it."""

    client: httpx.AsyncClient
    last_event: int = 0

    async def __call__(self, verb: str, **given: object) -> object:
        answer = await self.client.post(f"/simulator/{verb}", json=given)
        assert answer.status_code == 200, answer.text
        self.last_event = answer.json()["last_event"]
        return answer.json()["result"]

    async def made(self, verb: str, **given: object) -> dict[str, object]:
        result = await self(verb, **given)
        assert isinstance(result, dict)
        return result

    async def events(self, after: int, count: int = 1, seconds: float = 10) -> list[dict[str, object]]:
        result = await self("events", after=after, count=count, seconds=seconds)
        assert isinstance(result, list)
        return result

    async def refusal(self, verb: str, **given: object) -> str:
        answer = await self.client.post(f"/simulator/{verb}", json=given)
        assert (answer.status_code, answer.json()["ok"]) == (400, False)
        return str(answer.json()["description"])


@pytest.fixture
async def control(stage: Stage) -> AsyncIterator[Control]:
    async with serve(stage.telegram) as url, httpx.AsyncClient(base_url=url) as client:
        yield Control(client)
