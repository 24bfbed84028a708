"""What goes out: Reply and its Buttons. A handler returns one; `telegram/` sends it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

ParseMode = Literal["HTML", "MarkdownV2"]

MAX_BUTTON_DATA_BYTES = 64
"""Length of `callback_data` (Bot API, InlineKeyboardButton)."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: `data` comes back to an `on="button"` handler, `url` opens a page.

    Raises ValueError when the label or the url is empty, when not exactly one of `data` and `url` is given,
    or when `data` is not 1 to 64 bytes of UTF-8.
    """

    label: str
    data: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if not self.label.strip():
            raise ValueError("a Button needs a label")
        if (self.data is None) == (self.url is None):
            raise ValueError(f"Button {self.label!r} needs either data=... or url=...")
        if self.url is not None and not self.url.strip():
            raise ValueError(f"the url of Button {self.label!r} is empty")
        if self.data is not None and not 1 <= _length(self.data) <= MAX_BUTTON_DATA_BYTES:
            raise ValueError(f"data of Button {self.label!r} must be 1 to {MAX_BUTTON_DATA_BYTES} bytes of UTF-8")
        object.__setattr__(self, "label", _sendable(self.label))


Rows = Sequence[Button] | Sequence[Sequence[Button]]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to a request.

    text: plain unless `parse_mode` names a markup; never empty (a handler returns None to stay silent).
    buttons: one row of Buttons, or rows of them.
    edit: after a button press, change the pressed message instead of sending a new one.
    parse_mode: "HTML" or "MarkdownV2"; markup that Telegram refuses is sent again as plain text.
    notice: after a button press, show the text for a moment over the chat instead of in it.

    Raises ValueError for an empty text, any other parse_mode, and buttons that are none.
    """

    text: str
    buttons: Rows = ()
    edit: bool = False
    parse_mode: ParseMode | None = None
    notice: bool = False

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("the text of a Reply is empty; return None to stay silent")
        if self.parse_mode is not None and self.parse_mode not in get_args(ParseMode):
            raise ValueError(f"parse_mode={self.parse_mode!r} is none of {', '.join(get_args(ParseMode))}")
        object.__setattr__(self, "text", _sendable(self.text))
        object.__setattr__(self, "buttons", tuple(_rows(self.buttons)))

    @property
    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """The buttons as rows, however they were given; none of them is empty."""
        return cast("tuple[tuple[Button, ...], ...]", self.buttons)


def _rows(buttons: Rows) -> Iterable[tuple[Button, ...]]:
    row: list[Button] = []
    for item in (*buttons, ()):
        if isinstance(item, Button):
            row.append(item)
            continue
        if row:
            yield tuple(row)
            row = []
        if not all(isinstance(button, Button) for button in item):
            raise ValueError(f"buttons are Buttons or rows of them, not {item!r}")
        if item:
            yield tuple(item)


def _length(data: str) -> int:
    """Count the bytes of a button's data; 0 when it cannot be sent as UTF-8."""
    try:
        return len(data.encode())
    except UnicodeEncodeError:
        return 0


def _sendable(text: str) -> str:
    """Join halves of surrogate pairs and replace lone ones: no text with such a half could be sent as UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
