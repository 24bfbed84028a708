"""The text of a message as a bot gives it: markup or entities, the limits, the refusals."""

from contextlib import suppress

from pluggram.simulator.errors import ApiError, JsonObject, bad_request
from pluggram.simulator.methods.call import Call
from pluggram.simulator.methods.params import Fields, as_object
from pluggram.simulator.model.content import NO_WORDS
from pluggram.simulator.model.world import World
from pluggram.simulator.text.builder import Formatted, MarkupError
from pluggram.simulator.text.formatted import PARSERS, cleaned, is_blank
from pluggram.simulator.text.utf16 import utf16_length

MAX_TEXT = 4096
"""UTF-16 code units after entities parsing (Bot API, sendMessage)."""

MAX_CAPTION = 1024
"""UTF-16 code units after entities parsing (Bot API, sendPhoto)."""

_FOUND = "mention hashtag cashtag bot_command url email phone_number bank_card_number"
_PLAIN = "bold italic underline strikethrough spoiler blockquote expandable_blockquote code pre"
_ARGUMENTS = {"text_link": "url", "pre": "language", "custom_emoji": "custom_emoji_id"}


def text_of(call: Call) -> Formatted:
    """Return the message that `text`, `parse_mode` and `entities` make. Raises ApiError."""
    entities = _given_entities(call, "entities")
    return formatted(call.world, call.params.text("text"), call.params.text("parse_mode"), entities)


def caption_of(call: Call) -> Formatted:
    """Return the caption that `caption`, `parse_mode` and `caption_entities` make; it may be empty. Raises ApiError."""
    entities = _given_entities(call, "caption_entities")
    return caption(call.world, call.params.text("caption"), call.params.text("parse_mode"), entities)


def _given_entities(call: Call, name: str) -> object:
    """Return the entities of a call; what cannot be read is passed over, as at Telegram."""
    with suppress(ApiError):
        return call.params.json(name, "entities")
    return None


def formatted(world: World, text: str, parse_mode: str, entities: object, prefix: str = "") -> Formatted:
    """Return text and entities as they will stand in the message; `prefix` opens refusals of its markup.

    Raises ApiError.
    """
    if not text:
        raise bad_request("message text is empty")
    result = _cleaned(world, text, parse_mode, entities, prefix)
    if is_blank(result.text):
        raise bad_request("text must be non-empty")
    if utf16_length(result.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return result


def caption(world: World, text: str, parse_mode: str, entities: object, prefix: str = "") -> Formatted:
    """Return a caption and its entities as they will stand in the message; `prefix` opens refusals of its markup.

    Raises ApiError.
    """
    result = _cleaned(world, text, parse_mode, entities, prefix)
    if utf16_length(result.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return NO_WORDS if is_blank(result.text) else result


def _cleaned(world: World, text: str, parse_mode: str, entities: object, prefix: str = "") -> Formatted:
    try:
        source = _parsed(text, parse_mode, entities, prefix)
    except MarkupError as error:
        raise bad_request(prefix + str(error)) from None
    try:
        return cleaned(_resolved(world, source))
    except MarkupError as error:
        raise bad_request(str(error)) from None


def _parsed(text: str, parse_mode: str, entities: object, prefix: str) -> Formatted:
    mode = parse_mode.lower()
    if len(text.encode()) > 2**15:
        raise MarkupError("Text is too long")
    if not text or mode in ("", "none"):
        return Formatted(text, _entities(entities, prefix) if isinstance(entities, list) else [])
    if mode not in PARSERS:
        raise MarkupError("Unsupported parse_mode")
    try:
        return PARSERS[mode](text)
    except MarkupError as error:
        raise MarkupError(f"Can't parse entities: {error}") from None


def _entities(values: list[object], prefix: str) -> list[JsonObject]:
    prefix += "Can't parse MessageEntity: "
    found = (_entity(Fields(as_object(value, prefix + "expected an Object"), prefix)) for value in values)
    return [entity for entity in found if entity is not None]


def _entity(fields: Fields) -> JsonObject | None:
    """Check an entity; those that Telegram finds by itself are left out."""
    entity: JsonObject = {"type": fields.string("type", required=True)}
    entity |= {"offset": fields.integer("offset", required=True), "length": fields.integer("length", required=True)}
    for name in ("offset", "length"):
        if fields.integer(name) < 0:
            raise bad_request(f"receive an entity with incorrect {name} {fields.integer(name)}")
    kind = str(entity["type"])
    if kind in _FOUND.split():
        return None
    if kind in _ARGUMENTS:
        value = fields.string(_ARGUMENTS[kind], required=kind != "pre")
        return entity | ({_ARGUMENTS[kind]: value} if value else {})
    if kind == "text_mention":
        user = Fields(as_object(fields.value.get("user"), "can't parse MessageEntity: Can't find field \"user\""))
        return entity | {"user": {"id": user.integer("id", required=True)}}
    if kind == "date_time":
        moment: JsonObject = {"unix_time": fields.integer("unix_time", required=True)}
        return entity | moment | {k: v for k, v in fields.value.items() if k == "date_time_format"}
    if kind not in _PLAIN.split():
        raise fields.refuse("Unsupported type specified")
    return entity


def _resolved(world: World, source: Formatted) -> Formatted:
    """Put whole users into text mentions; one that names nobody is dropped."""
    entities: list[JsonObject] = []
    for entity in source.entities:
        if entity["type"] == "text_mention" and isinstance(named := entity["user"], dict):
            user = world.users.get(named["id"])
            if user is None:
                continue
            entity |= {"user": user.json()}
        entities.append(entity)
    return Formatted(source.text, entities)
