import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from pluggram import File, Json, Reply, TelegramError
from pluggram_plugins._audit import Log
from pluggram_plugins.links import files
from tests.plugins.conftest import ADMIN, USER, Talk, TalkTo

URL = "https://example.org/"
HOW = "Send me the file with /importlinks as its caption: "


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to("[plugins.links]\n[plugins.audit]\n[plugins.postno]") as talk:
        yield talk


async def sent(talk: Talk, name: str, content: bytes | str | object, user: int = ADMIN, **fields: Any) -> Reply:
    text = content if isinstance(content, bytes | str) else json.dumps(content)
    reply = await talk.send_file(name, text.encode() if isinstance(text, str) else text, user, **fields)
    assert reply is not None
    return reply


async def pressed(talk: Talk, reply: Reply, number: int = 0, user: int = ADMIN) -> Reply:
    answer = await talk.press(str(reply.rows[0][number].data), user)
    assert answer is not None
    return answer


async def links(talk: Talk) -> Mapping[str, Json]:
    return dict(await talk.store("links").items())


async def test_a_file_is_shown_as_it_would_be_written_and_written_when_it_is_wanted(talk: Talk) -> None:
    await talk.store("links").put_many({"0002": URL + "old", "0003": URL + "same"})
    content = f"number,url,title\n0001,{URL}1,One\n0002,{URL}2,\n0003,{URL}same,\n7,{URL}7,\n 0004 ,{URL}4,\n"
    shown = await sent(talk, "links.csv", content)
    assert shown.text.split("\n") == [
        "links.csv: 5 entries (CSV)",
        "2 would be added",
        f"• 0001  {URL}1 — One",
        f"• 0004  {URL}4",
        "1 would be changed",
        f"• 0002  {URL}old -> {URL}2",
        "1 unchanged",
        "1 refused",
        f"• line 5: 7  {URL}7: a post's number has 4 digits (0 to 9); did you mean 0007?",
        "1 put right",
        "• 0004  white space around the number dropped",
    ]
    assert [button.label for button in shown.rows[0]] == ["Import 3 links", "Cancel"]
    assert shown.document is None
    assert await links(talk) == {"0002": URL + "old", "0003": URL + "same"}
    done = await pressed(talk, shown)
    assert (done.text, done.edit, done.rows) == (
        "✅ links.csv: 2 links added, 1 link changed\n/undo takes it back.", True, ()
    )  # fmt: skip
    assert await links(talk) == {
        "0001": {"url": URL + "1", "title": "One"}, "0002": URL + "2", "0003": URL + "same", "0004": URL + "4"
    }  # fmt: skip
    [entry] = await Log(talk.bot._storage.store).rows.entries()
    assert (entry.act.did, entry.act.by, entry.act.note, len(entry.keys)) == ("import", ADMIN, "links.csv", 3)


async def test_the_links_of_an_old_bot_are_taken_and_taken_back_at_once(talk: Talk) -> None:
    old = {f"{n:04}": f"{URL}{n}" for n in range(9000)}
    shown = await sent(talk, "links.json", old)
    assert shown.text.startswith("links.json: 9,000 entries (JSON)\n9,000 would be added\n• 0000  ")
    assert "and 8,995 more" in shown.text
    assert "9,000 links added" in (await pressed(talk, shown)).text
    assert await links(talk) == old
    assert "9,000 links are what they were before" in await talk.ask("/undo", ADMIN)
    assert await links(talk) == {}


async def test_what_does_not_fit_into_a_message_is_told_in_a_file(talk: Talk) -> None:
    entries = {f"{n:04}": f"{URL}{'x' * 1000}" for n in range(500)} | {f"x{n}": "y" * 3000 for n in range(500)}
    shown = await sent(talk, "links.json", entries)
    assert len(shown.text) < 4096
    assert isinstance(shown.document, File)
    report = shown.document.content.decode().split("\n")
    assert shown.document.name == "report.txt"
    assert len(report) == 1 + 4 + 500 + 500
    assert "--" not in shown.document.content.decode()


async def test_a_file_that_changes_nothing_is_told_and_nothing_is_asked(talk: Talk) -> None:
    await talk.store("links").put("0001", URL)
    for content in ({"0001": URL}, {}, {"1": URL}):
        shown = await sent(talk, "links.json", content)
        assert shown.text.endswith("\nSo there is nothing to write.")
        assert shown.rows == ()
    assert await talk.store("plugin.links").items() == []


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("links.csv", b"", "Nothing imported. links.csv is empty."),
        ("links.csv", "\ufeff \n".encode(), "Nothing imported. links.csv is empty."),
        ("links.json", b'{"0001": "\xff"}', "links.json, line 1: this is not UTF-8 (byte 10); save the file as UTF-8."),
        ("links.xlsx", b"PK\x03\x04\xff\xfe", "this is not UTF-8"),
        ("links.json", b"[1]", "links.json is no JSON file of links: it must be one object, such as"),
        ("links.json", b"[" * 100_000, "it is nested too deeply"),
        ("links.csv", b"a,b\n1,2\n", "its first line must name the columns, number and url"),
        ("links.csv", b'number,url\n"', "links.csv is no CSV file of links: line 2"),
        ("links.csv", b"number,url\n" + b"1,2\n" * 50_001, "links.csv has more than 50,000 entries; split it."),
        ("\u202e/../x\n.csv", b"", 'Nothing imported. "\\u202e/../x\\n.csv" is empty.'),
        ("", b"", "Nothing imported. the file is empty."),
    ],
)
async def test_a_file_that_holds_no_links_is_answered_with_what_to_do(
    talk: Talk, name: str, content: bytes, why: str
) -> None:
    shown = await sent(talk, name, content)
    assert why in shown.text
    assert shown.rows == ()
    assert await links(talk) == {}


