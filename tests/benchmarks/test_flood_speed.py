"""What the gate costs a call while nobody has to wait; `pytest tests/benchmarks`, 1,000 calls each."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from pluggram.telegram import Client, client
from pluggram.telegram.flood import Gate
from tests.core.telegram.doors import TOKEN, Door

CALLS = 1_000
SENT = {"ok": True, "result": {"message_id": 1}}


def answer(method: str, parameters: Mapping[str, Any]) -> tuple[int, Any]:
    return 200, SENT


@pytest.mark.parametrize("gated", [True, False], ids=["gate", "no gate"])
def test_calls(benchmark: BenchmarkFixture, gated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    benchmark.group = "bench: 1,000 calls to a door in the process"
    if not gated:
        monkeypatch.setattr(client, "Gated", lambda transport, _gate: transport)

    async def call(connected: Client) -> None:
        for number in range(CALLS):
            await connected.call("sendMessage", {"chat_id": number, "text": "hi"})

    with asyncio.Runner() as runner:
        connected = runner.run(Client(TOKEN, "http://simulator", door=Door(answer)).__aenter__())
        benchmark(lambda: runner.run(call(connected)))
        runner.run(connected.__aexit__())


def test_gate_alone(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "bench: 1,000 calls through the gate alone"
    gate = Gate()

    async def send() -> tuple[int, bytes]:
        return 200, b"{}"

    async def call() -> None:
        for number in range(CALLS):
            await gate.in_turn(number, send)

    with asyncio.Runner() as runner:
        benchmark(lambda: runner.run(call()))
