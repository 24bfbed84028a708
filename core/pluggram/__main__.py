"""`python -m pluggram`, the same as `pluggram`."""

from pluggram.cli import main

main()
