"""Polling: offsets, outages, recovery, and when to give up."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from pluggram.edge import Arrival, Malformed
from pluggram.errors import FloodLimit, PollConflict, TelegramError, TokenRefused, Unreachable
from pluggram.intake import Polling, outage, polling
from pluggram.intake.taking import NotTaken

KINDS = ["message", "callback_query"]


class Source:
    """Answers getUpdates from a script; when it ends, waits for ever as a quiet chat does."""

    def __init__(self, *script: Sequence[Arrival] | TelegramError) -> None:
        self.script = list(script)
        self.offsets: list[int | None] = []
        self.seconds: list[int] = []
        self.allowed: list[Sequence[str]] = []
        self.exhausted = asyncio.Event()

    async def get_updates(self, offset: int | None, seconds: int, allowed: Sequence[str]) -> Sequence[Arrival]:
        self.offsets.append(offset)
        self.seconds.append(seconds)
        self.allowed.append(allowed)
        if not self.script:
            self.exhausted.set()
            await asyncio.Event().wait()
        answer = self.script.pop(0)
        if isinstance(answer, TelegramError):
            raise answer
        return answer


class Taker:
    """Keeps what it is given, after the failures of its script."""

    def __init__(self, *failures: NotTaken) -> None:
        self.failures = list(failures)
        self.batches: list[Sequence[Arrival]] = []

    @property
    def ids(self) -> list[object]:
        arrivals = itertools.chain(*self.batches)
        return [each.update_id if isinstance(each, Malformed) else each.get("update_id") for each in arrivals]

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.batches.append(arrivals)

    async def room(self) -> None:
        pass


class Progress:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def beat(self, mended: bool = True) -> None:
        self.told.append("" if mended else "alive")

    def miss(self, reason: str) -> None:
        self.told.append(reason)


@asynccontextmanager
async def polling_from(
    source: Source, taker: Taker | None = None, progress: Progress | None = None
) -> AsyncIterator[Polling]:
    """Poll in the background; at the end raise what ended it."""
    polled = Polling(source, taker or Taker(), lambda: KINDS, progress or Progress())
    task = asyncio.create_task(polled.run())
    try:
        yield polled
    finally:
        task.cancel()
        await asyncio.wait((task,))
    if not task.cancelled():
        task.result()


async def poll(source: Source, taker: Taker | None = None, progress: Progress | None = None) -> list[object]:
    """Poll until the script has ended; give what was taken."""
    taker = taker or Taker()
    polled = Polling(source, taker, lambda: KINDS, progress or Progress())
    task = asyncio.create_task(polled.run())
    waiter = asyncio.create_task(source.exhausted.wait())
    await asyncio.wait((task, waiter), return_when=asyncio.FIRST_COMPLETED)
    for each in (task, waiter):
        each.cancel()
    await asyncio.wait((task, waiter))
    if not task.cancelled():
        task.result()
    return taker.ids


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "LONGEST_WAIT", 0.0)
    monkeypatch.setattr(polling, "CALM", 0.0)


async def test_the_first_call_sends_no_offset_and_each_update_moves_it() -> None:
    source = Source([{"update_id": 7}, {"update_id": 8}], [{"update_id": 9}])
    assert await poll(source) == [7, 8, 9]
    assert source.offsets == [None, 9, 10]


async def test_an_update_without_an_id_stops_nobody() -> None:
    assert await poll(Source([{"message": {}}, {"update_id": 3}])) == [None, 3]


@pytest.mark.parametrize("odd", [True, -5, 2**63, 1.5, "8"])
async def test_what_is_no_id_of_an_update_never_moves_the_offset(odd: object) -> None:
    source, taker = Source([{"update_id": odd}, {"update_id": 7}], [{"update_id": odd}]), Taker()
    async with polling_from(source, taker):
        await source.exhausted.wait()
    assert source.offsets == [None, 8, 8]
    assert taker.ids == [odd, 7]


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
    monkeypatch.setattr(outage, "REFUSAL_PATIENCE", -1.0)
    with pytest.raises(TokenRefused, match="Unauthorized"):
        await poll(Source(TokenRefused("Unauthorized")))


async def test_a_flood_limit_is_waited_out() -> None:
    assert await poll(Source(FloodLimit("Too Many Requests", 0.001), [{"update_id": 1}])) == [1]


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("terminated by other getUpdates request", "another copy is polling with this token"),
        ("can't use getUpdates method while webhook is active", "a webhook is set for this bot"),
        ("terminated by setWebhook request", "a webhook is set for this bot"),
    ],
)
async def test_a_conflict_says_who_is_in_the_way(description: str, said: str, caplog: pytest.LogCaptureFixture) -> None:
    progress = Progress()
    await poll(Source(PollConflict(description), []), progress=progress)
    assert f"polling is interrupted: {said}" in caplog.text
    assert progress.told[0].startswith(said)


async def test_after_a_failure_the_next_poll_waits_for_nothing_so_that_the_end_is_known_at_once() -> None:
    source = Source([], Unreachable("Bad Gateway"), Unreachable("Bad Gateway"), [])
    await poll(source)
    assert source.seconds == [30, 30, 0, 0, 30]


async def test_two_copies_that_take_turns_are_one_outage_until_one_of_them_has_stayed_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    monkeypatch.setattr(polling, "CALM", 60.0)
    monkeypatch.setattr(polling, "monotonic", lambda: now[0])

    class Turns(Source):
        async def get_updates(self, offset: int | None, seconds: int, allowed: Sequence[str]) -> Sequence[Arrival]:
            now[0] += 30
            return await super().get_updates(offset, seconds, allowed)

    progress, conflict = Progress(), PollConflict("terminated by other getUpdates request")
    source = Turns(conflict, [{"update_id": 1}], conflict, [{"update_id": 2}], [{"update_id": 3}], [])
    assert await poll(source, progress=progress) == [1, 2, 3]
    first, *told = [reason[:12] for reason in progress.told]
    assert first == "another copy"
    assert told == ["alive", "another copy", "alive", "", ""]
    assert len(caplog.records) == 2


async def test_what_was_fetched_is_confirmed_at_the_end() -> None:
    source = Source([{"update_id": 7}])
    async with polling_from(source) as polled:
        await source.exhausted.wait()
    source.script = [[]]
    await polled.confirm()
    assert source.offsets == [None, 8, 8]
    assert source.allowed == [KINDS, KINDS, KINDS]


async def test_telegram_is_not_waited_for_long_at_the_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(polling, "CONFIRM_SECONDS", 0.01)
    source = Source([{"update_id": 7}])
    async with polling_from(source) as polled:
        await source.exhausted.wait()
    await asyncio.wait_for(polled.confirm(), 5)
    assert "could not be confirmed and will come again: Telegram has not answered within 0.01 s" in caplog.text


async def test_an_outage_of_hours_is_outlasted() -> None:
    outage = [Unreachable("Bad Gateway") for _ in range(1100)]
    assert await poll(Source(*outage, [{"update_id": 1}])) == [1]


@pytest.fixture
def a_minute_and_a_half_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let so much time pass whenever polling reads the clock."""
    monkeypatch.setattr(outage, "monotonic", itertools.count(0.0, 90.0).__next__)


