"""`pluggram inbox`: what waits and what was set aside, looked at and changed from outside of the bot."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from pluggram.config import load
from pluggram.edge import Malformed
from pluggram.intake.sqlite_inbox import SqliteInbox
from pluggram.reply import Reply
from pluggram.simulator import Telegram
from pluggram.simulator.http import serve

from .conftest import Shell

BOT_ID = 42


def message(update_id: int, chat: int = 7) -> dict[str, object]:
    return {"update_id": update_id, "message": {"chat": {"id": chat}, "text": "hello"}}


@pytest.fixture
async def filled(shell: Shell, data_folder: Path) -> Shell:
    """A shell beside an inbox with an update of each state."""
    async with SqliteInbox(data_folder, BOT_ID, 100) as inbox:
        rows = await inbox.receive([message(5), message(6, 8), message(7, 9), Malformed("{x", "it is cut short")])
        inbox.bury(rows[0], "ValueError: broken")
        rows[1].reply = Reply("hi")
        await inbox.answered(rows[1])
    return shell


@pytest.fixture
def data_folder(shell: Shell) -> Path:
    return load(shell.config, shell.environ).data_folder


async def test_where_no_bot_has_run_there_is_nothing(shell: Shell) -> None:
    done = await shell.run("inbox", "list")
    assert (done.code, done.out) == (0, "0 wait, 0 are set aside.\n")
    assert (await shell.run("inbox", "show", "5")).code == 2
    assert (await shell.run("inbox", "retry", "--all")).out.startswith("0 to be tried again")


async def test_it_lists_the_dead_with_their_reasons_and_what_waits(filled: Shell) -> None:
    lines = (await filled.run("inbox", "list")).out.splitlines()
    assert [line.split()[:2] for line in lines[2:4]] == [["6", "answered"], ["7", "received"]]
    assert lines[0].endswith("chat 7  ValueError: broken")
    assert lines[1].endswith("-  it is cut short")
    assert lines[-1] == "2 wait, 2 are set aside."
    listed = json.loads((await filled.run("inbox", "list", "--json", "--limit", "1")).out)
    assert (listed["waiting"], listed["dead"], len(listed["updates"])) == (2, 2, 3)
    assert listed["updates"][0]["update"] == message(5)
    assert listed["updates"][1]["update"] == "{x"


async def test_it_shows_one_with_all_that_is_known(filled: Shell) -> None:
    shown = (await filled.run("inbox", "show", "6")).out
    assert "Update 6: answered" in shown
    assert 'its answer, which is not sent: {"text":"hi"}' in shown
    assert json.dumps(message(6, 8), separators=(",", ":")) in shown
    assert "why: ValueError: broken" in (await filled.run("inbox", "show", "5")).out


async def test_what_has_no_id_goes_by_a_number_below_0_and_cannot_be_tried_again(filled: Shell) -> None:
    listed = json.loads((await filled.run("inbox", "list", "--json")).out)
    number = str(listed["updates"][1]["id"])
    assert "why: it is cut short" in (await filled.run("inbox", "show", number)).out
    refused = await filled.run("inbox", "retry", number)
    assert (refused.code, "is no update" in refused.err) == (2, True)
    assert (await filled.run("inbox", "retry", "--all")).out.startswith("1 to be tried again")
    assert (await filled.run("inbox", "drop", number)).out == "1 thrown away.\n"


@pytest.mark.parametrize(
    ("arguments", "said"), [(("5", "6"), "no update 6 was set aside"), ((), "or say --all"), (("x",), "not a valid")]
)
@pytest.mark.parametrize("verb", ["retry", "drop"])
async def test_only_dead_letters_are_changed(filled: Shell, verb: str, arguments: tuple[str, ...], said: str) -> None:
    done = await filled.run("inbox", verb, *arguments)
    assert (done.code, said in done.err) == (2, True)
    assert "2 wait, 2 are set aside." in (await filled.run("inbox", "list")).out


async def test_what_is_tried_again_is_answered_by_the_bot_that_runs(shell: Shell, data_folder: Path) -> None:
    telegram = Telegram()
    account, ann = telegram.bot("testbot"), telegram.user("Ann")
    chat = telegram.private(ann, account)

    def environ(url: str) -> Mapping[str, str]:
        return {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url}

    person = {"id": ann.id, "is_bot": False, "first_name": "Ann"}
    came = {"message_id": 1, "date": 1, "chat": {"id": chat.id, "type": "private"}, "from": person}
    update = {"update_id": 5, "message": came | {"text": "/postno0001"}}
    async with SqliteInbox(data_folder, int(account.token.split(":")[0]), 100) as inbox:
        (row,) = await inbox.receive([update])
        inbox.bury(row, "because")
    async with serve(telegram) as url, shell.running("run", environ=environ(url)):
        ann.send(chat, "/postno0002")
        await telegram.until(lambda: any("0002" in m.text for m in chat.messages.values() if m.author is account))
        assert not any("0001" in m.text for m in chat.messages.values() if m.author is account)
        assert (await shell.run("inbox", "retry", "5")).code == 0
        await telegram.until(lambda: any("0001" in m.text for m in chat.messages.values() if m.author is account))
    assert "0 are set aside" in (await shell.run("inbox", "list")).out
