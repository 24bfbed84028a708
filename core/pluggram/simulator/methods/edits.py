"""Methods that edit messages, those in chats and those sent by way of inline queries."""

import re
from dataclasses import replace

from pluggram.simulator.errors import JsonObject, bad_request
from pluggram.simulator.methods.call import Call, Method, message_of
from pluggram.simulator.methods.keyboards import inline_keyboard
from pluggram.simulator.methods.media import input_media
from pluggram.simulator.methods.texts import caption_of, text_of
from pluggram.simulator.model.content import Content, Document, Photo, Service, Text
from pluggram.simulator.model.messages import Message
from pluggram.simulator.upload import Upload


async def edit_message_text(call: Call) -> object:
    """Replace text and keyboard of the bot's own message and return it; without a keyboard it loses its own."""
    content, keyboard = Text(text_of(call)), inline_keyboard(call.params, only=True)
    message = _editable(call)
    if not isinstance(message.content, Text):
        raise bad_request("there is no text in the message to edit")
    return _edited(call, message, content, keyboard)


async def edit_message_caption(call: Call) -> object:
    """Replace caption and keyboard of the bot's own photo or file and return the message."""
    keyboard, words = inline_keyboard(call.params, only=True), caption_of(call)
    message = _editable(call)
    match message.content:
        case Photo():
            above = call.params.boolean("show_caption_above_media")
            return _edited(call, message, replace(message.content, words=words, caption_above=above), keyboard)
        case Document():
            return _edited(call, message, replace(message.content, words=words), keyboard)
        case _:
            raise bad_request("there is no caption in the message to edit")


async def edit_message_media(call: Call) -> object:
    """Put a photo or file in the place of what the bot's own message holds and return it."""
    keyboard, given = inline_keyboard(call.params, only=True), input_media(call)
    message = _editable(call)
    if _is_inline(call) and isinstance(given.source, Upload):
        raise bad_request("invalid message content specified")
    content = given.taken(call)
    if message.media_group_id and type(content) is not type(message.content):
        raise bad_request("can't change media type in the album")
    return _edited(call, message, content, keyboard)


async def edit_message_reply_markup(call: Call) -> object:
    """Replace the keyboard of the bot's own message and return it."""
    keyboard = inline_keyboard(call.params, only=True)
    message = _editable(call)
    return _edited(call, message, message.content, keyboard)


def _editable(call: Call) -> Message:
    if _is_inline(call):
        return _inline_message(call)
    message = message_of(call, "message to edit", write=True)
    ours = call.bot in (message.author, message.via_bot)
    if not ours or message.forward_origin or message.locked or isinstance(message.content, Service):
        raise bad_request("message can't be edited")
    return message


def _is_inline(call: Call) -> bool:
    return not call.params.text("chat_id") and call.params.integer("message_id", low=0) == 0


def _inline_message(call: Call) -> Message:
    text = call.params.text("inline_message_id")
    if not text:
        raise bad_request("message identifier is not specified")
    if not re.fullmatch(r"[A-Za-z0-9_-]{27}|[A-Za-z0-9_-]{32}", text):
        raise bad_request("invalid inline message identifier specified")
    message = call.world.inline_messages.get(text)
    if message is None or message.via_bot is not call.bot or not message.standing:
        raise bad_request("MESSAGE_ID_INVALID")
    return message


def _edited(call: Call, message: Message, content: Content, keyboard: JsonObject | None) -> object:
    if (message.content, message.keyboard) == (content, keyboard):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    message.content, message.keyboard = content, keyboard
    call.world.revise(message)
    return True if _is_inline(call) else message.json()


METHODS: dict[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
}
