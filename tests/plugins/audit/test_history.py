import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from pluggram import Json, Reply
from pluggram_plugins._audit import Act, Log
from tests.plugins.conftest import ADMIN, OWNER, USER, Talk, TalkTo

URL = "https://example.org/"


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to("[plugins.links]\n[plugins.admins]\n[plugins.audit]\n[plugins.postno]\n") as talk:
        yield talk


async def listed(talk: Talk, text: str = "/history") -> Reply:
    reply = await talk.send(text, ADMIN)
    assert reply is not None
    return reply


async def pressed(talk: Talk, reply: Reply, label: str) -> Reply:
    data = {button.label: button.data for row in reply.rows for button in row}[label]
    answer = await talk.press(str(data), ADMIN)
    assert answer is not None
    assert answer.edit
    return answer


def lines(reply: Reply) -> Sequence[str]:
    """The lines, with T in place of the time."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "T", reply.text).split("\n")


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.rows for button in row]


async def test_the_history_of_a_link_tells_who_when_and_from_what(talk: Talk) -> None:
    await talk.ask(f"/addlink 0042 {URL}a A title", ADMIN)
    await talk.ask(f"/addlink 0041 {URL}a", ADMIN)
    olga: dict[str, Any] = {"from": {"id": OWNER, "first_name": "x", "username": "olga"}}
    await talk.ask(f"/addlink 0042 {URL}b", OWNER, **olga)
    await talk.ask("/removelink 0042", ADMIN)
    assert lines(await listed(talk, "/history 0042")) == [
        "Changes of 0042, the newest first (UTC):",
        f"• T Person22 (22): 0042 removed, it was {URL}b",
        f"• T @olga (11): 0042 was {URL}a “A title”, became {URL}b",
        f"• T Person22 (22): 0042 added: {URL}a “A title”",
        "To pass it on: https://t.me/testbot?start=postno0042",
    ]


async def test_the_history_of_all_is_everything_with_an_import_on_one_line(talk: Talk) -> None:
    new: dict[str, Json] = {f"{n:04}": URL for n in range(9000)}
    await Log(talk.bot._storage.store).apply(
        Act("import", note="links.csv"), talk.store("links"), list(new), lambda _: new
    )
    await talk.ask("/undo", OWNER)
    await talk.ask("/redo", OWNER)
    await talk.ask(f"/admins add {USER}", OWNER)
    await talk.ask(f"/admins remove {USER}", OWNER)
    await talk.ask("/undo", OWNER)
    assert lines(await listed(talk)) == [
        "Changes, the newest first (UTC):",
        "• T Person11 (11): took back: made 33 an admin",
        "• T Person11 (11): 33 is no admin any more",
        "• T Person11 (11): made 33 an admin",
        "• T Person11 (11): put back: import of links.csv (9,000 links)",
        "• T Person11 (11): took back: import of links.csv (9,000 links)",
        "• T shell: import of links.csv (9,000 links)",
    ]
    assert lines(await listed(talk, "/history 0042"))[1:4] == [
        f"• T Person11 (11): put back: 0042 added: {URL}",
        f"• T Person11 (11): took back: 0042 removed, it was {URL}",
        f"• T shell: 0042 added: {URL}",
    ]
    assert "made 33 an admin" in (await listed(talk, "/history 33")).text


async def test_buttons_lead_to_older_changes_and_back(talk: Talk) -> None:
    for n in range(25):
        await talk.ask(f"/addlink 0042 {URL}{n}", ADMIN)
    for text in ("/history", "/history 0042"):
        first = await listed(talk, text)
        assert (labels(first), len(re.findall("• ", first.text))) == (["Older ›"], 10)
        second = await pressed(talk, first, "Older ›")
        assert labels(second) == ["‹ Newest", "Older ›"]
        third = await pressed(talk, second, "Older ›")
        assert (labels(third), len(re.findall("• ", third.text))) == (["‹ Newest"], 5)
        assert (await pressed(talk, third, "‹ Newest")).text == first.text


async def test_without_any_change_it_says_so_and_what_may_be_meant(talk: Talk) -> None:
    assert await talk.ask("/history", ADMIN) == "Nothing has been changed yet."
    await talk.ask(f"/addlink 0042 {URL}", ADMIN)
    for written in ("42", "00042"):
        assert await talk.ask(f"/history {written}", ADMIN) == (
            f"No change of {written} is recorded. Did you mean /history 0042?"
        )
    for written in ("0043", "x", "٤٢", "0", "9" * 300, "é" * 700):
        assert (await talk.ask(f"/history {written}", ADMIN)).endswith("is recorded.")


async def test_what_people_and_files_are_called_does_no_harm(talk: Talk) -> None:
    evil: dict[str, Any] = {"from": {"id": ADMIN, "first_name": "\u202eevil\n• T shell: gone\x00" + "x" * 300}}
    await talk.store("links").put("0042", "https://u:secret@example.org/\u202e")
    await talk.ask(f"/addlink 0042 {URL}", ADMIN, **evil)
    text = (await listed(talk, "/history 0042")).text
    assert "\u202e" not in text
    assert "secret" not in text
    assert len(text.split("\n")) == 3
    assert len(text) < 500


async def test_an_odd_entry_has_a_history_too(talk: Talk) -> None:
    await talk.store("links").put(" a", URL)
    await talk.ask('/removelink " a"', ADMIN)
    assert f'" a" removed, it was {URL}' in (await listed(talk, '/history " a"')).text
    assert labels(await listed(talk, '/history " a"')) == []


@pytest.mark.parametrize("text", ["/history", "/history 0042"])
async def test_only_admins_see_who_changed_what(talk: Talk, text: str) -> None:
    assert "Only an admin" in await talk.ask(text, USER)
    pressed = await talk.press("history:000000000000", USER)
    assert pressed is not None
    assert "Only an admin" in pressed.text


async def test_forged_button_data_does_no_harm(talk: Talk) -> None:
    await talk.ask(f"/addlink 0042 {URL}", ADMIN)
    for data in ("history:999999999999", "history:000000000000:999999999", "history:499999999999:0042"):
        reply = await talk.press(data, ADMIN)
        assert reply is not None
        assert reply.text.startswith(("Nothing has", "No change of"))
    assert await talk.press("history:x", ADMIN) is None
