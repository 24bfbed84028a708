"""The same work for all: posts with links, commands that ask for them, and what the answers are.

The programs of all contenders import this one, in whatever environment they run: it needs the standard library alone.
"""

import json
import os
import re
from functools import cache
from pathlib import Path

TOKEN = "4242424242:AA-token-of-a-bot-that-is-measured"
USERNAME = "ourbot"
SECRET = "s3cret-of-the-measured-webhook-0123456789"
COMMAND = re.compile(rf"/postno([0-9]{{4,9}})(?:@{USERNAME})?")


def digits(posts: int) -> int:
    """How many digits a post's number has."""
    return max(4, len(str(posts - 1)))


def has_link(number: int) -> bool:
    """Two posts in a hundred have none."""
    return number % 50 != 7


def links(posts: int) -> dict[str, str]:
    """Give the links of all posts that have one, by number."""
    width = digits(posts)
    return {f"{n:0{width}}": f"https://example.org/post/{n:0{width}}" for n in range(posts) if has_link(n)}


def answer(number: str, url: str | None) -> str:
    """Answer a command; who asks for a post without a link may be told more behind it."""
    return f"🔗 Link for post {number}: {url}" if url else f"Post {number} was not found"


def number_in(text: str) -> str | None:
    """Find the number that a command asks for."""
    found = COMMAND.fullmatch(text)
    return found[1] if found else None


def reply_to(text: str, known: dict[str, str]) -> str | None:
    """Do the whole work in memory."""
    number = number_in(text)
    return answer(number, known.get(number)) if number else None


@cache
def links_file() -> Path:
    """Where the links of this run are, as one JSON object."""
    return Path(os.environ["LINKS"])


def read_links() -> dict[str, str]:
    """Read the links of this run."""
    known: dict[str, str] = json.loads(links_file().read_bytes())
    return known
