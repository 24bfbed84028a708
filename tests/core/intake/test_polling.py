"""Polling: offsets, outages, recovery, and when to give up."""

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from pluggram.edge import RawUpdate
from pluggram.errors import FloodLimit, PollConflict, TelegramError, TokenRefused, Unreachable
from pluggram.intake import Polling, polling

KINDS = ["message", "callback_query"]


class Source:
    """Answers getUpdates from a script; when it ends, waits for ever as a quiet chat does."""

    def __init__(self, *script: Sequence[RawUpdate] | TelegramError) -> None:
        self.script = list(script)
        self.offsets: list[int | None] = []
        self.allowed: list[Sequence[str]] = []
        self.exhausted = asyncio.Event()

    async def get_updates(self, offset: int | None, seconds: int, allowed: Sequence[str]) -> Sequence[RawUpdate]:
        self.offsets.append(offset)
        self.allowed.append(allowed)
        if not self.script:
            self.exhausted.set()
            await asyncio.Event().wait()
        answer = self.script.pop(0)
        if isinstance(answer, TelegramError):
            raise answer
        return answer


async def poll(source: Source) -> list[Any]:
    """Poll until the script has ended; give what was taken."""
    taken: list[Any] = []

    async def accept(update: RawUpdate) -> None:
        taken.append(update.get("update_id"))

    task = asyncio.create_task(Polling(source, accept, lambda: KINDS, lambda: None).run())
    waiter = asyncio.create_task(source.exhausted.wait())
    await asyncio.wait((task, waiter), return_when=asyncio.FIRST_COMPLETED)
    for each in (task, waiter):
        each.cancel()
    await asyncio.wait((task, waiter))
    if not task.cancelled():
        task.result()
    return taken


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "LONGEST_WAIT", 0.0)


async def test_the_first_call_sends_no_offset_and_each_update_moves_it() -> None:
    source = Source([{"update_id": 7}, {"update_id": 8}], [{"update_id": 9}])
    assert await poll(source) == [7, 8, 9]
    assert source.offsets == [None, 9, 10]


async def test_an_update_without_an_id_stops_nobody() -> None:
    assert await poll(Source([{"message": {}}, {"update_id": 3}])) == [None, 3]


async def test_an_outage_is_one_line_in_the_log_and_one_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    source = Source(Unreachable("Bad Gateway"), Unreachable("Bad Gateway"), Unreachable("x"), [{"update_id": 1}], [])
    assert await poll(source) == [1]
    assert [record.message.partition(" after")[0] for record in caplog.records] == [
        "polling is interrupted: Bad Gateway",
        "polling goes on",
    ]


async def test_one_refused_token_is_not_the_end() -> None:
    assert await poll(Source(TokenRefused("Unauthorized"), [{"update_id": 1}])) == [1]


async def test_a_token_that_stays_refused_ends_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "REFUSAL_PATIENCE", -1.0)
    with pytest.raises(TokenRefused, match="Unauthorized"):
        await poll(Source(TokenRefused("Unauthorized")))


async def test_a_flood_limit_is_waited_out() -> None:
    assert await poll(Source(FloodLimit("Too Many Requests", 0.001), [{"update_id": 1}])) == [1]


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("terminated by other getUpdates request", "another copy is polling with this token"),
        ("can't use getUpdates method while webhook is active", "a webhook is set for this bot"),
    ],
)
async def test_a_conflict_says_who_is_in_the_way(description: str, said: str, caplog: pytest.LogCaptureFixture) -> None:
    await poll(Source(PollConflict(description), []))
    assert said in caplog.text


async def test_what_was_fetched_is_confirmed_at_the_end() -> None:
    source = Source([{"update_id": 7}])

    async def accept(update: RawUpdate) -> None:
        pass

    polled = Polling(source, accept, lambda: KINDS, lambda: None)
    task = asyncio.create_task(polled.run())
    await source.exhausted.wait()
    task.cancel()
    await asyncio.wait((task,))
    source.script = [[]]
    await polled.confirm()
    assert source.offsets == [None, 8, 8]
    assert source.allowed == [KINDS, KINDS, KINDS]


async def test_an_outage_of_hours_is_outlasted() -> None:
    outage = [Unreachable("Bad Gateway") for _ in range(1100)]
    assert await poll(Source(*outage, [{"update_id": 1}])) == [1]


@pytest.fixture
def a_minute_and_a_half_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let so much time pass whenever polling reads the clock."""
    monkeypatch.setattr(polling, "monotonic", itertools.count(0.0, 90.0).__next__)


@pytest.mark.usefixtures("a_minute_and_a_half_a_reading")
async def test_only_the_time_in_which_the_token_is_refused_counts() -> None:
    refused, away = TokenRefused("Unauthorized"), Unreachable("Bad Gateway")
    assert await poll(Source(away, away, refused, away, refused, [{"update_id": 1}])) == [1]
    with pytest.raises(TokenRefused):
        await poll(Source(away, refused, refused))


async def test_what_intake_has_not_taken_is_not_confirmed() -> None:
    source, held_up = Source([{"update_id": 7}, {"update_id": 8}]), asyncio.Event()

    async def accept(update: RawUpdate) -> None:
        if update["update_id"] == 8:
            held_up.set()
            await asyncio.Event().wait()

    polled = Polling(source, accept, lambda: KINDS, lambda: None)
    task = asyncio.create_task(polled.run())
    await held_up.wait()
    task.cancel()
    await asyncio.wait((task,))
    source.script = [[]]
    await polled.confirm()
    assert source.offsets == [None, 8]


async def test_only_a_poll_that_was_answered_well_counts_as_progress() -> None:
    polls: list[int] = []
    source = Source(Unreachable("x"), [{"update_id": 1}], TokenRefused("x"), [], Unreachable("x"))

    async def accept(update: RawUpdate) -> None:
        pass

    task = asyncio.create_task(Polling(source, accept, lambda: KINDS, lambda: polls.append(len(source.offsets))).run())
    await source.exhausted.wait()
    task.cancel()
    await asyncio.wait((task,))
    assert polls == [2, 4]
