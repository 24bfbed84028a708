"""What is read of bytes that are hardly HTTP, or no HTTP at all, and however they are cut into pieces."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluggram.intake.webhook.answer import Answer
from pluggram.intake.webhook.door import Door
from pluggram.intake.webhook.limits import Limits
from pluggram.intake.webhook.line import Line
from pluggram.intake.webhook.reader import AHEAD, Awaits, Reader
from pluggram.intake.webhook.refused import Refused
from tests.core.intake.webhook.posts import (
    HEADER,
    LENGTH,
    PATH,
    SECRET,
    UPDATE,
    Headers,
    Kept,
    is_closed,
    listening,
    request,
    status,
    update,
)

CHUNKED: Headers = {LENGTH: None, "Transfer-Encoding": "chunked"}
HELLO = b"2e\r\n" + UPDATE + b"\r\n0\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        {"Transfer-Encoding": "chunked"},
        {LENGTH.lower(): str(len(UPDATE))},
        {LENGTH.lower(): "0"},
        {LENGTH: f"{len(UPDATE)}, {len(UPDATE)}"},
        {LENGTH: f"+{len(UPDATE)}"},
        {LENGTH: hex(len(UPDATE))},
        {LENGTH: ""},
        {LENGTH: "9" * 30},
        {LENGTH: None, f"{LENGTH} ": str(len(UPDATE))},
        {LENGTH: None, "Transfer-Encoding": "chunked, gzip"},
        {LENGTH: None, "Transfer-Encoding": "xchunked"},
        {LENGTH: None, "Transfer-Encoding": "\x0bchunked"},
        {LENGTH: None, "Transfer-Encoding": "chunked", "transfer-encoding": "chunked"},
        {"X": "a\r\n folded"},
        {"X": "a\n\tfolded"},
        {"X": "a\nY: b"},
        {"X": "a\rY: b"},
        {"X": "a\0b"},
        {"X Y": "b"},
        {"": "b"},
        {"Host": None},
        {"host": "another"},
    ],
)
async def test_two_readings_of_one_head_are_none(headers: Headers) -> None:
    async with listening() as site, site.connection() as (reader, writer):
        writer.write(request(headers=headers) + request(update(8)))
        assert await status(reader) == 400
        assert await is_closed(reader)
        assert site.kept.arrivals == []


@pytest.mark.parametrize(
    "raw",
    [
        request().replace(b"\r\n", b"\n"),
        request().replace(b"\r\n\r\n", b"\r\n\n"),
        request().replace(b"HTTP/1.1", b"HTTP/2.0"),
        request().replace(b"HTTP/1.1", b"HTTP/1.2"),
        request().replace(b" HTTP/1.1", b""),
        request(line="post " + PATH),
        request(line="JUMP " + PATH),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        request(b"2e\n" + UPDATE + b"\n0\n\n", CHUNKED),
        request(b"2e \r\n" + UPDATE + b"\r\n0\r\n\r\n", CHUNKED),
        request(b"-2e\r\n" + UPDATE + b"\r\n0\r\n\r\n", CHUNKED),
        request(b"2d\r\n" + UPDATE + b"\r\n0\r\n\r\n", CHUNKED),
        request(b"f" * 17 + b"\r\n" + UPDATE + b"\r\n0\r\n\r\n", CHUNKED),
    ],
)
async def test_what_is_hardly_http_is_400_and_the_end(raw: bytes) -> None:
    async with listening() as site, site.connection() as (reader, writer):
        writer.write(raw)
        assert await status(reader) == 400
        assert await is_closed(reader)
        assert site.kept.arrivals == []


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n" + request(),
        request(headers={LENGTH: f"{len(UPDATE)} "}),
        request(headers={HEADER: None, HEADER.upper(): SECRET}),
        request(headers={HEADER: f" {SECRET}\t "}),
        request(headers={"Connection": "upgrade"}),
        request(headers={"Connection": "keep-alive", "Expect": "something else"}),
        request(line=f"POST  {PATH} "),
        request(line=f"POST {PATH}?a=b"),
        request(line="POST /%68oo%6B"),
        request(line=f"POST http://example.org{PATH}"),
        request(HELLO + b"\r\n", CHUNKED),
        request(HELLO + b"Trailer: is passed over\r\n\r\n", CHUNKED),
        request(HELLO.replace(b"2e", b"2E;name=value") + b"\r\n", CHUNKED),
        request(HELLO + b"\r\n", {**CHUNKED, "Transfer-Encoding": "Chunked"}),
    ],
)
async def test_what_http_allows_is_taken_and_the_next_one_too(raw: bytes) -> None:
    async with listening() as site, site.connection() as (reader, writer):
        writer.write(raw + request(update(8)))
        assert [await status(reader), await status(reader)] == [200, 200]
        assert site.kept.arrivals == [json.loads(UPDATE), json.loads(update(8))]


@pytest.mark.parametrize("headers", [{}, {"Connection": "keep-alive"}, {"Host": None}])
async def test_http_1_0_has_one_post_for_a_connection(headers: Headers) -> None:
    async with listening() as site, site.connection() as (reader, writer):
        writer.write(request(headers=headers).replace(b"HTTP/1.1", b"HTTP/1.0") + request(update(8)))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200")
        assert b"connection: close" in head
        assert await reader.read() == b""
        assert site.kept.arrivals == [json.loads(UPDATE)]


async def test_who_says_close_is_closed_after_his_answer() -> None:
    async with listening() as site, site.connection() as (reader, writer):
        writer.write(request(headers={"Connection": "close"}))
        assert b"connection: close" in (await reader.readuntil(b"\r\n\r\n")).lower()
        assert await reader.read() == b""
        assert len(site.kept.arrivals) == 1


@pytest.mark.parametrize(
    ("expected", "raw"),
    [
        (400, request(headers={"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAA"})),
        (404, b"GET /chat HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
        (404, b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n"),
    ],
)
async def test_no_other_protocol_is_spoken(expected: int, raw: bytes) -> None:
    async with listening() as site, site.connection() as (reader, writer):
        writer.write(raw + request(update(8)))
        assert await status(reader) == expected
        assert await is_closed(reader)
        assert site.kept.arrivals == []


async def test_so_many_requests_may_come_in_one_piece_and_not_one_more() -> None:
    async with listening() as site, site.connection() as (reader, writer):
        writer.write(b"".join(request(update(number)) for number in range(AHEAD + 1)))
        assert [await status(reader) for _ in range(AHEAD + 1)] == [200] * AHEAD + [400]
        assert await is_closed(reader)
        taken = [each["update_id"] for each in site.kept.arrivals if isinstance(each, dict)]
        assert taken == list(range(AHEAD))
    async with listening() as site, site.connection() as (reader, writer):
        for _ in range(2):
            writer.write(b"".join(request(update(number)) for number in range(AHEAD)))
            assert [await status(reader) for _ in range(AHEAD)] == [200] * AHEAD


async def test_a_large_head_is_refused_also_when_it_comes_in_one_piece() -> None:
    async with listening(limits=Limits(head=2000)) as site:
        assert await site.post(headers={"X": "y" * 1500}) == 200
        assert await site.post(headers={"X": "y" * 3000}) == 400
        assert await site.post(update(8, "y" * 3000)) == 200
        assert len(site.kept.arrivals) == 2


@pytest.mark.parametrize("end", [b"", b"\r\n"])
async def test_a_head_of_many_small_fields_is_refused_whether_it_has_an_end_or_not(end: bytes) -> None:
    usual = 4
    head = request(b"").removesuffix(b"\r\n")
    more = Limits().fields - usual
    async with listening() as site, site.connection() as (reader, writer):
        writer.write(head + b"a:b\r\n" * (more + 2) + end)
        assert await status(reader) == 400
        assert await is_closed(reader)
    async with listening() as site:
        assert await site.post(headers={f"X-{number}": "b" for number in range(more)}) == 200


async def test_trailers_without_end_are_no_way_around_the_memory_for_bodies() -> None:
    async with listening(limits=Limits(bodies=100_000)) as site:
        assert await site.send(request(HELLO + b"Trailer: " + b"x" * 500_000, CHUNKED)) == 503
        assert await site.post() == 200


class Answers:
    """Reads without a port, and keeps what is answered; every update is taken at once."""

    is_open = True

    def __init__(self, limits: Limits | None = None) -> None:
        self.kept, self.sent = Kept(), bytearray()
        self.door = Door(PATH, SECRET, self.kept, lambda: None, limits)
        self.line = Line(self.door, self)
        self.reader = Reader(self.door, self.line, lambda: None)

    def send(self, data: bytes) -> None:
        self.sent += data

    def rest(self) -> None:
        """There is nothing to wait for."""

    def over(self) -> None:
        """There is nothing to close."""

    async def read(self, pieces: list[bytes]) -> tuple[list[int], list[object]]:
        for piece in pieces:
            if self.reader.awaits is Awaits.NOTHING:
                break
            try:
                self.reader.feed(piece)
            except Refused as refused:
                self.reader.end()
                self.line.refuse(self.door.refuse(refused), last=True)
            await self.door.finish()
        statuses = [int(head.split()[1]) for head in bytes(self.sent).split(b"\r\n\r\n") if head]
        return statuses, list(self.kept.arrivals)


REQUESTS = [
    request(),
    request(update(8, "é" * 300)),
    request(HELLO + b"\r\n", CHUNKED),
    request(headers={HEADER: "wrong"}),
    request(line="GET /else"),
    request(b"{"),
    request(headers={"Connection": "close"}),
    request(headers={"Transfer-Encoding": "chunked"}),
]


@given(sent=st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=6), data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_however_requests_are_cut_into_pieces_the_same_is_taken(sent: list[bytes], data: st.DataObject) -> None:
    raw = b"".join(sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=12)))
    pieces = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True) if start < end]
    whole_statuses, whole = asyncio.run(Answers().read([raw]))
    statuses, taken = asyncio.run(Answers().read(pieces))
    assert taken == whole[: len(taken)]
    assert statuses == whole_statuses[: len(statuses)]
    if len(statuses) < len(whole_statuses):  # who is refused before his body is there is not read any further
        assert statuses[-1] in (401, 404)


@given(raw=st.binary(max_size=200), at=st.integers(0, 300), cut=st.integers(1, 400))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_bytes_raise_anything_but_a_refusal_and_memory_is_given_back(raw: bytes, at: int, cut: int) -> None:
    sent = request()[:at] + raw + request()[at:]
    answers = Answers(Limits(bodies=1000))
    asyncio.run(answers.read([sent[:cut], sent[cut:]]))
    answers.reader.end()
    answers.door.memory.take(1000)


def test_answers_are_written_for_a_connection_that_stays_and_for_one_that_does_not() -> None:
    answer = Answer.to(Refused(503, "wait", retry_after=7))
    assert answer.kept == b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 7\r\n\r\n"
    assert answer.last == answer.kept[:-2] + b"Connection: close\r\n\r\n"
    assert b"Allow: POST" in Answer.to(Refused(405, "no post")).kept
