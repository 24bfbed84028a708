"""The webhook door: updates go out to the bots that have set one, over HTTP, to this machine only."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice

import httpx

from pluggram.simulator.body import MAX_BODY
from pluggram.simulator.errors import ApiError
from pluggram.simulator.faults import Interrupted
from pluggram.simulator.form import parameters
from pluggram.simulator.methods.params import whole
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.updates import Lane, Pending, UpdateQueue
from pluggram.simulator.model.webhooks import Webhook
from pluggram.simulator.telegram import Telegram

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
"""Carries the secret_token of setWebhook (Bot API)."""

MAX_PAUSE = 3600
"""Seconds that a Retry-After holds an update back at most."""

_LOOKED_AT = 1000  # waiting updates among which lanes to send from are sought
_NEVER_IN_ANSWERS = ("setwebhook", "deletewebhook", "close", "logout")


@asynccontextmanager
async def delivering(telegram: Telegram) -> AsyncIterator[None]:
    """Send updates to webhooks meanwhile. What is under way at the end is broken off and not confirmed."""
    # The certificate of a bot on this machine proves nothing, and a proxy from the environment would lead away from it.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    async with httpx.AsyncClient(verify=False, trust_env=False, limits=limits) as client:
        running = asyncio.create_task(_Deliveries(telegram, client).run())
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@dataclass(eq=False)
class _Lanes:
    """What is under way to one webhook, and what failed how often and therefore waits until when."""

    webhook: Webhook
    busy: set[Lane] = field(default_factory=set)
    failures: dict[int, int] = field(default_factory=dict)
    due: dict[Lane, float] = field(default_factory=dict)

    def ready(self, updates: UpdateQueue, now: float) -> Iterator[Pending]:
        """Return the first update of each lane that may be sent now, as many as connections are left."""
        self.due = {lane: due for lane, due in self.due.items() if due > now}
        passed = self.busy | self.due.keys()
        for each in islice(updates, _LOOKED_AT):
            if len(self.busy) >= self.webhook.max_connections:
                return
            if each.lane not in passed:
                passed.add(each.lane)
                self.busy.add(each.lane)
                yield each


class _Deliveries:
    def __init__(self, telegram: Telegram, client: httpx.AsyncClient) -> None:
        self._telegram, self._client = telegram, client
        self._lanes: dict[Bot, _Lanes] = {}

    async def run(self) -> None:
        now = asyncio.get_running_loop().time
        async with asyncio.TaskGroup() as sending:
            while True:
                for bot in self._telegram.bots.values():
                    if lanes := self._lanes_of(bot):
                        for pending in lanes.ready(bot.updates, now()):
                            sending.create_task(self._deliver(bot, lanes, pending))
                dues = (due for lanes in self._lanes.values() for due in lanes.due.values())
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(min(dues, default=None)):
                        await self._telegram.changed()

    def _lanes_of(self, bot: Bot) -> _Lanes | None:
        lanes = self._lanes.get(bot)
        if bot.webhook is None:
            self._lanes.pop(bot, None)
            return None
        if lanes is None or lanes.webhook is not bot.webhook:
            lanes = self._lanes[bot] = _Lanes(bot.webhook)
        return lanes

    async def _deliver(self, bot: Bot, lanes: _Lanes, pending: Pending) -> None:
        """Send one update; do what the answer asks for and confirm it, or say when to try again."""
        response, content, error, pause = None, b"", "", 0.0
        try:
            response, content = await self._post(lanes.webhook, pending)
            if not response.is_success:
                error = f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
                pause = min(max(whole(response.headers.get("retry-after", "")), 0), MAX_PAUSE)
        except Exception as failure:  # whatever a webhook does to us, the others are still to be served
            error = _in_words(failure)
        if bot.webhook is lanes.webhook:
            if error:
                self._failed(lanes, pending, error, pause)
            elif response is not None:
                await self._obey(bot, response.headers.get("content-type", ""), content)
                lanes.failures.pop(pending.id, None)
                bot.updates.confirm(pending.id)
        lanes.busy.discard(pending.lane)
        self._telegram.wake()

    def _failed(self, lanes: _Lanes, pending: Pending, error: str, pause: float) -> None:
        failures = lanes.failures[pending.id] = lanes.failures.get(pending.id, 0) + 1
        pause = pause or self._telegram.patience.before_retry(failures)
        lanes.due[pending.lane] = asyncio.get_running_loop().time() + pause
        lanes.webhook.last_error, lanes.webhook.last_error_date = error, int(self._telegram.clock())

    async def _post(self, webhook: Webhook, pending: Pending) -> tuple[httpx.Response, bytes]:
        """Return the answer and its content; one that is too long, or drips for too long, is broken off."""
        target = webhook.target
        url = httpx.URL(target.geturl())
        headers = {b"Host": target.netloc.rpartition("@")[2].encode()}
        if webhook.secret_token:
            headers[SECRET_HEADER.encode()] = webhook.secret_token.encode()
        asking = self._client.stream(
            "POST",
            url.copy_with(host=webhook.address),
            json=pending.update,
            headers=headers,
            timeout=self._telegram.patience.answer,
            extensions={"sni_hostname": target.hostname or ""},
        )
        async with asyncio.timeout(2 * self._telegram.patience.answer), asking as response:
            content = bytearray()
            async for part in response.aiter_bytes():
                content += part
                if len(content) > MAX_BODY:
                    raise httpx.ReadError("the answer is too long")
            return response, bytes(content)

    async def _obey(self, bot: Bot, content_type: str, content: bytes) -> None:
        """Call the method that an answer names; what comes of it nobody learns (Bot API, Making requests)."""
        try:
            asked = dict(parameters("", content_type, content))
        except ApiError:
            return
        method = str(asked.pop("method", ""))
        if method and method.lower() not in _NEVER_IN_ANSWERS and not method.lower().startswith("get"):
            with suppress(Interrupted):
                await self._telegram.call(bot.token, method, asked)


def _in_words(error: Exception) -> str:
    """Say in Telegram's words why nothing came back; the system's own words for its errors are Telegram's too."""
    match error:
        case httpx.ReadTimeout() | TimeoutError():
            return "Read timeout expired"
        case httpx.WriteTimeout():
            return "Write timeout expired"
        case httpx.ConnectTimeout():
            return "Connection timed out"
        case httpx.InvalidURL():
            return "URL is too long"
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return f"SSL error {{{cause}}}"
        if isinstance(cause, OSError) and cause.errno:
            return os.strerror(cause.errno)
    return "Webhook connection closed"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from _causes(error.exceptions[0])
        error = error.__cause__ or error.__context__
