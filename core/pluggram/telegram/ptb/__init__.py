"""Handlers made for python-telegram-bot: served as they are, among our own.

Nothing imports this room before there is such a handler: `telegram.ext` costs time and memory at the start.
"""

from pluggram.telegram.ptb.handlers import PtbHandlers

__all__ = ["PtbHandlers"]
