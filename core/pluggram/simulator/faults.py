"""Faults on request: what can go wrong between a bot and Telegram, made to happen when a test or a person wants it."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http.client import responses
from math import ceil, inf

from pluggram.simulator.errors import Answer, ApiError, JsonObject, SimulatorError, too_many_requests
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat

_MESSAGES = ("send", "forward", "copy")

KEPT = 10_000
"""Faults that have happened and are remembered; older ones are forgotten."""

ANY = "*"
"""Stands for every method."""

MALFORMED: JsonObject = {"message": {"message_id": "one", "date": "yesterday", "chat": None, "from": 7}}
"""An update over which libraries trip that believe what the Bot API promises."""

Do = Callable[[], Awaitable[Answer]]
"""Does what was called, and returns the answer."""


@dataclass(frozen=True)
class Refused:
    """A refusal in JSON: 429 with retry_after, 401, 500, 502... Nothing is done. Without a description, Telegram's."""

    code: int = 429
    retry_after: int = 1
    """Seconds; counts with a 429 only."""
    description: str = ""

    def __post_init__(self) -> None:
        _check_status(self.code)

    async def play(self, do: Do) -> Answer:
        """Answer a call. Raises nothing."""
        if self.code == 429 and not self.description:
            return too_many_requests(self.retry_after).answer()
        parameters: JsonObject = {"retry_after": self.retry_after} if self.code == 429 else {}
        return ApiError(self.code, self.description or responses.get(self.code, ""), parameters).answer()


@dataclass(frozen=True)
class Page:
    """Something that is no answer of the Bot API: a proxy's HTML, half a JSON, nothing at all. Nothing is done.

    In the process it is an answer with this status and an empty body.
    """

    status: int = 502
    content: str | None = None
    """None is the page that proxies show for such a status."""
    content_type: str = "text/html"

    def __post_init__(self) -> None:
        _check_status(self.status)
        if not re.fullmatch(r"[ -~]*", self.content_type):
            raise SimulatorError(f"{self.content_type!r} cannot stand in a header")

    async def play(self, do: Do) -> Answer:
        """Answer a call. Raises nothing."""
        title = f"{self.status} {responses.get(self.status, '')}"
        page = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
        return Garbled(self.status, {}, (page if self.content is None else self.content).encode(), self.content_type)


@dataclass(frozen=True)
class Reset:
    """The connection is reset, after so many bytes of the answer. In the process it raises `Interrupted`."""

    after: int = 0
    done: bool = False
    """Whether Telegram has done what was called."""

    async def play(self, do: Do) -> Answer:
        """Raise Interrupted."""
        answer = await do() if self.done else Answer(200, {"ok": True, "result": []})
        raise Interrupted(answer.status, json.dumps(answer.body).encode()[: self.after])


@dataclass(frozen=True)
class Silence:
    """No answer comes for so many seconds; then the connection is reset. In the process it raises `Interrupted`."""

    seconds: float = 60.0
    done: bool = False
    """Whether Telegram has done what was called."""

    async def play(self, do: Do) -> Answer:
        """Wait, then raise Interrupted."""
        if self.done:
            await do()
        await asyncio.sleep(self.seconds)
        raise Interrupted(200, b"")


@dataclass(frozen=True)
class Slow:
    """What was called is done so many seconds later, and answered as always."""

    seconds: float = 1.0

    async def play(self, do: Do) -> Answer:
        """Wait, then answer the call."""
        await asyncio.sleep(self.seconds)
        return await do()


def _check_status(status: int) -> None:
    if not 200 <= status < 600 or status in (204, 304):
        raise SimulatorError(f"{status} is no status that has a body: 200 to 599, but 204 and 304")


Fault = Refused | Page | Reset | Silence | Slow


@dataclass(frozen=True)
class Garbled(Answer):
    """What a `Page` answers: `content` goes over HTTP as it is."""

    content: bytes = b""
    content_type: str = ""


