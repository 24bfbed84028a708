"""Clashes: examples that two plugins would both answer, so that the later one must not work."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import get_args

from pluggram.request import Kind
from pluggram.router.index import Index
from pluggram.router.route import Route


def clashes(routes: Sequence[Route]) -> Mapping[str, str]:
    """Say of each plugin that clashes with one before it which declared example both would answer.

    Theirs are commands that begin alike. Who must not work himself is in nobody's way. The routes come plugin by
    plugin; all of them are looked through once, however many plugins have them.
    """
    places = {name: place for place, name in enumerate(dict.fromkeys(route.plugin for route in routes))}
    with_earlier: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    pairs = _pairs(routes)
    for (declaring, other), text in pairs.items():
        if places[other] < places[declaring]:
            with_earlier[declaring].append((other, text))
    for (declaring, other), text in pairs.items():
        if places[declaring] < places[other]:
            with_earlier[other].append((declaring, text))
    refused: dict[str, str] = {}
    for name in places:
        if why := next((text for earlier, text in with_earlier[name] if earlier not in refused), None):
            refused[name] = why
    return refused


def _pairs(routes: Sequence[Route]) -> Mapping[tuple[str, str], str]:
    """Find who answers another's example: of the plugin that declares it and the other the first one, in words."""
    found: dict[tuple[str, str], str] = {}
    for kind in get_args(Kind):
        chosen = [route for route in routes if _may_clash(route, kind)]
        index = Index([(route.pattern, route) for route in chosen])
        for route in chosen:
            for example in route.handler.examples:
                for _, _, other in index.candidates(example):
                    pair = route.plugin, other.plugin
                    if other.plugin != route.plugin and pair not in found and _takes(other, route, example):
                        found[pair] = f"{example} is answered by {_described(route)} and by {_described(other)}"
    return found


def _may_clash(route: Route, kind: Kind) -> bool:
    """Whether it is of the kind, and no pattern for what nobody else answers, which names no literal."""
    return route.handler.on == kind and not route.handler.fallback and bool(route.pattern.literal)


def _takes(other: Route, route: Route, example: str) -> bool:
    one, two = route.pattern.literal.casefold(), other.pattern.literal.casefold()
    return (one.startswith(two) or two.startswith(one)) and other.pattern.match(example) is not None


def _described(route: Route) -> str:
    return f"{route.plugin}'s {route.handler.pattern!r}"
