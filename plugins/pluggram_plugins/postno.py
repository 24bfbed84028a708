"""Answer /postno0042 with the link of post 0042."""

from typing import Annotated

from pydantic import BaseModel, Field

from pluggram import Context, Handler, Json, Request, Store, handler, hookimpl
from pluggram_plugins._link import NAMESPACE, Digits, Link, LinkError, Namespace, example, is_number, meant

_PAGE = 4


class Postno:
    """Give the link of a post by its number."""

    class Settings(BaseModel):
        """`[plugins.postno]`. prefix: the command before the number. digits: how many a number has.

        namespace: where the links are stored; a second table with other digits wants one of its own.
        """

        prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")] = "postno"
        digits: Digits = 4
        namespace: Namespace = NAMESPACE

    def __init__(self, context: Context) -> None:
        settings: Postno.Settings = context.settings
        self._prefix, self._digits = settings.prefix, settings.digits
        self._bot = context.bot
        self._links = context.shared(settings.namespace)

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer the exact form with the link, and every other way to write a number with a hint."""
        command, number = f"/{self._prefix}", example(self._digits)
        return [
            handler(
                rf"{command}(?P<number>[0-9]{{{self._digits}}})",
                self.find,
                help="Get the link of a post",
                family=f"{command}<number>",
                examples=[command + number],
            ),
            handler(rf"{command}[\s#:_-]*(?P<written>[0-9]*)", self.hint, examples=[command, f"{command} {number}"]),
        ]

    async def find(self, request: Request, number: str) -> str:
        """Answer with the link of a post, or say what there is instead."""
        stored = await self._links.get(number)
        if stored is None:
            return await self._not_found(request, number)
        try:
            link = Link.read(stored)
        except LinkError as why:
            return await self._unusable(request, number, why)
        return f"🔗 Link for post {number}: {link.url}" + (f"\n{link.title}" if link.title else "")

    async def hint(self, request: Request, written: str) -> str:
        """Show the right form to someone who wrote another one."""
        number = meant(written, self._digits) if written else None
        if number:
            return f"Did you mean /{self._prefix}{number}?"
        count = "1 digit" if self._digits == 1 else f"{self._digits} digits"
        return f"A post's number has {count}, right behind the command: /{self._prefix}{example(self._digits)}"

    async def _not_found(self, request: Request, number: str) -> str:
        near = await nearest(self._links, number)
        if not near:
            answer = f"Post {number} was not found: there are no links yet."
            return "\n".join([answer, *await self._how_to_add(request, number)])
        commands = " and ".join(f"/{self._prefix}{number}" for number in near)
        return f"Post {number} was not found. The nearest {'is' if len(near) == 1 else 'are'} {commands}"

    async def _how_to_add(self, request: Request, number: str) -> list[str]:
        command = f"/addlink {number} https://example.org"
        adding = self._bot.finds(command)
        if adding is None or not await self._bot.permits(request, adding):
            return []
        return [f"Add one: {command}", f"Or import a file, in the shell: pluggram {adding.plugin} import FILE"]

    async def _unusable(self, request: Request, number: str, why: LinkError) -> str:
        command = f"/addlink {number} https://example.org"
        adding = self._bot.finds(command)
        known = f"⚠️ A link is stored for post {number}, but it is not usable: {why}."
        if adding is None or not await self._bot.permits(request, adding):
            return known
        return f"{known}\nReplace it: {command}"


async def nearest(links: Store, number: str) -> list[str]:
    """Name the numbers next to this one, below and above, that have a usable link; at most two, often none.

    Asks for a few keys at a time: some 3.3 times per digit, however many links there are.
    """
    digits, value = len(number), int(number)
    below, low, high = None, 0, value
    while low < high:
        middle = (low + high) // 2
        found = await _first(links, digits, middle, high)
        if found is None:
            high = middle
        else:
            below, low = found, int(found) + 1
    above = await _first(links, digits, value + 1, 10**digits)
    return [found for found in (below, above) if found is not None]


async def _first(links: Store, digits: int, low: int, high: int) -> str | None:
    """Find the first number from `low` to below `high` that has a usable link."""
    after = None if low == 0 else str(low - 1).zfill(digits)
    last = str(high - 1).zfill(digits)
    while page := await links.items(after=after, limit=_PAGE):
        for key, value in page:
            if key > last:
                return None
            if is_number(key, digits) and _usable(value):
                return key
        after = page[-1][0]
    return None


def _usable(value: Json) -> bool:
    try:
        Link.read(value)
    except LinkError:
        return False
    return True
