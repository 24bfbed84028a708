"""Inline results: what a bot offers to who typed an inline query (Bot API, answerInlineQuery)."""

import re

from pluggram.simulator.errors import JsonObject, bad_request
from pluggram.simulator.methods.call import Call, Method
from pluggram.simulator.methods.files import document_of, photo_of, refused
from pluggram.simulator.methods.keyboards import keyboard_of
from pluggram.simulator.methods.params import Fields, as_array, as_object
from pluggram.simulator.methods.queries import too_old
from pluggram.simulator.methods.texts import caption, formatted
from pluggram.simulator.model.content import Content, Document, Photo, Text
from pluggram.simulator.model.events import InlineAnswered
from pluggram.simulator.model.queries import CALLBACK_LIFETIME, InlineAnswer, InlineResult

MAX_RESULTS = 50
"""Results of one inline query (Bot API, answerInlineQuery)."""

MAX_CACHE_TIME = 24 * 60 * 60
"""Seconds for which results may be cached."""

_RESULT_TYPES = "article audio contact game document gif location mpeg4_gif photo sticker venue video voice"
_REFUSAL = "can't parse inline query result: "


async def answer_inline_query(call: Call) -> object:
    """Offer results to who typed the query."""
    answer = InlineAnswer(
        button=_button(call),
        results=_results(call),
        next_offset=call.params.text("next_offset"),
        cache_time=call.params.integer("cache_time", 300, 0, MAX_CACHE_TIME),
        personal=call.params.boolean("is_personal"),
    )
    if len(answer.next_offset.encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    query = call.world.inline_queries.get(call.params.text("inline_query_id"))
    if query is None or query.bot is not call.bot or call.world.clock() - query.asked > CALLBACK_LIFETIME:
        raise too_old()
    del call.world.inline_queries[query.id]
    query.answer = answer
    call.world.tell(InlineAnswered(query))
    return True


def _button(call: Call) -> JsonObject | None:
    value = call.params.json("button", "inline query results button")
    if value is None and "switch_pm_text" in call.params:
        value = {"text": call.params.text("switch_pm_text"), "start_parameter": call.params.text("switch_pm_parameter")}
    if value is None:
        return None
    prefix = "can't parse inline query results button: "
    fields = Fields(as_object(value, prefix + "InlineQueryResultsButton must be an Object"), prefix)
    text = fields.string("text", required=True)
    if "start_parameter" in fields.value:
        return {"text": text, "start_parameter": _start_parameter(fields.string("start_parameter"))}
    if "web_app" not in fields.value:
        raise fields.refuse("InlineQueryResultsButton must have exactly one optional field")
    app = Fields(as_object(fields.value["web_app"], prefix + 'Field "web_app" must be of type Object'), prefix)
    return {"text": text, "web_app": {"url": app.string("url", required=True)}}


def _start_parameter(text: str) -> str:
    if not text:
        raise bad_request("can't use empty start_parameter")
    if len(text) > 64:
        raise bad_request("too long start_parameter specified")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise bad_request("unallowed characters in start_parameter are used")
    return text


def _results(call: Call) -> tuple[InlineResult, ...]:
    value = call.params.json("results", "JSON encoded inline query results", "Can't parse JSON")
    values = [] if value is None else as_array(value, "expected an Array of inline query results")
    if len(values) > MAX_RESULTS:
        raise bad_request("too many inline query results specified")
    results = tuple(_result(call, each) for each in values)
    for each in results:
        if not 1 <= len(each.id.encode()) <= 64:
            raise bad_request("RESULT_ID_INVALID")
        if each.kind == "article" and not each.title.strip():
            raise bad_request("ARTICLE_TITLE_EMPTY")
    if len({each.id for each in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    return results


def _result(call: Call, value: object) -> InlineResult:
    fields = Fields(as_object(value, _REFUSAL + "Inline query result must be an object"), _REFUSAL)
    kind, key = fields.string("type", required=True).lower(), fields.string("id", required=True)
    if kind not in _RESULT_TYPES.split():
        raise fields.refuse(f'type "{kind}" is unsupported for the inline query result')
    content = _content(call, fields, required=kind == "article") or _media(call, fields, kind)
    keyboard = keyboard_of(fields.value.get("reply_markup"), only=True, prefix=_REFUSAL)
    title = fields.string("title", required=kind in ("article", "document"))
    return InlineResult(key, kind, title, fields.string("description"), content, keyboard)


def _content(call: Call, fields: Fields, *, required: bool) -> Text | None:
    """Return the text that choosing a result sends in place of what it shows, its markup parsed."""
    given = fields
    if "input_message_content" in fields.value:
        refusal = _REFUSAL + 'Field "input_message_content" must be of type Object'
        given = Fields(as_object(fields.value["input_message_content"], refusal), _REFUSAL)
    elif required:
        fields.string("message_text", required=True)
    text = given.string("message_text")
    if text:
        entities = given.value.get("entities")
        return Text(formatted(call.world, text, given.string("parse_mode"), entities, _REFUSAL))
    if required:
        raise fields.refuse("Input message content is not specified")
    return None


def _media(call: Call, fields: Fields, kind: str) -> Content | None:
    entities = fields.value.get("caption_entities")
    words = caption(call.world, fields.string("caption"), fields.string("parse_mode"), entities, _REFUSAL)
    if kind not in ("photo", "document") or fields.string(f"{kind}_url"):
        return None
    source = fields.string(f"{kind}_file_id", required=True)
    with refused():
        if kind == "photo":
            above = fields.boolean("show_caption_above_media")
            return Photo(photo_of(call, source), words, caption_above=above)
        return Document(document_of(call, source), words)


METHODS: dict[str, Method] = {"answerInlineQuery": answer_inline_query}
