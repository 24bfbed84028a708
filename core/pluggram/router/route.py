"""Route: a declared handler made ready, everything about it checked at start."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pluggram.arguments import ArgumentError, Arguments
from pluggram.errors import PluggramError
from pluggram.handlers import Handler
from pluggram.places import name_of_task
from pluggram.request import Kind
from pluggram.router.backtracking import catastrophic
from pluggram.router.index import Index
from pluggram.router.pattern import Pattern, PatternError


class RouteError(PluggramError):
    """A handler that cannot be served, with the reason."""


@dataclass(frozen=True, slots=True)
class Route:
    """A handler with its compiled pattern and arguments.

    threaded: its answer is a plain function. task: the name of a task that runs it.
    """

    plugin: str
    handler: Handler
    pattern: Pattern
    arguments: Arguments
    threaded: bool
    task: str

    @classmethod
    def compile(cls, plugin: str, handler: Handler) -> "Route":
        """Make a handler ready.

        Raises RouteError when the pattern is no regular expression, could run away, does not fit the answer's
        arguments, or does not match one of the declared examples.
        """
        try:
            pattern = Pattern.compile(handler.pattern, command=handler.on in ("message", "document"))
            arguments = Arguments.compile(handler.answer, pattern.groups)
        except PatternError as error:
            raise RouteError(str(error)) from error
        except (TypeError, NameError) as error:
            raise RouteError(f"handler {handler.pattern!r}: {error}") from error
        if why := catastrophic(pattern.rest.source):
            raise RouteError(f"handler {handler.pattern!r} can take too long to match: {why}")
        route = cls(plugin, handler, pattern, arguments, not _is_async(handler.answer), task_name(plugin, handler))
        for example in handler.examples:
            route._check_example(example)
        return route

    def _check_example(self, example: str) -> None:
        groups = self.pattern.match(example)
        if groups is None:
            raise RouteError(f"handler {self.handler.pattern!r} does not match its own example {example!r}")
        try:
            self.arguments.convert(groups)
        except ArgumentError as error:
            raise RouteError(
                f"handler {self.handler.pattern!r}: its example {example!r} does not convert: {error}"
            ) from error


def task_name(plugin: str, handler: Handler) -> str:
    """Name a task that runs a handler."""
    return name_of_task(plugin, f"handler {handler.pattern!r}")


def clash(new: Sequence[Route], old: Sequence[Route]) -> str | None:
    """Say which declared example two plugins would both answer by commands that begin alike; None when none."""
    return _clash(new, old) or _clash(old, new)


def _clash(declaring: Sequence[Route], others: Sequence[Route]) -> str | None:
    for kind in get_args(Kind):
        index = Index([(other.pattern, other) for other in others if _may_clash(other, kind)])
        for route in declaring:
            for example in route.handler.examples if _may_clash(route, kind) else ():
                for other, _groups in index.matches(example):
                    if _begin_alike(route.pattern.literal.casefold(), other.pattern.literal.casefold()):
                        return f"{example} is answered by {_described(route)} and by {_described(other)}"
    return None


def _may_clash(route: Route, kind: Kind) -> bool:
    """Whether it is of the kind, and no pattern for what nobody else answers, which names no literal."""
    return route.handler.on == kind and not route.handler.fallback and bool(route.pattern.literal)


def _begin_alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _described(route: Route) -> str:
    return f"{route.plugin}'s {route.handler.pattern!r}"


def _is_async(answer: Any) -> bool:
    function = getattr(answer, "func", answer)
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)
