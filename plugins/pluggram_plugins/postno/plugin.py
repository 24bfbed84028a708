"""Answer /postno0042 with the link of post 0042."""

from dataclasses import dataclass, field

from pluggram import Context, Handler, Request, handler, hookimpl
from pluggram_plugins._link import DIGITS, NAMESPACE, NAMESPACE_NAME, Link, LinkError, counted, example, meant
from pluggram_plugins.postno.inline import Inline
from pluggram_plugins.postno.nearest import nearest
from pluggram_plugins.postno.wording import answer


class Postno:
    """Give the link of a post by its number."""

    @dataclass(frozen=True)
    class Settings:
        """`[plugins.postno]`."""

        prefix: str = field(default="postno", metadata={"pattern": r"^[a-z][a-z0-9_]{0,31}$"})
        """The command before the number."""
        digits: int = field(default=4, metadata=DIGITS)
        """How many digits a number has."""
        namespace: str = field(default=NAMESPACE, metadata=NAMESPACE_NAME)
        """Where the links are stored; a second table with other digits wants one of its own."""
        inline: bool = True
        """Whether this table answers `@bot harbour`, which one plugin of a bot can."""

    def __init__(self, context: Context) -> None:
        settings: Postno.Settings = context.settings
        self._prefix, self._digits = settings.prefix, settings.digits
        self._bot = context.bot
        self._links = context.shared(settings.namespace)
        self._inline = Inline(self._bot, self._links, self._prefix, self._digits) if settings.inline else None

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer the exact form with the link, every other way to write a number with a hint, and inline queries."""
        command, number = f"/{self._prefix}", example(self._digits)
        return [
            handler(
                rf"{command}(?P<number>[0-9]{{{self._digits}}})",
                self.find,
                help="Get the link of a post",
                family=f"{command}<number>",
                examples=[command + number],
                deep_link=True,
            ),
            handler(rf"{command}[\s#:_-]*(?P<written>[0-9]*)", self.hint, examples=[command, f"{command} {number}"]),
            *(self._inline.handlers() if self._inline else ()),
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
        return answer(number, link)

    async def hint(self, request: Request, written: str) -> str:
        """Show the right form to someone who wrote another one."""
        number = meant(written, self._digits) if written else None
        if number:
            return f"Did you mean /{self._prefix}{number}?"
        form = f"/{self._prefix}{example(self._digits)}"
        return f"A post's number has {counted(self._digits, 'digit')}, right behind the command: {form}"

    async def _not_found(self, request: Request, number: str) -> str:
        near = await nearest(self._links, number)
        if not near:
            nothing = f"Post {number} was not found: there are no links yet."
            return "\n".join([nothing, *await self._how_to_add(request, number)])
        commands = " and ".join(f"/{self._prefix}{number}" for number in near)
        return f"Post {number} was not found. The nearest {'is' if len(near) == 1 else 'are'} {commands}"

    async def _how_to_add(self, request: Request, number: str) -> list[str]:
        command = f"/addlink {number} https://example.org"
        adding = self._bot.finds(command)
        if adding is None or not await self._bot.permits(request, adding):
            return []
        in_chat = "send it with the caption /importlinks, or " if self._bot.finds("/importlinks") else ""
        return [f"Add one: {command}", f"Or import a file: {in_chat}in the shell, pluggram {adding.plugin} import FILE"]

    async def _unusable(self, request: Request, number: str, why: LinkError) -> str:
        command = f"/addlink {number} https://example.org"
        adding = self._bot.finds(command)
        known = f"⚠️ A link is stored for post {number}, but it is not usable: {why}."
        if adding is None or not await self._bot.permits(request, adding):
            return known
        return f"{known}\nReplace it: {command}"
