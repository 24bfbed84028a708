"""The API that measures notices every way in which a bot can be wrong."""

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.benchmarks.api.crowd import Crowd, Update
from tests.benchmarks.api.forms import parameters
from tests.benchmarks.api.methods import Methods
from tests.benchmarks.api.poster import Poster
from tests.benchmarks.api.queue import Queue
from tests.benchmarks.work import TOKEN, links, reply_to

KNOWN = links(10_000)


def text(update: Update) -> str:
    return reply_to(json.loads(update.body)["message"]["text"], KNOWN) or ""


@pytest.fixture
def crowd() -> Crowd:
    return Crowd(10_000, chats=10)


def asked(crowd: Crowd, count: int) -> list[Update]:
    updates = [crowd.command(0) for _ in range(count)]
    for update in updates:
        crowd.ask(update, 0)
    return updates


def test_answers_in_their_order_are_right(crowd: Crowd) -> None:
    for update in asked(crowd, 100):
        crowd.hear(update.chat, text(update), 1)
    assert (crowd.right, crowd.missing) == (100, 0)
    assert (crowd.wrong, crowd.doubled, crowd.disordered) == (0, 0, 0)
    assert crowd.latencies == [1] * 100


def test_an_answer_that_overtakes_another_one_is_out_of_order(crowd: Crowd) -> None:
    for update in [*reversed(asked(crowd, 3))]:
        crowd.hear(update.chat, text(update), 1)
    assert (crowd.right, crowd.missing, crowd.disordered) == (3, 0, 2)


def test_the_same_answer_twice_is_doubled_and_another_text_is_wrong(crowd: Crowd) -> None:
    [update, _] = asked(crowd, 2)
    for said in (text(update), text(update), "Hello"):
        crowd.hear(update.chat, said, 1)
    assert (crowd.right, crowd.missing, crowd.doubled, crowd.wrong) == (1, 1, 1, 1)


def test_an_answer_in_another_chat_is_wrong(crowd: Crowd) -> None:
    [update] = asked(crowd, 1)
    crowd.hear(update.chat + 1, text(update), 1)
    assert (crowd.right, crowd.missing, crowd.wrong) == (0, 1, 1)


def test_two_in_a_hundred_are_not_found_and_may_be_told_more(crowd: Crowd) -> None:
    updates = asked(crowd, 5_000)
    for update in updates:
        more = "" if "🔗" in text(update) else ". The nearest is /postno0001"
        crowd.hear(update.chat, text(update) + more, 1)
    assert crowd.right == 5_000
    assert 60 <= sum(update.key.startswith("Post") for update in updates) <= 140


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (b"", b'{"chat_id": 7, "text": "a & b"}'),
        (b"", urlencode({"chat_id": 7, "text": "a & b"}).encode()),
        (urlencode({"chat_id": 7, "text": "a & b"}).encode(), b""),
        (
            b"",
            b'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n7\r\n'
            b"--x\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name=text\r\n\r\na & b\r\n--x--\r\n",
        ),
    ],
)
def test_parameters_are_read_in_every_way_they_come(query: bytes, body: bytes) -> None:
    given = parameters(query, body)
    assert (int(given["chat_id"]), given["text"]) == (7, "a & b")


async def test_updates_come_in_batches_until_they_are_confirmed(crowd: Crowd) -> None:
    queue, heard = Queue(), list[list[int]]()

    def respond(body: bytes) -> None:
        heard.append([update["update_id"] for update in json.loads(body)["result"]])

    queue.poll({"timeout": 10}, respond)
    queue.put(crowd.command() for _ in range(150))
    for offset in (1, 101, 151):
        queue.poll({"offset": offset}, respond)
    assert heard == [[*range(1, 101)], [*range(1, 101)], [*range(101, 151)], []]


async def test_a_call_is_counted_and_answered(crowd: Crowd) -> None:
    methods, heard = Methods(crowd, Queue()), list[Any]()
    [update] = asked(crowd, 1)
    call = json.dumps({"chat_id": update.chat, "text": text(update)}).encode()
    methods.handle(f"/bot{TOKEN}/sendMessage".encode(), call, lambda body: heard.append(json.loads(body)))
    methods.handle(f"/bot{TOKEN}/getMe".encode(), b"", lambda body: heard.append(json.loads(body)))
    assert crowd.right == 1
    assert methods.called == {"sendmessage": 1, "getme": 1}
    assert [each["ok"] for each in heard] == [True, True]
    assert heard[0]["result"]["text"] == text(update)


async def test_posts_of_one_chat_wait_for_each_other_and_refused_ones_come_again(crowd: Crowd) -> None:
    posts: asyncio.Queue[tuple[dict[str, Any], asyncio.StreamWriter]] = asyncio.Queue()
    ended = asyncio.Semaphore(0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionResetError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.rpartition(b"Content-Length: ")[2])
                await posts.put((json.loads(await reader.readexactly(length)), writer))
        writer.close()
        ended.release()

    async def answer(status: str) -> int:
        update, writer = await posts.get()
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        return int(update["update_id"])

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    poster = Poster("127.0.0.1", server.sockets[0].getsockname()[1], "/", "secret", lambda body: None)
    await poster.connect(2)
    poster.put([crowd.command(0), crowd.command(0), crowd.command(1)])
    assert {await answer("503 Busy"), await answer("200 OK")} == {1, 3}
    assert [await answer("200 OK"), await answer("200 OK")] == [1, 2]
    assert poster.refused == 1
    poster.close()
    server.close()
    for _ in range(2):
        await ended.acquire()
