import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pluggram import Json
from pluggram_plugins._audit import Act, Log
from tests.plugins.conftest import ADMIN, OWNER, USER, Talk, TalkTo

TABLES = "[plugins.links]\n[plugins.admins]\n[plugins.audit]\n[plugins.postno]\n"
BEN = 44
NOTHING = "There is no change of yours to take back. /history shows who changed what."
URL = "https://example.org/"


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to(TABLES) as talk:
        await talk.store("admins").put(str(BEN), {"by": OWNER})
        yield talk


async def links(talk: Talk) -> dict[str, Any]:
    """The addresses by number."""
    items = await talk.store("links").items()
    return {key: value["url"] if isinstance(value, dict) else value for key, value in items}


async def imported(talk: Talk, new: dict[str, Json], by: int | None = ADMIN) -> None:
    act = Act("import", by, "@ann" if by else "shell", "links.csv")
    await Log(talk.bot._storage.store).apply(act, talk.store("links"), list(new), lambda _: new)


async def test_a_change_is_taken_back_and_the_one_before_by_a_second_undo(talk: Talk) -> None:
    await talk.store("links").put("0042", {"url": URL + "old", "title": "Old", "by": 7, "at": "2025-01-01T00:00:00"})
    before = await talk.store("links").items()
    await talk.ask(f"/addlink 0042 {URL}new", ADMIN)
    await talk.ask("/removelink 0042", ADMIN)
    assert await talk.ask("/undo", ADMIN) == f"↩️ Taken back: 0042 has the link {URL}new. /redo puts it back."
    assert await talk.ask("/undo", ADMIN) == f"↩️ Taken back: 0042 has the link {URL}old “Old”. /redo puts it back."
    assert await talk.store("links").items() == before
    assert await talk.ask("/undo", ADMIN) == NOTHING


async def test_an_added_link_is_gone_when_it_is_taken_back(talk: Talk) -> None:
    await talk.ask(f"/addlink 0042 {URL}", ADMIN)
    assert await talk.ask("/undo", ADMIN) == "↩️ Taken back: 0042 has no link. /redo puts it back."
    assert await talk.ask("/redo", ADMIN) == f"↪️ Put back: 0042 has the link {URL}."
    assert await talk.ask("/redo", ADMIN) == (
        "There is nothing to put back: you have taken back nothing, or put it back already."
    )
    assert "0042 has no link" in await talk.ask("/undo", ADMIN)


async def test_everybody_takes_back_his_own_changes_only(talk: Talk) -> None:
    await talk.ask(f"/addlink 0001 {URL}ann", ADMIN)
    await talk.ask(f"/addlink 0002 {URL}ben", BEN)
    assert "0001 has no link" in await talk.ask("/undo", ADMIN)
    assert await talk.ask("/undo", ADMIN) == await talk.ask("/undo", OWNER) == NOTHING
    assert await links(talk) == {"0002": URL + "ben"}


async def test_what_somebody_else_changed_since_stays_and_is_told_once(talk: Talk) -> None:
    await talk.ask(f"/addlink 0001 {URL}first", ADMIN)
    await talk.ask(f"/addlink 0002 {URL}ann", ADMIN)
    await talk.ask(f"/addlink 0002 {URL}ben", BEN)
    first, second, hint = (await talk.ask("/undo", ADMIN)).split("\n")
    assert first == "Not taken back, for it was changed since:"
    assert second.endswith(f" Person44 (44): 0002 was {URL}ann, became {URL}ben")
    assert hint == "/undo again takes the one before."
    assert await links(talk) == {"0001": URL + "first", "0002": URL + "ben"}
    assert "0001 has no link" in await talk.ask("/undo", ADMIN)
    await talk.ask("/undo", BEN)
    assert "0002 has no link" in await talk.ask("/undo", ADMIN)


async def test_what_was_changed_by_hand_stays_too(talk: Talk) -> None:
    await talk.ask(f"/addlink 0001 {URL}ann", ADMIN)
    await talk.store("links").put("0001", URL + "hand")
    assert "• 0001, by something else than this bot's commands" in await talk.ask("/undo", ADMIN)
    assert await links(talk) == {"0001": URL + "hand"}


async def test_an_import_is_taken_back_at_once_but_for_what_was_changed_since(talk: Talk) -> None:
    await talk.store("links").put("0007", URL + "old")
    await imported(talk, {f"{n:04}": f"{URL}{n}" for n in range(9000)})
    for number in ("0001", "0002"):
        await talk.ask(f"/addlink {number} {URL}ben", BEN)
    answer = await talk.ask("/undo", ADMIN)
    assert answer.startswith(
        "↩️ Taken back: import of links.csv. 8,998 links are what they were before. /redo puts it back.\n"
        "Changed since, so 2 links stay:\n• "
    )
    assert answer.count("Person44 (44)") == 2
    assert await links(talk) == {"0001": URL + "ben", "0002": URL + "ben", "0007": URL + "old"}
    assert "8,998 links" in await talk.ask("/redo", ADMIN)
    assert len(await links(talk)) == 9000


