"""One of many messages: what waits for nobody, and what it leaves for the next."""

import pytest

from pluggram.errors import FloodLimit, Unreachable
from pluggram.parts import File
from pluggram.reply import Reply
from pluggram.simulator.faults import Refused
from pluggram.simulator.model.content import Document, Photo, Text
from tests.core.simulator.pictures import png
from tests.core.telegram.clock import played
from tests.core.telegram.stage import Stage, staged

PICTURE = png(20, 10)


async def begun(stage: Stage) -> int:
    stage.ann.send(stage.chat, "hello")
    return stage.chat.id


async def test_a_flood_limit_and_an_outage_are_raised_at_once() -> None:
    async with staged() as stage:
        chat_id = await begun(stage)
        stage.telegram.faults.next("sendMessage", Refused(502))
        with pytest.raises(Unreachable):
            await stage.client.send_bulk(chat_id, Reply("hi"))
        stage.telegram.faults.next("sendMessage", Refused(429, 300))
        with pytest.raises(FloodLimit):
            await stage.client.send_bulk(chat_id, Reply("hi"))
        with pytest.raises(FloodLimit) as refused:
            await stage.client.send_bulk(chat_id, Reply("hi"))
        assert 299 <= refused.value.retry_after <= 300
        assert stage.shown == []


@pytest.mark.parametrize("trouble", [Refused(502), Refused(429, 60)])
def test_what_has_begun_is_brought_to_its_end_patiently(trouble: Refused) -> None:
    async def play() -> None:
        async with staged() as stage:
            chat_id = await begun(stage)
            stage.telegram.faults.next("sendMessage", trouble)
            sent = await stage.client.send_bulk(chat_id, Reply("words " * 400, photo=File("x.png", PICTURE)))
            assert sent.ids == [message.id for message in stage.shown]
            assert [type(message.content) for message in stage.shown] == [Photo, Text]

    played(play())


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_the_next_is_sent_by_the_file_id(kind: str) -> None:
    async with staged() as stage:
        chat_id = await begun(stage)
        reply = Reply("look", photo=File("x.png", PICTURE)) if kind == "photo" else Reply(document=File("x", b"x"))
        sent = await stage.client.send_bulk(chat_id, reply)
        again = await stage.client.send_bulk(chat_id, sent.reply)
        first, second = [each.content for each in stage.shown]
        assert isinstance(first, Photo | Document)
        assert isinstance(second, Photo | Document)
        assert second.file.id == first.file.id == (sent.reply.photo or sent.reply.document)
        assert again.reply == sent.reply
        assert sent.reply.text == reply.text


async def test_what_telegram_took_as_a_document_is_one_from_then_on() -> None:
    async with staged() as stage:
        sent = await stage.client.send_bulk(await begun(stage), Reply("look", photo=File("x.png", b"no picture")))
        assert sent.reply.photo is None
        assert isinstance(sent.reply.document, str)


async def test_what_is_sent_in_bulk_is_not_counted_as_said_and_all_else_is() -> None:
    async with staged() as stage:
        chat_id = await begun(stage)
        await stage.client.send_bulk(chat_id, Reply("hi"))
        assert stage.client.spoken == 0
        ids = await stage.client.send_to(chat_id, Reply("hi"))
        await stage.client.edit(chat_id, ids[0], Reply("ho"))
        await stage.client.bot.send_message(chat_id, "raw")
        await stage.client.call("getChat", {"chat_id": chat_id})
        assert stage.client.spoken == 3
