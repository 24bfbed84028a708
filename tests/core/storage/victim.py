"""A process that opens a storage, writes by one verb, says how that went, and closes: `victim URL FOLDER VERB`."""

import asyncio
import sys
from pathlib import Path

from pluggram.storage import StorageError, open_backend
from tests.core.storage.verbs import VERBS


async def write(url: str, folder: Path, verb: str) -> str:
    """Say what the caller of the verb was told: that it is stored, or why not."""
    try:
        async with await open_backend(url, folder) as backend:
            try:
                await VERBS[verb][0](backend)
            except StorageError as error:
                return f"failed {error}"
            print("stored", flush=True)
            return ""
    except StorageError as error:
        return f"not opened {error}"


if __name__ == "__main__":
    said = asyncio.run(write(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
    if said:
        print(said, flush=True)
