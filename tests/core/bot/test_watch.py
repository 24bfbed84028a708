"""What a bot says of itself: its own probes, and what plugins check, measure and count."""

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pluggram.bot import Bot, watch
from pluggram.config import load
from pluggram.plugins import PluginError
from pluggram.probes import CheckResult, Metric
from pluggram.router.circuit import MOST_FAILURES
from pluggram.storage import StorageError
from pluggram.storage.memory import MemoryBackend

PLUGIN = """
import asyncio
import time
from pluggram import Context, handler, hookimpl

class Plugin:
    def __init__(self, context: Context) -> None:
        self.context = context

    @hookimpl
    def handlers(self):
        return [{handlers}]

    @hookimpl
    def checks(self):
        return {{{checks}}}

    @hookimpl
    def metrics(self):
        return {{{metrics}}}

    @hookimpl
    def lifespan(self):
        return self

    async def __aenter__(self):
        {enter}

    async def __aexit__(self, *_):
        pass

    async def well(self):
        return None

    async def ill(self):
        return "the  service\\ndoes not answer"

    async def fails(self, request=None):
        raise OSError("/secret/path")

    async def blocks(self, request):
        time.sleep(0.1)

    async def cancels(self):
        raise asyncio.CancelledError

    async def exits(self):
        raise SystemExit(3)

    async def hangs(self):
        await asyncio.Event().wait()

    async def clings(self):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.Event().wait()

    async def seven(self):
        return 7

    async def huge(self):
        return 10**5000
"""
MakeBot = Callable[..., Bot]


@pytest.fixture
def make_bot(tmp_path: Path) -> MakeBot:
    """Make a bot of plugins: `make_bot(one=dict(checks='"api": self.well'))`."""

    def make(**plugins: dict[str, str]) -> Bot:
        text = '[bot]\nname = "testbot"\n[storage]\nurl = "memory:"\n'
        for name, parts in plugins.items():
            source = PLUGIN.format(**({"handlers": "", "checks": "", "metrics": "", "enter": "pass"} | parts))
            (tmp_path / f"{name}.py").write_text(source)
            text += f'[plugins.{name}]\nuse = "./{name}.py:Plugin"\n'
        (tmp_path / "bot.toml").write_text(text)
        return Bot(load(tmp_path / "bot.toml", {}))

    return make


def theirs(results: Sequence[CheckResult]) -> list[tuple[str, str, str, str]]:
    return [(result.plugin, result.name, result.problem, result.detail) for result in results if result.plugin]


async def measured(bot: Bot) -> list[Metric]:
    """What plugins count and measure."""
    return [metric for metric in await bot.metrics() if metric.plugin]


async def test_a_bot_that_is_well_says_so_by_its_own_probes(make_bot: MakeBot) -> None:
    bot = make_bot(one={"checks": '"api": self.well'})
    async with bot.serving():
        results = await bot.check()
    assert [(result.plugin, result.name) for result in results] == [
        ("", "storage"),
        ("", "polling"),
        ("", "loop"),
        ("", "plugins"),
        ("", "handlers"),
        ("one", "api"),
    ]
    assert [result for result in results if result.problem or result.detail] == []
    assert all(0 <= result.seconds < 5 for result in results)


async def test_a_check_that_finds_something_is_named_with_its_plugin_in_one_line(make_bot: MakeBot) -> None:
    bot = make_bot(one={"checks": '"api": self.ill, "disk": self.well'}, two={"checks": '"api": self.well'})
    async with bot.serving():
        assert theirs(await bot.check()) == [
            ("one", "api", "the service does not answer", ""),
            ("one", "disk", "", ""),
            ("two", "api", "", ""),
        ]


