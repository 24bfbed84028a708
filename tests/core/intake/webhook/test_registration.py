"""What is set at Telegram, when, and what is done when Telegram or another program stands in the way."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest

from pluggram.errors import TokenRefused
from pluggram.intake import outage
from pluggram.intake.webhook import registration
from pluggram.intake.webhook.registration import Registration
from pluggram.intake.webhook.wanted import Wanted
from pluggram.simulator import Telegram
from pluggram.simulator.faults import Page, Refused
from pluggram.storage import Storage, Store
from pluggram.storage.memory import MemoryBackend
from pluggram.telegram import Client

URL = "http://127.0.0.1:9/hook"
SECRET = "a-secret-of-some-length"
WANTED = Wanted(URL, SECRET)
PEM = b"-----BEGIN CERTIFICATE-----\nyes\n-----END CERTIFICATE-----\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "LOOK_AGAIN", 0.0)
    monkeypatch.setattr(outage, "LONGEST_WAIT", 0.01)


@dataclass
class Office:
    """A Telegram, a bot's client there, and the store of its memory; Telegram's clock goes on by 2 s at every look."""

    telegram: Telegram
    client: Client
    store: Store
    calls: list[str] = field(default_factory=list)
    beats: int = 0
    missed: list[str] = field(default_factory=list)
    mended: bool = True
    allowed: Sequence[str] = ("message",)

    async def call(self, method: str, parameters: Mapping[str, Any], /) -> Any:
        self.calls.append(method)
        return await self.client.call(method, parameters)

    def beat(self, mended: bool = True) -> None:
        self.beats += 1
        self.mended = mended
        self.telegram.wake()

    def miss(self, reason: str) -> None:
        self.missed.append(reason)
        self.telegram.wake()

    @property
    def sets(self) -> int:
        return self.calls.count("setWebhook")

    @property
    def info(self) -> Mapping[str, Any]:
        [account] = self.telegram.bots.values()
        assert account.webhook is not None
        return account.webhook.info(0)

    @asynccontextmanager
    async def registering(self, wanted: Wanted = WANTED) -> AsyncIterator[Registration]:
        made = Registration(self.call, wanted, lambda: self.allowed, self.store, "1", self)
        task = asyncio.create_task(made.run())
        try:
            yield made
        finally:
            task.cancel()
            await asyncio.wait((task,))

    async def registered(self, wanted: Wanted = WANTED) -> None:
        """Register until Telegram has been looked at again twice."""
        async with self.registering(wanted):
            await self.beaten(3)

    async def beaten(self, times: int) -> None:
        before = self.beats
        await self.telegram.until(lambda: self.beats >= before + times)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    ticks = count(1_800_000_000, 2)
    telegram = Telegram(lambda: float(next(ticks)))
    account = telegram.bot("testbot")
    backend, storage = MemoryBackend(), Storage()
    await backend.open()
    storage.attach(backend)
    async with backend, Client(account.token, "http://simulator", door=telegram) as client:
        yield Office(telegram, client, storage.store("core.webhook"))


async def test_it_sets_what_is_wanted_once(office: Office) -> None:
    office.allowed = ["message", "callback_query"]
    await office.registered(Wanted(URL, SECRET, 7))
    [account] = office.telegram.bots.values()
    assert office.sets == 1
    assert office.info["url"] == URL
    assert office.info["max_connections"] == 7
    assert account.webhook is not None
    assert account.webhook.secret_token == SECRET
    assert sorted(account.updates.allowed) == ["callback_query", "message"]
    assert office.missed == []


async def test_a_restart_sets_nothing_that_is_set(office: Office) -> None:
    await office.registered()
    await office.registered()
    assert office.sets == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(WANTED, url=URL + "/2"),
        replace(WANTED, secret=SECRET + "x"),
        replace(WANTED, max_connections=3),
        replace(WANTED, certificate=PEM),
    ],
)
async def test_a_restart_sets_what_has_changed(office: Office, other: Wanted) -> None:
    await office.registered()
    await office.registered(other)
    assert office.sets == 2
    await office.registered(other)
    assert office.sets == 2
    assert office.info["url"] == other.url
    assert office.info["has_custom_certificate"] == bool(other.certificate)


async def test_other_kinds_of_update_are_set_while_it_runs(office: Office) -> None:
    [account] = office.telegram.bots.values()
    async with office.registering():
        await office.beaten(1)
        office.allowed = ["message", "inline_query"]
        await office.telegram.until(lambda: sorted(account.updates.allowed) == ["inline_query", "message"])
        await office.beaten(2)
    assert office.sets == 2


async def test_no_secret_is_kept_or_shown(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "pluggram")
    await office.registered()
    kept = str(await office.store.items())
    assert "hash" in kept
    assert SECRET not in kept
    assert SECRET not in caplog.text
    assert SECRET not in repr(WANTED)


async def test_at_the_start_it_takes_the_place_of_another_webhook_and_says_so(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.client.call("setWebhook", {"url": "http://localhost:1/somebody-elses-secret"})
    await office.registered()
    assert office.info["url"] == URL
    assert "the webhook of this bot was at localhost:1; it is ours now" in caplog.text
    assert "somebody-elses" not in caplog.text


async def test_a_webhook_that_another_program_sets_meanwhile_stays_and_is_told(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    async with office.registering() as made:
        await office.beaten(1)
        await office.client.call("setWebhook", {"url": "http://localhost:1/other"})
        await office.telegram.until(lambda: len(office.missed) >= 3)
        assert "another program has set the webhook of this bot, to localhost:1" in office.missed[0]
        assert office.info["url"] == "http://localhost:1/other"
        made.posted()
        assert not office.mended
    assert office.sets == 1
    assert caplog.text.count("another program") == 1


async def test_another_copy_that_wants_other_kinds_is_told_and_not_fought(office: Office) -> None:
    async with office.registering():
        await office.beaten(1)
        await office.client.call("setWebhook", {"url": URL, "allowed_updates": ["poll"]})
        await office.telegram.until(lambda: len(office.missed) >= 3)
    assert "another program has set the webhook of this bot" in office.missed[0]
    assert office.sets == 1


async def test_a_webhook_that_another_program_removes_is_set_again(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    async with office.registering():
        await office.beaten(1)
        await office.client.call("deleteWebhook", {})
        await office.telegram.until(lambda: office.sets == 2)
        await office.beaten(1)
    assert office.info["url"] == URL
    assert "removed by another program" in caplog.text


async def test_an_outage_is_two_lines_however_long_it_lasts(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.telegram.faults.next("getWebhookInfo", Refused(502), times=4)
    office.telegram.faults.next("setWebhook", Page(404), times=3)
    office.telegram.faults.next("getWebhookInfo", Refused(429, retry_after=0), times=2)
    await office.registered()
    assert office.info["url"] == URL
    assert len(office.missed) == 9
    assert caplog.text.count("the webhook is interrupted") == 1
    assert caplog.text.count("the webhook goes on") == 1


async def test_what_telegram_refuses_is_told_in_its_words_and_tried_again(office: Office) -> None:
    office.telegram.faults.next("setWebhook", Refused(400, description="Bad Request: bad webhook: no"), times=2)
    await office.registered()
    assert office.missed == ["Bad webhook: no"] * 2
    assert office.info["url"] == URL


async def test_one_refused_token_passes_and_one_that_stays_refused_ends_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.telegram.faults.next("getWebhookInfo", Refused(401), times=2)
    await office.registered()
    monkeypatch.setattr(outage, "REFUSAL_PATIENCE", 0.0)
    office.telegram.faults.next("getWebhookInfo", Refused(401), times=1000)
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(Registration(office.call, WANTED, list, office.store, "1", office).run(), 10)


async def test_what_telegram_meets_when_it_posts_is_told_until_a_post_comes(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    [account] = office.telegram.bots.values()
    ann = office.telegram.user("Ann")
    async with office.registering() as made:
        await office.beaten(1)
        ann.send(office.telegram.private(ann, account), "hello")
        assert account.webhook is not None
        account.webhook.last_error, account.webhook.last_error_date = "Connection refused", 1_900_000_000
        await office.telegram.until(lambda: len(office.missed) >= 3)
        assert office.missed[-1] == "Telegram cannot deliver updates: Connection refused"
        made.posted()
        assert office.mended
        await office.beaten(2)
    assert caplog.text.count("Connection refused") == 1
    assert "the webhook goes on" in caplog.text


async def test_an_error_from_before_the_start_is_past(office: Office) -> None:
    await office.registered()
    [account] = office.telegram.bots.values()
    ann = office.telegram.user("Ann")
    ann.send(office.telegram.private(ann, account), "hello")
    assert account.webhook is not None
    account.webhook.last_error, account.webhook.last_error_date = "Connection refused", 1_900_000_000
    await office.registered()
    assert office.missed == []


async def test_a_restart_sets_ours_again_when_another_program_has_set_our_url_with_another_secret(
    office: Office,
) -> None:
    await office.registered()
    parameters = {**WANTED.parameters(office.allowed), "secret_token": SECRET + "x"}
    await office.client.call("setWebhook", parameters)
    [account] = office.telegram.bots.values()
    assert account.webhook is not None
    account.webhook.last_error = "Wrong response from the webhook: 401 Unauthorized"
    account.webhook.last_error_date = 1_900_000_000
    await office.registered()
    assert account.webhook.secret_token == SECRET
    assert office.sets == 2


async def test_without_storage_it_is_set_all_the_same(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.store = Storage().store("core.webhook")
    await office.registered()
    assert office.sets == 1
    assert "will be set again at the next start" in caplog.text


@pytest.mark.parametrize("kept", [5, {"salt": 1}, {"salt": "", "hash": "", "told": []}])
async def test_a_memory_of_an_odd_shape_is_none(office: Office, kept: Any) -> None:
    await office.store.put("1", kept)
    await office.registered()
    assert office.sets == 1


@pytest.mark.parametrize("body", ["no webhook", ["url"], None])
async def test_an_answer_of_an_odd_shape_is_an_outage(office: Office, body: object) -> None:
    class Odd(Office):
        async def call(self, method: str, parameters: Mapping[str, Any], /) -> Any:
            return await super().call(method, parameters) if self.missed else body

    odd = Odd(office.telegram, office.client, office.store)
    await odd.registered()
    assert odd.missed == ["what answers is no Bot API: it says nothing of a webhook"]
