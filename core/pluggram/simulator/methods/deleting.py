"""Methods that delete messages."""

from pluggram.simulator.errors import bad_request
from pluggram.simulator.methods.call import Call, Method, chat_of, message_ids, message_of
from pluggram.simulator.model.content import Service
from pluggram.simulator.model.messages import Message

DELETABLE = 48 * 3600
"""Seconds after which a message can no longer be deleted (Bot API, deleteMessage)."""


async def delete_message(call: Call) -> object:
    """Delete a message: the bot's own, any in a private chat, any where the bot has the right to."""
    if "chat_id" not in call.params:
        raise bad_request("chat identifier is not specified")
    if call.params.integer("message_id", low=0) == 0:
        raise bad_request("message identifier is not specified")
    message = message_of(call, "message to delete", write=True)
    _check(call, message)
    call.world.erase(message)
    return True


async def delete_messages(call: Call) -> object:
    """Delete messages, all or none; those that are gone already are passed over."""
    numbers = message_ids(call)
    chat = chat_of(call, write=True)
    messages = [chat.messages[number] for number in numbers if number in chat.messages]
    for message in messages:
        _check(call, message)
    for message in messages:
        call.world.erase(message)
    return True


def _check(call: Call, message: Message) -> None:
    chat = message.chat
    ours = message.author is call.bot and not isinstance(message.content, Service)
    may = ours or chat.type == "private" or chat.may(call.bot, "can_delete_messages")
    if not may or call.world.clock() - message.date > DELETABLE:
        large = chat.type in ("supergroup", "channel")
        raise bad_request("message can't be deleted" if large else "message can't be deleted for everyone")


METHODS: dict[str, Method] = {"deleteMessage": delete_message, "deleteMessages": delete_messages}