@pytest.mark.parametrize(
    ("check", "why"),
    [
        ("fails", "OSError: /secret/path"),
        ("cancels", "CancelledError"),
        ("exits", "it called sys.exit(3)"),
        ("hangs", "took longer than 0.01 s"),
        ("clings", "took longer than 0.01 s"),
        ("seven", "a check gives None or a sentence, not 7"),
        ("huge", "a check gives None or a sentence, not int that cannot be shown"),
    ],
)
async def test_a_check_that_fails_is_a_problem_whose_reason_stands_apart_and_disturbs_no_other(
    check: str, why: str, make_bot: MakeBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watch, "LIMIT", 0.01)
    bot = make_bot(one={"checks": f'"api": self.{check}'}, two={"checks": '"api": self.ill'})
    async with bot.serving():
        one, two = theirs(await bot.check())
    assert one[:3] == ("one", "api", "the check failed")
    assert why in one[3]
    assert two == ("two", "api", "the service does not answer", "")
    assert "plugin one: its check api failed" in caplog.text


async def test_checks_run_side_by_side(make_bot: MakeBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LIMIT", 0.2)
    hanging = ", ".join(f'"c{number}": self.hangs' for number in range(50))
    bot = make_bot(one={"checks": hanging})
    async with bot.serving(), asyncio.timeout(5):  # one after the other they would take 10 s
        assert len(theirs(await bot.check())) == 50


async def test_who_is_cut_off_while_he_asks_leaves_no_check_behind(make_bot: MakeBot) -> None:
    bot = make_bot(one={"checks": '"api": self.hangs'})
    async with bot.serving():
        before = asyncio.all_tasks()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bot.check(), 0.01)
        for _ in range(5):
            await asyncio.sleep(0)
        assert asyncio.all_tasks() == before


async def test_a_storage_that_cannot_be_written_is_a_problem_whose_place_stands_apart(make_bot: MakeBot) -> None:
    class Full(MemoryBackend):
        async def probe(self) -> None:
            raise StorageError("/data/bot.db: the disk is full")

    backend = Full()
    await backend.open()
    bot = make_bot()
    async with bot.serving(backend):
        storage = (await bot.check())[0]
    assert (storage.name, storage.problem, storage.detail) == (
        "storage",
        "it cannot be written",
        "/data/bot.db: the disk is full",
    )


async def test_a_storage_that_is_not_open_is_a_problem_too(make_bot: MakeBot) -> None:
    assert "not open" in (await make_bot().check())[0].detail


async def test_a_plugin_that_does_not_work_is_a_problem_and_its_checks_are_not_asked(make_bot: MakeBot) -> None:
    bot = make_bot(
        one={"checks": '"api": self.ill', "metrics": '"n": self.seven', "enter": "raise OSError('/dev/none')"},
        two={"checks": '"api": self.well'},
    )
    async with bot.serving():
        one, two = theirs(await bot.check())
        assert await measured(bot) == []
    assert one[:3] == ("one", "plugin", "it is quarantined")
    assert "OSError: /dev/none" in one[3]
    assert two == ("two", "api", "", "")


