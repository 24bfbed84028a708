"""What the figures are to reach, as ratios of what one run has measured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.measures.measure import Results
from tests.benchmarks.table import FAULTS, lines, ratios, spread

Found = Mapping[str, Results]
"""What was measured, by the name of the measure."""
MEMORY, DURABLE, PTB_HANDLER = "pluggram-memory-sqlite", "pluggram-durable-sqlite", "pluggram-ptb-handler-memory"
PEERS = ("grammy", "telebot", "aiogram", "ptb-8")


@dataclass(frozen=True)
class Target:
    """figure: one for each round; raises KeyError where it was not measured."""

    what: str
    bound: float
    figure: Callable[[Found], Sequence[float]]
    at_least: bool = False

    def row(self, found: Found) -> list[str] | None:
        """Say what was found; None where it was not measured."""
        try:
            figures = self.figure(found)
        except KeyError:
            return None
        reached = median(figures) >= self.bound if self.at_least else median(figures) <= self.bound
        sign = "≥" if self.at_least else "≤"
        return [self.what, f"{sign} {self.bound:g}", spread(figures, "{:.2f}"), "reached" if reached else "MISSED"]


def ratio(measure: str, ours: str, base: str, key: str = "cpu") -> Callable[[Found], Sequence[float]]:
    """Compare two in one measure."""
    return lambda found: ratios(found[measure][ours], found[measure][base], key)


def _latency(ours: str) -> Callable[[Found], Sequence[float]]:
    """Compare with the peer that is best."""

    def compare(found: Found) -> Sequence[float]:
        results = found["latency"]
        best = min((results[peer] for peer in PEERS), key=lambda rounds: median(each["p99"] for each in rounds))
        return ratios(results[ours], best, "p99")

    return compare


def _memory(found: Found) -> Sequence[float]:
    return ratios(found["bots"][DURABLE], found["start"]["ptb-bare"], "rss")


def _faults(found: Found) -> Sequence[float]:
    """Count what went wrong in any round of any bot of ours."""
    ours = [each for results in found.values() for name, rounds in results.items() if name.startswith("pluggram")
            for each in rounds if FAULTS[0] in each]  # fmt: skip
    if not ours:
        raise KeyError("ours")
    return [sum(each[fault] for fault in FAULTS for each in ours)]


TARGETS = [
    Target("CPU per update, polling, memory, x limit", 4, ratio("bots", MEMORY, "limit")),
    Target("CPU per update, polling, durable, SQLite, x limit", 6, ratio("bots", DURABLE, "limit")),
    Target("CPU per update, webhook, durable, x limit", 4, ratio("bots", f"{DURABLE}-webhook", "limit-webhook")),
    Target("CPU per update of grammY, x ours, durable", 2.5, ratio("bots", "grammy", DURABLE), at_least=True),
    Target("CPU per update of pyTelegramBotAPI, x ours, durable", 3, ratio("bots", "telebot", DURABLE), at_least=True),
    Target("CPU per update of aiogram, x ours, durable", 10, ratio("bots", "aiogram", DURABLE), at_least=True),
    Target("CPU per update of PTB, 8 concurrent, x ours, durable", 20, ratio("bots", "ptb-8", DURABLE), at_least=True),
    Target("CPU per update of the old bot, x ours, durable", 200, ratio("bots", "old", DURABLE), at_least=True),
    Target("CPU of PTB at its best, x the same handler in our bot", 10, ratio("bots", "ptb-8", PTB_HANDLER), True),
    Target("p99 at 100 updates/s, memory, x the best peer", 0.5, _latency(MEMORY)),
    Target("p99 at 100 updates/s, durable, x the best peer", 0.5, _latency(DURABLE)),
    Target("answers/s to 100 users, API 50 ms away, x limit", 0.95, ratio("closed", DURABLE, "limit", "rate"), True),
    Target("answers that are wrong, missing, doubled or out of order", 0, _faults),
    Target("10 to 10,000 patterns, CPU", 1.1, ratio("growth", "patterns-10000", "patterns-10")),
    Target("10 k to 1 M links, CPU", 1.3, ratio("growth", "links-1000000", "links-10000")),
    Target("10 k to 1 M links, start", 1.2, ratio("growth", "links-1000000", "links-10000", "start")),
    Target("10 k to 1 M links, RSS", 1.2, ratio("growth", "links-1000000", "links-10000", "rss")),
    Target("start, all built-ins, 10,000 links, x bare PTB", 1, ratio("start", DURABLE, "ptb-bare", "start")),
    Target("RSS after 20,000 updates, x bare PTB", 1.2, _memory),
    Target("durable writes of 64 callers: time of aiosqlite, x ours", 4,
           ratio("writes", "aiosqlite, a transaction each, 64", "pluggram, 64 callers", "seconds"), at_least=True),
    Target("pluggram --version, x python -c pass", 4, ratio("version", "pluggram --version", "python -c pass",
                                                            "seconds")),
]  # fmt: skip


def report(found: Found) -> str:
    """Lay out the targets that these figures decide; nothing when they decide none."""
    rows = [row for target in TARGETS if (row := target.row(found))]
    return lines(["target", "", "found", ""], rows) if rows else ""
