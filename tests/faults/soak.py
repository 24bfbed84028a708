"""The soak: a bot serves a steady stream of messages while everything around it fails, and then all is counted."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from tests.faults.contenders import Contender, Place
from tests.faults.crowd import Crowd
from tests.faults.inbox import Inbox
from tests.faults.killing import pass_time, stage
from tests.faults.memory import Trend, resident
from tests.faults.weather import Weather

WARM_UP = 0.25
"""The part of the time after which memory is looked at: caches fill until then."""
CALM = 60.0
"""Seconds without an answer after which, all faults being over, what is not answered is given up."""


@dataclass
class Soaked:
    """What came of it."""

    seconds: float = 0.0
    updates: int = 0
    lost: list[str] = field(default_factory=list)
    dead: int = 0
    """Dead letters that hold a number: messages of people."""
    malformed_dead: int = 0
    """Other dead letters."""
    doubled: int = 0
    unheard: int = 0
    """Replies that Telegram posted without saying so, and that may therefore be doubled."""
    out_of_order: int = 0
    strange: list[str] = field(default_factory=list)
    strikes: dict[str, int] = field(default_factory=dict)
    met: int = 0
    """Calls of the bot that went wrong."""
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Minutes since the start, and the bot's resident memory in MB."""

    @property
    def trend(self) -> Trend:
        """How memory grows, in MB a minute, once it is warm."""
        return Trend.of([each for each in self.memory if each[0] >= WARM_UP * self.memory[-1][0]])


async def soak(contender: Contender, seconds: float, rate: float, seed: int, between: float = 1.0) -> Soaked:
    """Let people say `rate` things a second, and something go wrong every `between` seconds; then all is well again."""
    soaked = Soaked()
    async with stage(contender, seed) as (crowd, place):
        weather = Weather(crowd, random.Random(seed))
        async with contender.running(place) as process:
            crowd.speak()
            await crowd.answered(1, 30.0)
            began = monotonic()
            while (passed := monotonic() - began) < seconds:
                crowd.speak(int(passed * rate) + 1 - len(crowd.said))
                if sum(weather.count.values()) < passed / between:
                    weather.strike()
                if len(soaked.memory) * max(1.0, seconds / 240) <= passed:
                    soaked.memory.append((passed / 60, resident(process.pid)))
                await pass_time(crowd.telegram, 0.5 / rate)
            soaked.met = len(crowd.telegram.faults.happened)
            weather.clear()
            await crowd.answered(len(crowd.said), CALM)
            assert process.returncode is None, "the bot has ended"
        soaked.seconds = monotonic() - began
        _count(soaked, crowd, weather, place)
    return soaked


def _count(soaked: Soaked, crowd: Crowd, weather: Weather, place: Place) -> None:
    letters = Inbox(place.data).dead()
    dead = {letter.number for letter in letters if letter.number in crowd.said}
    unanswered = {said.number for said in crowd.unanswered}
    soaked.updates, soaked.lost, soaked.dead = len(crowd.said), sorted(unanswered - dead), len(unanswered & dead)
    soaked.malformed_dead = len(letters) - len(dead)
    soaked.doubled, soaked.unheard = crowd.doubled.total(), weather.doubles
    soaked.out_of_order, soaked.strange = crowd.out_of_order, crowd.strange
    soaked.strikes = dict(weather.count)


def report(soaked: Soaked) -> str:
    """Tell what came of it."""
    trend, (_, last) = soaked.trend, soaked.memory[-1]
    strikes = ", ".join(f"{count} {name}" for name, count in sorted(soaked.strikes.items()))
    return "\n".join((
        f"{soaked.updates:,} messages in {soaked.seconds:.0f} s: {len(soaked.lost)} lost, {soaked.dead} dead letters,"
        f" {soaked.doubled} doubled (Telegram kept quiet about {soaked.unheard}), {soaked.out_of_order} out of order",
        f"{soaked.met} calls went wrong; {strikes}; {soaked.malformed_dead} malformed updates are dead letters",
        f"memory {last:.1f} MB at the end, {trend.slope:+.3f} +- {trend.error:.3f} MB a minute",
        *_few(soaked.strange),
    ))  # fmt: skip


def _few(strange: Sequence[str]) -> list[str]:
    return [f"{len(strange)} messages that answer nothing:", *map(repr, strange[:5])] if strange else []
