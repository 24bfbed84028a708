"""`python -m tests.faults kill|restarts|soak`: the long forms, run by name."""

import argparse
import asyncio
from collections.abc import Sequence

from tests.faults.contenders import Contender, ours, peers
from tests.faults.killing import Verdict, kill_again_and_again, table
from tests.faults.restarts import restart_again_and_again
from tests.faults.soak import report, soak


def main() -> None:
    """Run what was asked for and print its figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    commands = parser.add_subparsers(required=True)
    kill = commands.add_parser("kill", help="kill our bot, or with --peers those of others too, again and again")
    kill.add_argument("--updates", type=int, default=8000)
    kill.add_argument("--kills", type=int, default=50, help="for each contender")
    kill.add_argument("--peers", action="store_true")
    kill.set_defaults(run=_kill)
    restarts = commands.add_parser("restarts", help="tell our bot to stop, again and again")
    restarts.add_argument("--updates", type=int, default=800)
    restarts.add_argument("--times", type=int, default=20)
    restarts.set_defaults(run=_restarts, peers=False)
    soaking = commands.add_parser("soak", help="let our bot work while everything around it fails")
    soaking.add_argument("--minutes", type=float, default=20.0)
    soaking.add_argument("--rate", type=float, default=10.0, help="messages a second")
    soaking.set_defaults(run=_soak, peers=False)
    for command in (kill, restarts, soaking):
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--only", default="", help="contenders whose name and transport hold this")
        command.add_argument("--delivery", choices=("durable", "memory"), default="durable")
    given = parser.parse_args()
    asyncio.run(given.run(given))


async def _kill(given: argparse.Namespace) -> None:
    verdicts = []
    for contender in _contenders(given):
        verdicts.append(await kill_again_and_again(contender, given.updates, given.kills, given.seed))
        _show(verdicts[-1])
    print(table(verdicts))


async def _restarts(given: argparse.Namespace) -> None:
    for contender in _contenders(given):
        _show(await restart_again_and_again(contender, given.updates, given.times, given.seed))


async def _soak(given: argparse.Namespace) -> None:
    for contender in _contenders(given):
        soaked = await soak(contender, given.minutes * 60, given.rate, given.seed)
        print(contender.name, contender.transport, report(soaked), sep="\n", flush=True)


def _show(verdict: Verdict) -> None:
    strange = (f"  {count} x {text!r}" for text, count in verdict.strange.most_common(5))
    print(table([verdict]), *strange, sep="\n", flush=True)


def _contenders(given: argparse.Namespace) -> Sequence[Contender]:
    found: list[Contender] = []
    for transport in ("polling", "webhook"):
        found += [ours(transport, storage, given.delivery) for storage in ("json", "sqlite")]
        found += peers(transport) if given.peers else []
    return [each for each in found if given.only in f"{each.name} {each.transport}"]


if __name__ == "__main__":
    main()
