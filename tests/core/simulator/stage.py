import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pluggram.simulator import Bot, Chat, JsonObject, Telegram, User


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Stage:
    """A Telegram with one bot, two persons and a private chat that has begun."""

    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.telegram = Telegram(self.clock)
        self.bot: Bot = self.telegram.bot("post_bot", first_name="Post", token="42:secret")
        self.ann: User = self.telegram.user("Ann", username="ann")
        self.bob: User = self.telegram.user("Bob")
        self.chat: Chat = self.telegram.private(self.ann, self.bot)

    async def ok(self, method: str, **params: object) -> object:
        answer = await self.telegram.call(self.bot.token, method, params)
        assert answer.body["ok"], answer.body
        assert answer.status == 200
        return answer.body["result"]

    async def message(self, method: str = "sendMessage", **params: object) -> JsonObject:
        result = await self.ok(method, **params)
        assert isinstance(result, dict)
        return result

    async def updates(self, **params: object) -> list[JsonObject]:
        result = await self.ok("getUpdates", **params)
        assert isinstance(result, list)
        return result

    async def refusal(self, method: str, **params: object) -> str:
        answer = await self.telegram.call(self.bot.token, method, params)
        assert answer.body["ok"] is False
        assert answer.body["error_code"] == answer.status
        return str(answer.body["description"])

    async def telegram_is_quiet(self) -> None:
        await self.telegram.until(lambda: self.bot.idle)


Behaviour = Callable[[JsonObject], Awaitable[object]]


@asynccontextmanager
async def polling(stage: Stage, behaviour: Behaviour) -> AsyncIterator[None]:
    """Run a bot that takes one update after the other."""

    async def loop() -> None:
        offset = 0
        while True:
            for update in await stage.updates(offset=offset, timeout=50):
                await behaviour(update)
                offset = int(str(update["update_id"])) + 1

    task = asyncio.create_task(loop())
    try:
        yield
    finally:
        task.cancel()
