import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from pluggram import Reply
from pluggram_plugins._audit import Log
from tests.plugins.conftest import ADMIN, OWNER, USER, Talk, TalkTo

URL = "https://example.org/a"


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to("[plugins.links]\n[plugins.postno]") as talk:
        yield talk


async def stored(talk: Talk, number: str = "0042") -> Any:
    return await talk.store("links").get(number)


async def numbers(talk: Talk) -> list[str]:
    return [key for key, _ in await talk.store("links").items()]


async def keep(talk: Talk, *keys: str) -> None:
    await talk.store("links").put_many({key: f"{URL}{key}" for key in keys})


async def asked(talk: Talk, text: str, user: int = ADMIN) -> Reply:
    reply = await talk.send(text, user)
    assert reply is not None
    return reply


def buttons(reply: Reply) -> Mapping[str, str]:
    return {button.label: str(button.data) for row in reply.rows for button in row}


async def test_removing_says_what_it_was_and_how_to_undo(talk: Talk) -> None:
    await talk.ask(f"/addlink 0042 {URL} A title", ADMIN)
    answer = await talk.ask("/removelink 0042", OWNER)
    assert answer.startswith(f"🗑 Link for post 0042 removed. It was {URL}, “A title”, set by {ADMIN}, on ")
    assert await stored(talk) is None
    undo = re.search(r"Undo: (.*)", answer)
    assert undo
    assert await talk.ask(undo[1], ADMIN) == f"✅ Link for post 0042 added: {URL}\nA title"


async def test_removing_nothing_is_said_to_be_nothing(talk: Talk) -> None:
    assert await talk.ask("/removelink 0042", ADMIN) == "There is no link for post 0042; nothing was removed."
    assert await talk.ask("/removelink 42", ADMIN) == (
        "Nothing removed: a post's number has 4 digits (0 to 9); did you mean 0042?"
    )
    assert (await talk.ask("/removelink " + "é" * 600, ADMIN)).startswith("Nothing removed: ")


@pytest.mark.parametrize(("key", "written"), [("7", "7"), ("", '""'), ("12345", "12345"), (" a\u200b", r'" a\u200b"')])
async def test_an_odd_entry_of_an_old_file_can_be_removed_as_it_is_listed(talk: Talk, key: str, written: str) -> None:
    await talk.store("links").put(key, URL)
    assert written in await talk.ask("/listlinks", ADMIN)
    assert "removed. It was" in await talk.ask(f"/removelink {written}", ADMIN)
    assert await talk.store("links").items() == []


@pytest.mark.parametrize(
    ("written", "shown", "gone"),
    [
        ("0001-0050", "0001-0050", ["0001", "0002", "0042", "0050"]),
        ("0002 – 0042", "0002-0042", ["0002", "0042"]),
        ("0001 0002 0007", "0001, 0002, 0007", ["0001", "0002"]),
        ("0051,0050, 0001", "0051, 0050, 0001", ["0001", "0050", "0051"]),
        ("0042-0050 0001-0001", "0042-0050, 0001", ["0001", "0042", "0050"]),
        ("0000-9999", "0000-9999", ["0001", "0002", "0042", "0050", "0051"]),
    ],
)
async def test_many_are_removed_after_asking(talk: Talk, written: str, shown: str, gone: list[str]) -> None:
    there = ["0001", "0002", "0042", "0050", "0051"]
    await keep(talk, *there, "00020", "7", "x")
    reply = await asked(talk, f"/removelink {written}")
    count = f"{len(gone)} links"
    assert reply.text.split("\n") == [
        f"{shown}: {count} would be removed:", *(f"• {number} {URL}{number}" for number in gone)
    ]  # fmt: skip
    assert await numbers(talk) == sorted([*there, "00020", "7", "x"])
    yes = buttons(reply)[f"Remove {count}"]
    done = await talk.press(yes, ADMIN)
    assert done is not None
    assert (done.text, done.edit, done.rows) == (f"🗑 {count} removed: {shown}", True, ())
    assert await numbers(talk) == sorted({*there, "00020", "7", "x"}.difference(gone))
    [entry] = await Log(talk.bot._storage.store).rows.entries()
    assert (entry.act.did, entry.act.by, sorted(entry.keys)) == ("remove", ADMIN, gone)


async def test_of_very_many_only_some_are_named(talk: Talk) -> None:
    await keep(talk, *(f"{n:04}" for n in range(3000)))
    reply = await asked(talk, "/removelink 0000-2999")
    assert reply.text.startswith("0000-2999: 3,000 links would be removed:\n• 0000 ")
    assert reply.text.endswith("\nand 2,990 more")
    await talk.press(buttons(reply)["Remove 3,000 links"], ADMIN)
    assert await numbers(talk) == []


async def test_where_there_is_none_nothing_is_asked(talk: Talk) -> None:
    await keep(talk, "0060")
    reply = await asked(talk, "/removelink 0001-0050 0055")
    assert reply.text == "0001-0050, 0055: there is no link, so there is nothing to remove."
    assert reply.rows == ()


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("0001 42", "42: a post's number has 4 digits (0 to 9); did you mean 0042?"),
        ("0001-50", "50: a post's number has 4 digits"),
        ("0050-0001", "0050-0001 runs backwards; write 0001-0050."),
        ("0001 all", "all: a post's number has 4 digits"),
        ("0001 ٠٠٠٢", "٠٠٠٢: a post's number"),
        ('0001 "0002"', "a post's number has 4 digits"),
        ("0001 " + "9" * 4000, "9…: a post's number has 4 digits"),
    ],
)
async def test_what_names_no_links_removes_nothing(talk: Talk, written: str, why: str) -> None:
    await keep(talk, "0001", "0002")
    answer = await talk.ask(f"/removelink {written}", ADMIN)
    assert answer.startswith("Nothing removed: ")
    assert why in answer
    assert len(answer) < 300
    assert await numbers(talk) == ["0001", "0002"]


@pytest.mark.parametrize("key", ["0001-0002", "a,b", "a b", "0001 0002"])
async def test_an_odd_entry_that_reads_like_many_is_one(talk: Talk, key: str) -> None:
    await keep(talk, "0001", "0002", key)
    assert "removed. It was" in await talk.ask(f"/removelink {key}", ADMIN)
    assert await numbers(talk) == ["0001", "0002"]


async def test_only_admins_are_asked(talk: Talk) -> None:
    await keep(talk, "0001", "0002")
    reply = await asked(talk, "/removelink 0001-0002", USER)
    assert "Only an admin" in reply.text
    assert reply.rows == ()
