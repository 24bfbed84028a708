"""Updates that a client fetches, where none of them may be malformed."""

from collections.abc import Sequence

from pluggram.edge import Malformed, RawUpdate
from pluggram.telegram import Client


async def fetched(client: Client, offset: int | None, seconds: int, kinds: Sequence[str]) -> list[RawUpdate]:
    arrivals = await client.get_updates(offset, seconds, kinds)
    updates = [each for each in arrivals if not isinstance(each, Malformed)]
    assert len(updates) == len(arrivals)
    return updates
