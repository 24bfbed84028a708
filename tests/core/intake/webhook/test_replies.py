"""Answers that travel in the response to a post, seen by who has posted."""

import asyncio
import json

from pluggram.intake.webhook.replies import PATIENCE, Replies
from tests.core.intake.until import until
from tests.core.intake.webhook.posts import LENGTH, is_closed, listening, request, status, update

Response = tuple[int, object]


async def response(reader: asyncio.StreamReader) -> Response:
    """Read a response: its status and the JSON that it carries, None when it carries nothing."""
    async with asyncio.timeout(10):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.lower().split(": ") for line in head.splitlines()[1:] if line)
        length = int(fields[LENGTH.lower()])
        body = await reader.readexactly(length)
    assert not body or fields["content-type"] == "application/json"
    return int(head.split()[1]), json.loads(body) if body else None


async def test_a_call_travels_in_the_response_to_the_post_of_its_update() -> None:
    replies = Replies(PATIENCE)
    async with listening(replies=replies) as site, site.connection() as (reader, writer):
        writer.write(request(update(7)))
        await until(lambda: len(site.heard) == 1)
        assert replies.holds(7)
        assert replies.reply(7, "sendMessage", {"chat_id": 1, "text": "é\n"})
        assert await response(reader) == (200, {"method": "sendMessage", "chat_id": 1, "text": "é\n"})
        assert not replies.holds(7)
        assert not replies.reply(7, "sendMessage", {"chat_id": 1, "text": "once more"})
        writer.write(request(update(8)))
        await until(lambda: len(site.heard) == 2)
        replies.let_go(8)
        assert await response(reader) == (200, None)


async def test_each_post_gets_the_answer_to_its_own_update_in_whatever_order_they_come() -> None:
    replies = Replies(PATIENCE)
    async with listening(replies=replies) as site, site.connection() as one, site.connection() as other:
        one[1].write(request(update(7)))
        other[1].write(request(update(8)))
        await until(lambda: replies.holds(7) and replies.holds(8))
        assert replies.reply(8, "sendMessage", {"text": "8"})
        assert replies.reply(7, "sendMessage", {"text": "7"})
        assert await response(one[0]) == (200, {"method": "sendMessage", "text": "7"})
        assert await response(other[0]) == (200, {"method": "sendMessage", "text": "8"})
        assert len(site.kept.arrivals) == 2


async def test_who_waits_for_a_reply_that_takes_long_is_let_go() -> None:
    replies = Replies(0.05)
    async with listening(replies=replies) as site, site.connection() as (reader, writer):
        for number in (7, 8):
            writer.write(request(update(number)))
            assert await response(reader) == (200, None)
            assert not replies.reply(number, "sendMessage", {"text": "too late"})
        assert len(site.kept.arrivals) == 2


async def test_what_is_no_update_or_could_not_be_kept_or_is_held_already_is_not_held() -> None:
    replies = Replies(PATIENCE)
    async with listening(replies=replies) as site, site.connection() as (reader, writer):
        assert await site.post(b'{"update_id": -1}') == 200
        site.kept.failure = RuntimeError("a fault of ours")
        assert await site.post() == 503
        assert not replies.holds(7)
        site.kept.failure = None
        writer.write(request(update(7)))
        await until(lambda: len(site.heard) == 2)
        assert await site.post(update(7)) == 200
        assert replies.reply(7, "sendMessage", {"text": "to the first"})
        assert await response(reader) == (200, {"method": "sendMessage", "text": "to the first"})


async def test_what_is_no_json_does_not_travel_and_the_post_is_let_go() -> None:
    replies = Replies(PATIENCE)
    async with listening(replies=replies) as site, site.connection() as (reader, writer):
        writer.write(request(update(7)))
        await until(lambda: len(site.heard) == 1)
        assert not replies.reply(7, "sendMessage", {"text": "\ud800"})
        assert await response(reader) == (200, None)


async def test_who_has_gone_is_not_replied_to() -> None:
    replies = Replies(60)
    async with listening(replies=replies) as site:
        async with site.connection() as (_, writer):
            writer.write(request(update(7)))
            await until(lambda: len(site.heard) == 1)
            assert replies.holds(7)
        await until(lambda: not replies.holds(7))
        assert not replies.reply(7, "sendMessage", {"text": "to nobody"})
        replies.let_go(7)
        assert await asyncio.wait_for(site.post(b"{"), 10) == 400


async def test_when_it_stops_all_are_let_go() -> None:
    replies = Replies(PATIENCE)
    async with listening(replies=replies) as site, site.connection() as (reader, writer):
        writer.write(request(update(7)))
        await until(lambda: len(site.heard) == 1)
        site.listener.close()
        assert await status(reader) == 200
        await site.listener.finish()
        assert await is_closed(reader)
        assert not replies.reply(7, "sendMessage", {"text": "too late"})


async def test_an_update_that_is_being_taken_when_it_stops_is_not_held() -> None:
    replies = Replies(PATIENCE)
    async with listening(replies=replies) as site, site.connection() as (reader, writer):
        site.kept.ready.clear()
        writer.write(request(update(7)))
        await site.kept.asked.wait()
        site.listener.close()
        site.kept.ready.set()
        await site.listener.finish()
        assert not replies.holds(7)
        assert await status(reader) == 200
