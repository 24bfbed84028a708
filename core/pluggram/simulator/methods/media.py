"""Methods that send photos and files, and change them."""

from pluggram.simulator.errors import bad_request
from pluggram.simulator.methods.call import Call, Method
from pluggram.simulator.methods.files import document_of, photo_of, source_of
from pluggram.simulator.methods.sending import send
from pluggram.simulator.methods.texts import caption_of
from pluggram.simulator.model.content import Document, Photo
from pluggram.simulator.upload import Upload


async def send_photo(call: Call) -> object:
    """Send a photo and return the message."""
    source, words = _source(call, "photo"), caption_of(call)
    marks = call.params.boolean("has_spoiler"), call.params.boolean("show_caption_above_media")
    return send(call, Photo(photo_of(call, source), words, *marks)).json()


async def send_document(call: Call) -> object:
    """Send a file and return the message."""
    source, words = _source(call, "document"), caption_of(call)
    return send(call, Document(document_of(call, source), words)).json()


def _source(call: Call, name: str) -> Upload | str:
    source = source_of(call, call.params.text(name), name)
    if source is None:
        raise bad_request(f"there is no {name} in the request")
    return source


METHODS: dict[str, Method] = {"sendPhoto": send_photo, "sendDocument": send_document}
