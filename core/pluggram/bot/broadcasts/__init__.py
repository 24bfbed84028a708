"""Bulk sending: what a plugin sends to many chats, at Telegram's pace and over restarts."""

from pluggram.bot.broadcasts.all import Broadcasts

__all__ = ["Broadcasts"]
