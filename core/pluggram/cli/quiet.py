"""For commands that print what they find: the same is not logged as well."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout


@contextmanager
def quietly() -> Iterator[None]:
    """Keep our own log still meanwhile; what a plugin prints goes to standard error, for the findings may be JSON."""
    logger = logging.getLogger("pluggram")
    silence = logging.NullHandler()
    logger.addHandler(silence)
    logger.propagate = False
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        logger.propagate = True
        logger.removeHandler(silence)
