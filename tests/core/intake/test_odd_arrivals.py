"""No update of any shape keeps the inbox from taking it and its neighbours in, and it comes back as it was."""

import asyncio
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pluggram.decoding import decode
from pluggram.edge import Arrival, Malformed
from pluggram.intake.row import Row
from pluggram.intake.sqlite_inbox import SqliteInbox
from tests.core.odd_updates import MESSAGE, NASTY, Raw, as_text, odd_updates, valid_updates


def opened(folder: Path) -> SqliteInbox:
    return SqliteInbox(folder, 42, 10_000, lambda update_id, reason: None)


async def taken(inbox: SqliteInbox, arrivals: Sequence[Arrival]) -> Sequence[Row]:
    rows = await inbox.receive(arrivals)
    for row in rows:
        inbox.done(row)
    return rows


def received(update: Raw) -> Arrival | None:
    """Give what a source makes of the text of an update; None where it is refused or cannot be written."""
    try:
        return decode(as_text(update).encode())
    except (ValueError, RecursionError):
        return None


@settings(max_examples=150, deadline=None)
@given(odd_updates() | valid_updates())
@example({"update_id": 5, "message": -(2**63) - 1})
@example({"update_id": 5, "message": 2**64})
def test_a_text_is_an_update_or_malformed_or_refused_and_nothing_else(update: Raw) -> None:
    arrival = received(update)
    if isinstance(arrival, dict):
        assert as_text(arrival) == as_text(update)


def test_the_inbox_takes_in_whatever_comes(tmp_path: Path) -> None:
    ids = itertools.count(10**12)
    with asyncio.Runner() as runner:
        inbox = runner.run(opened(tmp_path).__aenter__())

        @settings(max_examples=40, deadline=None)
        @given(st.lists(odd_updates(identified=True) | odd_updates(), min_size=1, max_size=6))
        def check(updates: list[Raw]) -> None:
            arrivals: list[Arrival] = []
            for update in updates:
                arrivals += [update | {"update_id": next(ids)}]
                arrivals += [arrival for arrival in [received(update)] if arrival is not None]
            arrivals.append({"update_id": next(ids), "message": MESSAGE})
            rows = runner.run(taken(inbox, arrivals))
            assert rows[-1].update == arrivals[-1]
            assert len(rows) >= len(updates) + 1

        try:
            check()
        finally:
            runner.run(inbox.__aexit__(None, None, None))


async def test_what_is_nasty_is_there_after_a_restart(tmp_path: Path) -> None:
    arrivals: list[Arrival] = [{**update, "update_id": number} for number, update in enumerate(NASTY)]
    arrivals.insert(3, Malformed("\ud800\x00", "\ud800 no update\x00", None))
    async with opened(tmp_path) as inbox:
        await inbox.receive(arrivals)
    async with opened(tmp_path) as inbox:
        rows = await inbox.draw(0, 100)
        assert [json.dumps(row.update) for row in rows] == [
            json.dumps(each) for each in arrivals if not isinstance(each, Malformed)
        ]
        assert inbox.dead == 1
