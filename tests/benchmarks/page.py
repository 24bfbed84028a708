"""The page of the documentation that has the figures of one run."""

from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.environments import ROOT

PAGE = ROOT / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- the figures of one run, by --write -->", "<!-- end of the figures -->"


def write(parts: Sequence[str], page: Path = PAGE) -> None:
    """Put these where the figures of another run were. Raises ValueError when the page has no place for them."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no place for figures, which lies between {BEGIN} and {END}")
    page.write_text("\n\n".join([before + begin, *parts, end + after]), encoding="utf-8")
