"""/importlinks and /exportlinks: links as a file, in chat."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from pluggram import File, Handler, Json, Reply, Request, Store, TelegramError, handler
from pluggram_plugins._audit import Act, Change
from pluggram_plugins._link import counted, is_number, pages, quoted
from pluggram_plugins.links import export, report
from pluggram_plugins.links.confirming import Confirming, Intended
from pluggram_plugins.links.plan import Plan
from pluggram_plugins.links.questions import Question
from pluggram_plugins.links.source import Entry, Format, SourceError, parse

LARGEST = 4_000_000
"""Bytes of a file that are taken in chat: 10,000 links with titles are two million; Telegram gives bots 20."""
MOST = 50_000
"""Entries of a file that are taken in chat."""

_LONG = 500_000  # bytes: what takes so long to read and compare that a person wants to see it get on
_NAMED = 5
_AT_ONCE = 500  # reads, some 3 ms


class Files:
    """Takes the links of one namespace in and gives them out. name: the plugin's table, which names its commands."""

    def __init__(self, name: str, links: Store, digits: int, confirming: Confirming) -> None:
        self._name = name
        self._links = links
        self._digits = digits
        self._confirming = confirming
        confirming.add("import", self._intended, _done)

    def handlers(self) -> list[Handler]:
        """Say how both are written."""
        return [
            handler(
                r"/importlinks(?:\s[\s\S]*)?",
                self.take_in,
                on="document",
                help="Import links: send a file with this as its caption",
                examples=["/importlinks"],
                access="admin",
            ),
            handler(r"/importlinks(?:\s[\s\S]*)?", self.explain, examples=["/importlinks"], access="admin"),
            handler(
                r"/exportlinks(?:\s+(?P<form>json|csv))?\s*",
                self.give_out,
                help="All links as a file",
                family="/exportlinks [csv|json]",
                examples=["/exportlinks", "/exportlinks csv"],
                access="admin",
            ),
        ]

    async def explain(self, request: Request) -> str:
        """Tell somebody who sent no file how to."""
        return (
            "Send me the file with /importlinks as its caption: CSV with the columns number and url (and title), or "
            "a links.json. I show what it would change before anything is written."
        )

    async def take_in(self, request: Request) -> str | Reply:
        """Show what a file would change, and ask whether to write it."""
        document = request.document
        if document is None:
            return await self.explain(request)
        name = quoted(document.name or "the file", 60)
        if document.size > LARGEST:
            return self._otherwise(f"{name} has {document.size / 1e6:.1f} MB, and I take {LARGEST / 1e6:.0f}. Split it")
        try:
            if document.size < _LONG:
                return await self._asked(request, name)
            async with request.progress(f"Reading {name}"):
                return await self._asked(request, name)
        except TelegramError as error:
            return self._otherwise(f"I could not fetch {name}: {error}. Send it again")
        except SourceError as error:
            return f"Nothing imported. {error}."

    async def _asked(self, request: Request, name: str) -> Reply:
        return await self._confirming.ask(request, "import", name, await request.download(LARGEST))

    def _otherwise(self, why: str) -> str:
        return f"{why}, or import it in the shell: pluggram {self._name} import FILE"

    async def give_out(self, request: Request, form: str | None) -> str | Reply:
        """Send all links as a file that can be imported again."""
        items = [item async for page in pages(self._links) for item in page]
        if not items:
            return "There are no links yet."
        chosen = cast(Format, form or "json")
        content = await asyncio.to_thread(export.dump, items, chosen)
        unusable = [number for number, _ in await asyncio.to_thread(lambda: list(export.unusable(items)))]
        named = ", ".join(quoted(number, 40) for number in unusable[:_NAMED])
        warning = f"\n⚠️ {len(unusable):,} are not usable, and kept as they are stored: {named}" if unusable else ""
        text = f"{counted(len(items), 'link')}. Sent back with the caption /importlinks it is imported again."
        return Reply(text + warning, document=File(f"links.{chosen}", content))

    async def _intended(self, request: Request, question: Question, content: bytes) -> Intended:
        act = Act.of(request, "import", note=question.about)
        form, entries = await asyncio.to_thread(parse, act.note, content, most=MOST)
        stored = await self._stored({entry.key.strip() for entry in entries})
        return await asyncio.to_thread(self._planned, act, form, entries, stored)

    async def _stored(self, numbers: Collection[str]) -> Mapping[str, Json]:
        """Read what is stored under these numbers; others get their turn meanwhile."""
        found: dict[str, Json] = {}
        for place, number in enumerate(sorted(numbers), 1):
            if is_number(number, self._digits):
                found[number] = await self._links.get(number)
            if not place % _AT_ONCE:
                await asyncio.sleep(0)
        return found

    def _planned(self, act: Act, form: Format, entries: Sequence[Entry], stored: Mapping[str, Json]) -> Intended:
        plan = Plan.make(entries, stored, self._digits)
        told, everything = report.in_chat(plan)
        heading = f"{act.note}: {counted(len(entries), 'entry', 'entries')} ({form.upper()})"
        text = "\n".join([heading, *told, *([] if plan.writes else ["So there is nothing to write."])])
        whole = "\n".join([heading, *report.lines(plan, applied=False)])
        document = None if everything else File("report.txt", whole.encode())
        return Intended(
            text, f"Import {counted(len(plan.writes), 'link')}", plan.overwrites, plan.writes, act, document
        )


def _done(question: Question, changes: Mapping[str, Change]) -> str:
    what = Counter("added" if change.old is None else "changed" for change in changes.values())
    told = ", ".join(f"{counted(count, 'link')} {word}" for word, count in sorted(what.items()))
    return f"✅ {question.about}: {told}"
