"""How much memory posts may take that are not answered yet."""

from pluggram.intake.webhook.refused import Refused


class Memory:
    """Counts the bytes of all bodies that are in memory; `most`: so many at the most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0

    def take(self, count: int) -> None:
        """Take so many bytes more; raises Refused when there are not so many."""
        if self._taken + count > self._most:
            raise Refused(503, "too many large posts come at once", retry_after=1)
        self._taken += count

    def give_back(self, count: int) -> None:
        """Give so many bytes back."""
        self._taken -= count
