"""A plugin-driven command framework for Telegram: all that a plugin imports.

The names are resolved when they are asked for, so that `pluggram --version` loads nothing else.
"""

import importlib

TYPE_CHECKING = False  # as of typing, which takes longer to import than all else that `--version` needs
if TYPE_CHECKING:
    from pluggram.access import Authorizer
    from pluggram.broadcasts import Broadcast, BroadcastProgress
    from pluggram.context import BotView, Context, Declaration, PluginState, TelegramView
    from pluggram.errors import FloodLimit, Forbidden, PluggramError, TelegramError, Unreachable
    from pluggram.handlers import Access, Handler, TelegramErrorHandler, TelegramHandler, handler
    from pluggram.hooks import API_VERSION, Handled, hookimpl
    from pluggram.parts import Article, Button, File
    from pluggram.probes import Check, CheckResult, Lag, Metric, Reading
    from pluggram.progress import Progress
    from pluggram.reply import Reply
    from pluggram.request import Chat, Document, Request, User
    from pluggram.storage import Backend, Json, StorageError, Store

__version__ = "0.1.0"

_ROOMS = {
    "pluggram.access": ("Authorizer",),
    "pluggram.broadcasts": ("Broadcast", "BroadcastProgress"),
    "pluggram.context": ("BotView", "Context", "Declaration", "PluginState", "TelegramView"),
    "pluggram.errors": ("FloodLimit", "Forbidden", "PluggramError", "TelegramError", "Unreachable"),
    "pluggram.handlers": ("Access", "Handler", "TelegramErrorHandler", "TelegramHandler", "handler"),
    "pluggram.hooks": ("API_VERSION", "Handled", "hookimpl"),
    "pluggram.parts": ("Article", "Button", "File"),
    "pluggram.probes": ("Check", "CheckResult", "Lag", "Metric", "Reading"),
    "pluggram.progress": ("Progress",),
    "pluggram.reply": ("Reply",),
    "pluggram.request": ("Chat", "Document", "Request", "User"),
    "pluggram.storage": ("Backend", "Json", "StorageError", "Store"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "API_VERSION",
    "Access",
    "Article",
    "Authorizer",
    "Backend",
    "BotView",
    "Broadcast",
    "BroadcastProgress",
    "Button",
    "Chat",
    "Check",
    "CheckResult",
    "Context",
    "Declaration",
    "Document",
    "File",
    "FloodLimit",
    "Forbidden",
    "Handled",
    "Handler",
    "Json",
    "Lag",
    "Metric",
    "PluggramError",
    "PluginState",
    "Progress",
    "Reading",
    "Reply",
    "Request",
    "StorageError",
    "Store",
    "TelegramError",
    "TelegramErrorHandler",
    "TelegramHandler",
    "TelegramView",
    "Unreachable",
    "User",
    "handler",
    "hookimpl",
]


if not TYPE_CHECKING:  # a type checker knows the names above, and that there are no others

    def __getattr__(name: str) -> object:
        if name not in _ROOM_OF:
            raise AttributeError(f"module 'pluggram' has no attribute {name!r}")
        value = globals()[name] = getattr(importlib.import_module(_ROOM_OF[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
