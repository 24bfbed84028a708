"""How updates arrive and are not lost: sources, the inbox, and lanes that keep the order of each chat."""

from pluggram.intake.inbox import Inbox, MemoryInbox
from pluggram.intake.intake import Intake, Worker
from pluggram.intake.polling import Polling
from pluggram.intake.row import Row
from pluggram.intake.sources import Source, source_of
from pluggram.intake.taking import InboxFull, NotTaken, Taker

__all__ = [
    "Inbox",
    "InboxFull",
    "Intake",
    "MemoryInbox",
    "NotTaken",
    "Polling",
    "Row",
    "Source",
    "Taker",
    "Worker",
    "source_of",
]
