import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pluggram import StorageError, __version__
from pluggram.storage.memory import MemoryBackend
from pluggram_plugins import health

from .conftest import ADMIN, OWNER, USER, Talk, TalkTo

STRANGER = """
from pluggram import Context, Handler, Request, handler, hookimpl

class Stranger:
    def __init__(self, context: Context) -> None:
        self._context = context

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [handler("/fail", self.fail)]

    async def fail(self, request: Request) -> str:
        raise OSError("no luck")

    @hookimpl
    def checks(self):
        return {"service": self.service, "disk": self.disk}

    async def service(self) -> str:
        return "the weather service does not answer"

    async def disk(self) -> None:
        raise OSError("/srv/secret/disk is gone")

    @hookimpl
    def metrics(self):
        return {"sunny_days": lambda: 1234.5, "broken": lambda: 1 / 0}
"""
FAILING = """
from contextlib import asynccontextmanager
from pluggram import Context, hookimpl

class Failing:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def lifespan(self):
        return self.live()

    @asynccontextmanager
    async def live(self):
        raise OSError("/srv/secret/socket is not there")
        yield
"""


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH", 0.0)


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to("[plugins.health]\n[plugins.links]") as talk:
        yield talk


def with_file(folder: Path, name: str, source: str) -> str:
    (folder / f"{name}.py").write_text(source)
    return f'[plugins.{name}]\nuse = "./{name}.py:{name.capitalize()}"\n'


async def test_a_bot_that_is_well_says_so_with_its_figures(talk: Talk) -> None:
    await talk.ask("/addlink 0042 https://example.org", OWNER)
    lines = (await talk.ask("/health")).splitlines()
    assert lines[0] == "✅ Healthy"
    assert lines[1].startswith("Up ")
    assert lines[1].endswith(f", pluggram {__version__}")
    assert lines[2] == "1 request"
    assert lines[3].startswith("Answered in ")
    assert lines[4:6] == ["Links: 1", "Not heard from Telegram yet"]
    assert lines[6].startswith("Storage: written in ")
    assert lines[7:] == ["Plugins: 2 work"]
    assert max(map(len, lines)) < 60


async def test_the_first_request_ever_is_told_so(talk: Talk) -> None:
    assert "No requests yet\nLinks: 0" in await talk.ask("/health")


async def test_it_says_when_telegram_was_last_heard(talk: Talk) -> None:
    talk.bot.pulse.beat()
    assert "Last heard from Telegram" in await talk.ask("/health")


async def test_in_a_group_it_is_one_line(talk: Talk) -> None:
    answer = await talk.ask("/health", group=True)
    assert answer.startswith("✅ Healthy. Up ")
    assert answer.endswith(", no requests yet")
    assert "\n" not in answer


async def test_requests_that_failed_are_counted(talk_to: TalkTo, tmp_path: Path) -> None:
    async with talk_to("[plugins.health]\n" + with_file(tmp_path, "stranger", STRANGER)) as talk:
        await talk.ask("/fail")
        assert "1 request, 1 failed" in await talk.ask("/health")


@pytest.mark.parametrize(("user", "reasons"), [(USER, False), (ADMIN, True), (OWNER, True)])
async def test_what_is_not_well_is_told_to_all_and_the_reason_to_admins(
    user: int, reasons: bool, talk_to: TalkTo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(self: MemoryBackend) -> None:
        raise StorageError("/srv/secret/bot.db: the disk is full")

    monkeypatch.setattr(MemoryBackend, "probe", full)
    files = with_file(tmp_path, "stranger", STRANGER) + with_file(tmp_path, "failing", FAILING)
    async with talk_to("[plugins.health]\n" + files) as talk:
        lines = (await talk.ask("/health", user)).splitlines()
    assert lines[0] == "❌ Not healthy: storage, plugin failing, stranger (service), stranger (disk)"
    told = [
        "• storage: it cannot be written",
        "  /srv/secret/bot.db: the disk is full",
        "• plugin failing: it is quarantined",
        "  OSError: /srv/secret/socket is not there in its lifespan",
        "• stranger (service): the weather service does not answer",
        "• stranger (disk): the check failed",
        "  OSError: /srv/secret/disk is gone",
    ]
    expected = [line for line in told if reasons or not line.startswith("  ")]
    assert all(line.startswith(start) for line, start in zip(lines[1:], expected, strict=False))
    assert lines[len(expected) + 1].startswith("Up ")
    assert ("secret" in "\n".join(lines)) == reasons


async def test_in_a_group_nobody_reads_the_reason(talk_to: TalkTo, tmp_path: Path) -> None:
    async with talk_to("[plugins.health]\n" + with_file(tmp_path, "failing", FAILING)) as talk:
        answer = await talk.ask("/health", OWNER, group=True)
    assert answer.startswith("❌ Not healthy: plugin failing. Up ")
    assert "secret" not in answer


async def test_very_many_problems_still_fit_into_a_message(talk_to: TalkTo, tmp_path: Path) -> None:
    many = STRANGER.replace('"service": self.service', '**{f"s{n}": self.service for n in range(100)}')
    async with talk_to("[plugins.health]\n" + with_file(tmp_path, "stranger", many)) as talk:
        answer = await talk.ask("/health", OWNER)
    assert "stranger (s9) and 91 more" in answer.splitlines()[0]
    assert len(answer) < 4096


async def test_the_settings_say_which_metrics_everybody_may_see(talk_to: TalkTo, tmp_path: Path) -> None:
    show = '[plugins.health]\nshow = ["sunny_days", "broken", "links"]\n'
    async with talk_to(show + "[plugins.links]\n" + with_file(tmp_path, "stranger", STRANGER)) as talk:
        answer = await talk.ask("/health")
    assert "Sunny days: 1,234.5\nBroken: could not be read\nLinks: 0" in answer


async def test_metrics_of_one_name_are_told_apart(talk_to: TalkTo, tmp_path: Path) -> None:
    files = with_file(tmp_path, "stranger", STRANGER.replace("sunny_days", "links"))
    async with talk_to("[plugins.health]\n[plugins.links]\n" + files) as talk:
        assert "Links (links): 0\nLinks (stranger): 1,234.5" in await talk.ask("/health")


async def test_many_who_ask_at_once_do_not_wear_the_storage_out(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    probes, probe = [0], MemoryBackend.probe

    async def counted(self: MemoryBackend) -> None:
        probes[0] += 1
        await probe(self)

    monkeypatch.setattr(health, "FRESH", 60.0)
    monkeypatch.setattr(MemoryBackend, "probe", counted)
    answers = await asyncio.gather(*(talk.ask("/health") for _ in range(50)))
    assert all(answer.startswith("✅ Healthy") for answer in answers)
    assert probes == [1]


async def test_figures_are_never_old_even_where_the_look_at_the_checks_is(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "FRESH", 60.0)
    assert "Links: 0" in await talk.ask("/health")
    await talk.ask("/addlink 0042 https://example.org", OWNER)
    assert "Links: 1" in await talk.ask("/health")