async def test_a_poll_that_is_overdue_is_a_problem(make_bot: MakeBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = make_bot()
    assert bot.poll_age is None
    bot.pulse.expect()
    bot.pulse.beat()
    assert bot.poll_age is not None
    assert 0 <= bot.poll_age <= bot.uptime < 60
    monkeypatch.setattr("pluggram.bot.pulse.PATIENCE", -1)
    assert "no messages could be fetched" in (await bot.check())[1].problem


async def test_a_handler_that_keeps_failing_is_named_and_counted_until_its_plugin_is_quarantined(
    make_bot: MakeBot,
) -> None:
    bot = make_bot(one={"handlers": "handler('/roll', self.fails)"})
    async with bot.serving():
        assert {Metric("", "handlers_paused", 0), Metric("", "broadcast_left", 0)} <= set(await bot.metrics())
        for _ in range(MOST_FAILURES):
            await bot.feed({"update_id": 1, "message": {"chat": {"id": 1}, "text": "/roll"}})
        [(plugin, name, problem, detail)] = theirs(await bot.check())
        assert (plugin, name) == ("one", "handler")
        assert problem == "/roll keeps failing, and is switched off for 30 s"
        assert detail.startswith("OSError: /secret/path (")
        assert Metric("", "handlers_paused", 1) in await bot.metrics()
        bot.lose("one", PluginError("it has gone"))
        assert [result[:2] for result in theirs(await bot.check())] == [("one", "plugin")]


async def test_a_plugin_that_has_blocked_the_loop_is_named_and_how_late_it_was_is_measured(
    make_bot: MakeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pluggram.bot.watchdog.PATIENCE", 0.01)
    monkeypatch.setattr("pluggram.bot.watchdog.LOOK", 0.001)
    bot = make_bot(one={"handlers": "handler('/block', self.blocks)"})
    async with bot.serving(), asyncio.timeout(20):
        while bot.watchdog.blocked is None:
            await bot.feed({"update_id": 1, "message": {"chat": {"id": 1}, "text": "/block"}})
        [(plugin, name, problem, detail)] = theirs(await bot.check())
        numbers = {metric.name: metric.value for metric in await bot.metrics()}
    assert (plugin, name) == ("one", "loop")
    assert re.fullmatch(r"the bot could answer nobody for 0\.\d s", problem)
    assert detail.endswith("one.py, line 42")
    assert 0 < (numbers["loop_lag"] or 0) <= (numbers["loop_lag_longest"] or 0) == bot.lag.longest


async def test_what_plugins_count_and_measure_is_given_in_their_order(make_bot: MakeBot) -> None:
    bot = make_bot(
        two={"metrics": '"z": self.seven, "a": lambda: 0.5', "enter": 'self.context.count("rolls", 2)'},
        one={"metrics": '"links": self.context.store.count'},
    )
    async with bot.serving():
        await bot._storage.store("plugin.one").put_many({"a": 1, "b": 2})
        assert await measured(bot) == [
            Metric("two", "a", 0.5),
            Metric("two", "rolls", 2),
            Metric("two", "z", 7),
            Metric("one", "links", 2),
        ]


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        ("self.fails", "OSError: /secret/path"),
        ("self.hangs", "took longer than 0.01 s"),
        ("lambda: 1 / 0", "ZeroDivisionError: division by zero"),
        ("lambda: exit(3)", "sys.exit(3)"),
        ("lambda: 'many'", "a reading gives a finite number, not 'many'"),
        ("lambda: float('nan')", "a reading gives a finite number, not nan"),
        ("lambda: 10**5000", "a reading gives a finite number, not int that cannot be shown"),
        ("self.well", "a reading gives a finite number, not None"),
    ],
)
async def test_a_reading_that_fails_is_named_with_its_plugin_and_disturbs_no_other(
    reading: str, why: str, make_bot: MakeBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watch, "LIMIT", 0.01)
    bot = make_bot(one={"metrics": f'"a": {reading}, "b": self.seven'})
    async with bot.serving():
        failed, well = await measured(bot)
    assert (failed.plugin, failed.name, failed.value) == ("one", "a", None)
    assert why in failed.problem
    assert well == Metric("one", "b", 7)
    assert "plugin one: its metric a could not be read" in caplog.text


async def test_a_reading_hides_a_counter_of_its_name(make_bot: MakeBot) -> None:
    bot = make_bot(one={"metrics": '"rolls": self.seven', "enter": 'self.context.count("rolls", 2)'})
    async with bot.serving():
        assert await measured(bot) == [Metric("one", "rolls", 7)]


async def test_nothing_is_read_before_somebody_asks(make_bot: MakeBot) -> None:
    bot = make_bot(one={"metrics": '"reads": self.context.store.count', "checks": '"api": self.fails'})
    assert [state.status for state in bot.plugins] == ["active"]  # the storage is not open: a reading would fail
    assert (await measured(bot))[0].value is None
