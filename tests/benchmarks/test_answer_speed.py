"""What an answer costs up to the transport, and updates from there on; `pytest tests/benchmarks`."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from pluggram.reply import Reply
from pluggram.telegram.answers import deliver_answer
from pluggram.telegram.batches import updates_in
from pluggram.telegram.encoding import encoded
from pluggram.telegram.flood import Gate
from pluggram.telegram.gated import Gated
from pluggram.telegram.results import Answer, is_done
from tests.core.telegram.scripted import request_of

ANSWERS = 1_000
UPDATES = 100


def update(number: int) -> dict[str, Any]:
    person = {"id": 70_000 + number, "first_name": "Ann", "username": "ann"}
    chat = {**person, "type": "private"}
    sender = {**person, "is_bot": False, "language_code": "de"}
    entities = [{"offset": 0, "length": 11, "type": "bot_command"}]
    body = {"message_id": number, "from": sender, "chat": chat, "date": 1, "text": "/postno0042", "entities": entities}
    return {"update_id": number, "message": body}


class AtOnce:
    """Writes each call, and answers it at once."""

    async def post(self, method: str, parameters: Mapping[str, Any], _seconds: float) -> Answer:
        encoded(parameters)
        return 200, b'{"ok":true,"result":{"message_id":1}}'

    async def poll(self, parameters: Mapping[str, Any], seconds: float) -> Answer:
        return await self.post("getUpdates", parameters, seconds)

    async def fetch(self, path: str, most: int) -> bytes:
        return b""

    async def close(self) -> None:
        return None


def test_answers(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "bench: 1,000 answers to a transport that answers at once"
    gated, reply = Gated(AtOnce(), Gate()), Reply("https://example.org/links/0042")
    requests = [request_of(update(number)) for number in range(ANSWERS)]

    async def tell(method: str, parameters: Mapping[str, Any]) -> object:
        return is_done(await gated.post(method, parameters, 15))

    async def answer() -> None:
        for request in requests:
            await deliver_answer(tell, request, reply, acknowledged=False)

    with asyncio.Runner() as runner:
        benchmark(lambda: runner.run(answer()))


@pytest.mark.parametrize("checked", [True, False], ids=["checked", "orjson alone"])
def test_updates(benchmark: BenchmarkFixture, checked: bool) -> None:
    benchmark.group = "bench: 100 updates in an answer to getUpdates"
    body = orjson.dumps({"ok": True, "result": [update(number) for number in range(UPDATES)]})
    read = (lambda: updates_in((200, body))) if checked else (lambda: orjson.loads(body)["result"])
    assert len(benchmark(read)) == UPDATES
