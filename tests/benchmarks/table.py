"""Tables in Markdown: medians over the rounds, with their spread, ratios, and faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Rounds = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Column:
    """One figure. spread: whether the least and the most of the rounds stand behind the median."""

    title: str
    key: str
    form: str
    scale: float = 1
    ratio: bool = False

    def cell(self, rounds: Rounds, base: Rounds) -> str:
        """Write the figure of one contender."""
        figures = [self.scale * each[self.key] for each in rounds]
        if self.ratio:
            return self.form.format(median(figures) / median(self.scale * each[self.key] for each in base))
        least, most = self.form.format(min(figures)), self.form.format(max(figures))
        middle = self.form.format(median(figures))
        return middle if least == most else f"{middle} ({least}-{most})"


def ratio(title: str, key: str) -> Column:
    """Compare with the first contender."""
    return Column(title, key, "{:.2f}", ratio=True)


def table(
    results: Mapping[str, Rounds], columns: Sequence[Column], ratios: Sequence[Column], faults: Sequence[str]
) -> str:
    """Lay out one row for each contender; faults are summed over the rounds."""
    base = next(iter(results.values()))
    all_columns = [*columns, *ratios]
    rows = [
        [
            name,
            *(column.cell(rounds, base) for column in all_columns),
            *(str(sum(r[f] for r in rounds)) for f in faults),
        ]
        for name, rounds in results.items()
    ]
    return lines(["", *(column.title for column in all_columns), *faults], rows)


def lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table, its columns aligned."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    written = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in [head, *rows]]
    ruler = ["-" * width for width in widths]
    return "\n".join(f"| {' | '.join(row)} |" for row in [written[0], ruler, *written[1:]])
