"""The door over a real port: what is answered to whom, and what is taken."""

import asyncio
import gc
import json
import logging
import tracemalloc
from contextlib import AsyncExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluggram.edge import Malformed
from pluggram.intake.taking import InboxFull, NotTaken
from pluggram.intake.webhook.door import Door
from pluggram.intake.webhook.limits import Limits
from pluggram.intake.webhook.refused import Refused
from tests.core.intake.webhook.posts import (
    HEADER,
    LENGTH,
    PATH,
    QUICK,
    SECRET,
    TYPE,
    UPDATE,
    Headers,
    Kept,
    is_closed,
    listening,
    request,
    status,
    update,
)

MIB = 1 << 20


async def test_an_update_is_taken_before_it_is_answered() -> None:
    async with listening() as site, site.connection() as (reader, writer):
        site.kept.ready.clear()
        writer.write(request())
        answered = asyncio.create_task(status(reader))
        await site.kept.asked.wait()
        assert not answered.done()
        assert site.heard == []
        site.kept.ready.set()
        assert await answered == 200
        assert site.kept.arrivals == [json.loads(UPDATE)]
        assert len(site.heard) == 1


async def test_a_connection_serves_many_posts() -> None:
    async with listening() as site, site.connection() as (reader, writer):
        for number in range(20):
            writer.write(request(update(number)))
            assert await status(reader) == 200
        writer.write(request(update(20)) + request(update(21)))
        assert [await status(reader), await status(reader)] == [200, 200]
        assert [each["update_id"] for each in site.kept.arrivals if isinstance(each, dict)] == list(range(22))


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON;a=b;c", "application/json ;"]
)
async def test_a_content_type_may_have_parameters(content_type: str) -> None:
    async with listening() as site:
        assert await site.post(headers={TYPE: content_type}) == 200
        assert len(site.kept.arrivals) == 1


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        (404, "POST /"),
        (404, f"POST {PATH}/"),
        (404, "GET /../../etc/passwd"),
        (404, "POST /%ff%00"),
        (405, f"GET {PATH}"),
        (405, f"HEAD {PATH}"),
        (405, f"DELETE {PATH}?x=1"),
        (400, f"POST {PATH}\xff"),
    ],
)
async def test_another_path_is_404_and_another_method_405(expected: int, line: str) -> None:
    async with listening() as site:
        assert await site.send(request(line=line)) == expected
        assert site.kept.arrivals == []
        assert await site.post() == 200


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        (401, {HEADER: None}),
        (401, {HEADER: ""}),
        (401, {HEADER: SECRET[:-1]}),
        (401, {HEADER: SECRET + "x"}),
        (401, {HEADER: SECRET.upper()}),
        (401, {HEADER: "\xff\xfe\x80"}),
        (401, {HEADER: "x" * 10_000}),
        (401, {HEADER.lower(): SECRET}),
        (401, {HEADER.lower(): "another"}),
        (415, {TYPE: None}),
        (415, {TYPE: "text/plain"}),
        (415, {TYPE: "application/jsonp"}),
        (415, {TYPE: "application/x-www-form-urlencoded"}),
        (415, {TYPE.lower(): "text/html"}),
        (400, {LENGTH: "-1"}),
        (400, {LENGTH: "1" * 5000}),
        (400, {LENGTH: None}),
        (400, {LENGTH: None, "Transfer-Encoding": "gzip"}),
    ],
)
async def test_what_is_no_post_of_telegram_is_refused(expected: int, wrong: Headers) -> None:
    async with listening() as site:
        assert await site.post(headers=wrong) == expected
        assert site.kept.arrivals == []
        assert await site.post() == 200


NUMBER = b"1" * 5000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"update_id": 7',
        UPDATE + b"x",
        UPDATE[:-1] + b"\xff}",
        b"\xef\xbb\xbf" + UPDATE,
        UPDATE.decode().encode("utf-16"),
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"update_id": 7, "a": ' + b'{"a":' * 200 + b"1" + b"}" * 201,
        b'{"update_id": ' + NUMBER + b"}",
        b'{"update_id": 7, "n": ' + NUMBER + b"}",
        b'{"update_id": 7, "n": NaN}',
        b'{"update_id": 7, "n": -Infinity}',
    ],
)
async def test_what_is_no_json_is_400(body: bytes) -> None:
    async with listening() as site:
        assert await site.post(body) == 400
        assert site.kept.arrivals == []
        assert await site.post() == 200


