from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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


async def test_the_nearest_are_found_without_reading_all_links() -> None:
    class Counting(Store):
        read = 0

        async def items(
            self, prefix: str = "", after: str | None = None, limit: int | None = None
        ) -> list[tuple[str, Json]]:
            page = await super().items(prefix, after, limit)
            self.read += len(page)
            return page

    async with links_of({f"{n:04}": "https://example.org" for n in range(10_000) if n != 5000}) as links:
        counting = Counting(links._storage, "links")
        assert await nearest(counting, "5000") == ["4999", "5001"]
        assert counting.read < 100
