"""Route: a declared handler made ready, everything about it checked at start."""

import inspect
from dataclasses import dataclass
from typing import Any

from pluggram.arguments import ArgumentError, Arguments
from pluggram.errors import PluggramError
from pluggram.handlers import Handler
from pluggram.places import name_of_task
from pluggram.router.backtracking import catastrophic
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


def _is_async(answer: Any) -> bool:
    function = getattr(answer, "func", answer)
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)
