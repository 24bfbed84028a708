"""`python -m tests.faults kill`: the long forms, run by name."""

import argparse
import asyncio
from collections.abc import Sequence

from tests.faults.contenders import Contender, ours, peers
from tests.faults.killing import Verdict, kill_again_and_again, table


def main() -> None:
    """Run what was asked for and print its figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    commands = parser.add_subparsers(required=True, dest="command")
    kill = commands.add_parser("kill", help="kill our bot, or with --peers those of others too, again and again")
    kill.add_argument("--updates", type=int, default=2000)
    kill.add_argument("--kills", type=int, default=50, help="for each contender")
    kill.add_argument("--seed", type=int, default=1)
    kill.add_argument("--peers", action="store_true")
    kill.add_argument("--only", default="", help="contenders whose name and transport hold this")
    kill.add_argument("--delivery", choices=("durable", "memory"), default="durable")
    given = parser.parse_args()
    asyncio.run(_kill(given))


async def _kill(given: argparse.Namespace) -> None:
    verdicts = []
    for contender in _contenders(given):
        verdict = await kill_again_and_again(contender, given.updates, given.kills, given.seed)
        verdicts.append(verdict)
        print(table([verdict]), _strange(verdict), sep="\n", flush=True)
    print(table(verdicts))


def _strange(verdict: Verdict) -> str:
    return "\n".join(f"  {count} x {text!r}" for text, count in verdict.strange.most_common(5))


def _contenders(given: argparse.Namespace) -> Sequence[Contender]:
    found: list[Contender] = []
    for transport in ("polling", "webhook"):
        found += [ours(transport, storage, given.delivery) for storage in ("json", "sqlite")]
        found += peers(transport) if given.peers else []
    return [each for each in found if given.only in f"{each.name} {each.transport}"]


if __name__ == "__main__":
    main()
