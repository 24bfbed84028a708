"""/removelink: remove one link at once, or many after asking."""

import re
from collections.abc import Mapping

from pluggram import BotView, Handler, Json, Reply, Request, StorageError, Store, handler
from pluggram_plugins._audit import Act, Change, Log
from pluggram_plugins._link import (
    Link,
    LinkError,
    counted,
    example,
    is_number,
    line,
    number_hint,
    quoted,
    shortened,
    unquoted,
)
from pluggram_plugins.links import undo
from pluggram_plugins.links.confirming import Confirming, Intended
from pluggram_plugins.links.questions import Question
from pluggram_plugins.links.telling import described, not_saved

_SHOWN = 10
_AT_ONCE = 1000
_ONE = re.compile(r'"[^"\n]*"|[^\s,]+')
_RANGE = re.compile(r"([0-9]+)-([0-9]+)", re.ASCII)
_DASH = re.compile(r"(?<=[0-9])\s*[-–—]\s*(?=[0-9])", re.ASCII)
_LONGEST = 200

Range = tuple[str, str]


class Removing:
    """Removes the links of one namespace. confirming: asks before many are removed."""

    def __init__(self, links: Store, digits: int, log: Log, bot: BotView, confirming: Confirming) -> None:
        self._links = links
        self._digits = digits
        self._log = log
        self._bot = bot
        self._confirming = confirming
        confirming.add("removal", self._intended, _done)

    def handlers(self) -> list[Handler]:
        """Say how it is written."""
        number = example(self._digits)
        return [
            handler(
                r"/removelink\s+(?P<what>\S[\s\S]*)",
                self.remove,
                help="Remove the link of a post, or of many",
                family="/removelink <number>",
                examples=[f"/removelink {number}", f"/removelink {'1'.zfill(self._digits)}-{number}"],
                access="admin",
            )
        ]

    async def remove(self, request: Request, what: str) -> str | Reply:
        """Remove one link at once; of many, say which there are, and ask."""
        written = _ONE.findall(_DASH.sub("-", what))
        one = unquoted(what.strip())
        if await self._is_stored(one) or (len(written) == 1 and not _RANGE.fullmatch(written[0])):
            return await self._remove_one(request, one)
        try:
            ranges = [self._range(each) for each in written]
        except ValueError as why:
            return f"Nothing removed: {why}"
        return await self._confirming.ask(request, "removal", ", ".join("-".join(dict.fromkeys(r)) for r in ranges))

    async def _is_stored(self, key: str) -> bool:
        """Whether something has just this key, as an odd entry of an old file may."""
        try:
            return await self._links.get(key) is not None
        except ValueError:
            return False

    async def _remove_one(self, request: Request, number: str) -> str:
        """Remove the link of a post, or any entry with just this key, and say what it was."""
        try:
            changes = await self._log.apply(Act.of(request), self._links, [number], lambda _: {number: None})
        except StorageError as error:
            return not_saved(f"the link of post {number!r}", error)
        except ValueError as why:
            return f"Nothing removed: {why}."
        if number in changes:
            text = f"🗑 Link for post {quoted(number)} removed. It was {described(changes[number].old)}"
            return text + (await undo.hint(self._bot, request) or self._way_back(number, changes[number].old))
        if not is_number(number, self._digits):
            return f"Nothing removed: {number_hint(number, self._digits)}"
        return f"There is no link for post {number}; nothing was removed."

    def _way_back(self, number: str, old: Json) -> str:
        """Say how to add again what was removed."""
        try:
            link = Link.read(old)
        except LinkError:
            return ""
        way = f"\nUndo: /addlink {number} {link.url} {link.title}".rstrip()
        return way if is_number(number, self._digits) else ""

    def _range(self, written: str) -> Range:
        """Read a number or a range of numbers; raises ValueError with the reason when it is neither."""
        found = _RANGE.fullmatch(written)
        low, high = found.groups() if found else (written, written)
        for number in (low, high):
            if not is_number(number, self._digits):
                raise ValueError(f"{quoted(number, 40)}: {number_hint(number, self._digits)}")
        if low > high:
            raise ValueError(f"{quoted(written, 40)} runs backwards; write {high}-{low}.")
        return low, high

    async def _intended(self, request: Request, question: Question, content: bytes) -> Intended:
        ranges = [self._range(each) for each in question.about.split(", ")]
        found: dict[str, Json] = {}
        for low, high in ranges:
            found |= await self._between(low, high)
        numbers = f"{question.about}: " if len(question.about) <= _LONGEST else ""
        if not found:
            return Intended(f"{numbers}there is no link, so there is nothing to remove.", "", {}, {}, Act.of(request))
        several = counted(len(found), "link")
        shown = [f"• {line(*item)}" for item in sorted(found.items())[:_SHOWN]]
        more = [f"and {len(found) - _SHOWN:,} more"] if len(found) > _SHOWN else []
        text = "\n".join([f"{numbers}{several} would be removed:", *shown, *more])
        return Intended(text, f"Remove {several}", found, dict.fromkeys(found), Act.of(request, "remove"))

    async def _between(self, low: str, high: str) -> dict[str, Json]:
        first = await self._links.get(low)
        found: dict[str, Json] = {} if first is None else {low: first}
        while low < high and (page := await self._links.items(after=low, limit=_AT_ONCE)):
            found |= {key: value for key, value in page if key <= high and is_number(key, self._digits)}
            low = page[-1][0]
        return found


def _done(question: Question, changes: Mapping[str, Change]) -> str:
    return f"🗑 {counted(len(changes), 'link')} removed: {shortened(question.about, _LONGEST)}"
