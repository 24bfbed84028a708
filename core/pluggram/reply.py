"""What goes out: Reply. A handler returns one; `telegram/` sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from pluggram.parts import Article, Button, File, ParseMode, Rows, check_parse_mode, in_rows, sendable


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to a request.

    text: plain unless `parse_mode` names a markup; under a photo or document its caption. Empty only beside one.
    buttons: one row of Buttons, or rows of them.
    edit: after a button press, change the pressed message instead of sending a new one.
    parse_mode: "HTML" or "MarkdownV2"; markup that Telegram refuses is sent again as plain text.
    notice: after a button press, show the text for a moment over the chat instead of in it.
    photo, document: a File, or the file_id or URL of one that Telegram can fetch; one of the two.
    articles: what an inline query may choose from; an empty one says that nothing was found.

    Raises ValueError for an answer with nothing in it, any other parse_mode, and buttons that are none.
    """

    text: str = ""
    buttons: Rows = ()
    edit: bool = False
    parse_mode: ParseMode | None = None
    notice: bool = False
    photo: File | str | None = None
    document: File | str | None = None
    articles: Sequence[Article] | None = None

    def __post_init__(self) -> None:
        if self.photo and self.document:
            raise ValueError("a Reply has a photo or a document; send two")
        if not (self.text.strip() or self.photo or self.document or self.articles is not None):
            raise ValueError("the text of a Reply is empty; return None to stay silent")
        check_parse_mode(self.parse_mode)
        object.__setattr__(self, "text", sendable(self.text))
        object.__setattr__(self, "buttons", tuple(in_rows(self.buttons)))
        if self.articles is not None:
            object.__setattr__(self, "articles", tuple(self.articles))

    @property
    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """The buttons as rows, however they were given; none of them is empty."""
        return cast("tuple[tuple[Button, ...], ...]", self.buttons)
