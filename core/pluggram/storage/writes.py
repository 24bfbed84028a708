"""What each write means, said once for all backends that write rows of text, and how its caller learns the outcome."""

import asyncio
import threading
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pluggram.storage.backend import Backend, Change, ChangeTogether, Values
from pluggram.storage.values import Json, decode, encode_or_none

Result = TypeVar("Result")


class Rows(Protocol):
    """The rows of one namespace while a write runs."""

    def read(self, key: str) -> str | None:
        """Return the JSON text under `key`; None if absent."""

    def write(self, key: str, text: str | None) -> None:
        """Set the JSON text under `key`; None removes it."""


Spaces = Mapping[str, Rows]
"""The rows of the namespaces that a write was asked for, by their names."""


class Refused(Exception):
    """One write fails, for `reason`, and alone: those in the same group go on.

    It is raised before the first row is written, so that there is nothing to take back.
    """

    def __init__(self, reason: BaseException) -> None:
        super().__init__(reason)
        self.reason = reason


def put_rows(rows: Rows, texts: Mapping[str, str | None]) -> None:
    """Set every text."""
    for key, text in texts.items():
        rows.write(key, text)


def delete_row(rows: Rows, key: str) -> bool:
    """Remove the text and say whether there was one."""
    found = rows.read(key) is not None
    if found:
        rows.write(key, None)
    return found


def update_spaces(spaces: Spaces, keys: Mapping[str, Collection[str]], change: ChangeTogether) -> tuple[Values, Values]:
    """Set what `change` makes of the values; raises Refused with what it raised, or if its result cannot be stored."""
    texts = {space: {key: spaces[space].read(key) for key in asked} for space, asked in keys.items()}

    def compute() -> dict[str, dict[str, str | None]]:
        values = {space: {key: decode(text) for key, text in rows.items()} for space, rows in texts.items()}
        return _encoded(change(values), spaces)

    new = _computed(compute)
    for space, written in new.items():
        put_rows(spaces[space], written)
    return (
        {space: _Decoded(rows) for space, rows in texts.items()},
        {space: _Decoded(rows | new.get(space, {})) for space, rows in texts.items()},
    )


def update_row(rows: Rows, key: str, change: Change) -> tuple[Json, Json]:
    """Set what `change` makes of one value, as `update_spaces` does of several."""
    old = rows.read(key)
    new = _computed(lambda: encode_or_none(change(decode(old))))
    rows.write(key, new)
    return decode(old), decode(new)


def _encoded(values: Values, spaces: Spaces) -> dict[str, dict[str, str | None]]:
    if strange := sorted(values.keys() - spaces.keys()):
        raise ValueError(f"the change gives values for {strange[0]!r}, and was not asked for that namespace")
    return {space: {key: encode_or_none(value) for key, value in new.items()} for space, new in values.items()}


class _Decoded(Mapping[str, Json]):
    """Values that are decoded when they are asked for: most who write many look at none."""

    def __init__(self, texts: Mapping[str, str | None]) -> None:
        self._texts = texts

    def __getitem__(self, key: str) -> Json:
        return decode(self._texts[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


_here = threading.local()


def in_change() -> bool:
    """Say whether this thread is computing a change: it must not wait for storage, which waits for it."""
    return getattr(_here, "changing", False)


def _computed(compute: Callable[[], Result]) -> Result:
    """Compute what is to be written; raises Refused with what that raises."""
    _here.changing = True
    try:
        return compute()
    except StopIteration as error:  # no future can carry it
        raise Refused(RuntimeError("the change raised StopIteration")) from error
    except BaseException as error:
        raise Refused(error) from error
    finally:
        _here.changing = False


class RowsBackend(Backend):
    """A backend that only has to say how one write runs over the rows of a namespace."""

    @abstractmethod
    async def write(self, namespaces: Collection[str], job: Callable[[Spaces], Result]) -> Result:
        """Run `job` over these namespaces with no other write between, and return its result once all is durable.

        All that it wrote is kept or nothing, a crash in the middle included. Raises a Refused's reason.
        """

    async def put(self, namespace: str, key: str, value: Json) -> None:
        """Store `value`; None deletes."""
        await self.put_many(namespace, {key: value})

    async def delete(self, namespace: str, key: str) -> bool:
        """Delete the value and say whether there was one."""
        return await self.write((namespace,), lambda spaces: delete_row(spaces[namespace], key))

    async def update_together(
        self, keys: Mapping[str, Collection[str]], change: ChangeTogether
    ) -> tuple[Values, Values]:
        """Store what `change` makes of values in several namespaces, with no other write between: all or nothing."""
        return await self.write(tuple(keys), lambda spaces: update_spaces(spaces, keys, change))

    async def update(self, namespace: str, key: str, change: Change) -> tuple[Json, Json]:
        """Store `change(old)` with no other write between, and return (old, new)."""
        return await self.write((namespace,), lambda spaces: update_row(spaces[namespace], key, change))

    async def put_many(self, namespace: str, values: Mapping[str, Json]) -> None:
        """Store all of `values` or none of them; a None deletes."""
        texts = {key: encode_or_none(value) for key, value in values.items()}
        await self.write((namespace,), lambda spaces: put_rows(spaces[namespace], texts))


@dataclass(slots=True)
class Outcome:
    """How a write ended."""

    value: object = None
    error: BaseException | None = None


@dataclass(slots=True)
class Waiting:
    """A write whose caller waits for its outcome."""

    namespaces: Collection[str]
    job: Callable[[Any], object]
    future: asyncio.Future[Any]

    def run(self, what: Any) -> Outcome:
        """Run the write on what it is for; a refusal is an outcome, everything else is raised."""
        try:
            return Outcome(self.job(what))
        except Refused as refused:
            return Outcome(error=refused.reason)

    def settle(self, outcome: Outcome) -> None:
        """Wake the caller, on his event loop; one who was cancelled is gone."""
        if self.future.done():
            return
        if outcome.error is None:
            self.future.set_result(outcome.value)
        else:
            self.future.set_exception(outcome.error)