@pytest.mark.parametrize(
    "body",
    ["[]", "null", "7", '"update_id"', "{}", '{"update_id": "7"}', '{"update_id": true}', '{"update_id": 7.0}',
     '{"update_id": -1}', '{"update_id": 9223372036854775808}', '{"update_id": null, "message": {}}'],
)  # fmt: skip
async def test_json_that_is_no_update_is_taken_as_it_came_and_never_sent_again(body: str) -> None:
    async with listening() as site:
        assert await site.post(body.encode()) == 200
        [malformed] = site.kept.arrivals
        assert isinstance(malformed, Malformed)
        assert malformed.text == body
        assert malformed.reason


@pytest.mark.parametrize(
    "body",
    [b'{"update_id": 7, "message": 5}', b'{"update_id": 0}', b'{"update_id": 7, "text": "\\ud800"}',
     b'{"update_id": 7, "a": ' + b"[" * 90 + b"]" * 90 + b"}", b'{"update_id": 7, "n": 1e999}'],
)  # fmt: skip
async def test_an_update_of_an_odd_shape_is_an_update(body: bytes) -> None:
    async with listening() as site:
        assert await site.post(body) == 200
        assert site.kept.arrivals == [json.loads(body)]


def padded(size: int) -> bytes:
    start = b'{"update_id": 7, "text": "'
    return start + b"x" * (size - len(start) - 2) + b'"}'


def chunked(body: bytes, size: int = 60_000) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    encoded = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    return request(b"", {LENGTH: None, "Transfer-Encoding": "chunked"}) + encoded


async def test_a_body_of_one_mebibyte_is_taken_and_of_one_byte_more_is_not() -> None:
    async with listening() as site:
        assert await site.post(padded(MIB)) == 200
        assert await site.send(chunked(padded(MIB))) == 200
        assert await site.post(padded(MIB + 1)) == 413
        assert await site.send(chunked(padded(MIB + 1))) == 413
        assert len(site.kept.arrivals) == 2


async def test_whoever_sends_far_too_much_still_sees_413() -> None:
    async with listening() as site:
        assert await site.post(b" " * 5 * MIB) == 413
        assert await site.send(chunked(b" " * 5 * MIB)) == 413


async def test_a_length_that_is_a_lie_is_413_or_waited_for_no_longer_than_a_body_may_take() -> None:
    async with listening(limits=QUICK) as site:
        assert await site.post(headers={LENGTH: str(10**15)}) == 413
        assert await site.post(headers={LENGTH: str(len(UPDATE) + 1)}) == 408
        assert await site.post(UPDATE + b"x" * 100, {LENGTH: str(len(UPDATE))}) == 200
        assert len(site.kept.arrivals) == 1


async def test_who_asks_before_he_sends_is_refused_at_once() -> None:
    async with listening() as site:
        assert await site.post(b"", {LENGTH: "5000000", "Expect": "100-continue"}) == 413
        assert await site.post(b"", {LENGTH: "50", HEADER: None, "Expect": "100-continue"}) == 401


async def test_a_body_that_drips_is_given_up_and_an_update_in_time_is_not() -> None:
    async with listening(limits=QUICK) as site, site.connection() as (reader, writer):
        writer.write(request()[:-1])
        answered = asyncio.create_task(status(reader))
        assert await site.post() == 200
        assert await answered == 408
        assert await is_closed(reader)


async def test_a_head_that_drips_is_given_up_in_every_place_it_could() -> None:
    async with listening(limits=QUICK) as site:
        for sent in (b"", b"POST", request()[:30]):
            async with site.connection() as (reader, writer):
                writer.write(sent)
                assert await is_closed(reader)
        async with site.connection() as (reader, writer):
            writer.write(request())
            assert await status(reader) == 200
            writer.write(b"POS")
            assert await is_closed(reader)


async def test_a_connection_rests_between_posts_longer_than_a_head_may_take() -> None:
    async with listening(limits=Limits(seconds=0.05)) as site, site.connection() as (reader, writer):
        writer.write(request())
        assert await status(reader) == 200
        await asyncio.wait({asyncio.create_task(is_closed(reader))}, timeout=0.3)
        async with site.connection() as (other, _):
            assert await is_closed(other)
        assert not reader.at_eof()


async def test_a_head_without_end_is_refused() -> None:
    async with listening() as site:
        assert await site.send(request(headers={"x": "y" * 100_000}).partition(b"\r\n\r\n")[0]) == 400
        assert await site.send(b"POST " + b"/" * 100_000) == 400


