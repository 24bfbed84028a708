"""/addlink and /removelink: change one link, knowing what was there before."""

import logging
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
    masked,
    number_hint,
    quoted,
    unquoted,
)
from pluggram_plugins.links import undo

logger = logging.getLogger(__name__)


class Editing:
    """Changes the links of one namespace, one at a time."""

    def __init__(self, links: Store, digits: int, log: Log, bot: BotView) -> None:
        self._links = links
        self._digits = digits
        self._log = log
        self._bot = bot

    def handlers(self) -> list[Handler]:
        """Say how both are written."""
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
            handler(
                r'/removelink\s+(?P<number>"[^"\n]*"|\S+)\s*',
                self.remove,
                help="Remove the link of a post",
                family="/removelink <number>",
                examples=[f"/removelink {number}"],
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
            return _not_saved(number, error)
        if number not in changes:
            return f"Nothing to change: the link for post {number} is already {_told(link)}"
        old = changes[number].old
        if old is None:
            return f"✅ Link for post {number} added: {_told(link)}"
        before = f"Before: {_described(old)}{await undo.hint(self._bot, request)}"
        return f"✅ Link for post {number} replaced: {_told(link)}\n{before}"

    async def remove(self, request: Request, number: str) -> str:
        """Remove the link of a post, or any entry with just this key, and say what it was."""
        number = unquoted(number)
        try:
            changes = await self._log.apply(Act.of(request), self._links, [number], lambda _: {number: None})
        except StorageError as error:
            return _not_saved(number, error)
        except ValueError as why:
            return f"Nothing removed: {why}."
        if number in changes:
            text = f"🗑 Link for post {quoted(number)} removed. It was {_described(changes[number].old)}"
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


def _keeping(old: Json, link: Link) -> Json:
    """Give what to store; an equal link stays as it is, with who set it and when."""
    try:
        known = Link.read(old)
    except LinkError:
        return link.stored()
    return old if replace(known, by=link.by, at=link.at) == link else link.stored()


def _told(link: Link) -> str:
    return link.url + (f"\n{link.title}" if link.title else "")


def _described(value: Json) -> str:
    try:
        link = Link.read(value)
    except LinkError as why:
        return f"not usable ({why}): {masked(value)}"
    parts = [link.url]
    if link.title:
        parts.append(f"“{link.title}”")
    if link.by is not None:
        parts.append(f"set by {link.by}")
    if link.at:
        parts.append(f"on {link.at[:10]}")
    return ", ".join(parts)


def _not_saved(number: str, error: StorageError | ValueError) -> str:
    logger.error("the link of post %r was not changed: %s", number, error)
    return "Not saved: the storage failed, and what was there before stands. The reason is in the bot's log."


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
