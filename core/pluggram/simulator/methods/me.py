"""Methods about the bot itself: its account and its command menu."""

import re

from pluggram.simulator.errors import JsonObject, bad_request
from pluggram.simulator.methods.call import Call, Method, chat_named
from pluggram.simulator.methods.params import Fields, as_array, as_object
from pluggram.simulator.model.bots import Scope

MAX_COMMANDS = 100
"""Commands in one menu (Bot API, setMyCommands)."""

_EVERYWHERE = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_IN_A_CHAT = ("chat", "chat_administrators", "chat_member")


async def get_me(call: Call) -> object:
    """Return the bot's own account."""
    return call.bot.me()


async def set_my_commands(call: Call) -> object:
    """Replace the commands of a scope and language; an empty list removes them."""
    value = call.params.json("commands", "commands")
    commands = [] if value is None else as_array(value, "expected an Array of BotCommand")
    menu = [_command(each) for each in commands]
    key = _key(call)
    for command in menu:
        _check_command(command)
    if len(menu) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    if menu:
        call.bot.commands[key] = menu
    else:
        call.bot.commands.pop(key, None)
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
    command = fields.string("command", required=True).strip().removeprefix("/")
    return {"command": command, "description": fields.string("description", required=True).strip()}


def _check_command(menu_entry: JsonObject) -> None:
    command, description = str(menu_entry["command"]), str(menu_entry["description"])
    for what, text, longest in (("command", command, 32), ("command description", description, 256)):
        if not text:
            raise bad_request(f"{what} must be non-empty")
        if len(text) > longest:
            raise bad_request(f"{what} length must not exceed {longest}")
    if not re.fullmatch(r"[a-z0-9_]+", command):
        raise bad_request("BOT_COMMAND_INVALID")


def _key(call: Call) -> tuple[Scope, str]:
    scope, language = _scope(call), call.params.text("language_code")
    if not re.fullmatch(r"(?:[a-z]{2})?", language):
        raise bad_request("invalid language code specified")
    return scope, language


def _scope(call: Call) -> Scope:
    value = call.params.json("scope", "BotCommandScope")
    if value is None:
        return ("default",)
    prefix = "can't parse BotCommandScope: "
    fields = Fields(as_object(value, prefix + "BotCommandScope must be an Object"), prefix)
    kind = fields.string("type", required=True)
    if kind in _EVERYWHERE:
        return (kind,)
    if kind not in _IN_A_CHAT:
        raise fields.refuse("Unsupported type specified")
    return _scope_in_chat(call, fields, kind)


def _scope_in_chat(call: Call, fields: Fields, kind: str) -> Scope:
    name = fields.string("chat_id", required=True)
    if not name:
        raise fields.refuse("Empty chat_id specified")
    user_id = fields.integer("user_id", required=True) if kind == "chat_member" else 0
    if kind == "chat_member" and user_id <= 0:
        raise fields.refuse("Invalid user_id specified")
    chat = chat_named(call, name, members=True)
    if chat.type == "channel":
        raise bad_request("can't change commands in channel chats")
    if chat.type == "private" and kind != "chat":
        raise bad_request("can't use specified scope in private chats")
    if not user_id:
        return (kind, chat.id)
    if user_id not in call.world.users:
        raise bad_request("user not found")
    return (kind, chat.id, user_id)


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
