"""What the tests of faults write, by each verb of a storage, and what has to be there before and after."""

from collections.abc import Awaitable, Callable
from typing import Any

from pluggram.storage import Backend, Json

Spaces = dict[str, dict[str, Json]]
Write = Callable[[Backend], Awaitable[object]]

OLD: Spaces = {"audit": {"1": "a"}, "links": {"a": "old", "b": "x" * 300, "c": [1]}}


def together(old: dict[str, dict[str, Any]]) -> Spaces:
    return {"links": {"a": "new", "c": None}, "audit": {"2": old["links"]["a"]}, "plugin.new": {"n": 1}}


MANY: dict[str, Json] = {"a": "new", "d": 4, "b": None}
VERBS: dict[str, tuple[Write, Spaces]] = {
    "put": (lambda b: b.put("links", "a", "new"), {"links": {"a": "new"}}),
    "put in a new namespace": (lambda b: b.put("plugin.new", "n", 1), {"plugin.new": {"n": 1}}),
    "put_many": (lambda b: b.put_many("links", MANY), {"links": MANY}),
    "update": (lambda b: b.update("links", "c", lambda old: [*old, 2]), {"links": {"c": [1, 2]}}),
    "delete": (lambda b: b.delete("links", "b"), {"links": {"b": None}}),
    "update_together": (
        lambda b: b.update_together({"links": ["a"], "audit": [], "plugin.new": []}, together),
        {"links": {"a": "new", "c": None}, "audit": {"2": "old"}, "plugin.new": {"n": 1}},
    ),
}  # fmt: skip


def after(spaces: Spaces, changes: Spaces) -> Spaces:
    names = sorted(spaces.keys() | changes.keys())
    values = {name: spaces.get(name, {}) | changes.get(name, {}) for name in names}
    return {name: {key: value for key, value in found.items() if value is not None} for name, found in values.items()}


async def held(backend: Backend) -> Spaces:
    return {name: dict(await backend.items(name)) for name in await backend.namespaces()}


async def begin(backend: Backend) -> None:
    """Store what is there before."""
    for name, values in OLD.items():
        await backend.put_many(name, values)
