"""Weather: everything that can go wrong between a bot and Telegram goes wrong, again and again, by a seed."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.faults import Page, Plan, Refused, Reset, Silence
from tests.faults.crowd import Crowd

MALFORMED: Sequence[JsonObject] = (
    {"message": {"message_id": "one", "date": "yesterday", "chat": None, "from": 7}},
    {"message": None},
    {"message": {"chat": {"id": 2**80}, "text": "/work 1"}},
    {"callback_query": {"id": [], "data": {"a": [1]}}},
    {"something_newer": {"id": 1}},
    {},
)
POLLS = 0.06
"""The part of all faults that polling meets: each holds all up, and the more of them in a row, the longer."""
QUIET = 3.0
"""Seconds of silence after which the connection is reset."""


@dataclass
class Weather:
    """What goes wrong around a bot. count: how often what was asked for. malformed: how many such updates were sent."""

    crowd: Crowd
    rng: random.Random
    count: Counter[str] = field(default_factory=Counter)
    blind: list[Plan] = field(default_factory=list)
    """What Telegram does without the bot's hearing of it: the reply may come twice, as it must."""

    def strike(self) -> None:
        """Let one thing go wrong, unless what went wrong before is still to come, so that it does not pile up."""
        if len(self.crowd.telegram.faults.planned) > 1:
            self.count["spared"] += 1
            return
        polls: Sequence[Callable[[], object]] = (self._poll_error, self._poll_reset, self._silent_poll, self._refused)
        others: Sequence[Callable[[], object]] = (
            self._chat_floods, self._bot_floods, self._server_error, self._reset,
            self._unheard, self._silence, self._twice, self._malformed,
        )  # fmt: skip
        kind = self.rng.choice(polls if self.rng.random() < POLLS else others)
        kind()
        self.count[kind.__name__.strip("_")] += 1

    def clear(self) -> None:
        """Let all go well again."""
        self.crowd.telegram.faults.clear()

    @property
    def doubles(self) -> int:
        """How many replies Telegram has posted without saying so."""
        return sum(1 - plan.left for plan in self.blind)

    def _next(self, method: str, fault: Page | Refused | Reset | Silence, times: int = 1) -> Plan:
        return self.crowd.telegram.faults.next(method, fault, times=times)

    def _chat_floods(self) -> None:
        said = self.rng.choice(list(self.crowd.said.values())[-50:])
        self.crowd.telegram.faults.next("sendMessage", Refused(429, retry_after=1), chat=said.chat_id)

    def _bot_floods(self) -> None:
        self._next("sendMessage", Refused(429, retry_after=1), times=4)

    def _server_error(self) -> None:
        self._next("sendMessage", self.rng.choice((Page(502), Page(504), Refused(500))), times=self.rng.randint(1, 3))

    def _poll_error(self) -> None:
        self._next("getUpdates", self.rng.choice((Page(502), Page(404), Page(200, ""), Refused(500))))

    def _reset(self) -> None:
        self._next("sendMessage", Reset(after=self.rng.choice((0, 20))))

    def _poll_reset(self) -> None:
        self._next("getUpdates", Reset(after=self.rng.choice((0, 20))))

    def _unheard(self) -> None:
        self.blind.append(self._next("sendMessage", Reset(done=True)))

    def _silence(self) -> None:
        self._next("sendMessage", Silence(QUIET))

    def _silent_poll(self) -> None:
        self._next("getUpdates", Silence(QUIET))

    def _refused(self) -> None:
        self._next("getUpdates", Refused(401))

    def _twice(self) -> None:
        self.crowd.telegram.faults.repeat_update(self.crowd.bot, self.rng.randint(1, 3))

    def _malformed(self) -> None:
        self.crowd.telegram.faults.malformed_update(self.crowd.bot, self.rng.choice(MALFORMED))
