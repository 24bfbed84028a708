"""Methods that answer what a person's touch asked: pressed buttons and inline queries."""

from pluggram.simulator.errors import ApiError, JsonObject, bad_request
from pluggram.simulator.methods.call import Call, Method
from pluggram.simulator.methods.params import Fields, as_array, as_object
from pluggram.simulator.methods.texts import formatted
from pluggram.simulator.model.events import CallbackAnswered, InlineAnswered
from pluggram.simulator.model.queries import CALLBACK_LIFETIME, Toast

MAX_TOAST = 200
"""Characters of a callback query's answer (Bot API, answerCallbackQuery)."""

MAX_RESULTS = 50
"""Results of one inline query (Bot API, answerInlineQuery)."""

_RESULT_TYPES = "article audio contact game document gif location mpeg4_gif photo sticker venue video voice"


async def answer_callback_query(call: Call) -> object:
    """Show a notice or an alert to who pressed the button; once, and not too late."""
    text = call.params.text("text")
    if len(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    bot, query = call.world.callbacks.get(call.params.text("callback_query_id"), (None, None))
    if query is None or bot is not call.bot or call.world.clock() - query.asked > CALLBACK_LIFETIME:
        raise _too_old()
    del call.world.callbacks[query.id]
    query.answer = Toast(text, call.params.boolean("show_alert"), call.params.text("url"))
    call.world.tell(CallbackAnswered(query))
    return True


async def answer_inline_query(call: Call) -> object:
    """Offer results to who typed the query."""
    value = call.params.json("results", "inline query results")
    values = [] if value is None else as_array(value, "expected an Array of inline query results")
    if len(values) > MAX_RESULTS:
        raise bad_request("too many inline query results specified")
    results = [_result(call, each) for each in values]
    if len({str(each["id"]) for each in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    bot, query = call.world.inline_queries.get(call.params.text("inline_query_id"), (None, None))
    if query is None or bot is not call.bot or call.world.clock() - query.asked > CALLBACK_LIFETIME:
        raise _too_old()
    del call.world.inline_queries[query.id]
    query.results, query.next_offset = results, call.params.text("next_offset")
    call.world.tell(InlineAnswered(query))
    return True


def _too_old() -> ApiError:
    return bad_request("query is too old and response timeout expired or query ID is invalid")


def _result(call: Call, value: object) -> JsonObject:
    prefix = "can't parse inline query result: "
    fields = Fields(as_object(value, prefix + "Inline query result must be an object"), prefix)
    kind, key = fields.string("type", required=True).lower(), fields.string("id", required=True)
    if kind not in _RESULT_TYPES.split():
        raise fields.refuse(f'type "{kind}" is unsupported for the inline query result')
    if not 1 <= len(key.encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if kind != "article":
        return fields.value
    fields.string("title", required=True)
    return fields.value | {"input_message_content": _content(call, fields)}


def _content(call: Call, fields: Fields) -> JsonObject:
    """Return the text that choosing an article sends, its markup parsed."""
    given = fields.value.get("input_message_content", fields.value)
    content = Fields(as_object(given, 'Field "input_message_content" must be of type Object'))
    if "message_text" not in content.value:
        raise fields.refuse("Input message content is not specified")
    text, mode = content.string("message_text"), content.string("parse_mode")
    body = formatted(call.world, text, mode, content.value.get("entities"))
    return {"message_text": body.text, "entities": body.entities}


METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