async def test_many_that_were_changed_since_are_counted(talk: Talk) -> None:
    await imported(talk, {f"{n:04}": URL for n in range(20)})
    await imported(talk, {f"{n:04}": URL + "b" for n in range(20)}, BEN)
    answer = await talk.ask("/undo", ADMIN)
    assert answer.startswith("Not taken back, for it was changed since:\n• ")
    assert "\nand 15 more\n/undo again takes" in answer


async def test_what_was_done_in_the_shell_is_taken_back_by_an_owner(talk: Talk) -> None:
    await imported(talk, {"0001": URL, "0002": URL}, by=None)
    assert await talk.ask("/undo", ADMIN) == NOTHING
    assert "import of links.csv. 2 links are" in await talk.ask("/undo", OWNER)
    assert await links(talk) == {}


async def test_an_owner_takes_back_that_somebody_is_an_admin_and_is_not(talk: Talk) -> None:
    await talk.ask(f"/admins add {USER}", OWNER)
    await talk.ask(f"/admins remove {BEN}", OWNER)
    assert await talk.ask("/undo", OWNER) == "↩️ Taken back: 44 is an admin. /redo puts it back."
    assert await talk.ask("/undo", OWNER) == "↩️ Taken back: 33 is no admin any more. /redo puts it back."
    assert [key for key, _ in await talk.store("admins").items()] == [str(ADMIN), str(BEN)]
    assert "Only an admin" in await talk.ask("/undo", USER)


async def test_who_is_no_owner_any_more_takes_back_links_only(talk: Talk) -> None:
    await talk.ask(f"/addlink 0001 {URL}", OWNER)
    await talk.ask(f"/admins add {OWNER}1", OWNER)
    await talk.store("admins").put(str(OWNER), True)
    talk.bot._roles.owners = frozenset()
    assert await talk.ask("/undo", OWNER) == (
        "Not taken back: only an owner of this bot may change who is an admin.\n/undo again takes the one before."
    )
    assert "0001 has no link" in await talk.ask("/undo", OWNER)
    assert await talk.store("admins").get(f"{OWNER}1")


async def test_an_undo_that_comes_again_after_a_crash_is_not_done_twice(talk: Talk) -> None:
    for number in ("0001", "0002", "0003"):
        await talk.ask(f"/addlink {number} {URL}", ADMIN)
    update = talk._update("message", talk._message(ADMIN, group=False) | {"text": "/undo"})
    first = await talk.bot.feed(update)
    again = await talk.bot.feed(update, redelivered=True)
    assert first is not None
    assert again is not None
    assert first.text == again.text == "↩️ Taken back: 0003 has no link. /redo puts it back."
    assert set(await links(talk)) == {"0001", "0002"}
    redelivered = await talk.bot.feed(talk._update("message", dict(update["message"])), redelivered=True)
    assert redelivered is not None
    assert "0002 has no link" in redelivered.text


async def test_two_who_undo_at_once_undo_two(talk: Talk) -> None:
    for number in ("0001", "0002", "0003"):
        await talk.ask(f"/addlink {number} {URL}", ADMIN)
    await asyncio.gather(talk.ask("/undo", ADMIN), talk.ask("/undo", ADMIN, group=True))
    assert len(await links(talk)) == 1


async def test_a_record_whose_values_are_gone_is_said_to_be(talk: Talk) -> None:
    await talk.ask(f"/addlink 0001 {URL}", ADMIN)
    await talk.store("audit").put_many({key: None for key, _ in await talk.store("audit").items("of/")})
    assert "what it was before is no longer kept" in await talk.ask("/undo", ADMIN)


@pytest.mark.parametrize("text", ["/undo", "/redo"])
async def test_only_admins_undo_and_nobody_by_a_message_he_did_not_write(talk: Talk, text: str) -> None:
    await talk.ask(f"/addlink 0001 {URL}", OWNER)
    assert "Only an admin" in await talk.ask(text, USER)
    for fields in ({"sender_chat": {"id": -100, "type": "group"}}, {"forward_date": 1}, {"via_bot": {"id": 5}}):
        await talk.send(text, OWNER, group=True, **fields)
    assert set(await links(talk)) == {"0001"}


async def test_replacing_and_removing_name_undo_where_there_is_one(talk: Talk, talk_to: TalkTo) -> None:
    await talk.ask(f"/addlink 0001 {URL}a", ADMIN)
    assert (await talk.ask(f"/addlink 0001 {URL}b", ADMIN)).endswith("\n/undo takes it back.")
    removed = await talk.ask("/removelink 0001", ADMIN)
    assert removed.endswith("\n/undo takes it back.")
    assert "Undo:" not in removed
