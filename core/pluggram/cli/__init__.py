"""The command line; each command is a file, loaded when it is called."""

import gc
import sys

from pluggram import __version__


def main() -> None:
    """Run `pluggram`; `--version` is answered before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        print(f"pluggram {__version__}")
        return
    gc.disable()  # measured: a tenth of a start goes into collections that find nothing; Root enables it
    from pluggram.cli.root import run  # measured: click costs half the time of `--version`

    run()
