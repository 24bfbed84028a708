"""/undo and /redo: take back one's last change, and put it back."""

from collections.abc import AsyncIterator, Mapping

from pluggram import Context, Handler, Json, Request, handler
from pluggram_plugins._audit import ADMINS, Act, Change, Entry, Log
from pluggram_plugins._link import counted, quoted
from pluggram_plugins.audit.wording import changed, now, thing, when, who

_NAMED = 5
_REMEMBERED = 50


class _Blocked(Exception):
    """A change that cannot be taken back; the message is the reason, with its full stop."""


class Undo:
    """Takes back the changes of who asks, the last one first, and never what somebody else has made of it since."""

    def __init__(self, context: Context, log: Log) -> None:
        self._bot = context.bot
        self._shared = context.shared
        self._told = context.store
        self._log = log

    def handlers(self) -> list[Handler]:
        """Say how both are written."""
        return [
            handler("/undo", self.undo, help="Take back your last change", examples=["/undo"], access="admin"),
            handler("/redo", self.redo, help="Put back what you took back", examples=["/redo"], access="admin"),
        ]

    async def undo(self, request: Request) -> str:
        """Take back the last change that is not taken back yet."""
        done = await self._take_back(request, redo=False)
        return done or "There is no change of yours to take back. /history shows who changed what."

    async def redo(self, request: Request) -> str:
        """Put back what was taken back last."""
        done = await self._take_back(request, redo=True)
        return done or "There is nothing to put back: you have taken back nothing, or put it back already."

    async def _take_back(self, request: Request, redo: bool) -> str | None:
        """Take back the first that can be; who was told that one cannot is not told again, but gets the next."""
        if request.redelivered and (done := await self._done_before(request)):
            return done
        user = str(request.user.id if request.user else "")
        remembered = await self._told.get(user)
        told = remembered if isinstance(remembered, list) else []
        async for entry in self._standing(request, redo):
            try:
                return await self._reverse(request, entry, redo)
            except _Blocked as why:
                if entry.id not in told:
                    await self._told.put(user, [*told, entry.id][-_REMEMBERED:])
                    return f"{why}\n{'/redo' if redo else '/undo'} again takes the one before."
        return None

    async def _done_before(self, request: Request) -> str | None:
        """Answer an update that comes again, because the process died after it was done, by what was done then."""
        for entry in await self._log.rows.entries():
            if entry.act.undoes and entry.act.update == request.id:
                return _done(entry, await self._log.rows.changes(entry))
        return None

    async def _standing(self, request: Request, redo: bool) -> AsyncIterator[Entry]:
        """Give the changes of who asks that are not taken back, the newest first; with `redo`, what he took back.

        What was done in the shell is the owners'.
        """
        mine = {request.user.id if request.user else None}
        mine |= {None} if await self._bot.has_role(request, "owner") else set()
        taken_back: set[str] = set()
        after = ""
        while page := await self._log.rows.entries(after):
            for entry in page:
                if entry.id in taken_back:
                    continue
                taken_back.add(entry.act.undoes)
                wanted = entry.act.did == "undo" if redo else not entry.act.undoes
                if wanted and entry.act.by in mine:
                    yield entry
            after = page[-1].id

    async def _reverse(self, request: Request, entry: Entry, redo: bool) -> str:
        if entry.place == ADMINS and not await self._bot.has_role(request, "owner"):
            raise _Blocked("Not taken back: only an owner of this bot may change who is an admin.")
        changes = await self._log.rows.changes(entry)
        if not changes:
            raise _Blocked("Not taken back: what it was before is no longer kept.")

        def back(found: Mapping[str, Json]) -> Mapping[str, Json]:
            return {key: change.old for key, change in changes.items() if found[key] == change.new}

        note = entry.act.note if redo else thing(entry)
        act = Act.of(request, "redo" if redo else "undo", note=note, undoes=entry.id)
        made = await self._log.apply(act, self._shared(entry.place), changes, back)
        left = [key for key in changes if key not in made]
        since = [await self._since(entry, key) for key in left[:_NAMED]]
        since += [f"and {len(left) - _NAMED:,} more"] if len(left) > _NAMED else []
        if not made:
            raise _Blocked("\n".join(["Not taken back, for it was changed since:", *since]))
        for key in made if entry.place == ADMINS else ():
            self._bot.refresh_menus(int(key))
        stay = [f"Changed since, so {counted(len(left), 'link stays', 'links stay')}:"] if left else []
        return "\n".join([_done(Entry("", act, entry.place, tuple(made)), made), *stay, *since])

    async def _since(self, entry: Entry, key: str) -> str:
        """Tell what somebody made of a value after an entry."""
        for entry_id, change in await self._log.rows.of(key, limit=1):
            newest = await self._log.rows.entry(entry_id)
            if newest and entry_id < entry.id:
                return f"• {when(newest)} {who(newest.act)}: {changed(key, change)}"
        return f"• {quoted(key, 40)}, by something else than this bot's commands"


def _done(entry: Entry, made: Mapping[str, Change]) -> str:
    """Tell what was taken back, or put back."""
    begin, hint = ("↩️ Taken back", " /redo puts it back.") if entry.act.did == "undo" else ("↪️ Put back", "")
    if len(made) == 1:
        return f"{begin}: {now(*next(iter(made.items())))}.{hint}"
    return f"{begin}: {entry.act.note}. {counted(len(made), 'link is', 'links are')} what they were before.{hint}"
