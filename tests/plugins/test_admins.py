import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from pluggram import Json
from pluggram_plugins._audit import Change, Log

from .conftest import ADMIN, OWNER, USER, Talk, TalkTo

GROUP = {"id": -100, "type": "group"}


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to("[plugins.admins]") as talk:
        yield talk


async def test_an_owner_makes_someone_an_admin_and_takes_it_back(talk: Talk) -> None:
    assert await talk.ask(f"/admins add {USER}", OWNER) == "33 is an admin now. /help will show them what they may do."
    assert await talk.ask("/whoami") == "Your id is 33. You are an admin of this bot."
    assert await talk.ask(f"/admins remove {USER}", OWNER) == "33 is no admin any more."
    assert "You are an admin" not in await talk.ask("/whoami")


async def test_the_menu_of_whoever_is_made_an_admin_or_removed_follows(talk: Talk) -> None:
    menus = talk.bot.menus
    assert await menus.due() is None
    await talk.ask(f"/admins add {USER}", OWNER)
    assert await menus.due() == [USER]
    await talk.ask(f"/admins add {USER}", OWNER)
    await talk.ask(f"/admins remove {USER}", OWNER)
    assert await menus.due() == [USER]


async def test_who_and_when_is_kept(talk: Talk) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    await talk.ask(f"/admins add {USER}", OWNER)
    record = await talk.store("admins").get(str(USER))
    assert isinstance(record, dict)
    assert record["by"] == OWNER
    assert before <= datetime.fromisoformat(str(record["at"])) <= datetime.now(UTC)


async def test_an_admin_who_is_made_one_again_stays_as_they_were(talk: Talk) -> None:
    await talk.store("admins").put(str(ADMIN), {"by": 44, "at": "2025-01-02T03:04:05+00:00"})
    answer = await talk.ask(f"/admins add {ADMIN}", OWNER)
    assert answer == "22 is an admin already, made by 44 on 2025-01-02."
    assert await talk.store("admins").get(str(ADMIN)) == {"by": 44, "at": "2025-01-02T03:04:05+00:00"}


async def test_someone_whom_a_file_says_no_admin_can_be_made_one(talk: Talk) -> None:
    await talk.store("admins").put(str(USER), False)
    assert "33 is an admin now." in await talk.ask(f"/admins add {USER}", OWNER)
    assert "You are an admin" in await talk.ask("/whoami")


async def test_removing_one_who_is_none_says_so(talk: Talk) -> None:
    assert "33 is no admin, so nothing has changed" in await talk.ask(f"/admins remove {USER}", OWNER)


async def test_owners_are_neither_added_nor_removed_in_chat(talk: Talk) -> None:
    assert await talk.ask(f"/admins add {OWNER}", OWNER) == "11 is an owner, and may do all that admins may."
    assert "can only be removed there" in await talk.ask(f"/admins remove {OWNER}", OWNER)
    assert await talk.store("admins").get(str(OWNER)) is None


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("1087968824", "every anonymous administrator"),
        ("136817688", "in the name of a channel"),
        ("777000", "service messages"),
        ("00777000", "service messages"),
        ("-1001234567890", "a group or a channel"),
        ("0", "Nobody on Telegram can have the id 0"),
        ("9007199254740993", "Nobody on Telegram"),
        ("@ada", "A user name can change hands"),
        ("Ada", "not one number"),
        ("33 34", "not one number"),
        ("3.3", "not one number"),
        ("٣٣", "not one number"),
        ("9" * 4000, "not one number"),
        ("\u202e33", "not one number"),
        ("", "/admins add 123456789"),
    ],
)
async def test_what_is_no_person_is_refused_with_the_reason(talk: Talk, who: str, why: str) -> None:
    answer = await talk.ask(f"/admins add {who}".rstrip(), OWNER)
    assert why in answer
    assert len(answer) < 250
    assert [key for key, _ in await talk.store("admins").items()] == [str(ADMIN)]


@pytest.mark.parametrize(
    ("who", "why"), [("@ada", "change hands"), ("x", "not one number"), ("", "/admins remove 123")]
)
async def test_removing_needs_a_number_too(talk: Talk, who: str, why: str) -> None:
    assert why in await talk.ask(f"/admins remove {who}".rstrip(), OWNER)


@pytest.mark.parametrize("text", ["/admins", "/admins list", "/ADMINS list", "/admins@testbot list"])
async def test_the_list_names_owners_and_admins(talk: Talk, text: str) -> None:
    await talk.ask(f"/admins add {USER}", OWNER)
    today = datetime.now(UTC).date()
    expected = f"Owners:\n• 11\n\nAdmins:\n• 22, made by 11\n• 33, made by 11 on {today}"
    assert await talk.ask(text, OWNER) == expected
    assert await talk.ask(text, ADMIN) == expected


