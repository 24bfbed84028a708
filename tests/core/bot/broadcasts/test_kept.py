"""What is kept of broadcasts, on every kind of storage."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pluggram.bot.broadcasts import kept as rows
from pluggram.bot.broadcasts.kept import MOST_REASONS, OTHER_REASONS, ROW, Kept, Shelf
from pluggram.broadcasts import ChatId
from pluggram.parts import Button, File
from pluggram.reply import Reply
from pluggram.storage import Storage, open_backend

REPLY = Reply("Snow!", [Button("More", data="more")], photo=File("snow.png", bytes(range(256)) * 40))


@pytest.fixture(params=["memory:", "sqlite:bot.db", "json:data"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    storage = Storage()
    storage.attach(await open_backend(request.param, tmp_path))
    yield storage
    await storage.close()


@pytest.fixture
def shelf(storage: Storage) -> Shelf:
    return Shelf(storage.store)


async def left(shelf: Shelf, kept: Kept) -> list[ChatId]:
    return [chat async for chat, _ in shelf.chats(kept)]


async def test_a_list_is_read_from_any_place_and_those_that_are_open_come_first(shelf: Shelf) -> None:
    kept, chats = Kept("news", "one"), range(1, 3 * ROW + 8)
    await shelf.list_chats(kept, chats)
    assert kept.total == len(chats)
    assert await left(shelf, kept) == [*chats]
    for place in (1, ROW - 1, ROW, ROW + 1, 3 * ROW + 6, len(chats)):
        kept.next, kept.open = place, [7, 3]
        assert await left(shelf, kept) == [7, 3, *chats[place:]]
    assert [place async for _, place in shelf.chats(kept)] == [len(chats)] * 2
    kept.next = 5
    assert [place async for _, place in shelf.chats(kept)][:4] == [5, 5, 6, 7]


async def test_how_far_it_is_and_who_was_not_reached_come_back_as_they_were(shelf: Shelf) -> None:
    kept = Kept("news", "one", "running", total=9, next=5, sent=2, open=[4, "@five"], reasons={"Forbidden": 2})
    await shelf.save(kept, [(1, "Forbidden", True)])
    await shelf.save(kept)
    await shelf.save(kept, [("@two", "Chat not found", False), (3, "Forbidden", True)])
    assert await shelf.all() == [kept]
    unreached = [each async for each in shelf.unreached(kept)]
    assert unreached == [(1, "Forbidden", True), ("@two", "Chat not found", False), (3, "Forbidden", True)]


async def test_a_message_comes_back_as_it_was_in_however_many_rows(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept("news", "one")
    monkeypatch.setattr(rows, "PIECE", 1000)
    await shelf.put_reply(kept, REPLY)
    assert await shelf.reply(kept) == REPLY
    await shelf.put_reply(kept, Reply("short"))
    assert await shelf.reply(kept) == Reply("short")


async def test_one_is_forgotten_whole_and_its_neighbours_are_not(shelf: Shelf, storage: Storage) -> None:
    neighbours = [Kept("news", "one.two"), Kept("news", "on"), Kept("new", "one")]
    for kept in (Kept("news", "one"), *neighbours):
        await shelf.put_reply(kept, REPLY)
        await shelf.list_chats(kept, range(25 * ROW))
        await shelf.save(kept, [(1, "Forbidden", True)])
    await shelf.forget(Kept("news", "one"))
    assert sorted(kept.key for kept in await shelf.all()) == ["new/one", "news/on", "news/one.two"]
    for kept in neighbours:
        assert await shelf.reply(kept) == REPLY
        await shelf.forget(kept)
    assert not [name for name in await storage.backend.namespaces() if name.startswith("core.broadcasts")]


def test_rare_reasons_are_counted_together() -> None:
    kept = Kept("news", "one")
    for number in range(3 * MOST_REASONS):
        kept.count(f"reason {number % (2 * MOST_REASONS)}")
    assert len(kept.reasons) == MOST_REASONS + 1
    assert sum(kept.reasons.values()) == 3 * MOST_REASONS
    assert kept.reasons["reason 0"] == 2
    assert kept.reasons[OTHER_REASONS] == MOST_REASONS
