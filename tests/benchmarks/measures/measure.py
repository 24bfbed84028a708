"""What a measure is given, and what it finds."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders import Contender, limits, peers
from tests.benchmarks.pluggram_bots import ours

Rounds = Sequence[Mapping[str, Any]]
"""The figures of one contender, one mapping for each round."""
Results = Mapping[str, Rounds]
"""The rounds of each contender, by name."""


@dataclass(frozen=True)
class Given:
    """Where to work, how often and how much, and whose turn it is: names, or what they begin with."""

    folder: Path
    rounds: int = 5
    updates: int = 20_000
    only: Sequence[str] = ()

    def is_meant(self, contender: Contender) -> bool:
        """Whether it is the turn of this one."""
        begins = tuple(f"{name}-" for name in self.only)
        return not self.only or contender.name in self.only or contender.name.startswith(begins)

    def chosen(self, among: Sequence[Contender]) -> list[Contender]:
        """Choose from these. Raises ValueError when that leaves nobody."""
        found = [each for each in among if self.is_meant(each)]
        if not found:
            raise ValueError(f"none is meant of {', '.join(each.name for each in among)}")
        return found

    async def in_turns(
        self, among: Sequence[Contender], measure: Callable[[Contender], Awaitable[dict[str, Any]]]
    ) -> Results:
        """Measure each once a round, so that what disturbs the machine disturbs all."""
        results: dict[str, list[dict[str, Any]]] = {contender.name: [] for contender in self.chosen(among)}
        for _ in range(self.rounds):
            for contender in self.chosen(among):
                results[contender.name].append(await measure(contender))
        return results


@dataclass(frozen=True)
class Findings:
    """text: Markdown for people. results: the figures, for the targets."""

    text: str
    results: Results = field(default_factory=dict)


@dataclass(frozen=True)
class Measure:
    """name: what it is called on the command line. about: what it tells, in small letters."""

    name: str
    about: str
    find: Callable[[Given], Awaitable[Findings]]

    @property
    def title(self) -> str:
        """What stands above its tables."""
        return self.about[0].upper() + self.about[1:]


def everybody() -> list[Contender]:
    """All contenders; in each way the limit comes first."""
    return [*limits(), *ours(), *peers()]
