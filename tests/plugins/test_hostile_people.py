"""People who try everything: each gets an answer that he can act on, never an error and never silence."""

import csv
from collections.abc import Sequence
from itertools import product

import pytest

from pluggram import File
from tests.plugins.conftest import ADMIN, OWNER, USER, TalkTo

TABLES = "".join(f"[plugins.{name}]\n" for name in ("postno", "links", "admins", "audit", "health", "metrics", "help"))
WRONG = "Something went wrong"

COMMANDS = (
    "/start", "/help", "/postno", "/postno0001", "/POSTNO0001", "/addlink", "/addlink0001", "/removelink", "/listlinks",
    "/findlink", "/importlinks", "/exportlinks", "/admins", "/whoami", "/history", "/undo", "/redo", "/health",
    "/metrics", "/stats", "/nonsense", "/", "//",
)  # fmt: skip
REST = (
    "", " ", "@TestBot", "@testbot 0001", " 0001", " 0001 https://example.org", " ٠٠٠١", " １２３４", " -1", " 0",
    " 99999999999999999999", " " + "9" * 4000, " x" * 1000, " \x00", " \ud800", " \u202e0001", "\u00a00001",
    " <b>&_*[]",
    "\n0001\nhttps://a.example", " 0001 javascript:alert(1)", " 0001 https://u:p@h/", " 0001 tg://resolve?domain=x",
    " 0001 https://example.org/" + "x" * 3000, " 0001 https://example.org \u202e title\n\nof two lines", " 0001-0050",
    " 0050-0001", " 0000-9999", " add 5", " add 99999999999999999999", " add @ann", " add 1087968824", " remove 11",
    " csv", " xml", " 2", "\n",
)  # fmt: skip
SECRET_ID = "0123456789ab"


async def test_every_command_with_anything_behind_it_is_answered(talk_to: TalkTo) -> None:
    async with talk_to(TABLES) as talk:
        answers = {
            (command + rest, user): await talk.send(command + rest, user)
            for command, rest, user in product(COMMANDS, REST, (OWNER, ADMIN, USER))
        }
        assert [asked for asked, reply in answers.items() if reply is None or WRONG in reply.text] == []
        links = dict(await talk.store("links").items())
        assert all(number.isdigit() and number.isascii() and len(number) == 4 for number in links)
        assert dict(await talk.store("admins").items()).keys() <= {str(ADMIN), "5"}


async def test_nobody_is_answered_in_a_group_who_means_another_bot(talk_to: TalkTo) -> None:
    async with talk_to(TABLES) as talk:
        for command in COMMANDS[:-2]:
            assert await talk.send(f"{command}@OtherBot", OWNER, group=True) is None
            assert await talk.send(f"{command}@testbot", OWNER, group=True) is not None


def forged(data: Sequence[str]) -> Sequence[str]:
    """Make of the data of real buttons what somebody could send in its place."""
    real = [each for each in data if each]
    cut = [each[:length] for each in real for length in range(1, len(each), 3)]
    more = [each + end for each in real for end in ("0", ":", "\n", "\x00", "/../..", "é")]
    other = [each.replace(":", by) for each in real for by in ("", "::", " ", ";")]
    digits = [each[:-12] + SECRET_ID for each in real]
    return [each for each in (*cut, *more, *other, *digits) if len(each.encode()) <= 64]


GARBAGE = (
    "x",
    "\x00" * 64,
    "é" * 32,
    "x" * 64,
    "\ud800",
    "None",
    "links",
    ":",
    "::::",
    "/start",
    "links:yes:" + SECRET_ID,
)


async def test_a_button_that_is_forged_or_of_yesterday_says_so(talk_to: TalkTo) -> None:
    async with talk_to(TABLES) as talk:
        for number in range(30):
            await talk.ask(f"/addlink {number:04} https://example.org/{number}", ADMIN)
        shown = [await talk.send(text, ADMIN) for text in ("/removelink 0001-0005", "/listlinks", "/history")]
        data = [button.data or "" for reply in shown if reply for row in reply.rows for button in row]
        assert len(data) >= 4
        for pressed, user in product([*GARBAGE, *forged(data)], (USER, ADMIN)):
            reply = await talk.press(pressed, user)
            assert reply is not None, pressed
            assert WRONG not in reply.text, pressed
        assert len(await talk.store("links").items()) == 30


