"""Bots: a token, an account, a queue of updates, the commands they have set."""

import re
from dataclasses import dataclass, field

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.files import File
from pluggram.simulator.model.updates import UpdateQueue
from pluggram.simulator.model.webhooks import Webhook

Scope = tuple[str | int, ...]
"""Whom commands are for: the type of a BotCommandScope, then its chat_id and user_id where it has them."""


def is_token(text: str) -> bool:
    """Tell whether a text has the form of a bot's token: its id, a colon and a secret, 80 characters at most."""
    return re.fullmatch(r"[1-9][0-9]{0,16}:[^/]*", text) is not None and len(text) <= 80


@dataclass(eq=False)
class Bot(Account):
    """A bot as @BotFather knows it; `can_read_all_group_messages` is privacy mode switched off."""

    token: str = field(kw_only=True)
    updates: UpdateQueue = field(kw_only=True)
    is_bot: bool = True
    can_join_groups: bool = True
    can_read_all_group_messages: bool = False
    supports_inline_queries: bool = True
    inline_feedback: bool = False
    """Whether @BotFather was told to report which inline results are chosen."""
    commands: dict[tuple[Scope, str], list[JsonObject]] = field(default_factory=dict)
    """What setMyCommands set, by scope and language code."""
    webhook: Webhook | None = None
    next_webhook: float = 0.0
    """Unix seconds before which Telegram takes no further webhook."""
    logged_out_until: float = 0.0
    """Unix seconds until which a bot that called logOut is not let in again."""
    in_session: bool = False
    """Whether the bot has called anything since it called close."""
    opened: dict[str, File] = field(default_factory=dict)
    """The files that getFile opened for download, by file_path."""

    def me(self) -> JsonObject:
        """Return what getMe returns: the User with the fields that only getMe has."""
        return self.json() | {
            "can_join_groups": self.can_join_groups,
            "can_read_all_group_messages": self.can_read_all_group_messages,
            "supports_inline_queries": self.supports_inline_queries,
            "supports_guest_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
        }

    def open(self, file: File) -> str:
        """Open a file for download and return its file_path."""
        for path, each in self.opened.items():
            if each is file:
                return path
        path = f"{file.kind.lower()}s/file_{len(self.opened)}{file.ending}"
        self.opened[path] = file
        return path

    @property
    def idle(self) -> bool:
        """Whether all updates are confirmed and the bot waits for more, in a poll or at its webhook.

        A bot that handles an update before it confirms it has then answered everything.
        """
        return (self.updates.polled or self.webhook is not None) and not len(self.updates)
