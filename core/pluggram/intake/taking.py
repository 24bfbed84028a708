"""What a source of updates, polling or a webhook, hands over, and to whom."""

from collections.abc import Sequence
from typing import Protocol

from pluggram.edge import Arrival
from pluggram.errors import PluggramError


class NotTaken(PluggramError):
    """Updates could not be kept: they must not be confirmed to Telegram, which will bring them again."""


class InboxFull(NotTaken):
    """As many updates wait as may wait."""


class Taker(Protocol):
    """Who takes updates from a source, and keeps them until they are answered."""

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Keep updates; those that are known already are passed over.

        When it returns they are safe, and may be confirmed to Telegram. Raises NotTaken when none of them could be
        kept, InboxFull when too many wait.
        """

    async def room(self) -> None:
        """Wait until more updates may be taken."""