@pytest.mark.usefixtures("a_minute_and_a_half_a_reading")
async def test_only_the_time_in_which_the_token_is_refused_counts() -> None:
    refused, away = TokenRefused("Unauthorized"), Unreachable("Bad Gateway")
    assert await poll(Source(away, away, refused, away, refused, [{"update_id": 1}])) == [1]
    with pytest.raises(TokenRefused):
        await poll(Source(away, refused, refused))


async def test_a_batch_is_confirmed_only_when_all_of_it_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    batch: list[Arrival] = [{"update_id": 7}, {"update_id": 8}]
    source = Source(batch, batch, batch)
    assert await poll(source, Taker(NotTaken("the disk is full"), NotTaken("it still is"))) == [7, 8]
    assert source.offsets == [None, None, None, 9]
    assert [record.message.partition(" after")[0] for record in caplog.records] == [
        "polling is interrupted: the disk is full",
        "polling goes on",
    ]


async def test_a_batch_in_whatever_order_is_confirmed_to_its_highest_id() -> None:
    source = Source([{"update_id": 9}, {"update_id": 7}])
    assert await poll(source, Taker()) == [9, 7]
    assert source.offsets == [None, 10]


async def test_what_is_cut_off_while_it_is_taken_is_not_confirmed() -> None:
    held_up = asyncio.Event()

    class Slow(Taker):
        async def take(self, arrivals: Sequence[Arrival]) -> None:
            held_up.set()
            await asyncio.Event().wait()

    source = Source([{"update_id": 7}, {"update_id": 8}])
    async with polling_from(source, Slow()) as polled:
        await held_up.wait()
    await polled.confirm()
    assert source.offsets == [None]