@pytest.mark.parametrize("length", [0, 10, 300])
async def test_a_client_that_leaves_disturbs_nobody(length: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with listening() as site:
        async with site.connection() as (_, writer):
            writer.write(request(padded(1000))[: length + 100])
            await writer.drain()
        assert await site.post() == 200
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_client_that_leaves_before_the_answer_has_its_update_taken() -> None:
    async with listening() as site:
        site.kept.ready.clear()
        async with site.connection() as (_, writer):
            writer.write(request())
            await site.kept.asked.wait()
        site.kept.ready.set()
        assert await site.post(update(8)) == 200
        assert len(site.kept.arrivals) == 2


@pytest.mark.parametrize("failure", [NotTaken("the disk is full"), InboxFull(), RuntimeError("a fault of ours")])
async def test_what_cannot_be_kept_is_503_and_to_be_sent_again(failure: Exception) -> None:
    async with listening(Kept(failure=failure)) as site, site.connection() as (reader, writer):
        writer.write(request())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 503")
        assert b"retry-after: 5" in head
        assert site.heard == []
        site.kept.failure = None
        writer.write(request())
        assert await status(reader) == 200


async def test_memory_stays_bounded_when_many_large_posts_come_at_once() -> None:
    limits = Limits(bodies=2 * MIB)
    async with listening(limits=limits) as site:
        site.kept.ready.clear()
        gc.collect()
        tracemalloc.start()
        try:
            posts = [asyncio.create_task(site.send(large)) for large in [request(padded(MIB - 1000))] * 40]
            done: set[asyncio.Task[int]] = set()
            while len(done) < 38:
                done |= (await asyncio.wait(set(posts) - done, return_when=asyncio.FIRST_COMPLETED))[0]
            assert {post.result() for post in done} == {503}
            assert await site.post(b"x" * 100) == 400
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        site.kept.ready.set()
        assert sorted(await asyncio.gather(*posts)) == [200] * 2 + [503] * 38
        assert await site.post(padded(MIB)) == 200
    assert peak < 60 * MIB


async def test_connections_are_bounded() -> None:
    async with listening(limits=Limits(connections=3)) as site:
        async with site.connection(), site.connection(), site.connection() as (reader, writer):
            writer.write(request())
            assert await status(reader) == 200
            async with site.connection() as (other, _):
                assert await is_closed(other)
        while await site.post() != 200:  # until those that are closed here are closed there
            pass


async def test_a_closed_door_takes_nothing_that_is_already_there() -> None:
    kept = Kept()
    door = Door(PATH, SECRET, kept, lambda: None)
    assert door.read(UPDATE) == json.loads(UPDATE)
    door.close()
    with pytest.raises(Refused, match="the bot stops") as refused:
        door.read(UPDATE)
    assert refused.value.status == 503


async def test_posts_that_come_in_one_turn_are_taken_together_and_each_is_answered() -> None:
    async with listening() as site, AsyncExitStack() as open_ones:
        site.kept.ready.clear()
        connections = [await open_ones.enter_async_context(site.connection()) for _ in range(20)]
        for number, (_, writer) in enumerate(connections):
            writer.write(request(update(number)))
        await site.kept.asked.wait()
        site.kept.ready.set()
        assert [await status(reader) for reader, _ in connections] == [200] * 20
    assert len(site.kept.arrivals) == 20
    assert len(site.heard) < 10


async def test_the_log_names_each_kind_of_refusal_once_and_never_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with listening() as site:
        for _ in range(50):
            await site.post(headers={HEADER: "somebody-elses-secret"})
            await site.post(b"{" + b"x" * 5000)
            await site.send(b"\x16\x03\x01 no HTTP at all\r\n\r\n")
    refused = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(refused) == 2
    assert "401" in refused[0].getMessage()
    assert all(len(record.getMessage()) < 300 for record in caplog.records)
    assert SECRET not in caplog.text
    assert "somebody-elses" not in caplog.text


@given(raw=st.binary(max_size=300), cut=st.integers(0, 400))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_end_it_or_make_it_answer_500(raw: bytes, cut: int, caplog: pytest.LogCaptureFixture) -> None:
    async def send() -> None:
        async with listening(limits=Limits(seconds=0.05)) as site:
            for sent in (raw, request()[:cut] + raw, request(raw), request(UPDATE + raw)):
                assert await site.send(sent) in (0, 200, 400, 401, 404, 405, 408, 413, 415)
            while (answer := await site.post()) == 408:  # the machine is busy, and the limit short
                pass
            assert answer == 200

    asyncio.run(send())
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
