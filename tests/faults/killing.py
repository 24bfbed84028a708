"""The kill script: a bot is killed at random moments while people write to it, and then everything is counted."""

import asyncio
import json
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from pluggram.simulator import Telegram
from pluggram.simulator.http import serve
from pluggram.simulator.model.webhooks import Patience
from tests.faults.contenders import Contender, Place, Pluggram
from tests.faults.crowd import Crowd
from tests.faults.inbox import Inbox

STARTING, IDLE = 30.0, 1.0
"""Seconds without an answer after which a bot is killed: before its first one, and between two."""
PATIENCE = 8.0
"""Seconds without an answer after which what is not answered in the last life is given up."""


@dataclass(frozen=True)
class Moment:
    """When a bot is killed: so many answers after its start, and so many seconds after these."""

    answers: int
    delay: float


def moments(seed: int, kills: int, share: int) -> list[Moment]:
    """Choose when to kill: after up to twice the `share` of a life; one in ten while the bot starts, or just has.

    The same seed gives the same moments.
    """
    rng = random.Random(seed)
    return [
        Moment(0, rng.uniform(0, 0.8))
        if rng.random() < 0.1
        else Moment(rng.randint(1, 2 * share), rng.uniform(0, 0.05))
        for _ in range(kills)
    ]


@dataclass
class Verdict:
    """What came of it."""

    name: str
    transport: str
    kills: int = 0
    updates: int = 0
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    """Numbers that were never answered."""
    dead: int = 0
    """Updates that were set aside, for the process had died under them again and again, and given back at the end."""
    doubled: int = 0
    """Answers beyond the first."""
    running: int = 0
    """Handlers that ran when the bot was killed, summed over all kills."""
    unmarked: int = 0
    """Answers that stood in the chat at a kill without a mark of it in the inbox, summed over all kills."""
    out_of_order: int = 0
    links: int = 0
    lost_links: list[str] = field(default_factory=list)
    strange: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


@asynccontextmanager
async def stage(
    contender: Contender, seed: int, telegram: Telegram | None = None
) -> AsyncIterator[tuple[Crowd, Place]]:
    """Set up a Telegram, if none is given, with a crowd, and a folder for the bot."""
    telegram = telegram or Telegram()
    telegram.patience = Patience(pause=0.05, longest=0.4)
    account = telegram.bot("postbot")
    with tempfile.TemporaryDirectory() as folder, telegram.watch() as events:
        crowd = Crowd(telegram, account, random.Random(seed), events)
        async with serve(telegram) as url:
            place = Place(Path(folder), url, account.token, crowd.owners)
            place.journal.touch()
            contender.settle(place)
            yield crowd, place


async def kill_again_and_again(
    contender: Contender, updates: int, kills: int, seed: int, patience: float = PATIENCE
) -> Verdict:
    """Run the script: a backlog at first, then each life of the bot brings its share; the last one may finish.

    In that one, what was set aside is given back, as a person does who sees it in `pluggram inbox list`.
    """
    began = monotonic()
    verdict = Verdict(contender.name, contender.transport)
    async with stage(contender, seed) as (crowd, place):
        crowd.speak(updates // 5)
        share = (updates - len(crowd.said)) // kills
        for moment in moments(seed, kills, share):
            crowd.speak(share)
            await _live_and_die(contender, place, crowd, moment, verdict)
        crowd.speak(updates - len(crowd.said))
        async with contender.running(place):
            await crowd.answered(len(crowd.said), patience)
            verdict.out_of_order = crowd.out_of_order
            if isinstance(contender, Pluggram) and (dead := Inbox(place.data).dead()):
                verdict.dead = len(dead)
                await contender.shell(place, "inbox", "retry", "--all")
                await crowd.answered(len(crowd.said), patience)
        await judge(contender, place, crowd, verdict)
    verdict.seconds = monotonic() - began
    return verdict


async def _live_and_die(contender: Contender, place: Place, crowd: Crowd, moment: Moment, verdict: Verdict) -> None:
    before, read = crowd.hear(), place.journal.stat().st_size
    async with contender.running(place):
        if moment.answers and await crowd.answered(before + 1, STARTING):
            await crowd.answered(before + moment.answers, IDLE)
        await pass_time(crowd.telegram, moment.delay)
    await _settled(crowd)
    verdict.kills += 1
    verdict.running += _running(place.journal, read)
    verdict.unmarked += len(Inbox(place.data).undone() & crowd.answers.keys())


async def judge(contender: Contender, place: Place, crowd: Crowd, verdict: Verdict) -> None:
    """Count what came of it, once the bot has ended."""
    verdict.lost = [said.number for said in crowd.unanswered]
    verdict.updates, verdict.answered, verdict.doubled = len(crowd.said), len(crowd.answers), crowd.doubled.total()
    verdict.strange = Counter(crowd.strange)
    if isinstance(contender, Pluggram):
        confirmed = crowd.confirmed_links
        stored = json.loads(await contender.shell(place, "links", "export"))
        verdict.links = len(confirmed)
        verdict.lost_links = [number for number in confirmed if confirmed[number] not in json.dumps(stored.get(number))]


def _running(journal: Path, start: int) -> int:
    """Count the handlers that had begun and not ended, in what was written to the journal from `start` on."""
    with journal.open("rb") as file:
        file.seek(start)
        signs = Counter(line[:1] for line in file)
    return signs[b"+"] - signs[b"-"]


async def pass_time(telegram: Telegram, seconds: float) -> None:
    """Let time pass: what is random here is the moment of the kill, by nature real time."""
    with suppress(TimeoutError):
        await telegram.until(lambda: False, seconds)


async def _settled(crowd: Crowd) -> None:
    """Let the Bot API work off what the dead bot has left in its sockets."""
    turns = 0
    while turns < 100:
        before = crowd.telegram.told
        await asyncio.sleep(0)
        turns = turns + 1 if crowd.telegram.told == before else 0
    crowd.hear()


def table(verdicts: Sequence[Verdict]) -> str:
    """Lay the verdicts out, a line each."""
    names = (
        "kills",
        "updates",
        "lost",
        "dead",
        "doubled",
        "running",
        "unmarked",
        "disorder",
        "links",
        "lost links",
        "s",
    )
    lines = [f"{'':34}{'':9}" + "".join(f"{name:>11}" for name in names)]
    for each in verdicts:
        figures = (each.kills, each.updates, len(each.lost), each.dead, each.doubled, each.running, each.unmarked,
                   each.out_of_order, each.links, len(each.lost_links), round(each.seconds))  # fmt: skip
        lines.append(f"{each.name:34}{each.transport:9}" + "".join(f"{figure:11,}" for figure in figures))
    return "\n".join(lines)
