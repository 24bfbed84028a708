"""Recorder: takes note of every request in one step, keeps it in bounded memory, and brings it over a restart."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping

from pluggram import Handled, Handler, Json
from pluggram_plugins._times import Times
from pluggram_plugins.metrics.ring import Ring
from pluggram_plugins.metrics.rows import Row, Rows
from pluggram_plugins.metrics.slots import Audience, Traffic

logger = logging.getLogger(__name__)

QUARTER, DAY = 900, 86_400

AT_ONCE = 500
"""So many requests are put aside at the most before they are worked up."""

MET = 5_000
"""So many people are known as counted at the most, besides those of one look."""

_LONGEST = 40
_VERSION = 1


class Recorder:
    """What is known of the traffic of a bot: the last 24 hours, the last 30 days, and the commands since the beginning.

    clock: gives the seconds since the epoch. since: when counting began.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._begin()

    def _begin(self) -> None:
        self.since = self.clock()
        self.rows = Rows()
        self.day = Ring(QUARTER, DAY // QUARTER, Traffic)
        self.month = Ring(DAY, 30, Traffic)
        self.week = Ring(DAY, 7, Audience)
        self._kept_at: list[int] = []
        self._asked = True
        self._new: list[tuple[str, Handler, str, float, int | None, str]] = []
        self._met: set[int | None] = set()
        self._met_by: Audience | None = None

    def add(self, event: Handled) -> None:
        """Take note of a request: put what is wanted of it aside for the next look, which does the work for many."""
        request = event.request
        self._new.append(
            (event.plugin, event.handler, event.outcome, event.seconds, request.user_id, request.text)
        )  # not the request: what it was read from would stay in memory until then
        if len(self._new) >= AT_ONCE:
            self.look()

    def look(self) -> None:
        """Work up what was put aside, and take note that the bot is there though nobody may ask."""
        now = self.clock()
        quarter, day, audience = self.day.at(now), self.month.at(now), self.week.at(now)
        new, self._new = self._new, []
        self._asked |= bool(new)
        alike: dict[tuple[int, str], tuple[Row, list[float], list[str]]] = {}
        for plugin, handler, outcome, seconds, _, text in new:
            same = alike.get((id(handler), outcome))
            if same is None:
                same = alike[id(handler), outcome] = self.rows.of(plugin, handler), [], []
            same[1].append(seconds)
            same[2].append(text)
        for (_, outcome), (row, durations, texts) in alike.items():
            times = Times.of(durations)
            for each in (row, quarter, day):
                each.add(outcome, times)
            if row.family and outcome == "answered":
                for text, number in Counter(texts).items():
                    if asked := _asked(text, row):
                        audience.asked.add(asked, number)
        self._meet({user_id for *_, user_id, _ in new}, audience)

    def _meet(self, people: set[int | None], audience: Audience) -> None:
        """Count people, but not again who was counted lately: that is quicker told here."""
        if audience is not self._met_by or len(self._met) > MET:
            self._met_by, self._met = audience, {None}
        for user_id in people - self._met:
            if user_id is not None:
                audience.people.add(user_id)
        self._met |= people

    def changed(self) -> dict[str, Json]:
        """Give as JSON, by key, what is to be kept: what is live, and what is past when a slot of time has ended."""
        self.look()
        live = {name: ring.dumped_live() for name, ring in self._rings().items()}
        turned = [slot[0] for slot in live.values()]
        values: dict[str, Json] = {}
        if turned != self._kept_at:
            values["past"] = {name: ring.dumped() for name, ring in self._rings().items()}
        if values or self._asked:
            values["live"] = {"version": _VERSION, "since": self.since, "rows": self.rows.dumped(), **live}
        self._kept_at, self._asked = turned, False
        return values

    def not_kept(self) -> None:
        """Take note that the last of `changed` was not kept."""
        self._kept_at = []

    def load(self, stored: Mapping[str, Json]) -> None:
        """Take what `changed` gave before a restart; what cannot be read is told in the log, and all begins anew."""
        if not stored:
            return
        try:
            self._read(stored["live"], stored["past"])
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            logger.error("the metrics that were kept cannot be read, and begin anew: %r", error)
            self._begin()

    def _rings(self) -> dict[str, "Ring[Traffic] | Ring[Audience]"]:
        return {"day": self.day, "month": self.month, "week": self.week}

    def _read(self, live: object, past: object) -> None:
        if not isinstance(live, dict) or not isinstance(past, dict) or live["version"] != _VERSION:
            raise ValueError("they are not of this version")
        now = self.clock()
        self.since = min(float(live["since"]), now)
        self.rows.load(live["rows"])
        for name, ring in self._rings().items():
            ring.load([*past[name], live[name]], now)


def _asked(text: str, row: Row) -> str:
    """Give the command that was asked for, such as /postno0042, when it is more than the bare one of its family."""
    if text.startswith(row.family) and text[len(row.family) :].isdigit():
        return text[:_LONGEST]
    word, _, rest = text.partition(" ")
    if word == "/start":
        word = f"/{rest.strip()}"
    command = word.partition("@")[0].lower()
    return command[:_LONGEST] if command.startswith(row.family) and command != row.family else ""
