"""What `pluggram check` finds about the inbox."""

import os
from collections.abc import Iterator
from contextlib import suppress

from pluggram.cli.finding import Finding
from pluggram.config import Config
from pluggram.errors import PluggramError
from pluggram.intake.inbox_desk import InboxDesk


def check_inbox(config: Config) -> Iterator[Finding]:
    """Say whether updates can be kept on disk, and whether some were set aside."""
    folder = config.data_folder
    if config.telegram.delivery == "memory":
        yield Finding("inbox", "ok", "updates wait in memory: what is not answered when the process dies is lost")
        yield from _left_on_disk(InboxDesk(folder))
        return
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding("inbox", "error", f"{there} cannot be written, and updates are to wait in {folder}")
        return
    desk = InboxDesk(folder)
    try:
        waiting, dead = desk.counts() if desk.exists else (0, 0)
    except PluggramError as error:
        yield Finding("inbox", "error", str(error))
        return
    yield Finding("inbox", "ok", f"updates wait in {folder}: {waiting:,} now")
    if dead:
        yield Finding("inbox", "warning", f"{dead:,} set aside; `pluggram inbox list` shows what and why")


def _left_on_disk(desk: InboxDesk) -> Iterator[Finding]:
    """Say what was kept before telegram.delivery was changed, for it is answered when it is changed back."""
    with suppress(PluggramError):  # nobody writes there
        if desk.exists and (waiting := desk.counts()[0]):
            message = f"{waiting:,} waiting on disk, in {desk.folder}, until telegram.delivery is durable again"
            yield Finding("inbox", "warning", message)
