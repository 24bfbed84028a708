"""/history: what has changed, who changed it, and when."""

from collections.abc import Sequence

from pluggram import BotView, Button, Handler, Reply, Request, handler
from pluggram_plugins._audit import Change, Entry, Log
from pluggram_plugins._link import quoted, unquoted
from pluggram_plugins.audit.wording import line

PAGE = 10
"""Changes in one message: so many of the longest lines still fit."""

_TURN = "history"
_FIRST = "0" * 12
_LONGEST_NUMBER = 9

Told = tuple[Entry, Change | None]


class History:
    """Shows the record."""

    def __init__(self, bot: BotView, log: Log) -> None:
        self._bot = bot
        self._rows = log.rows

    def handlers(self) -> list[Handler]:
        """Say how it is written, and take the presses of the paging buttons."""
        return [
            handler(
                r'/history(?:\s+(?P<key>"[^"\n]*"|\S+))?\s*',
                self.show,
                help="Who changed what, and when",
                family="/history [number]",
                examples=["/history", "/history 0042"],
                access="admin",
            ),
            handler(
                rf"{_TURN}:(?P<after>[0-9]{{12}})(?::(?P<number>[0-9]{{1,{_LONGEST_NUMBER}}}))?",
                self.turn,
                on="button",
                family="turn the history",
                examples=[f"{_TURN}:{_FIRST}", f"{_TURN}:{_FIRST}:0042"],
                access="admin",
            ),
        ]

    async def show(self, request: Request, key: str | None) -> Reply:
        """Show the newest changes: of one link, or of all."""
        return await self._page(unquoted(key) if key else None, _FIRST, edit=False)

    async def turn(self, request: Request, after: str, number: str | None) -> Reply:
        """Show the changes before one of them."""
        return await self._page(number, after, edit=True)

    async def _page(self, key: str | None, after: str, edit: bool) -> Reply:
        told = await (self._all(after) if key is None else self._of(key, after))
        if not told:
            return Reply(await self._nothing(key), edit=edit)
        subject = "Changes" if key is None else f"Changes of {quoted(key, 40)}"
        lines = [f"{subject}, the newest first (UTC):", *(line(*each, key) for each in told[:PAGE]), *self._link(key)]
        return Reply("\n".join(lines), self._buttons(told, key, after), edit)

    async def _all(self, after: str) -> Sequence[Told]:
        entries = await self._rows.entries(after, PAGE + 1)
        return [(entry, await self._only_change(entry)) for entry in entries]

    async def _only_change(self, entry: Entry) -> Change | None:
        return (await self._rows.changes(entry)).get(entry.keys[0]) if len(entry.keys) == 1 else None

    async def _of(self, key: str, after: str) -> Sequence[Told]:
        found = await self._rows.of(key, after, PAGE + 1)
        return [(entry, change) for id, change in found if (entry := await self._rows.entry(id))]

    async def _nothing(self, key: str | None) -> str:
        if key is None:
            return "Nothing has been changed yet."
        nothing = f"No change of {quoted(key, 40)} is recorded."
        likely = [key.zfill(width) for width in range(1, _LONGEST_NUMBER + 1)] if key.isdecimal() else []
        shorter = [key.lstrip("0").zfill(width) for width in range(1, len(key))] if key.isdecimal() else []
        for number in dict.fromkeys(likely + shorter):
            if await self._rows.of(number, limit=1):
                return f"{nothing} Did you mean /history {number}?"
        return nothing

    def _link(self, key: str | None) -> list[str]:
        """Give the link that asks for the post: whoever looks at its history may want to pass it on."""
        commands = [d.handler.command for d in self._bot.declarations if d.handler.deep_link]
        links = [link for command in commands if (link := self._bot.deep_link(f"{command}{key}"))] if key else []
        return [f"To pass it on: {links[0]}"] if links else []

    def _buttons(self, told: Sequence[Told], key: str | None, after: str) -> list[Button]:
        if key is not None and not (key.isascii() and key.isdigit() and len(key) <= _LONGEST_NUMBER):
            return []
        about = f":{key}" if key else ""
        newest = [Button("‹ Newest", data=f"{_TURN}:{_FIRST}{about}")] if after > _FIRST else []
        older = [Button("Older ›", data=f"{_TURN}:{told[PAGE - 1][0].id}{about}")] if len(told) > PAGE else []
        return newest + older
