"""A process that opens a storage, writes by one verb, closes: `python -m tests.core.storage.victim URL FOLDER VERB`.

It ends with 0 when all is stored, 70 when the write was refused, 69 when the storage could not be opened. A folder of
its own tells that the caller of the verb was told that all is stored, should the process die after that: nothing of
it is done by calls that the tests let fail.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path

from pluggram.storage import StorageError, open_backend
from tests.core.storage.verbs import VERBS

STORED, REFUSED, NOT_OPENED = 0, 70, 69


def told_of(folder: Path) -> Path:
    """Return the folder that is there once the caller knows that all is stored."""
    return folder.with_name(f"{folder.name} is told")


async def write(url: str, folder: Path, verb: str) -> int:
    """Write, and return how the process ends."""
    try:
        backend = await open_backend(url, folder)
    except StorageError:
        return NOT_OPENED
    async with backend:
        try:
            await VERBS[verb][0](backend)
        except StorageError:
            return REFUSED
        os.mkdir(told_of(folder))  # noqa: PTH102 - the call itself
        return STORED


if __name__ == "__main__":
    logging.disable()  # its writes would be counted
    sys.exit(asyncio.run(write(sys.argv[1], Path(sys.argv[2]), sys.argv[3])))
