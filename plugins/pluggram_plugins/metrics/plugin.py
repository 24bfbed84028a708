"""The plugin: what it answers, when it measures, and when it keeps what it has measured."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from pluggram import Button, Context, File, Handled, Handler, Reply, Request, handler, hookimpl
from pluggram_plugins.metrics import wording
from pluggram_plugins.metrics.process import TICK, Process
from pluggram_plugins.metrics.recorder import Recorder
from pluggram_plugins.metrics.series import Series, last_day, last_month

SAVED_EVERY = 60.0
"""Seconds: so much is lost when the process is killed."""

Span = Literal["day", "month"]

_NAMED = 3
_BUTTONS = (
    Button("24 hours", data="metrics:day"),
    Button("30 days", data="metrics:month"),
    Button("As text", data="metrics:text"),
)
_NO_PICTURES = (
    'There is no picture, because Pillow is missing. Whoever runs the bot can: pip install "pluggram[charts]"\n'
    "Or set picture = false in bot.toml, under [plugins.metrics]."
)


class Metrics:
    """How this bot is used, and how it fares."""

    @dataclass(frozen=True)
    class Settings:
        """`[plugins.metrics]`."""

        picture: bool = True
        """Whether /metrics answers with a chart; false: with text."""

    def __init__(self, context: Context) -> None:
        settings: Metrics.Settings = context.settings
        self._picture = settings.picture
        self._name, self._bot, self._store = context.name, context.bot, context.store
        self._recorder, self._process = Recorder(time.time), Process()
        context.every(TICK, self._tick)
        context.every(SAVED_EVERY, self._save)

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer /metrics and /stats, and the buttons under the picture."""
        return [
            handler(r"/metrics(?:\s+(?P<form>text))?", self.metrics, help="How I am used, and how I fare",
                    family="/metrics [text]", examples=["/metrics", "/metrics text"], access="admin"),
            handler(r"metrics:(?P<span>day|month)", self.turn, on="button", family="turn the chart",
                    examples=["metrics:day"], access="admin"),
            handler(r"metrics:text", self.text, on="button", family="chart as text", examples=["metrics:text"],
                    access="admin"),
            handler(r"/stats(?:\s+(?P<plugin>\S+))?", self.stats, help="Requests by plugin and command",
                    family="/stats [plugin]", examples=["/stats", "/stats metrics"], access="admin"),
        ]  # fmt: skip

    @hookimpl
    def handled(self, event: Handled) -> None:
        """Take note of a request."""
        self._recorder.add(event)

    @hookimpl
    def lifespan(self) -> AbstractAsyncContextManager[None]:
        """Begin with what was kept, and keep what there is at the end."""
        return self._life()

    @asynccontextmanager
    async def _life(self) -> AsyncIterator[None]:
        self._recorder.load(dict(await self._store.items()))
        self._recorder.look()
        yield
        await self._save()

    async def metrics(self, request: Request, form: str | None) -> str | Reply:
        """Answer with the chart of the last 24 hours, or in words where no picture is wanted."""
        wanted = self._picture and form is None
        return await self._chart(request, "day", edit=False) if wanted else await self.text(request)

    async def turn(self, request: Request, span: Span) -> str | Reply:
        """Show another chart in the place of the one whose button was pressed."""
        return await self._chart(request, span, edit=True)

    async def text(self, request: Request) -> str:
        """Tell everything in words."""
        recorder, now = self._looked()
        parts = [
            [*wording.traffic(recorder.day, "Last 24 hours", now), *wording.audience(recorder, now)],
            wording.traffic(recorder.month, "Last 30 days", now),
            wording.by_command(recorder.rows.all(), recorder.since),
            wording.by_admins([row for row in recorder.rows.all() if row.plugin != self._name], recorder.since),
            wording.own([metric for metric in await self._bot.metrics() if metric.plugin]),
            wording.process(self._process, self._bot),
        ]
        return "\n\n".join(text for text in map("\n".join, parts) if text)

    async def stats(self, request: Request, plugin: str | None) -> str:
        """Tell how requests went: by plugin, or by the commands of one."""
        recorder, _ = self._looked()
        rows, since = recorder.rows.all(), recorder.since
        if plugin is None:
            return "\n".join(wording.by_plugin(rows, since))
        known = [state.name for state in self._bot.plugins]
        if plugin not in known:
            return wording.unknown(plugin, known)
        its = [metric for metric in await self._bot.metrics() if metric.plugin == plugin]
        told = wording.of_plugin(plugin, [row for row in rows if row.plugin == plugin], since)
        return "\n".join([*told, *wording.own(its)])

    async def _chart(self, request: Request, span: Span, edit: bool) -> str | Reply:
        (recorder, now), name = self._looked(), self._bot.name
        series = last_day(recorder, name, now) if span == "day" else last_month(recorder, name, now)
        try:
            picture = await asyncio.to_thread(_drawn, series)
        except ImportError:
            return f"{await self.text(request)}\n\n{_NO_PICTURES}"
        caption = "\n".join(self._caption(span, now))
        return Reply(caption, photo=File(f"{name}-{span}.png", picture), buttons=_BUTTONS, edit=edit)

    def _caption(self, span: Span, now: float) -> Sequence[str]:
        recorder = self._recorder
        ring, title = (recorder.day, "Last 24 hours") if span == "day" else (recorder.month, "Last 30 days")
        return [
            *wording.traffic(ring, title, now),
            *wording.audience(recorder, now, _NAMED),
            *wording.process(self._process, self._bot),
        ]

    def _looked(self) -> tuple[Recorder, float]:
        self._recorder.look()
        return self._recorder, self._recorder.clock()

    async def _tick(self) -> None:
        self._process.tick()
        self._recorder.look()

    async def _save(self) -> None:
        if values := self._recorder.changed():
            try:
                await self._store.put_many(values)
            except BaseException:
                self._recorder.not_kept()
                raise


def _drawn(series: Series) -> bytes:
    from pluggram_plugins.metrics.chart import draw  # Pillow is an extra, and 50 ms and 10 MB that only a chart needs

    return draw(series)