class Interrupted(ConnectionResetError):
    """The connection broke; `part` is what had come of the answer by then."""

    def __init__(self, status: int, part: bytes) -> None:
        super().__init__(f"the simulator reset the connection after {len(part)} bytes of the answer")
        self.status, self.part = status, part


@dataclass
class Plan:
    """A fault that is to happen; `left` says how many times more."""

    method: str
    fault: Fault
    left: int
    chat_id: str = ""
    bot: Bot | None = None

    def concerns(self, bot: Bot | None, method: str, params: Mapping[str, object]) -> bool:
        """Tell whether a call is one of those that the fault is for."""
        if not self.left or (self.bot is not None and self.bot is not bot):
            return False
        return self.method in (ANY, method.lower()) and self.chat_id in ("", str(params.get("chat_id")))


@dataclass(frozen=True)
class Happened:
    """A fault that has happened to a call of a method."""

    method: str
    fault: Fault
    chat_id: str


@dataclass
class Faults:
    """The faults of a Telegram: those to come, in the order they were asked for, and those that have happened.

    `on_plan` is called with each that is asked for. `seconds_per_message` is flood control: how far apart a bot's
    messages to the same chat have to be; 0, as it begins, lets all pass (Telegram's own is about 1).
    """

    planned: list[Plan] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    on_plan: Callable[[Plan], object] = lambda plan: None
    clock: Callable[[], float] = time.time
    seconds_per_message: float = 0.0
    _last_message: dict[tuple[Bot, str], float] = field(default_factory=dict)

    def next(
        self, method: str, fault: Fault, *, times: int = 1, chat: Chat | int | str | None = None, bot: Bot | None = None
    ) -> Plan:
        """Let the next calls of a method (or of ANY) go wrong, if given only those to a chat or by a bot.

        Raises SimulatorError where `times` is no number of times.
        """
        _check_times(times)
        chat_id = chat.id if isinstance(chat, Chat) else chat
        plan = Plan(method.lower(), fault, times, "" if chat_id is None else str(chat_id), bot)
        self.planned.append(plan)
        self.on_plan(plan)
        return plan

    def repeat_update(self, bot: Bot, times: int = 1) -> None:
        """Send the next updates that the bot confirms once more, as Telegram does when a confirmation gets lost.

        Raises SimulatorError where `times` is no number of times.
        """
        _check_times(times)
        bot.updates.repeat += times

    def malformed_update(self, bot: Bot, fields: JsonObject | None = None) -> int:
        """Send an update that libraries trip over, and return its update_id; `fields` is all but that id."""
        return bot.updates.push_raw(MALFORMED if fields is None else fields)

    def clear(self) -> None:
        """Let all go well again, without flood control, and forget what has happened; updates asked for still come."""
        self.seconds_per_message = 0.0
        self.planned.clear()
        self.happened.clear()

    def take(self, bot: Bot | None, method: str, params: Mapping[str, object]) -> Fault | None:
        """Return the fault that is to happen to this call, and count it."""
        plan = next((each for each in self.planned if each.concerns(bot, method, params)), None)
        if plan is None:
            return self._flood(bot, method, params)
        plan.left -= 1
        self.planned = [each for each in self.planned if each.left]
        return self._happens(method, params, plan.fault)

    def _flood(self, bot: Bot | None, method: str, params: Mapping[str, object]) -> Fault | None:
        chat_id = str(params.get("chat_id", ""))
        name = method.lower()
        is_message = name.startswith(_MESSAGES) and name != "sendchataction"
        if bot is None or not self.seconds_per_message or not is_message:
            return None
        now = self.clock()
        rest = self._last_message.get((bot, chat_id), -inf) + self.seconds_per_message - now
        if rest > 0:
            return self._happens(method, params, Refused(429, ceil(rest)))
        self._last_message[bot, chat_id] = now
        return None

    def _happens(self, method: str, params: Mapping[str, object], fault: Fault) -> Fault:
        del self.happened[: -KEPT + 1]
        self.happened.append(Happened(method, fault, str(params.get("chat_id", ""))))
        return fault


def _check_times(times: int) -> None:
    if times < 1:
        raise SimulatorError(f"times must be at least 1, not {times}")
