"""The built-in plugins over the whole way: a person, Telegram's strict simulator, the client, the service, the bot."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pluggram.simulator import Message
from tests.core.telegram.ptb.room import Room, served

TABLES = "[plugins.links]\n[plugins.audit]\n[plugins.postno]\n"
URL = "https://example.org/"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with served(tmp_path, more=TABLES) as room:
        room.bot.add_owner(room.ann.id)
        yield room


async def sent(room: Room, name: str, content: bytes, caption: str = "/importlinks") -> Message:
    """Let Ann send a file, and give the bot's last message."""
    room.ann.send_document(room.chat, name, content, caption=caption)
    await room.settled()
    return room.answers()[-1]


async def pressed(room: Room, message: Message, label: str) -> Message:
    room.ann.press(message, label)
    await room.settled()
    return room.chat.messages[message.id]


async def test_a_file_is_imported_taken_back_and_sent_out_again(room: Room) -> None:
    rows = "".join(f"{n:04},{URL}{'x' * 40}/{n}\n" for n in range(9000))
    shown = await sent(room, "links.csv", f"number,url\n{rows}".encode())
    assert shown.text.startswith("links.csv: 9,000 entries (CSV)\n9,000 would be added\n• 0000  ")
    assert room.answers()[0].text == "Reading links.csv"
    done = await pressed(room, shown, "Import 9,000 links")
    assert done.text == "✅ links.csv: 9,000 links added\n/undo takes it back."
    assert done.keyboard is None
    assert await room.say("/postno0042") == [f"🔗 Link for post 0042: {URL}{'x' * 40}/42"]
    await room.say("/exportlinks json")
    exported = room.answers()[-1]
    assert exported.text.startswith("9,000 links. ")
    assert "9,000 links are what they were before" in (await room.say("/undo"))[0]
    assert "was not found" in (await room.say("/postno0042"))[0]


async def test_a_report_that_is_long_comes_as_a_file_whose_caption_changes_when_it_is_applied(room: Room) -> None:
    entries = {f"{n:04}": URL for n in range(20)} | {f"x{n}": "no link" for n in range(20)}
    shown = await sent(room, "links.json", json.dumps(entries).encode())
    assert "and 10 more" in shown.text
    assert (await pressed(room, shown, "Import 20 links")).text.startswith("✅ links.json: 20 links added")


async def test_many_are_removed_with_a_button_and_a_late_press_says_it_was_done(room: Room) -> None:
    for number in ("0001", "0002"):
        await room.say(f"/addlink {number} {URL}")
    await room.say("/removelink 0001-0050")
    question = room.answers()[-1]
    keyboard = question.keyboard
    assert (await pressed(room, question, "Remove 2 links")).text.startswith("🗑 2 links removed: 0001-0050")
    question.keyboard = keyboard  # as on a phone that has not heard of the change yet
    press = room.ann.press(question, "Cancel")
    await room.settled()
    assert press.answer is not None
    assert press.answer.text == "This was done already."


async def test_a_post_is_found_inline_and_by_the_link_under_it(room: Room) -> None:
    await room.say(f"/addlink 0042 {URL}bread How bread rises")
    query = room.ann.inline(room.account, "bread")
    await room.settled()
    message = room.ann.choose(query, "1", room.chat)
    assert message.text == f"🔗 Link for post 0042: {URL}bread\nHow bread rises"
    assert message.keyboard is not None
    assert "start=postno0042" in json.dumps(message.keyboard)
    room.ann.start(room.account, "postno0042")
    await room.settled()
    assert room.answers()[-1].text == message.text
