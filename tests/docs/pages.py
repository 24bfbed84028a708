"""The pages of the documentation, cut into what a test can check: blocks of code, headings, tables, links.

A comment directly above a block says what it is; it is invisible on a code host:

    <!-- file: NAME -->        the block is the file NAME in the page's folder
    <!-- fragment -->          a part of a bot.toml, to be merged into a small whole one
    <!-- refused -->           a bot.toml that must not load
    <!-- runs -->              Python that is run
    <!-- typed -->             a session at a terminal: what follows a prompt is typed
    <!-- not run: REASON -->   shell commands that no test can run
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_FENCE = re.compile(r"^(`{3,})(\w*)[ \t]*$")
_MARK = re.compile(r"^<!-- (.+) -->$")
_HEADING = re.compile(r"^(#{1,6}) (.+?)\s*$")
_ROW_END = re.compile(r"\s*\|\s*")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of code, the mark above it, and the line it begins at."""

    language: str
    text: str
    mark: str
    line: int

    @property
    def file(self) -> str:
        """The name of the file that it is, if it is one."""
        return self.mark.removeprefix("file: ") if self.mark.startswith("file: ") else ""


@dataclass(frozen=True)
class Page:
    """A Markdown file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> list[Block]:
        """Its fenced blocks, in order."""
        return list(_blocks(self.text.splitlines()))

    @cached_property
    def prose(self) -> str:
        """All that stands outside its fenced blocks."""
        lines, fence = [], ""
        for line in self.text.splitlines():
            found = _FENCE.match(line)
            if found and (not fence or line.strip() == fence):
                fence = "" if fence else found[1]
            elif not fence:
                lines.append(line)
        return "\n".join(lines)

    def sections(self, level: int) -> dict[str, str]:
        """What stands under each heading of this level, up to the next of this level or a higher one; no backticks."""
        found: dict[str, list[str]] = {}
        current: list[str] = []
        fenced = False
        for line in self.text.splitlines():
            fenced ^= line.startswith("```")
            heading = None if fenced else _HEADING.match(line)
            if heading and len(heading[1]) <= level:
                current = found.setdefault(heading[2].replace("`", ""), []) if len(heading[1]) == level else []
            else:
                current.append(line)
        return {title: "\n".join(lines) for title, lines in found.items()}

    @cached_property
    def links(self) -> list[str]:
        """The targets of its links to other files, and to headings."""
        return [target for target in _LINK.findall(self.prose) if not re.match(r"[a-z]+:", target)]

    @cached_property
    def anchors(self) -> set[str]:
        """The anchors that a code host gives its headings; the second of a name gets a number."""
        headings = [match[2] for line in self.prose.splitlines() if (match := _HEADING.match(line))]
        found: list[str] = []
        for heading in headings:
            anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            earlier = sum(1 for other in found if re.sub(r"-\d+$", "", other) == anchor)
            found.append(f"{anchor}-{earlier}" if earlier else anchor)
        return set(found)


def pages(folder: str = "") -> list[Page]:
    """The pages of a folder of docs/; without a name, all pages of the repository's documentation."""
    found = sorted((DOCS / folder).rglob("*.md"))
    return [Page(path) for path in ([] if folder else [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]) + found]


def table(text: str) -> list[list[str]]:
    """The rows of the tables in a text, without their headers; cells without backticks around them."""
    rows = [_ROW_END.split(line.strip().strip("|").strip()) for line in text.splitlines() if line.startswith("|")]
    rules = {number for number, row in enumerate(rows) if all(re.fullmatch(r":?-+:?", cell) for cell in row)}
    heads = {number - 1 for number in rules}
    return [[cell.strip("`") for cell in row] for number, row in enumerate(rows) if number not in rules | heads]


def _blocks(lines: list[str]) -> Iterator[Block]:
    number = 0
    while number < len(lines):
        found = _FENCE.match(lines[number])
        if found:
            mark = _MARK.match(lines[number - 1]) if number else None
            end = lines.index(found[1], number + 1)
            text = "".join(f"{line}\n" for line in lines[number + 1 : end])
            yield Block(found[2], text, mark[1] if mark else "", number + 1)
            number = end
        number += 1