class Full(Taker):
    """Has room when it is told so."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.free = asyncio.Event()

    async def room(self) -> None:
        self.asked.set()
        await self.free.wait()


async def test_nothing_is_fetched_while_there_is_no_room(caplog: pytest.LogCaptureFixture) -> None:
    source, full, progress = Source([{"update_id": 7}]), Full(), Progress()
    async with polling_from(source, full, progress):
        await full.asked.wait()
        assert source.offsets == []
        full.free.set()
        await source.exhausted.wait()
    assert full.ids == [7]
    assert progress.told == [""]
    assert caplog.records == []


async def test_it_is_said_when_there_is_no_room_for_long(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(polling, "ROOM_SECONDS", 0.01)
    source, full, missed = Source([{"update_id": 7}]), Full(), asyncio.Event()

    class Telling(Progress):
        def miss(self, reason: str) -> None:
            missed.set()

    async with polling_from(source, full, Telling()):
        await missed.wait()
        full.free.set()
        await source.exhausted.wait()
    assert full.ids == [7]
    assert [record.message.partition(" after")[0] for record in caplog.records] == [
        "polling is interrupted: so many updates wait to be answered that the others wait at Telegram",
        "polling goes on",
    ]


async def test_a_malformed_update_is_handed_on_and_confirmed() -> None:
    broken = Malformed("{", "it is cut off", 9)
    source, taker = Source([{"update_id": 8}, broken]), Taker()
    assert await poll(source, taker) == [8, 9]
    assert taker.batches == [[{"update_id": 8}, broken]]
    assert source.offsets == [None, 10]


async def test_what_has_no_update_id_is_handed_on_once_and_polling_does_not_spin(
    caplog: pytest.LogCaptureFixture,
) -> None:
    nameless = Malformed("[[[", "it is nested too deeply")
    progress = Progress()
    source, taker = Source(*[[nameless]] * 4, [nameless, {"update_id": 8}], []), Taker()
    await poll(source, taker, progress)
    assert taker.batches == [[nameless], [{"update_id": 8}]]
    assert source.offsets == [None] * 5 + [9, 9]
    assert [bool(reason) for reason in progress.told] == [False, True, True, True, False, False]
    assert [record.message.partition(" after")[0] for record in caplog.records] == [
        "polling is interrupted: Telegram brings the same updates again and again, and they cannot be confirmed",
        "polling goes on",
    ]


async def test_an_update_that_comes_twice_is_no_outage(caplog: pytest.LogCaptureFixture) -> None:
    source = Source([{"update_id": 7}], [{"update_id": 7}], [{"update_id": 8}])
    assert await poll(source) == [7, 7, 8]
    assert source.offsets == [None, 8, 8, 9]
    assert caplog.records == []


async def test_ids_that_begin_anew_are_followed() -> None:
    source = Source([{"update_id": 1000}], [{"update_id": 5}, {"update_id": 6}])
    await poll(source)
    assert source.offsets == [None, 1001, 7]


async def test_a_fault_of_our_own_does_not_end_polling_and_shows_its_traceback_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Faulty(Taker):
        left = 3

        async def take(self, arrivals: Sequence[Arrival]) -> None:
            self.left -= 1
            if self.left:
                raise ZeroDivisionError("secret")
            await super().take(arrivals)

    progress, batch = Progress(), [{"update_id": 1}]
    assert await poll(Source(batch, batch, batch), Faulty(), progress) == [1]
    assert caplog.text.count("Traceback") == 1
    assert progress.told[0] == "a fault in pluggram itself (ZeroDivisionError)"


async def test_each_poll_is_told_whether_it_got_on() -> None:
    progress = Progress()
    source = Source(Unreachable("x"), [{"update_id": 1}], TokenRefused("y"), [], Unreachable("z"))
    await poll(source, Taker(), progress)
    assert [reason.partition(".")[0] for reason in progress.told] == ["x", "", "y", "", "z"]
