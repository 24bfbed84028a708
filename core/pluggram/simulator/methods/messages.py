"""Methods that send, edit and delete messages."""

from pluggram.simulator.errors import JsonObject, bad_request
from pluggram.simulator.methods.call import Call, Method, chat_of, message_of
from pluggram.simulator.methods.keyboards import inline_keyboard
from pluggram.simulator.methods.sending import send
from pluggram.simulator.methods.texts import text_of
from pluggram.simulator.model.content import Content, Text
from pluggram.simulator.model.events import ActionShown
from pluggram.simulator.model.messages import Message

DELETABLE = 48 * 3600
"""Seconds after which a message can no longer be deleted (Bot API, deleteMessage)."""

_ACTIONS = """
    typing upload_photo record_video upload_video record_voice upload_voice record_audio upload_audio
    upload_document choose_sticker find_location pick_up_location record_video_note upload_video_note cancel
"""


async def send_message(call: Call) -> object:
    """Send a text message and return it."""
    return send(call, Text(text_of(call))).json()


async def edit_message_text(call: Call) -> object:
    """Replace text and keyboard of the bot's own message and return it; without a keyboard it loses its own."""
    content, keyboard = Text(text_of(call)), inline_keyboard(call.params, only=True)
    return _edited(call, _own(call), content, keyboard)


async def edit_message_reply_markup(call: Call) -> object:
    """Replace the keyboard of the bot's own message and return it."""
    keyboard = inline_keyboard(call.params, only=True)
    message = _own(call)
    return _edited(call, message, message.content, keyboard)


async def delete_message(call: Call) -> object:
    """Delete a message: the bot's own, any in a private chat, any where the bot is an administrator."""
    for name, what in (("chat_id", "Chat"), ("message_id", "Message")):
        if not call.params.integer(name) and not call.params.text(name).startswith("@"):
            raise bad_request(f"{what} identifier is not specified")
    message = message_of(call, "message to delete", write=True)
    chat = message.chat
    if message.author is not call.bot and chat.type != "private" and not chat.is_administrator(call.bot):
        raise bad_request("message can't be deleted")
    if call.world.clock() - message.date > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    call.world.erase(message)
    return True


async def send_chat_action(call: Call) -> object:
    """Show what the bot is doing."""
    action = call.params.text("action").lower()
    if action not in _ACTIONS.split():
        raise bad_request("wrong parameter action in request")
    call.world.tell(ActionShown(chat_of(call, write=True), call.bot, action))
    return True


def _own(call: Call) -> Message:
    if not call.params.text("chat_id") and not call.params.integer("message_id"):
        inline = call.params.text("inline_message_id")
        raise bad_request("MESSAGE_ID_INVALID" if inline else "message identifier is not specified")
    message = message_of(call, "message to edit", write=True)
    if message.author is not call.bot:
        raise bad_request("message can't be edited")
    return message


def _edited(call: Call, message: Message, content: Content, keyboard: JsonObject | None) -> JsonObject:
    if (message.content, message.keyboard) == (content, keyboard):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    message.content, message.keyboard = content, keyboard
    call.world.revise(message)
    return message.json()


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "sendChatAction": send_chat_action,
}
