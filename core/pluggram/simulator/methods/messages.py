"""Methods that send texts and show what the bot is doing."""

from pluggram.simulator.errors import bad_request
from pluggram.simulator.methods.call import Call, Method, chat_of
from pluggram.simulator.methods.sending import send
from pluggram.simulator.methods.texts import text_of
from pluggram.simulator.model.content import Text
from pluggram.simulator.model.events import ActionShown

_ACTIONS = """
    typing upload_photo record_video upload_video record_voice upload_voice record_audio upload_audio
    upload_document choose_sticker find_location pick_up_location record_video_note upload_video_note cancel
"""


async def send_message(call: Call) -> object:
    """Send a text message and return it."""
    return send(call, Text(text_of(call))).json()


async def send_chat_action(call: Call) -> object:
    """Show what the bot is doing."""
    action = call.params.text("action").lower()
    if action not in _ACTIONS.split():
        raise bad_request("wrong parameter action in request")
    call.world.tell(ActionShown(chat_of(call, write=True), call.bot, action))
    return True


METHODS: dict[str, Method] = {"sendMessage": send_message, "sendChatAction": send_chat_action}
