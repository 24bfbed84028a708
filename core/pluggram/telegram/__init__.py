"""The only room that knows python-telegram-bot: calls, sending, and the real Telegram objects for those who ask."""

from pluggram.telegram.client import Client

__all__ = ["Client"]
