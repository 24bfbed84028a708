"""python-telegram-bot's own Bot on the client's connection, over HTTP and in the process."""

import asyncio
import io
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import telegram
from telegram.error import BadRequest, EndPointNotFound, NetworkError, TimedOut
from telegram.error import TelegramError as PtbError

from pluggram.simulator import Telegram
from pluggram.simulator.faults import Page, Reset, Silence
from pluggram.simulator.http import serve
from pluggram.telegram import Client
from tests.core.telegram.doors import TOKEN

ROOT = Path(__file__).parents[3]


@pytest.fixture
def simulator() -> Telegram:
    simulator = Telegram()
    account = simulator.bot("testbot")
    person = simulator.user("Ann", id=7)
    person.send(simulator.private(person, account), "hello")
    return simulator


@pytest.fixture(params=["http", "in process"])
async def client(request: pytest.FixtureRequest, simulator: Telegram) -> AsyncIterator[Client]:
    [token] = simulator.bots
    if request.param == "http":
        async with serve(simulator) as url, Client(token, url) as client:
            yield client
    else:
        async with Client(token, "http://simulator", door=simulator) as client:
            yield client


@pytest.fixture
def bot(client: Client) -> telegram.Bot:
    return client.bot


async def test_it_knows_who_it_is_without_asking_and_does_not_show_its_token(
    bot: telegram.Bot, client: Client, simulator: Telegram
) -> None:
    [token] = simulator.bots
    assert (bot.username, bot.id) == ("testbot", client.me.id)
    assert token not in repr(bot)
    async with bot:
        assert (await bot.get_me()).username == "testbot"
    assert await bot.send_message(7, "the connection is the client's, and stays")


def test_it_is_made_once(client: Client) -> None:
    assert client.bot is client.bot


async def test_bytes_and_open_files_are_sent_and_fetched_again(bot: telegram.Bot) -> None:
    opened = telegram.InputFile(io.BytesIO(b"from disk"), "b.csv", read_file_handle=False)
    for document, content in ((b"from memory", b"from memory"), (opened, b"from disk")):
        sent = await bot.send_document(7, document)
        assert sent.document
        file = await sent.document.get_file()
        assert bytes(await file.download_as_bytearray()) == content


async def test_an_album_arrives(bot: telegram.Bot) -> None:
    album = [telegram.InputMediaDocument(name.encode(), filename=f"{name}.csv", caption=name) for name in "ab"]
    sent = await bot.send_media_group(7, album)
    assert [each.document and each.document.file_name for each in sent] == ["a.csv", "b.csv"]


async def test_a_file_that_is_not_there_is_an_error_of_python_telegram_bot(bot: telegram.Bot) -> None:
    file = telegram.File("id", "unique", file_path=f"{bot.base_file_url}/documents/none.csv")
    file.set_bot(bot)
    with pytest.raises(PtbError, match="no longer there"):
        await file.download_as_bytearray()


async def test_refusals_are_python_telegram_bots_own(bot: telegram.Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(12345, "hi")
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("no_such_method")


async def test_what_does_not_get_through_is_a_network_error_of_python_telegram_bot(
    simulator: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    [token] = simulator.bots
    async with serve(simulator) as url, Client(token, url) as client:
        simulator.faults.next("sendMessage", Reset())
        with pytest.raises(NetworkError, match="broke off"):
            await client.bot.send_message(7, "hi")
        simulator.faults.next("sendMessage", Silence())
        with pytest.raises(TimedOut, match="has not answered in time"):
            await asyncio.wait_for(client.bot.send_message(7, "hi", read_timeout=0.2), 5)
        simulator.faults.next("sendMessage", Page(200))
        with pytest.raises(PtbError, match="not JSON"):
            await client.bot.send_message(7, "hi")
    assert not caplog.records


LATE = """
import asyncio, logging, sys
from pluggram.reply import Reply
from tests.core.telegram.stage import staged

async def main():
    async with staged() as stage:
        await stage.ask(Reply("answered"))
        assert not {"telegram", "httpx", "telegram.ext"} & sys.modules.keys(), "it is imported for nothing"
        stage.ann.send(stage.chat, "/go")
        request = await stage.heard()
        assert request.update.effective_user.first_name == "Ann"
        assert await request.bot.send_message(stage.chat.id, "hi")
        assert "telegram.ext" not in sys.modules

logging.basicConfig(level=logging.INFO)
asyncio.run(main())
"""


async def test_it_is_imported_when_a_handler_asks_for_it_and_that_is_said_once() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", LATE, cwd=ROOT, stdout=PIPE, stderr=PIPE)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    [line] = [line for line in said.decode().splitlines() if "pluggram.telegram" in line]
    assert "python-telegram-bot is imported now" in line


async def test_before_the_client_is_connected_it_does_not_know_who_it_is() -> None:
    client = Client(TOKEN, "http://127.0.0.1:9")
    with pytest.raises(RuntimeError):
        assert client.bot.username
    await client.close()
