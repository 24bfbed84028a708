"""Methods that forward and copy messages, one by one or several at once."""

from collections.abc import Callable
from dataclasses import replace

from pluggram.simulator.errors import bad_request
from pluggram.simulator.methods.call import Call, Method, chat_of, message_ids, message_of
from pluggram.simulator.methods.keyboards import inline_keyboard
from pluggram.simulator.methods.sending import composed
from pluggram.simulator.methods.texts import caption_of
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.content import NO_WORDS, Content, Service, Text
from pluggram.simulator.model.messages import Message

_Again = Callable[[Call, Chat, Message], Message]


async def forward_message(call: Call) -> object:
    """Forward a message and return the forward."""
    message = _source(call, "message to forward")
    chat = chat_of(call, write=True)
    if not _forwardable(message):
        raise bad_request("the message can't be forwarded")
    return _forwarded(call, chat, message).json()


async def forward_messages(call: Call) -> object:
    """Forward those of the messages that can be, and return the ids of the forwards."""
    return _all_again(call, _forwardable, _forwarded)


async def copy_message(call: Call) -> object:
    """Send the content of a message anew and return the id; a caption that is given replaces its own."""
    message, caption = _source(call, "message to copy"), caption_of(call)
    keyboard, chat = inline_keyboard(call.params), chat_of(call, write=True)
    if isinstance(message.content, Service):
        raise bad_request("the message can't be copied")
    content: Content = message.content
    if call.params.given("caption") and not isinstance(content, Text | Service):
        content = replace(content, words=caption)
    copy = composed(call, chat, content)
    copy.keyboard = keyboard
    return {"message_id": call.world.publish(copy).id}


async def copy_messages(call: Call) -> object:
    """Send the contents of those of the messages that can be copied anew, and return the ids of the copies."""
    return _all_again(call, lambda message: not isinstance(message.content, Service), _copied)


def _source(call: Call, what: str) -> Message:
    if not call.params.text("from_chat_id"):
        raise bad_request('parameter "from_chat_id" is required')
    return message_of(call, what, "from_chat_id")


def _forwardable(message: Message) -> bool:
    return not message.protected and not isinstance(message.content, Service)


def _forwarded(call: Call, chat: Chat, message: Message) -> Message:
    forward = composed(call, chat, message.content)
    forward.forward_origin = message.origin
    return call.world.publish(forward)


def _copied(call: Call, chat: Chat, message: Message) -> Message:
    content = message.content
    if call.params.boolean("remove_caption") and not isinstance(content, Text | Service):
        content = replace(content, words=NO_WORDS)
    return call.world.publish(composed(call, chat, content))


def _all_again(call: Call, can: Callable[[Message], bool], again: _Again) -> object:
    if not call.params.text("from_chat_id"):
        raise bad_request('parameter "from_chat_id" is required')
    numbers = message_ids(call)
    chat, source = chat_of(call, write=True), chat_of(call, "from_chat_id")
    messages = [source.messages[number] for number in numbers if number in source.messages]
    if not messages:
        raise bad_request("there are no messages to forward")
    if sorted(set(numbers)) != numbers:
        raise bad_request("message identifiers must be in a strictly increasing order")
    if not any(map(can, messages)):
        raise bad_request("messages can't be forwarded")
    return [{"message_id": again(call, chat, message).id} for message in messages if can(message)]


METHODS: dict[str, Method] = {
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
}
