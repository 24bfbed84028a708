from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram import Json, Store
from pluggram.storage import Storage, open_backend
from pluggram_plugins.postno.nearest import nearest


@asynccontextmanager
async def links_of(values: dict[str, Json]) -> AsyncIterator[Store]:
    storage = Storage()
    storage.attach(await open_backend("memory:", None))  # type: ignore[arg-type]
    try:
        await storage.store("links").put_many(values)
        yield storage.store("links")
    finally:
        await storage.close()


NUMBERS = st.sets(st.integers(0, 999) | st.integers(490, 510), max_size=40)


@given(NUMBERS, st.integers(490, 510) | st.sampled_from([0, 999]))
async def test_the_nearest_are_the_next_below_and_above(numbers: set[int], asked: int) -> None:
    numbers.discard(asked)
    odd: dict[str, Json] = {
        "": "https://example.org",
        "5": "https://example.org",
        "4999": "https://example.org",
        "x": 1,
    }
    unusable: dict[str, Json] = {"498": "javascript:alert(1)", "503": ""}
    values = odd | {f"{n:03}": "https://example.org" for n in numbers} | unusable
    good = {n for n in numbers if f"{n:03}" not in unusable}
    expected = [max((n for n in good if n < asked), default=None), min((n for n in good if n > asked), default=None)]
    async with links_of(values) as links:
        assert await nearest(links, f"{asked:03}") == [f"{n:03}" for n in expected if n is not None]


class Counting(Store):
    asked = 0

    async def items(
        self, prefix: str = "", after: str | None = None, limit: int | None = None
    ) -> list[tuple[str, Json]]:
        self.asked += 1
        assert limit is not None
        assert limit < 10
        return await super().items(prefix, after, limit)


@pytest.mark.parametrize(
    ("numbers", "asked", "expected", "times"),
    [
        (range(10_000), "5000", ["4999", "5001"], 1),
        (range(0, 10_000, 10), "5001", ["5000", "5010"], 3),
        ([7], "9999", ["0007"], 16),
        ([9999], "0000", ["9999"], 2),
        ([], "5000", [], 16),
    ],
)
async def test_the_nearest_are_found_without_reading_all_links(
    numbers: Iterable[int], asked: str, expected: list[str], times: int
) -> None:
    async with links_of({f"{n:04}": "https://example.org" for n in numbers if n != int(asked)}) as links:
        counting = Counting(links._storage, "links")
        assert await nearest(counting, asked) == expected
        assert counting.asked <= times
