from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pluggram import Json, StorageError
from pluggram.storage.memory import MemoryBackend
from pluggram_plugins._audit import Change, Log
from tests.plugins.conftest import ADMIN, OWNER, USER, Talk, TalkTo

URL = "https://example.org/a"


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to("[plugins.links]\n[plugins.postno]") as talk:
        yield talk


async def stored(talk: Talk, number: str = "0042") -> Any:
    return await talk.store("links").get(number)


async def test_an_added_link_is_answered_to_everyone(talk: Talk) -> None:
    assert await talk.ask(f"/addlink 0042 {URL}", ADMIN) == f"✅ Link for post 0042 added: {URL}"
    assert await talk.ask("/postno0042", USER) == f"🔗 Link for post 0042: {URL}"


async def test_who_added_a_link_and_when_is_kept_with_it(talk: Talk) -> None:
    await talk.ask(f"/addlink 0042 {URL}  How\n bread  rises", ADMIN)
    link = await stored(talk)
    at = datetime.fromisoformat(link.pop("at"))
    assert link == {"url": URL, "title": "How bread rises", "by": ADMIN}
    assert at.tzinfo == UTC
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)


async def test_replacing_says_what_was_replaced(talk: Talk) -> None:
    await talk.ask(f"/addlink 0042 {URL} Old title", OWNER)
    answer = await talk.ask("/addlink 0042 https://example.org/b New title", ADMIN)
    assert answer.startswith("✅ Link for post 0042 replaced: https://example.org/b\nNew title\n")
    assert f"Before: {URL}, “Old title”, set by {OWNER}, on 20" in answer


@pytest.mark.parametrize(
    ("old", "shown"), [("javascript:alert(1)", "javascript:alert(1)"), ("\u202eabc", r'"\u202eabc"')]
)
async def test_replacing_what_was_unusable_shows_it_harmlessly(talk: Talk, old: Json, shown: str) -> None:
    await talk.store("links").put("0042", old)
    answer = await talk.ask(f"/addlink 0042 {URL}", ADMIN)
    assert "Before: not usable (" in answer
    assert answer.endswith(shown)


async def test_adding_the_same_link_again_changes_nothing(talk: Talk) -> None:
    await talk.ask(f"/addlink 0042 {URL} A title", OWNER)
    before = await stored(talk)
    answer = await talk.ask(f"/addlink 0042 {URL} A title", ADMIN)
    assert answer == f"Nothing to change: the link for post 0042 is already {URL}\nA title"
    assert await stored(talk) == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"/addlink 42 {URL}", "did you mean 0042?"),
        (f"/addlink 12345 {URL}", "a post's number has 4 digits"),
        (f"/addlink ٠٠٤٢ {URL}", "a post's number has 4 digits"),
        ("/addlink 0042 javascript:alert(1)", "begins with javascript:"),
        ("/addlink 0042 example.org", "begins with neither"),
        ("/addlink 0042 https://u:secret@example.org", "a user name or password"),
        ("/addlink 0042 https://example.org/\u202edesrever", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("/addlink 0042 https://example.org/" + "x" * 3000, "at most 2048"),
        (f"/addlink 0042 {URL} " + "x" * 201, "the title is 201 characters long"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_its_reason(talk: Talk, text: str, reason: str) -> None:
    await talk.store("links").put("0042", "https://example.org/old")
    answer = await talk.ask(text, ADMIN)
    assert answer.startswith("Not saved")
    assert reason in answer
    assert "secret" not in answer
    assert await talk.store("links").items() == [("0042", "https://example.org/old")]


@pytest.mark.parametrize("text", ["/addlink", "/addlink 0042", "/addlink@testbot"])
async def test_a_half_written_command_is_answered_with_how_to_write_it(talk: Talk, text: str) -> None:
    answer = await talk.ask(text, ADMIN)
    assert answer.startswith("Usage: /addlink <number> <url> [title]")
    assert "/addlink 0042 https://example.org" in answer


@pytest.mark.parametrize("text", [f"/addlink 0042 {URL}", "/removelink 0042"])
async def test_only_admins_change_links(talk: Talk, text: str) -> None:
    await talk.store("links").put("0042", "https://example.org/old")
    assert "Only an admin" in await talk.ask(text, USER)
    for fields in ({"sender_chat": {"id": -100, "type": "group"}}, {"forward_date": 1}, {"via_bot": {"id": 5}}):
        await talk.send(text, OWNER, group=True, **fields)
    assert await stored(talk) == "https://example.org/old"


async def test_a_change_that_the_storage_refuses_is_said_to_be_not_saved(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def full(*_: object) -> None:
        raise StorageError("bot.db: the disk is full")

    await talk.store("links").put("0042", "https://example.org/old")
    monkeypatch.setattr(MemoryBackend, "update_together", full)
    for text in (f"/addlink 0042 {URL}", "/removelink 0042"):
        assert (await talk.ask(text, ADMIN)).startswith(
            "Not saved: the storage failed, and what was there before stands."
        )
    assert caplog.text.count("bot.db: the disk is full") == 2
    assert await stored(talk) == "https://example.org/old"


async def test_what_was_there_and_who_changed_it_is_recorded(talk: Talk) -> None:
    await talk.store("links").put("0042", "https://example.org/old")
    await talk.ask(f"/addlink 0042 {URL}", ADMIN)
    new = await stored(talk)
    await talk.ask(f"/addlink 0042 {URL}", OWNER)
    await talk.ask("/removelink 0042", OWNER)
    await talk.ask("/removelink 0042", OWNER)
    log = Log(talk.bot._storage.store)
    assert [entry.act.by for entry in await log.rows.entries()] == [OWNER, ADMIN]
    changes = [change for _, change in await log.rows.of("0042")]
    assert changes == [Change("links", new, None), Change("links", "https://example.org/old", new)]
