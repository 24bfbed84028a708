"""python -m tests.benchmarks.api POSTS CHATS: orders come on the standard input, a line of JSON each."""

import asyncio
import sys

import uvloop

from tests.benchmarks.api.session import Session, obey


async def main(posts: int, chats: int) -> None:
    """Obey until there are no more orders."""
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    session = Session(posts, chats)
    while line := await orders.readline():
        sys.stdout.buffer.write(await obey(session, line))
        sys.stdout.buffer.flush()


uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
