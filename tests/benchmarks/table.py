"""Tables in Markdown: medians over the rounds, with their spread, ratios, and faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Rounds = Sequence[Mapping[str, Any]]
FAULTS = ("wrong", "missing", "doubled", "disordered")
"""What an API counts that must be 0, summed over the rounds."""


@dataclass(frozen=True)
class Column:
    """One figure. ratio: to the first row, round by round; `{first}` in a title is its name."""

    title: str
    key: str
    form: str
    scale: float = 1
    ratio: bool = False

    def cell(self, rounds: Rounds, base: Rounds) -> str:
        """Write the figure of one row, with the least and the most of its rounds."""
        if self.ratio:
            return spread(ratios(rounds, base, self.key), self.form)
        return spread([self.scale * each[self.key] for each in rounds], self.form)


def ratios(rounds: Rounds, base: Rounds, key: str) -> list[float]:
    """Compare a figure round by round: what disturbed one round has disturbed both."""
    return [ours[key] / theirs[key] for ours, theirs in zip(rounds, base, strict=True)]


def spread(figures: Sequence[float], form: str) -> str:
    """Write the median, and behind it the least and the most."""
    least, middle, most = (form.format(figure) for figure in (min(figures), median(figures), max(figures)))
    return middle if least == most else f"{middle} ({least}-{most})"


def table(results: Mapping[str, Rounds], columns: Sequence[Column], faults: Sequence[str] = ()) -> str:
    """Lay out one row for each."""
    first, base = next(iter(results.items()))
    rows = [
        [name, *(column.cell(rounds, base) for column in columns), *(str(sum(r[f] for r in rounds)) for f in faults)]
        for name, rounds in results.items()
    ]
    return lines(["", *(column.title.format(first=first) for column in columns), *faults], rows)


def lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table, its columns aligned."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    written = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in [head, *rows]]
    ruler = ["-" * width for width in widths]
    return "\n".join(f"| {' | '.join(row)} |" for row in [written[0], ruler, *written[1:]])
