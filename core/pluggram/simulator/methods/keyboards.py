"""reply_markup: inline keyboards, checked as Telegram checks them."""

from pluggram.simulator.errors import JsonObject, bad_request
from pluggram.simulator.methods.params import Fields, Params, as_array, as_object
from pluggram.simulator.text.links import checked_link

MAX_DATA = 64
"""Bytes of callback_data (Bot API, InlineKeyboardButton)."""

_MAX_BUTTONS = 100
_OTHER_KINDS = (
    "switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "web_app",
    "login_url", "copy_text", "callback_game", "pay",
)  # fmt: skip
_STYLES = frozenset({"", "default", "primary", "danger", "success"})


def inline_keyboard(params: Params, *, only: bool = False) -> JsonObject | None:
    """Return the InlineKeyboardMarkup of a call, None when there is none.

    Other markups (reply keyboards, their removal, forced replies) are taken, since the person types
    what he likes; with `only`, as in edits, they are refused. Raises ApiError.
    """
    return keyboard_of(params.json("reply_markup", "reply keyboard markup"), only=only)


def keyboard_of(value: object, *, only: bool = False, prefix: str = "") -> JsonObject | None:
    """Return the InlineKeyboardMarkup of a reply_markup; `prefix` opens what Telegram refuses in parsing it.

    Raises ApiError.
    """
    if value is None:
        return None
    markup = as_object(value, prefix + "Object expected as reply markup")
    if "inline_keyboard" not in markup:
        if only and markup:
            raise bad_request("inline keyboard expected")
        _check_reply_keyboard(markup)
        return None
    refusal = prefix + 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    rows = as_array(markup["inline_keyboard"], prefix + 'Field "inline_keyboard" must be of type Array')
    keyboard = [[_button(each, prefix) for each in as_array(row, refusal)] for row in rows]
    if sum(map(len, keyboard)) > _MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    keyboard = [row for row in keyboard if row]
    return {"inline_keyboard": keyboard} if keyboard else None


def has_reply_keyboard(params: Params) -> bool:
    """Tell whether the call has another markup than an inline keyboard."""
    markup = params.json("reply_markup", "reply keyboard markup")
    return isinstance(markup, dict) and bool(markup) and "inline_keyboard" not in markup


def _button(value: object, prefix: str) -> JsonObject:
    prefix += "Can't parse inline keyboard button: "
    fields = Fields(as_object(value, prefix + "InlineKeyboardButton must be an Object"), prefix)
    button: JsonObject = {"text": fields.string("text", required=True).strip()}
    style = fields.string("style").lower()
    if style not in _STYLES:
        raise fields.refuse("invalid button style specified")
    if style not in ("", "default"):
        button["style"] = style
    kind = _kind(fields)
    if not button["text"]:
        raise bad_request("inline keyboard button text must be non-empty")
    return button | kind


def _kind(fields: Fields) -> JsonObject:
    """Return what the button does; as at Telegram the first that is given counts."""
    if url := fields.string("url"):
        link = checked_link(url)
        if link is None:
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        return {"url": link}
    if data := fields.string("callback_data"):
        if len(data.encode()) > MAX_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
        return {"callback_data": data}
    for name in _OTHER_KINDS:
        if name in fields.value:
            return {name: fields.value[name]}
    raise fields.refuse("Text buttons are unallowed in the inline keyboard")


def _check_reply_keyboard(markup: JsonObject) -> None:
    fields = Fields(markup)
    for name in ("remove_keyboard", "force_reply", "selective", "resize_keyboard", "one_time_keyboard"):
        fields.boolean(name)
    for row in as_array(markup.get("keyboard", []), 'Field "keyboard" must be of type Array'):
        for button in as_array(row, 'Field "keyboard" must be an Array of Arrays'):
            if not isinstance(button, str):
                prefix = "can't parse keyboard button: "
                each = as_object(button, prefix + "KeyboardButton must be a String or an Object")
                Fields(each, prefix).string("text", required=True)
