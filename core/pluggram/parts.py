"""What answers are made of: Button, File, Article."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

ParseMode = Literal["HTML", "MarkdownV2"]

_VISIBLE = re.compile(
    "[^\\s\x00-\x1f\u00ad\u030a\u0333\u033f\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2800\ufeff\ufffc"
    "\U000e0000-\U000e007f]"
)

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
        object.__setattr__(self, "label", sendable(self.label))
        if not visible(self.label):
            raise ValueError("a Button needs a label")
        if (self.data is None) == (self.url is None):
            raise ValueError(f"Button {self.label!r} needs either data=... or url=...")
        if self.url is not None and not self.url.strip():
            raise ValueError(f"the url of Button {self.label!r} is empty")
        if self.data is not None and not 1 <= _length(self.data) <= MAX_BUTTON_DATA_BYTES:
            raise ValueError(f"data of Button {self.label!r} must be 1 to {MAX_BUTTON_DATA_BYTES} bytes of UTF-8")
        if self.url is not None:
            object.__setattr__(self, "url", sendable(self.url))


Rows = Sequence[Button] | Sequence[Sequence[Button]]

MAX_FILE_BYTES = 50_000_000
"""The largest file that a bot may send (Bot API, Sending files)."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: its name, and its bytes, which are not shown when it is printed.

    Raises ValueError when the name is empty or a path, when the content is no bytes, and when there are none or more
    than MAX_FILE_BYTES.
    """

    name: str
    content: bytes

    def __post_init__(self) -> None:
        if not self.name.strip() or "/" in self.name or "\\" in self.name:
            raise ValueError(f"a File needs a name without a path, not {self.name!r}")
        if not isinstance(self.content, bytes):
            raise ValueError(f"the content of File {self.name!r} is bytes, not {type(self.content).__name__}")
        if not 1 <= len(self.content) <= MAX_FILE_BYTES:
            raise ValueError(
                f"File {self.name!r} has {len(self.content):,} bytes; Telegram takes 1 to {MAX_FILE_BYTES:,}"
            )
        object.__setattr__(self, "name", sendable(self.name))

    def __repr__(self) -> str:
        return f"File({self.name!r}, {len(self.content):,} bytes)"


@dataclass(frozen=True, slots=True)
class Article:
    """One thing to choose from in answer to an inline query (Bot API, InlineQueryResultArticle).

    title, description: what is shown in the list. text: what is sent when it is chosen, plain unless `parse_mode`
    names a markup. buttons: under the message that is sent.

    Raises ValueError when title or text is empty, for any other parse_mode, and for buttons that are none.
    """

    title: str
    text: str
    description: str = ""
    buttons: Rows = ()
    parse_mode: ParseMode | None = None

    def __post_init__(self) -> None:
        for name in ("title", "text", "description"):
            object.__setattr__(self, name, sendable(getattr(self, name)))
        if not visible(self.title) or not visible(self.text):
            raise ValueError("an Article needs a title and a text")
        check_parse_mode(self.parse_mode)
        object.__setattr__(self, "buttons", tuple(in_rows(self.buttons)))

    @property
    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """The buttons as rows, however they were given; none of them is empty."""
        return cast("tuple[tuple[Button, ...], ...]", self.buttons)


def check_parse_mode(mode: object) -> None:
    """Raise ValueError for what is no ParseMode; None is plain text."""
    if mode is not None and mode not in get_args(ParseMode):
        raise ValueError(f"parse_mode={mode!r} is none of {', '.join(get_args(ParseMode))}")


def in_rows(buttons: Rows) -> Iterable[tuple[Button, ...]]:
    """Give buttons as rows, however they were given; raises ValueError for what is no Button."""
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


def sendable(text: str) -> str:
    """Join halves of surrogate pairs and replace lone ones: no text with such a half could be sent as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def visible(text: str) -> bool:
    """Whether anything of a text would be seen: Telegram refuses what is only space and characters without width."""
    return _VISIBLE.search(text) is not None


def _length(data: str) -> int:
    """Count the bytes of a button's data; 0 when it cannot be sent as UTF-8."""
    try:
        return len(data.encode())
    except UnicodeEncodeError:
        return 0
