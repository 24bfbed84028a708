"""One connection: who is waited for and for how long, on Python's own event loop and on uvloop."""

import asyncio
import socket
from collections.abc import Callable, Coroutine

import pytest
import uvloop

from pluggram.intake.webhook.connection import Connection
from pluggram.intake.webhook.door import Door
from pluggram.intake.webhook.limits import Limits
from tests.core.intake.webhook.posts import (
    HEADER,
    LENGTH,
    PATH,
    QUICK,
    SECRET,
    UPDATE,
    Kept,
    is_closed,
    listening,
    request,
    status,
    update,
)

MIB = 1 << 20
Loop = Callable[[], asyncio.AbstractEventLoop]


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def loop(request: pytest.FixtureRequest) -> Loop:
    factory: Loop = request.param
    return factory


async def send_on(writer: asyncio.StreamWriter, piece: bytes) -> None:
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)


class Crowd:
    """Nobody else."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    def came(self, connection: Connection) -> bool:
        return True

    def left(self, connection: Connection) -> None:
        self.gone.set()


def run(loop: Loop, work: Coroutine[object, object, None]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(work)


def test_posts_are_taken_one_after_the_other_and_together(loop: Loop) -> None:
    async def work() -> None:
        async with listening() as site, site.connection() as (reader, writer):
            for number in range(10):
                writer.write(request(update(number)))
                assert await status(reader) == 200
            assert await asyncio.gather(*(site.post(update(number)) for number in range(10, 30))) == [200] * 20
            assert len(site.kept.arrivals) == 30

    run(loop, work())


def test_who_is_refused_before_he_has_sent_it_all_is_told_at_once_and_then_heard_out(loop: Loop) -> None:
    async def work() -> None:
        limits = Limits(passed_over=2 * MIB, seconds=300)
        async with asyncio.timeout(20), listening(limits=limits) as site, site.connection() as (reader, writer):
            writer.write(request(b"", {HEADER: "wrong", LENGTH: str(10 * MIB)}))
            assert b"connection: close" in (await reader.readuntil(b"\r\n\r\n")).lower()
            assert await reader.read() == b""
            writer.write(b" " * MIB)
            await writer.drain()
            with pytest.raises(ConnectionError):
                await send_on(writer, b" " * MIB)

    run(loop, work())


def test_who_was_refused_and_does_not_hang_up_is_cut_off_after_a_while(loop: Loop) -> None:
    async def work() -> None:
        async with listening(limits=QUICK) as site, site.connection() as (reader, writer):
            writer.write(b"no HTTP\r\n\r\n")
            assert await status(reader) == 400
            async with asyncio.timeout(10):
                with pytest.raises(ConnectionError):
                    await send_on(writer, b"x")

    run(loop, work())


def test_a_connection_that_rests_too_long_is_closed(loop: Loop) -> None:
    async def work() -> None:
        async with listening(limits=Limits(idle=0.05)) as site, site.connection() as (reader, writer):
            writer.write(request())
            assert await status(reader) == 200
            assert await is_closed(reader)

    run(loop, work())


@pytest.mark.parametrize(("begun", "told"), [(request(update(8))[:20], 0), (request(update(8))[:-5], 408)])
def test_a_post_under_way_is_waited_for_whatever_the_next_one_does(loop: Loop, begun: bytes, told: int) -> None:
    async def work() -> None:
        async with listening(limits=Limits(seconds=0.05, idle=0.05)) as site, site.connection() as (reader, writer):
            site.kept.ready.clear()
            writer.write(request() + begun)
            await site.kept.asked.wait()
            async with site.connection() as (other, _):
                assert await is_closed(other)  # who sends no head at all is given up meanwhile
            site.kept.ready.set()
            assert await status(reader) == 200
            assert await status(reader) == told
            assert await is_closed(reader)

    run(loop, work())


def test_a_connection_is_not_read_any_further_while_two_of_its_posts_wait(loop: Loop) -> None:
    async def work() -> None:
        async with listening(limits=Limits(bodies=4000)) as site, site.connection() as (reader, writer):
            site.kept.ready.clear()
            for number in range(5):
                writer.write(request(update(number, "x" * 900)))
                for _ in range(20):  # turns of the loop, in which it is read if it is
                    await asyncio.sleep(0)
            site.kept.ready.set()
            assert [await status(reader) for _ in range(5)] == [200] * 5

    run(loop, work())


def test_who_does_not_read_his_answers_is_not_read_either_until_he_does(loop: Loop) -> None:
    async def work() -> None:
        kept, crowd = Kept(), Crowd()
        ours, theirs = socket.socketpair()
        running = asyncio.get_running_loop()
        door = Door(PATH, SECRET, kept, lambda: None)
        _, connection = await running.connect_accepted_socket(lambda: Connection(door, crowd), ours)
        reader, writer = await asyncio.open_connection(sock=theirs)
        connection.pause_writing()
        writer.write(request())
        answered = asyncio.create_task(status(reader))
        await asyncio.wait({answered}, timeout=0.1)
        assert kept.arrivals == []
        connection.resume_writing()
        assert await answered == 200
        writer.close()
        await crowd.gone.wait()

    run(loop, work())


def test_when_it_stops_nobody_is_waited_for_but_those_whose_post_is_being_taken(loop: Loop) -> None:
    async def work() -> None:
        async with listening() as site, site.connection() as (reader, writer), site.connection() as (slow, dripping):
            site.kept.ready.clear()
            dripping.write(request()[:-1])
            writer.write(request() + request(update(8)) + request(update(9))[:50])
            await site.kept.asked.wait()
            site.listener.close()
            assert await status(slow) == 503
            finishing = asyncio.create_task(site.listener.finish())
            site.kept.ready.set()
            assert b"connection: close" in (await reader.readuntil(b"\r\n\r\n")).lower()
            assert await is_closed(reader)
            await finishing
            assert len(site.kept.arrivals) == 1

    run(loop, work())


def test_a_body_in_pieces_counts_as_it_comes_and_is_given_back_when_its_sender_leaves(loop: Loop) -> None:
    async def work() -> None:
        async with listening(limits=Limits(bodies=100_000)) as site:
            async with site.connection() as (_, writer):
                writer.write(request(b"x" * 80_000, {LENGTH: "90000"}))
                await writer.drain()
                while await site.post(b"x" * 60_000) != 503:
                    pass
            while await site.post(b'{"update_id": 7, "text": "%b"}' % (b"x" * 60_000)) != 200:
                pass
            assert len(site.kept.arrivals) == 1

    run(loop, work())


def test_leave_to_send_is_given_to_who_asks_for_it(loop: Loop) -> None:
    async def work() -> None:
        async with listening() as site, site.connection() as (reader, writer):
            writer.write(request(b"", {LENGTH: str(len(UPDATE)), "Expect": "100-continue"}, f"POST {PATH}"))
            assert await status(reader) == 100
            writer.write(UPDATE)
            assert await status(reader) == 200
            assert len(site.kept.arrivals) == 1

    run(loop, work())


def test_leave_to_send_never_comes_before_the_answer_to_the_post_before(loop: Loop) -> None:
    async def work() -> None:
        kept = Kept()
        kept.ready.clear()
        async with listening(kept) as site, site.connection() as (reader, writer):
            asks = request(b"", {LENGTH: str(len(UPDATE)), "Expect": "100-continue"}, f"POST {PATH}")
            writer.write(request(update(1)) + asks)
            await kept.asked.wait()
            kept.ready.set()
            assert await status(reader) == 200
            writer.write(UPDATE)
            assert await status(reader) == 200

    run(loop, work())
