"""Methods that send photos and files, one by one or as albums."""

from dataclasses import dataclass
from itertools import count

from pluggram.simulator.errors import ApiError, JsonObject, bad_request
from pluggram.simulator.methods.call import Call, Method, chat_of
from pluggram.simulator.methods.files import document_of, photo_of, refused, source_of
from pluggram.simulator.methods.params import Fields, as_array, as_object
from pluggram.simulator.methods.sending import composed, send
from pluggram.simulator.methods.texts import caption, caption_of
from pluggram.simulator.model.content import Document, Media, Photo
from pluggram.simulator.text.builder import Formatted
from pluggram.simulator.upload import Upload

MAX_ALBUM = 10
"""Photos or files of an album (Bot API, sendMediaGroup)."""

_LACKING = ("animation", "audio", "live_photo", "video")
_REFUSAL = "can't parse InputMedia: "


@dataclass(frozen=True)
class InputMedia:
    """A photo or file as a call describes it (Bot API, InputMedia); `taken` looks at the file itself."""

    kind: str
    source: Upload | str
    words: Formatted
    spoiler: bool = False
    above: bool = False

    def taken(self, call: Call) -> Media:
        """Return the content of a message. Raises ApiError where Telegram would not take the file."""
        with refused():
            return self.found(call)

    def found(self, call: Call) -> Media:
        """Return the content of a message. Raises FileError where Telegram would not take the file."""
        if self.kind == "photo":
            return Photo(photo_of(call, self.source), self.words, self.spoiler, self.above)
        return Document(document_of(call, self.source), self.words)


async def send_photo(call: Call) -> object:
    """Send a photo and return the message."""
    return _send(call, "photo")


async def send_document(call: Call) -> object:
    """Send a file and return the message."""
    return _send(call, "document")


async def send_media_group(call: Call) -> object:
    """Send an album and return its messages."""
    value = call.params.json("media", "media")
    if value is None:
        raise bad_request('parameter "media" is required')
    given = [_input_media(call, each, album=True) for each in as_array(value, "expected an Array of InputMedia")]
    chat = chat_of(call, write=True)
    contents = [_album_part(call, number, each) for number, each in zip(count(1), given)]
    _check_album(contents)
    group = str(13_000_000_000_000_000 + chat.last_message_id) if len(contents) > 1 else ""
    messages = []
    for content in contents:
        message = composed(call, chat, content)
        message.media_group_id = group
        messages.append(call.world.publish(message).json())
    return messages


def input_media(call: Call) -> InputMedia:
    """Return the photo or file that the parameter `media` describes. Raises ApiError."""
    value = call.params.json("media", "input media")
    if value is None:
        raise bad_request('parameter "media" is required')
    return _input_media(call, value, album=False)


def _send(call: Call, kind: str) -> JsonObject:
    source, words = source_of(call, call.params.text(kind), kind), caption_of(call)
    if source is None:
        raise bad_request(f"there is no {kind} in the request")
    marks = call.params.boolean("has_spoiler"), call.params.boolean("show_caption_above_media")
    return send(call, InputMedia(kind, source, words, *marks).taken(call)).json()


def _input_media(call: Call, value: object, *, album: bool) -> InputMedia:
    fields = Fields(as_object(value, _REFUSAL + "expected an Object"), _REFUSAL)
    entities = fields.value.get("caption_entities")
    words = caption(call.world, fields.string("caption"), fields.string("parse_mode"), entities, _REFUSAL)
    marks = fields.boolean("has_spoiler"), fields.boolean("show_caption_above_media")
    kind, source = fields.string("type", required=True), source_of(call, fields.string("media"))
    if source is None:
        raise fields.refuse("media not found")
    if kind == "animation" and album:
        raise fields.refuse('type "animation" can\'t be used in sendMediaGroup')
    if kind in _LACKING:
        raise ApiError(501, f"Not Implemented: simulator: media of the type {kind} are not supported yet")
    if kind not in ("photo", "document"):
        raise fields.refuse(f'type "{kind}" is unsupported')
    return InputMedia(kind, source, words, *marks)


def _album_part(call: Call, number: int, given: InputMedia) -> Media:
    with refused(f"failed to send message #{number} with the error message "):
        return given.found(call)


def _check_album(contents: list[Media]) -> None:
    if len(contents) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    if not contents:
        raise bad_request("there are no messages to send")
    if len({getattr(each, "caption_above", False) for each in contents}) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    if len({type(each) for each in contents}) > 1:
        raise bad_request("document can't be mixed with other media types")


METHODS: dict[str, Method] = {
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
}
