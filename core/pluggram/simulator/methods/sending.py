"""What all methods that send a message have in common."""

from pluggram.simulator.errors import bad_request
from pluggram.simulator.methods.call import Call, chat_of
from pluggram.simulator.methods.keyboards import has_reply_keyboard, inline_keyboard
from pluggram.simulator.methods.params import Fields, as_object
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.content import Content
from pluggram.simulator.model.messages import Message


def send(call: Call, content: Content) -> Message:
    """Say something in the chat that the call names, as it wants it said. Raises ApiError."""
    keyboard = inline_keyboard(call.params)
    chat = chat_of(call, write=True)
    message = composed(call, chat, content)
    message.keyboard = keyboard
    message.locked = keyboard is None and has_reply_keyboard(call.params)
    return call.world.publish(message)


def composed(call: Call, chat: Chat, content: Content) -> Message:
    """Make a message as the call's parameters want it; it is said only when it is published. Raises ApiError."""
    message = call.world.compose(chat, content, call.bot, _reply_to(call, chat))
    message.thread_id = call.params.integer("message_thread_id", low=0)
    message.silent = call.params.boolean("disable_notification")
    message.protected = call.params.boolean("protect_content")
    if chat.type == "channel":
        message.sender, message.sender_chat = None, chat
    return message


def _reply_to(call: Call, chat: Chat) -> Message | None:
    if "reply_parameters" in call.params:
        value = call.params.json("reply_parameters", "reply parameters")
        fields = Fields(as_object(value, "object expected as reply parameters"))
        number = fields.integer("message_id", required=bool(fields.value))
        lenient = fields.boolean("allow_sending_without_reply")
    else:
        number = call.params.integer("reply_to_message_id")
        lenient = call.params.boolean("allow_sending_without_reply")
    message = chat.messages.get(number)
    if message is None and number > 0 and not lenient:
        raise bad_request("message to be replied not found")
    return message