async def test_the_list_shows_nothing_odd_of_a_file_edited_by_hand(talk: Talk) -> None:
    by_hand: dict[str, Json] = {"22": True, "33": False, "\u202eada": True, "44": {"by": "x\u202e", "at": "y" * 99}}
    await talk.store("admins").put_many(by_hand)
    assert (await talk.ask("/admins", OWNER)).endswith("Admins:\n• 22\n• 44")


async def test_an_empty_list_says_how_to_fill_it(talk: Talk) -> None:
    await talk.store("admins").delete(str(ADMIN))
    assert (await talk.ask("/admins", OWNER)).endswith("Admins:\n• nobody yet; /admins add <id> makes someone one")


@pytest.mark.parametrize("text", ["/admins add 33", "/admins remove 22"])
@pytest.mark.parametrize("user", [ADMIN, USER])
async def test_only_owners_change_admins(talk: Talk, text: str, user: int) -> None:
    assert await talk.ask(text, user) == f"Only an owner of this bot may use /admins {text.split()[1]} <id>."
    assert [key for key, _ in await talk.store("admins").items()] == [str(ADMIN)]


@pytest.mark.parametrize("text", ["/admins", "/admins what"])
async def test_others_are_not_told_who_is_an_admin(talk: Talk, text: str) -> None:
    assert "Only an admin of this bot may use" in await talk.ask(text)


async def test_whoever_speaks_as_a_chat_changes_nothing(talk: Talk) -> None:
    answer = await talk.ask("/admins add 33", OWNER, group=True, sender_chat=GROUP)
    assert "Only an owner" in answer
    assert await talk.store("admins").get("33") is None
    assert "Only an admin" in await talk.ask("/admins", OWNER, group=True, sender_chat=GROUP)
    assert "in the name of a chat" in await talk.ask("/whoami", OWNER, group=True, sender_chat=GROUP)


@pytest.mark.parametrize("how", [{"forward_origin": {"type": "user"}}, {"forward_date": 1}, {"via_bot": {"id": 5}}])
async def test_what_an_owner_did_not_write_here_changes_nothing(talk: Talk, how: dict[str, Any]) -> None:
    assert await talk.send("/admins add 33", OWNER, **how) is None
    assert await talk.store("admins").get("33") is None


async def test_whoami_tells_each_what_they_are(talk: Talk) -> None:
    assert await talk.ask("/whoami", OWNER) == "Your id is 11. You are an owner of this bot."
    assert await talk.ask("/whoami", ADMIN) == "Your id is 22. You are an admin of this bot."
    assert await talk.ask("/whoami", USER) == (
        "Your id is 33. An owner of this bot can make you an admin with: /admins add 33"
    )


async def test_whoami_tells_the_first_person_how_to_own_a_bot_that_has_no_owner(talk: Talk) -> None:
    talk.bot._roles.owners = frozenset()
    assert "owners = [33] into bot.toml" in await talk.ask("/whoami", USER)


@pytest.mark.parametrize("text", ["/admins what", "/admins addd 33", "/admins list all", "/admins\nadd"])
async def test_anything_else_is_answered_with_the_forms(talk: Talk, text: str) -> None:
    assert await talk.ask(text, OWNER) == "Write /admins list, /admins add <id> or /admins remove <id>."
    assert await talk.ask(text, ADMIN) == "Write /admins list. Only an owner of this bot can add or remove admins."


async def test_owners_who_add_at_once_lose_nobody(talk: Talk) -> None:
    await asyncio.gather(*(talk.ask(f"/admins add {user}", OWNER) for user in range(100, 150)))
    assert len(await talk.store("admins").items()) == 51


async def test_who_made_and_unmade_an_admin_is_recorded(talk: Talk) -> None:
    await talk.ask(f"/admins add {USER}", OWNER)
    await talk.ask(f"/admins add {USER}", OWNER)
    record = await talk.store("admins").get(str(USER))
    await talk.ask(f"/admins remove {USER}", OWNER)
    await talk.ask(f"/admins remove {USER}", OWNER)
    log = Log(talk.bot._storage.store)
    assert [entry.act.by for entry in await log.rows.entries()] == [OWNER, OWNER]
    changes = [change for _, change in await log.rows.of(str(USER))]
    assert changes == [Change("admins", record, None), Change("admins", None, record)]
