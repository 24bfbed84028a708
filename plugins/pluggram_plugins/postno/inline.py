"""Inline mode: `@bot 0042` or `@bot harbour`, written in any chat, offers the links that fit."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from operator import itemgetter
from urllib.parse import urlsplit

from pluggram import Article, BotView, Button, Handler, Json, Request, Store, handler
from pluggram_plugins._link import Item, Link, LinkError, Wanted, is_number, pages, shortened
from pluggram_plugins.postno.wording import answer

MOST = 50
"""Links that are offered; Telegram takes no more (Bot API, answerInlineQuery)."""
FEW = 10
"""Links that are offered to who has written nothing yet."""


class Inline:
    """Offers the links of one namespace.

    They are read anew at each query and not kept: so what another process wrote is offered at once, and what it
    removed is not. Decision 0010 has the figures.
    """

    def __init__(self, bot: BotView, links: Store, prefix: str, digits: int) -> None:
        self._bot = bot
        self._links = links
        self._prefix = prefix
        self._command = re.compile(rf"(?:/?{prefix})?[\s#:_-]*", re.ASCII | re.IGNORECASE)
        self._digits = digits

    def handlers(self) -> list[Handler]:
        """Take all that is written behind the bot's name."""
        return [handler(r"(?P<text>[\s\S]*)", self.offer, on="inline", examples=["", "0042", "harbour"])]

    async def offer(self, request: Request, text: str) -> list[Article]:
        """Offer the links that fit, best first; to who has written nothing yet, the first ones.

        The command may stand before a number, as in the chat with the bot.
        """
        wanted = self._command.sub("", text.strip(), 1)
        links = await self._search(wanted) if wanted else await self._first()
        return [self._article(number, link) for number, link in links]

    async def _first(self) -> list[tuple[str, Link]]:
        return list(islice(self._usable(await self._links.items(limit=2 * FEW)), FEW))

    async def _search(self, text: str) -> list[tuple[str, Link]]:
        wanted = Wanted(text, self._digits)
        ranked: list[tuple[int, str, Json]] = []
        async for page in pages(self._links):
            ranked += [(rank, *item) for item in page if (rank := wanted.rank(*item)) is not None]
        ranked.sort(key=itemgetter(0, 1))
        return list(islice(self._usable((key, value) for _, key, value in ranked), MOST))

    def _usable(self, items: Iterable[Item]) -> Iterator[tuple[str, Link]]:
        """Read those that may be sent and can be asked for by their number."""
        for key, value in items:
            if is_number(key, self._digits):
                with suppress(LinkError):
                    yield key, Link.read(value)

    def _article(self, number: str, link: Link) -> Article:
        here = self._bot.deep_link(f"/{self._prefix}{number}")
        buttons = [Button("Open", url=link.url)] if _can_be_a_button(link.url) else []
        buttons += [Button(f"@{self._bot.username}", url=here)] if here else []
        title = f"{number} — {link.title}" if link.title else f"Post {number}"
        return Article(title, answer(number, link), shortened(link.url, 200), buttons)


def _can_be_a_button(url: str) -> bool:
    """Whether Telegram takes the address on a button: one that it refuses would cost the whole answer."""
    host = urlsplit(url).hostname or ""
    return "." in host or ":" in host
