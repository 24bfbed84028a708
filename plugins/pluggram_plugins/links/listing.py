"""/listlinks and /findlink: look through the links."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator
from operator import itemgetter
from typing import Literal, TypeAlias

from pluggram import Button, Handler, Reply, Request, Store, handler
from pluggram_plugins._link import Item, Wanted, counted, example, is_number, line, pages, quoted

PAGE = 20
"""Links in one message: so many of the longest lines still fit."""

_TURN = "listlinks"
_NONE = "There are no links yet. Add one: /addlink <number> <url> [title]"
_ODD_NAMED = 5

Numbers: TypeAlias = "array[int]"
"""As little as it takes to remember a million."""


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
        numbers, odd = await self._sorted()
        return await self._shown(numbers, odd, (max(page or 1, 1) - 1) * PAGE, edit=False)

    async def turn(self, request: Request, way: Literal["after", "before"], number: str) -> Reply:
        """Show the links after or before a number: right whatever was added or removed since the button was sent."""
        numbers, odd = await self._sorted()
        start = bisect_right(numbers, int(number)) if way == "after" else bisect_left(numbers, int(number)) - PAGE
        return await self._shown(numbers, odd, start, edit=True)

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

    async def _sorted(self) -> tuple[Numbers, list[str]]:
        """Give the numbers of posts in their order, and all keys that are no number of a post."""
        numbers: Numbers = array("L")
        odd: list[str] = []
        async for key, _ in self._all():
            if is_number(key, self._digits):
                numbers.append(int(key))
            else:
                odd.append(key)
        return numbers, odd

    async def _shown(self, numbers: Numbers, odd: list[str], start: int, edit: bool) -> Reply:
        if not numbers:
            return Reply("\n".join([_NONE, *_odd(odd)]), edit=edit)
        last = (len(numbers) - 1) // PAGE * PAGE
        start = max(0, start if start < len(numbers) else last)
        keys = [str(number).zfill(self._digits) for number in numbers[start : start + PAGE]]
        heading = f"Links {start + 1:,} to {start + len(keys):,} of {len(numbers):,}"
        lines = [heading, *[line(key, await self._links.get(key)) for key in keys], *(_odd(odd) if start == 0 else [])]
        buttons = []
        if start > 0:
            buttons.append(Button("‹ Previous", data=f"{_TURN}:before:{keys[0]}"))
        if start + len(keys) < len(numbers):
            buttons.append(Button("Next ›", data=f"{_TURN}:after:{keys[-1]}"))
        return Reply("\n".join(lines), buttons=buttons, edit=edit)

    async def _all(self) -> AsyncIterator[Item]:
        async for page in pages(self._links):
            for item in page:
                yield item


def _odd(keys: list[str]) -> list[str]:
    if not keys:
        return []
    named = ", ".join(quoted(key, 30) for key in keys[:_ODD_NAMED])
    more = ", …" if len(keys) > _ODD_NAMED else ""
    return [f"⚠️ {counted(len(keys), 'entry', 'entries')} under what is no post's number: {named}{more}"]