async def test_a_file_that_is_too_large_is_not_even_fetched(talk: Talk) -> None:
    shown = await sent(talk, "links.csv", b"x", file_size=6_240_000, file_id="gone")
    assert shown.text == (
        "links.csv has 6.2 MB, and I take 4. Split it, or import it in the shell: pluggram links import FILE"
    )
    shown = await sent(talk, "links.csv", b"x" * (files.LARGEST + 1), file_size=0)
    assert "I could not fetch links.csv: the file has 4,000,001 bytes" in shown.text
    talk.desk.files.clear()
    talk.desk.files["other"] = b""

    async def gone(file_id: str, most: int) -> bytes:
        raise TelegramError("Bad Request: file is temporarily unavailable")

    talk.desk.download = gone  # type: ignore[method-assign]
    assert "I could not fetch links.csv: Bad Request: file is" in (await sent(talk, "links.csv", b"x")).text


async def test_long_work_is_seen_to_get_on(talk: Talk) -> None:
    await sent(talk, "links.csv", b"number,url\n")
    assert talk.desk.sent == []
    many = {f"{n:04}": f"{URL}{'x' * 50}" for n in range(9000)}
    shown = await sent(talk, "links.json", many)
    assert [reply.text for reply in talk.desk.sent] == ["Reading links.json"]
    assert "9,000 would be added" in shown.text


async def test_without_a_file_it_says_how(talk: Talk) -> None:
    for text in ("/importlinks", "/importlinks links.csv", "/IMPORTLINKS@testbot"):
        assert (await talk.ask(text, ADMIN)).startswith(HOW)


@pytest.mark.parametrize("caption", ["/importlinks", "/importlinks@testbot", "/ImportLinks please"])
async def test_the_caption_is_read_as_a_command_is(talk: Talk, caption: str) -> None:
    assert "1 would be added" in (await sent(talk, "links.json", {"0001": URL}, caption=caption)).text


async def test_files_that_are_not_meant_for_it_are_left_alone(talk: Talk) -> None:
    for caption in ("", "my links", "/importlinks@otherbot", "see /importlinks"):
        assert await talk.send_file("links.json", b"{}", ADMIN, caption=caption) is None


async def test_only_admins_import_and_export(talk: Talk) -> None:
    shown = await sent(talk, "links.json", {"0001": URL}, USER)
    assert "Only an admin" in shown.text
    assert shown.rows == ()
    for text in ("/importlinks", "/exportlinks"):
        assert "Only an admin" in await talk.ask(text, USER)


@pytest.mark.parametrize("form", ["", " json", " csv"])
async def test_an_export_is_a_file_that_is_imported_again_unchanged(talk: Talk, form: str) -> None:
    values: dict[str, Json] = {
        "0001": URL,
        "0002": {"url": URL, "title": "Two, and “more”", "by": 7},
        "0003": URL + "ü",
    }
    await talk.store("links").put_many(values)
    reply = await talk.send(f"/exportlinks{form}", ADMIN)
    assert reply is not None
    assert isinstance(reply.document, File)
    assert reply.document.name == f"links.{form.strip() or 'json'}"
    assert reply.text == "3 links. Sent back with the caption /importlinks it is imported again."
    again = await sent(talk, reply.document.name, reply.document.content)
    assert "3 unchanged" in again.text
    assert again.rows == ()


async def test_an_export_holds_and_names_what_is_unusable(talk: Talk) -> None:
    await talk.store("links").put_many({"0001": URL, "0002": "javascript:x", "\u202e": 7})
    reply = await talk.send("/exportlinks csv", ADMIN)
    assert reply is not None
    assert isinstance(reply.document, File)
    assert reply.text.endswith('\n⚠️ 2 are not usable, and kept as they are stored: 0002, "\\u202e"')
    rows = list(csv.reader(io.StringIO(reply.document.content.decode())))
    assert [row[0] for row in rows] == ["number", "0001", "0002", "\u202e"]


async def test_where_there_are_no_links_there_is_no_file(talk: Talk) -> None:
    assert await talk.ask("/exportlinks", ADMIN) == "There are no links yet."
    assert "Usage: /exportlinks [csv|json]" in await talk.ask("/exportlinks xml", ADMIN)
