"""/listlinks and /findlink: look through the links."""

from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator
from operator import itemgetter
from typing import Literal

from pluggram import Button, Handler, Reply, Request, Store, handler
from pluggram_plugins._link import Item, Wanted, counted, example, is_number, line, pages, quoted

PAGE = 20
"""Links in one message: so many of the longest lines still fit."""

_TURN = "listlinks"
_NONE = "There are no links yet. Add one: /addlink <number> <url> [title]"
_ODD_NAMED = 5


class Listing:
    """Shows the links of one namespace."""

    def __init__(self, links: Store, digits: int) -> None:
        self._links = links
        self._digits = digits

    def handlers(self) -> list[Handler]:
        """Say how both are written, and take the presses of the paging buttons."""
        return [
            handler(
                r"/listlinks(?:\s+(?P<page>[0-9]{1,9}))?\s*",
                self.page,
                help="List all links",
                family="/listlinks [page]",
                examples=["/listlinks", "/listlinks 2"],
                access="admin",
            ),
            handler(
                rf"{_TURN}:(?P<way>after|before):(?P<number>[0-9]{{1,9}})",
                self.turn,
                on="button",
                family="turn the list",
                examples=[f"{_TURN}:after:{example(self._digits)}"],
                access="admin",
            ),
            handler(
                r"/findlink\s+(?P<text>\S[\s\S]*)",
                self.find,
                help="Find links by number, address or title",
                family="/findlink <text>",
                examples=["/findlink example.org"],
                access="admin",
            ),
        ]

    async def page(self, request: Request, page: int | None) -> Reply:
        """Show one page, the first if none is said, the last if there are fewer."""
        posts, odd = await self._sorted()
        return _shown(posts, odd, (max(page or 1, 1) - 1) * PAGE, edit=False)

    async def turn(self, request: Request, way: Literal["after", "before"], number: str) -> Reply:
        """Show the links after or before a number: right whatever was added or removed since the button was sent."""
        posts, odd = await self._sorted()
        numbers = [key for key, _ in posts]
        start = bisect_right(numbers, number) if way == "after" else bisect_left(numbers, number) - PAGE
        return _shown(posts, odd, start, edit=True)

    async def find(self, request: Request, text: str) -> str:
        """Show the links whose number, address or title holds each word of the text, best first."""
        wanted = Wanted(text, self._digits)
        found = [(rank, *item) async for item in self._all() if (rank := wanted.rank(*item)) is not None]
        if not found:
            return f"No link found for {quoted(text.strip())}."
        found.sort(key=itemgetter(0, 1))
        more = [f"and {len(found) - PAGE:,} more"] if len(found) > PAGE else []
        heading = f"{counted(len(found), 'link')} found:"
        return "\n".join([heading, *(line(key, value) for _, key, value in found[:PAGE]), *more])

    async def _sorted(self) -> tuple[list[Item], list[str]]:
        """Give the links of posts in the order of their numbers, and all keys that are no number of a post."""
        posts: list[Item] = []
        odd: list[str] = []
        async for key, value in self._all():
            if is_number(key, self._digits):
                posts.append((key, value))
            else:
                odd.append(key)
        return posts, odd

    async def _all(self) -> AsyncIterator[Item]:
        async for page in pages(self._links):
            for item in page:
                yield item


def _shown(posts: list[Item], odd: list[str], start: int, edit: bool) -> Reply:
    if not posts:
        return Reply("\n".join([_NONE, *_odd(odd)]), edit=edit)
    last = (len(posts) - 1) // PAGE * PAGE
    start = max(0, start if start < len(posts) else last)
    shown = posts[start : start + PAGE]
    heading = f"Links {start + 1:,} to {start + len(shown):,} of {len(posts):,}"
    lines = [heading, *(line(*item) for item in shown), *(_odd(odd) if start == 0 else [])]
    buttons = []
    if start > 0:
        buttons.append(Button("‹ Previous", data=f"{_TURN}:before:{shown[0][0]}"))
    if start + len(shown) < len(posts):
        buttons.append(Button("Next ›", data=f"{_TURN}:after:{shown[-1][0]}"))
    return Reply("\n".join(lines), buttons=buttons, edit=edit)


def _odd(keys: list[str]) -> list[str]:
    if not keys:
        return []
    named = ", ".join(quoted(key, 30) for key in keys[:_ODD_NAMED])
    more = ", …" if len(keys) > _ODD_NAMED else ""
    return [f"⚠️ {counted(len(keys), 'entry', 'entries')} under what is no post's number: {named}{more}"]
