"""Methods that pin messages."""

from pluggram.simulator.errors import bad_request
from pluggram.simulator.methods.call import Call, Method, chat_of, message_of
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.content import Service
from pluggram.simulator.model.pins import pin, unpin


async def pin_chat_message(call: Call) -> object:
    """Pin a message and announce it."""
    message = message_of(call, "message to pin", write=True)
    _check_rights(call, message.chat)
    if isinstance(message.content, Service):
        raise bad_request("service messages can't be pinned")
    pin(call.world, message, call.bot, silent=call.params.boolean("disable_notification"))
    return True


async def unpin_chat_message(call: Call) -> object:
    """Unpin a message, by default the latest."""
    if call.params.integer("message_id", low=0) == 0:
        chat = chat_of(call, write=True)
        if not chat.pinned:
            raise bad_request("message to unpin not found")
        message = chat.pinned[-1]
    else:
        message = message_of(call, "message to unpin", write=True)
    _check_rights(call, message.chat)
    unpin(message)
    return True


async def unpin_all_chat_messages(call: Call) -> object:
    """Unpin all messages of a chat."""
    chat = chat_of(call, write=True)
    _check_rights(call, chat)
    chat.pinned.clear()
    return True


def _check_rights(call: Call, chat: Chat) -> None:
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    if chat.type != "private" and not chat.may(call.bot, right):
        raise bad_request("not enough rights to manage pinned messages in the chat")


METHODS: dict[str, Method] = {
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
