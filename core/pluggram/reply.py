"""What goes out: Reply. A handler returns one; `telegram/` sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from pluggram.parts import (
    MAX_FILE_BYTES,
    Article,
    Button,
    File,
    ParseMode,
    Rows,
    check_parse_mode,
    in_rows,
    sendable,
    visible,
)

MAX_CHARACTERS = MAX_FILE_BYTES // 4
"""The longest text: what is too long for messages goes out as a file, in UTF-8 of at most 4 bytes a character."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to a request.

    text: plain unless `parse_mode` names a markup; under a photo or document its caption. Empty only beside one.
        A long one becomes several messages, a very long one a file.
    buttons: one row of Buttons, or rows of them.
    edit: after a button press, change the pressed message instead of sending a new one.
    parse_mode: "HTML" or "MarkdownV2"; markup that Telegram refuses is sent again as plain text.
    notice: after a button press, show the text for a moment over the chat instead of in it.
    photo, document: a File, or the file_id or URL of one that Telegram can fetch; one of the two.
    articles: what an inline query may choose from; an empty one says that nothing was found.

    Raises ValueError for an answer of which nothing would be seen, any other parse_mode, and buttons or files that
    are none.
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
        text = sendable(self.text)
        if text is not self.text:
            object.__setattr__(self, "text", text)
        if self.photo is not None or self.document is not None:
            self._take_files()
        if not visible(text) and not (self.photo or self.document) and self.articles is None:
            raise ValueError("the text of a Reply is empty, or nothing of it would be seen; return None to stay silent")
        if len(text) > MAX_CHARACTERS:
            raise ValueError(f"a Reply of {len(text):,} characters is too long even for a file")
        if self.parse_mode is not None:
            check_parse_mode(self.parse_mode)
        if self.buttons != ():
            object.__setattr__(self, "buttons", tuple(in_rows(self.buttons)))
        if self.articles is not None:
            object.__setattr__(self, "articles", tuple(self.articles))

    def _take_files(self) -> None:
        for name in ("photo", "document"):
            file = getattr(self, name) or None
            object.__setattr__(self, name, sendable(file) if isinstance(file, str) else file)
        _check_files(self.photo, self.document)

    @property
    def rows(self) -> tuple[tuple[Button, ...], ...]:
        """The buttons as rows, however they were given; none of them is empty."""
        return cast("tuple[tuple[Button, ...], ...]", self.buttons)


def _check_files(photo: object, document: object) -> None:
    if photo and document:
        raise ValueError("a Reply has a photo or a document; send two")
    for name, file in (("photo", photo), ("document", document)):
        if file and not isinstance(file, File | str):
            what = type(file).__name__
            raise ValueError(f'{name}={what}: it is a File("name", content), or the file_id or URL of one')
