"""Router: the one handler that answers a request, found in time that does not grow with their number."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from pluggram.request import Kind, Request
from pluggram.router.index import Index
from pluggram.router.route import Route

Groups = Mapping[str, str | None]

_START = re.compile(r"/start[ \n]+(?P<payload>[A-Za-z0-9_-]{1,64})\s*", re.ASCII | re.IGNORECASE)
_PAYLOAD = re.compile(r"/(?P<payload>[A-Za-z0-9_-]{1,64})", re.ASCII)


@dataclass(slots=True)
class Match:
    """The route that takes a request. groups: what its pattern found; None when only its command was recognised."""

    route: Route
    groups: Groups | None


class Router:
    """All routes of a bot, indexed once; `username` is the bot's own, without @."""

    def __init__(self, routes: Sequence[Route], username: str = "") -> None:
        self.routes = tuple(routes)
        self.username = username
        self._first = _by_kind([route for route in routes if not route.handler.fallback])
        self._last = _by_kind([route for route in routes if route.handler.fallback])
        self._linked = Index([(route.pattern, route) for route in routes if route.handler.deep_link])
        self._commands: dict[str, Route] = {}
        for route in routes:
            if route.handler.command and route.handler.help and not route.handler.fallback:
                self._commands.setdefault(route.handler.command, route)

    def keeping(self, plugins: Collection[str], username: str) -> "Router":
        """Give a router for the routes of these plugins only."""
        return Router([route for route in self.routes if route.plugin in plugins], username)

    def find(self, request: Request) -> Match | None:
        """Find who answers: a pattern that matches, else a command that was written wrongly, else a fallback."""
        kind, text = request.kind, request.text
        if kind == "other" or (kind == "button" and not text):  # a button of a game has no data
            return None
        if (kind == "message" or kind == "document") and text.startswith("/"):
            if "@" in text:
                named = addressed(text, self.username)
                if named is None:
                    return None
                text = named
            if kind == "message":
                return (
                    self._deep_link(request, text)
                    or _match(self._first[kind], request, text)
                    or self._miss(request, text)
                    or _match(self._last[kind], request, text)
                )
        return _match(self._first[kind], request, text) or _match(self._last[kind], request, text)

    def payload(self, command: str) -> str | None:
        """Give what stands behind `?start=` in a link to this command; None when no handler lets itself be linked."""
        written = _PAYLOAD.fullmatch(command)
        linked = written is not None and next(self._linked.matches(command), None) is not None
        return written["payload"] if written and linked else None

    def _deep_link(self, request: Request, text: str) -> Match | None:
        """Take `/start postno0042`, which a link sends, for the command `/postno0042` (Bot API, Deep Linking)."""
        if text[1:2] not in ("s", "S") or request.origins:
            return None
        started = _START.fullmatch(text)
        found = next(self._linked.matches(f"/{started['payload']}"), None) if started else None
        return Match(*found) if found else None

    def _miss(self, request: Request, text: str) -> Match | None:
        """Recognise a declared command whose arguments do not match: its usage is a better answer than silence."""
        route = self._commands.get(text.split(maxsplit=1)[0].lower())
        return Match(route, None) if route and request.origins <= route.handler.accept else None


def _match(index: Index[Route], request: Request, text: str) -> Match | None:
    origins = request.origins
    for _, pattern, route in index.candidates(text):
        if not origins or origins <= route.handler.accept:
            groups = pattern.match(text)
            if groups is not None:
                return Match(route, groups)
    return None


def addressed(text: str, username: str) -> str | None:
    """Take `@ourbot` off the command word; None when the command is for another bot."""
    if "@" not in text or not text.startswith("/"):
        return text
    word = text.split(maxsplit=1)[0]
    command, at, name = word.partition("@")
    if not at:
        return text
    return command + text[len(word) :] if name.lower() == username.lower() else None


def _by_kind(routes: Sequence[Route]) -> dict[str, Index[Route]]:
    return {kind: Index([(r.pattern, r) for r in routes if r.handler.on == kind]) for kind in get_args(Kind)}
