"""python-telegram-bot's own bot over a Bot API in the process: files go in and come out."""

import io

import pytest
import telegram
from telegram.error import TelegramError

from pluggram.simulator import Telegram
from pluggram.telegram.in_process import InProcessRequest


@pytest.fixture
def simulator() -> Telegram:
    simulator = Telegram()
    account = simulator.bot("testbot")
    person = simulator.user("Ann", id=7)
    person.send(simulator.private(person, account), "hello")
    return simulator


@pytest.fixture
def bot(simulator: Telegram) -> telegram.Bot:
    [token] = simulator.bots
    request = InProcessRequest(simulator)
    return telegram.Bot(token, "http://simulator/bot", "http://simulator/file/bot", request=request)


async def test_bytes_and_open_files_are_sent_and_fetched_again(bot: telegram.Bot) -> None:
    opened = telegram.InputFile(io.BytesIO(b"from disk"), "b.csv", read_file_handle=False)
    for document, content in ((b"from memory", b"from memory"), (opened, b"from disk")):
        sent = await bot.send_document(7, document)
        assert sent.document
        file = await sent.document.get_file()
        assert bytes(await file.download_as_bytearray()) == content


async def test_a_file_that_is_not_there_is_an_error_of_python_telegram_bot(bot: telegram.Bot) -> None:
    file = telegram.File("id", "unique", file_path=f"{bot.base_file_url}/documents/none.csv")
    file.set_bot(bot)
    with pytest.raises(TelegramError, match="Not Found"):
        await file.download_as_bytearray()
