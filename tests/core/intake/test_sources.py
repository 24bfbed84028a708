"""Which source a bot.toml makes, and the way back from a webhook to polling."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pluggram.config import ConfigError, load
from pluggram.edge import Arrival
from pluggram.errors import TokenRefused
from pluggram.intake import outage, source_of
from pluggram.intake.polling import Polling
from pluggram.intake.sources import Source, prove
from pluggram.intake.webhook.source import Webhook
from pluggram.simulator import Telegram
from pluggram.simulator.faults import Refused
from pluggram.storage import Storage
from pluggram.telegram import Client

OWN, OTHER = "http://127.0.0.1:1/own", "http://127.0.0.1:1/other"
SECRET = {"WEBHOOK_SECRET": "a-secret-of-some-length"}
TABLE = f'[telegram.webhook]\nurl = "{OWN}"\n'


class Office:
    """A Telegram with a bot that somebody has written to, and what that bot has taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.telegram = Telegram()
        self.account = self.telegram.bot("testbot")
        self.ann = self.telegram.user("Ann")
        self.taken: list[Arrival] = []
        self.missed: list[str] = []

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        self.taken += arrivals
        self.telegram.wake()

    async def room(self) -> None:
        """There always is."""

    def beat(self, mended: bool = True) -> None:
        """All is well."""

    def miss(self, reason: str) -> None:
        self.missed.append(reason)
        self.telegram.wake()

    @asynccontextmanager
    async def source(self, more: str, environ: dict[str, str] = SECRET) -> AsyncIterator[Source]:
        path = self.folder / "bot.toml"
        path.write_text(f'[bot]\nname = "x"\n[telegram]\nbase_url = "http://simulator"\n{more}')
        config = load(path, environ)
        async with Client(self.account.token, "http://simulator", door=self.telegram) as client:
            yield source_of(config, client, self, lambda: ["message"], self, Storage().store("kept"), client.me.id)

    @asynccontextmanager
    async def running(self, more: str) -> AsyncIterator[asyncio.Task[None]]:
        async with self.source(more) as source:
            task = asyncio.create_task(source.run())
            try:
                yield task
            finally:
                task.cancel()
                await asyncio.wait((task,))

    @property
    def url(self) -> str:
        return self.account.webhook.url if self.account.webhook else ""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(outage, "LONGEST_WAIT", 0.01)
    return Office(tmp_path)


async def test_each_name_makes_its_source(office: Office) -> None:
    async with office.source("") as source:
        assert isinstance(source, Polling)
    async with office.source('updates = "webhook"\n' + TABLE) as source:
        assert isinstance(source, Webhook)


async def test_a_webhook_without_its_secret_is_refused_before_anybody_is_asked(office: Office) -> None:
    with pytest.raises(ConfigError):
        async with office.source('updates = "webhook"\n' + TABLE, environ={}):
            pass
    prove(load(office.folder / "bot.toml", SECRET))


async def test_polling_deletes_the_webhook_of_its_own_bot_toml_and_fetches_what_waits(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.telegram.call(office.account.token, "setWebhook", {"url": OWN})
    office.ann.send(office.telegram.private(office.ann, office.account), "hello")
    office.telegram.faults.next("getWebhookInfo", Refused(502), times=2)
    office.telegram.faults.next("deleteWebhook", Refused(502), times=2)
    async with office.running(TABLE):
        await office.telegram.until(lambda: len(office.taken) == 1)
    assert office.url == ""
    assert "the webhook of this bot.toml is deleted at Telegram" in caplog.text
    assert caplog.text.count("polling is interrupted") == 1


@pytest.mark.parametrize(("url", "more"), [(OTHER, TABLE), (OWN, "")])
async def test_polling_leaves_every_other_webhook_and_says_that_one_is_set(office: Office, url: str, more: str) -> None:
    await office.telegram.call(office.account.token, "setWebhook", {"url": url})
    async with office.running(more):
        await office.telegram.until(lambda: len(office.missed) >= 2)
    assert office.url == url
    assert "a webhook is set for this bot" in office.missed[0]


async def test_polling_ends_when_the_token_stays_refused_before_it_has_begun(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "REFUSAL_PATIENCE", 0.0)
    office.telegram.faults.next("getWebhookInfo", Refused(401), times=1000)
    async with office.running(TABLE) as task:
        with pytest.raises(TokenRefused):
            await asyncio.wait_for(task, 10)
