"""The command menu that a person sees in a chat (Bot API, Determining list of commands)."""

from collections.abc import Iterator

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.bots import Bot, Scope
from pluggram.simulator.model.chats import Chat


def menu(bot: Bot, chat: Chat, person: Account) -> list[JsonObject]:
    """Return the commands of the narrowest scope that has any, those in the person's language first."""
    for scope in _scopes(chat, person):
        for language in (person.language_code[:2], ""):
            if commands := bot.commands.get((scope, language)):
                return commands
    return []


def _scopes(chat: Chat, person: Account) -> Iterator[Scope]:
    administrator = chat.is_administrator(person)
    if chat.type == "private":
        yield "chat", chat.id
        yield ("all_private_chats",)
    else:
        yield "chat_member", chat.id, person.id
        if administrator:
            yield "chat_administrators", chat.id
        yield "chat", chat.id
        if administrator:
            yield ("all_chat_administrators",)
        yield ("all_group_chats",)
    yield ("default",)
