"""/addlink: set one link, knowing what was there before."""

from dataclasses import replace
from datetime import UTC, datetime

from pluggram import BotView, Handler, Json, Request, StorageError, Store, handler
from pluggram_plugins._audit import Act, Log
from pluggram_plugins._link import (
    Link,
    LinkError,
    UrlError,
    check_url,
    clean_title,
    example,
    is_number,
    number_hint,
)
from pluggram_plugins.links import undo
from pluggram_plugins.links.telling import described, not_saved


class Editing:
    """Sets the links of one namespace, one at a time."""

    def __init__(self, links: Store, digits: int, log: Log, bot: BotView) -> None:
        self._links = links
        self._digits = digits
        self._log = log
        self._bot = bot

    def handlers(self) -> list[Handler]:
        """Say how it is written."""
        number = example(self._digits)
        return [
            handler(
                r"/addlink\s+(?P<number>\S+)\s+(?P<url>\S+)(?:\s+(?P<title>\S[\s\S]*)|\s*)",
                self.add,
                help="Set the link of a post",
                family="/addlink <number> <url> [title]",
                examples=[f"/addlink {number} https://example.org", f"/addlink {number} https://example.org A title"],
                access="admin",
            ),
        ]

    async def add(self, request: Request, number: str, url: str, title: str | None) -> str:
        """Set the link of a post and say what it replaces."""
        if not is_number(number, self._digits):
            return f"Not saved: {number_hint(number, self._digits)}"
        try:
            link = Link(check_url(url), clean_title(title or ""), request.user.id if request.user else None, _now())
        except UrlError as why:
            return f"Not saved, the link cannot be used: {why}."
        except ValueError as why:
            return f"Not saved: {why}."
        try:
            changes = await self._log.apply(
                Act.of(request), self._links, [number], lambda old: {number: _keeping(old[number], link)}
            )
        except (StorageError, ValueError) as error:
            return not_saved(f"the link of post {number!r}", error)
        if number not in changes:
            return f"Nothing to change: the link for post {number} is already {_told(link)}"
        old = changes[number].old
        if old is None:
            return f"✅ Link for post {number} added: {_told(link)}"
        before = f"Before: {described(old)}{await undo.hint(self._bot, request)}"
        return f"✅ Link for post {number} replaced: {_told(link)}\n{before}"


def _keeping(old: Json, link: Link) -> Json:
    """Give what to store; an equal link stays as it is, with who set it and when."""
    try:
        known = Link.read(old)
    except LinkError:
        return link.stored()
    return old if replace(known, by=link.by, at=link.at) == link else link.stored()


def _told(link: Link) -> str:
    return link.url + (f"\n{link.title}" if link.title else "")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
