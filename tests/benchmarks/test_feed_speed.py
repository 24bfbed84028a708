"""What an update costs from `Bot.answer` to the reply, and that neither patterns nor plugins make it dearer; in us."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from pluggram.bot import Bot
from pluggram.config import load
from pluggram.divisible import Divisible

TIMES = 100
NUMBERS = count()
BUILT_IN = ("postno", "links", "admins", "audit", "health", "metrics", "help")
MANY = """
from pluggram import handler, hookimpl

class Many:
    def __init__(self, context):
        self.name = context.name

    @hookimpl
    def handlers(self):
        async def answer(request, n: int):
            return str(n)

        begin = [f"/{{self.name}}n{{number:05}}x" for number in range({patterns})]
        return [handler(rf"{{each}}(?P<n>[0-9]{{{{2}}}})", answer, help="One of many") for each in begin]
"""


def message(text: str) -> dict[str, Any]:
    """Give a new message: 1,000 people write."""
    number = next(NUMBERS)
    sender = {"id": 1_000_000 + number % 1000, "is_bot": False, "first_name": "Ann"}
    body = {"message_id": number, "date": 0, "chat": {"id": sender["id"], "type": "private"}, "from": sender}
    return {"update_id": number, "message": body | {"text": text.format(number % 100)}}


class Fed:
    """A bot with all built-in plugins on SQLite, fed as the intake feeds it: a divisible task for each update."""

    def __init__(self, folder: Path, plugins: int, patterns: int) -> None:
        (folder / "many.py").write_text(MANY.format(patterns=patterns))
        tables = [f'[plugins.many{i}]\nuse = "./many.py:Many"\n' for i in range(plugins)]
        tables += [f"[plugins.{name}]\n" for name in BUILT_IN]
        (folder / "bot.toml").write_text('[bot]\nname = "x"\n' + "".join(tables))
        self.bot = Bot(load(folder / "bot.toml", {"XDG_DATA_HOME": str(folder)}))
        self.runner = asyncio.Runner()
        self._serving = self.bot.serving()

    def __enter__(self) -> "Fed":
        self.runner.run(self._serve())
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.run(self._serving.__aexit__(None, None, None))
        self.runner.close()

    async def _serve(self) -> None:
        await self._serving.__aenter__()
        links = {f"0{number:02}0": f"https://example.org/{number}" for number in range(100)}
        await self.bot.store("links").put_many(links)

    async def feed(self, text: str) -> list[object]:
        """Feed TIMES updates, and give the replies."""
        replies: list[object] = []
        tasks: set[asyncio.Task[None]] = set()

        async def answer(update: dict[str, Any]) -> None:
            replies.append(await self.bot.answer(self.bot.read(update)))

        for _ in range(TIMES):
            tasks.add(asyncio.create_task(Divisible(answer(message(text)), tasks.add)))
        while len(replies) < TIMES:
            await asyncio.wait(tasks)
        return replies


@pytest.fixture(scope="module")
def fed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fed]:
    plugins, patterns = request.param
    with Fed(tmp_path_factory.mktemp("fed"), plugins, patterns) as fed:
        yield fed


@pytest.mark.parametrize(
    "text", ["/postno0{:02}0", "/postno0{:02}1", "/many0n00009x{:02}"], ids=["found", "not", "other"]
)
@pytest.mark.parametrize("fed", [(1, 10), (1, 100), (1, 1_000), (1, 10_000), (20, 10)], indirect=True, ids=str)
def test_100_updates(benchmark: BenchmarkFixture, fed: Fed, text: str) -> None:
    benchmark.group = f"bench: 100 updates of {text} among so many plugins, each with so many patterns"
    assert None not in benchmark(lambda: fed.runner.run(fed.feed(text)))