async def test_a_question_is_answered_by_who_was_asked_where_he_was_asked_and_once(talk_to: TalkTo) -> None:
    async with talk_to(TABLES) as talk:
        await talk.ask("/addlink 0001 https://example.org", ADMIN)
        await talk.ask("/addlink 0002 https://example.org", ADMIN)
        asked = await talk.send("/removelink 0001-0005", ADMIN)
        assert asked is not None
        yes = asked.rows[0][0].data or ""
        for user, group in ((USER, False), (OWNER, False), (ADMIN, True)):
            told = await talk.press(yes, user, group=group)
            assert told is not None
            assert told.notice
        assert len(await talk.store("links").items()) == 2
        done, again = await talk.press(yes, ADMIN), await talk.press(yes, ADMIN)
        assert done is not None
        assert again is not None
        assert (done.edit, again.notice) == (True, True)
        assert await talk.store("links").items() == []


FILES = {
    "a zip": b"PK\x03\x04" + b"\x00" * 10_000,
    "NUL": b"number,url\n\x000001,https://example.org\n",
    "UTF-16": "number,url\n0001,https://example.org\n".encode("utf-16"),
    "a list": b'["0001"]',
    "a number": b"5",
    "NaN": b'{"0001": NaN}',
    "huge number": b'{"0001": ' + b"9" * 10_000 + b"}",
    "deep": b'{"0001": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "wrong types": b'{"0001": {"url": 5}, "0002": [], "0003": true, "0004": {"url": "https://a.example", "title": {}}}',
    "names": b'{"../../etc/passwd": "https://a.example", "..\\\\x": "https://a.example", "": "https://a.example"}',
    "schemes": b'{"0001": "javascript:alert(1)", "0002": "file:///etc/passwd", "0003": "data:text/html,x"}',
    "lone surrogate": b'{"0001": {"url": "https://a.example", "title": "\\ud800"}}',
    "one cell": b"number,url\n" + b"x" * 1_000_000,
    "open quote": b'number,url\n"0001,https://a.example\n',
    "empty": b"",
    "white space": b" \n\t " * 100,
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10,
}


@pytest.mark.parametrize(
    "name", ["links.json", "links.csv", "../../links", "x" * 300, "\u202evsc.exe", "", "con.json\n/x"]
)
async def test_any_file_is_looked_at_and_refused_with_a_reason(name: str, talk_to: TalkTo) -> None:
    async with talk_to(TABLES) as talk:
        for what, content in FILES.items():
            reply = await talk.send_file(name, content, ADMIN)
            assert reply is not None, what
            assert WRONG not in reply.text, what
            assert "\u202e" not in reply.text
            assert reply.rows == () or what in ("wrong types", "lone surrogate"), (what, reply)
        assert await talk.store("links").items() == []


async def test_what_a_spreadsheet_would_run_is_given_out_as_text_and_taken_in_as_it_was(talk_to: TalkTo) -> None:
    titles = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2", '=HYPERLINK("x")', "'=quoted", "it's"]
    async with talk_to(TABLES) as talk:
        for number, title in enumerate(titles):
            await talk.ask(f"/addlink {number:04} https://a.example {title}", ADMIN)
        given = await talk.send("/exportlinks csv", ADMIN)
        assert given is not None
        assert isinstance(given.document, File)
        cells = [row[2] for row in csv.reader(given.document.content.decode().splitlines())][1:]
        assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")] == []
        again = await talk.send_file("links.csv", given.document.content, ADMIN)
        assert again is not None
        assert "nothing to write" in again.text


async def test_a_file_that_is_too_large_is_not_fetched(talk_to: TalkTo) -> None:
    async with talk_to(TABLES) as talk:
        for size in (19_000_000, 10**30, -1, True):
            reply = await talk.send_file("links.csv", b"number,url\n" * 500_000, ADMIN, file_size=size)
            assert reply is not None
            assert "MB" in reply.text or "bytes" in reply.text, reply.text


@pytest.mark.parametrize("query", ["x" * 256, "0001" * 64, "\x00", "\ud800", "٠٠٠١", "<b>", "\u202e", " ", ""])
async def test_any_inline_query_is_answered(query: str, talk_to: TalkTo) -> None:
    async with talk_to(TABLES) as talk:
        await talk.inline(query)
