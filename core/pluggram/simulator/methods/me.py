"""Methods about the bot itself: its account and its command menu."""

import json
import re

from pluggram.simulator.errors import JsonObject, bad_request
from pluggram.simulator.methods.call import Call, Method
from pluggram.simulator.methods.params import Fields, as_array, as_object

MAX_COMMANDS = 100
"""Commands in one menu (Bot API, setMyCommands)."""

_SCOPES = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (),
    "chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip


async def get_me(call: Call) -> object:
    """Return the bot's own account."""
    return call.bot.me()


async def set_my_commands(call: Call) -> object:
    """Replace the commands of a scope and language; an empty list removes them."""
    value = call.params.json("commands", "commands")
    commands = [] if value is None else as_array(value, "expected an Array of BotCommand")
    menu = [_command(each) for each in commands]
    if len(menu) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    if menu:
        call.bot.commands[_key(call)] = menu
    else:
        call.bot.commands.pop(_key(call), None)
    return True


async def get_my_commands(call: Call) -> object:
    """Return the commands of exactly this scope and language."""
    return call.bot.commands.get(_key(call), [])


async def delete_my_commands(call: Call) -> object:
    """Remove the commands of a scope and language."""
    call.bot.commands.pop(_key(call), None)
    return True


def _command(value: object) -> JsonObject:
    prefix = "can't parse BotCommand: "
    fields = Fields(as_object(value, prefix + "expected an Object"), prefix)
    command = fields.string("command", required=True).removeprefix("/")
    description = fields.string("description", required=True).strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _key(call: Call) -> tuple[str, str]:
    value = call.params.json("scope", "BotCommandScope")
    prefix = "can't parse BotCommandScope: "
    fields = Fields(as_object({"type": "default"} if value is None else value, prefix + "expected an Object"), prefix)
    kind = fields.string("type", required=True)
    if kind not in _SCOPES:
        raise fields.refuse("Unsupported type specified")
    scope = {"type": kind} | {name: fields.string(name, required=True) for name in _SCOPES[kind]}
    return json.dumps(scope), call.params.text("language_code")


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
