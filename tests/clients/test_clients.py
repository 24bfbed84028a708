"""Each library polls and is called at a webhook, answers, exchanges files, bears faults, and ends."""

import asyncio
import signal

import pytest

from pluggram.simulator.faults import Page, Refused, Reset
from pluggram.simulator.model.content import Document, Photo
from pluggram.simulator.model.queries import Toast
from tests.clients.bots.pictures import PIXEL
from tests.clients.conftest import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_command_is_answered_and_a_pressed_button_edits_the_answer(client: Client) -> None:
    ann, chat = client.meet()
    ann.send(chat, "/start")
    [greeting] = await client.answers(chat)
    assert greeting.text == "Hello Ann"
    query = ann.press(greeting, "Again")
    await client.telegram.until(lambda: query.answer is not None)
    assert query.answer == Toast("done")
    assert greeting.text == "Hello again"


async def test_an_inline_query_is_answered_and_its_result_chosen(client: Client) -> None:
    ann, chat = client.meet()
    query = ann.inline(client.bot, "cats")
    await client.telegram.until(lambda: query.answer is not None)
    assert ann.choose(query, "1", chat).text == "echo cats"


async def test_files_and_photos_are_sent(client: Client) -> None:
    ann, chat = client.meet()
    ann.send(chat, "/files")
    document, photo = await client.answers(chat, 2)
    assert isinstance(document.content, Document)
    assert (document.content.file.name, document.content.file.content) == ("hello.txt", b"hello")
    assert isinstance(photo.content, Photo)
    assert photo.content.file.content == PIXEL
    assert (document.text, photo.text) == ("a file", "a photo")


async def test_files_and_photos_are_received(client: Client) -> None:
    ann, chat = client.meet()
    ann.send_document(chat, "a.csv", b"1,2,3\n")
    await client.answers(chat)
    ann.send_photo(chat, "pixel.png", PIXEL)
    assert [message.text for message in await client.answers(chat, 2)] == ["6 bytes", f"{len(PIXEL)} bytes"]


async def test_a_message_comes_back_if_the_library_can_by_the_answer_of_the_webhook(client: Client) -> None:
    ann, chat = client.meet()
    ann.send(chat, "/back")
    [message] = await client.answers(chat)
    assert (message.text, message.forward_origin is None) == ("/back", False)
    in_the_answer = client.transport == "webhook" and client.name in ("aiogram", "grammY")
    assert ("forwardMessage" in client.called) is not in_the_answer


@pytest.mark.parametrize("fault", [Refused(429, retry_after=1), Page(502), Reset()], ids=["429", "502", "reset"])
async def test_an_answer_that_goes_wrong_does_not_end_the_bot(client: Client, fault: Refused | Page | Reset) -> None:
    ann, chat = client.meet()
    plan = client.telegram.faults.next("sendMessage", fault)
    ann.send(chat, "/start")
    await client.telegram.until(lambda: not plan.left)
    bob, other = client.meet()
    bob.send(other, "/start")
    assert (await client.answers(other))[0].text == "Hello Ann"


async def test_an_outage_of_polling_is_overcome(client: Client) -> None:
    if client.transport == "polling":
        outage = client.telegram.faults.next("getUpdates", Page(502), times=2)
        await client.telegram.until(lambda: not outage.left, seconds=30)
    ann, chat = client.meet()
    ann.send(chat, "/start")
    assert (await client.answers(chat))[0].text == "Hello Ann"


async def test_it_ends_when_it_is_told_to(client: Client) -> None:
    ann, chat = client.meet()
    ann.send(chat, "/start")
    await client.answers(chat)  # it is up, and listens to signals
    client.process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(client.process.wait(), 20) == 0
