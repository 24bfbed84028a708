"""Methods that answer what a person's touch asked by a pressed button."""

from pluggram.simulator.errors import ApiError, bad_request
from pluggram.simulator.methods.call import Call, Method
from pluggram.simulator.model.events import CallbackAnswered
from pluggram.simulator.model.queries import CALLBACK_LIFETIME, Toast

MAX_TOAST = 200
"""Characters of a callback query's answer (Bot API, answerCallbackQuery)."""


async def answer_callback_query(call: Call) -> object:
    """Show a notice or an alert to who pressed the button; once, and not too late."""
    text = call.params.text("text")
    if len(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    query = call.world.callbacks.get(call.params.text("callback_query_id"))
    if query is None or query.bot is not call.bot or call.world.clock() - query.asked > CALLBACK_LIFETIME:
        raise too_old()
    del call.world.callbacks[query.id]
    query.answer = Toast(text, call.params.boolean("show_alert"), call.params.text("url"))
    call.world.tell(CallbackAnswered(query))
    return True


def too_old() -> ApiError:
    """Return the refusal of an answer to a query that waits no more, or never was."""
    return bad_request("query is too old and response timeout expired or query ID is invalid")


METHODS: dict[str, Method] = {"answerCallbackQuery": answer_callback_query}
