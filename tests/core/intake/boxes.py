"""What the tests of inboxes share."""

from pathlib import Path
from typing import Any

from pluggram.intake import Row
from pluggram.intake.sqlite_inbox import SqliteInbox

BOT = 42
LIMIT = 5


def message(update_id: int, chat: int = 7, text: str = "x") -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat}, "text": text}}


def ids(rows: Any) -> list[object]:
    return [row.update_id for row in rows]


async def reopened(folder: Path) -> Row:
    async with SqliteInbox(folder, BOT, LIMIT) as inbox:
        (row,) = await inbox.draw(0, 10)
        return row


async def killed(inbox: SqliteInbox) -> None:
    """End as a killed process does: what no thread has in hand is not written any more."""
    for timer in (inbox._timer, inbox._late):
        if timer is not None:
            timer.cancel()
    await inbox._writer.close()
    inbox._slots.close()
    inbox._lock.release()
