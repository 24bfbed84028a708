"""What each write means, said once for all backends that write rows of text, and how its caller learns the outcome."""

import asyncio
import threading
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pluggram.storage.backend import Backend, ChangeMany
from pluggram.storage.values import Json, decode, encode_or_none

Result = TypeVar("Result")


class Rows(Protocol):
    """The rows of one namespace while a write runs."""

    def read(self, key: str) -> str | None:
        """Return the JSON text under `key`; None if absent."""

    def write(self, key: str, text: str | None) -> None:
        """Set the JSON text under `key`; None removes it."""


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


def update_rows(rows: Rows, keys: Collection[str], change: ChangeMany) -> tuple[dict[str, Json], dict[str, Json]]:
    """Set what `change` makes of the values; raises Refused with what it raised, or if its result cannot be stored."""
    texts = {key: rows.read(key) for key in keys}
    values = _decoded(texts)
    try:
        with _changing():
            new = {key: encode_or_none(value) for key, value in change(values).items()}
        if strange := sorted(new.keys() - texts.keys()):
            raise ValueError(f"the change gives {strange[0]!r}, which is none of the keys that it was asked for")
    except StopIteration as error:  # no future can carry it
        raise Refused(RuntimeError(f"the change of {', '.join(map(repr, keys))} raised StopIteration")) from error
    except BaseException as error:
        raise Refused(error) from error
    put_rows(rows, new)
    return _decoded(texts), _decoded(texts | new)


def _decoded(texts: Mapping[str, str | None]) -> dict[str, Json]:
    return {key: decode(text) for key, text in texts.items()}


_here = threading.local()


def in_change() -> bool:
    """Say whether this thread is computing a change: it must not wait for storage, which waits for it."""
    return getattr(_here, "changing", False)


@contextmanager
def _changing() -> Iterator[None]:
    _here.changing = True
    try:
        yield
    finally:
        _here.changing = False


class RowsBackend(Backend):
    """A backend that only has to say how one write runs over the rows of a namespace."""

    @abstractmethod
    async def write(self, namespace: str, job: Callable[[Rows], Result]) -> Result:
        """Run `job` with no other write between, and return its result once it is durable; raise a Refused's reason."""

    async def put(self, namespace: str, key: str, value: Json) -> None:
        """Store `value`; None deletes."""
        await self.put_many(namespace, {key: value})

    async def delete(self, namespace: str, key: str) -> bool:
        """Delete the value and say whether there was one."""
        return await self.write(namespace, lambda rows: delete_row(rows, key))

    async def update_many(
        self, namespace: str, keys: Collection[str], change: ChangeMany
    ) -> tuple[dict[str, Json], dict[str, Json]]:
        """Store what `change` makes of the values under `keys`, with no other write between, and return (old, new)."""
        return await self.write(namespace, lambda rows: update_rows(rows, keys, change))

    async def put_many(self, namespace: str, values: Mapping[str, Json]) -> None:
        """Store all of `values` or none of them; a None deletes."""
        texts = {key: encode_or_none(value) for key, value in values.items()}
        await self.write(namespace, lambda rows: put_rows(rows, texts))


@dataclass(frozen=True)
class Outcome:
    """How a write ended."""

    value: object = None
    error: BaseException | None = None


@dataclass(frozen=True)
class Waiting:
    """A write whose caller waits for its outcome."""

    namespace: str
    job: Callable[[Rows], object]
    future: asyncio.Future[Any]

    def run(self, rows: Rows) -> Outcome:
        """Run the write; a refusal is an outcome, everything else is raised."""
        try:
            return Outcome(self.job(rows))
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
