"""`parse_mode=MarkdownV2`, as strict as Telegram (Bot API, MarkdownV2 style)."""

import re
from dataclasses import dataclass

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.text.builder import Builder, Formatted, MarkupError
from pluggram.simulator.text.links import link_entity, special_entity
from pluggram.simulator.text.markdown import fence, fence_entity
from pluggram.simulator.text.utf16 import byte_offset

RESERVED = "_*[]()~`>#+-=|{}.!"
"""The characters that must be escaped outside of entities (Bot API, MarkdownV2 style)."""

_PAIRS = {
    "__": ("Underline", "underline"), "||": ("Spoiler", "spoiler"), "_": ("Italic", "italic"),
    "*": ("Bold", "bold"), "~": ("Strikethrough", "strikethrough"), "`": ("Code", "code"),
}  # fmt: skip


@dataclass
class _Open:
    name: str
    """As Telegram's errors call it."""
    mark: str
    """What ends it."""
    entity: JsonObject
    start: int
    begin: int


def parse_markdown_v2(text: str) -> Formatted:
    """Return the plain text and its entities. Raises MarkupError, with byte offsets as Telegram counts."""
    return _Parser(text).parse()


def escape_markdown_v2(text: str) -> str:
    """Return the text so that `parse_markdown_v2` gives it back unchanged."""
    return re.sub(r"([\\" + re.escape(RESERVED) + "])", r"\\\1", text)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._built = Builder()
        self._open: list[_Open] = []
        self._quoting = False
        self._line_start = True

    def parse(self) -> Formatted:
        while self._at < len(self._text):
            self._step()
        if self._quoting:
            self._end_quote(at_end=True)
        if self._open:
            raise self._unclosed()
        return self._built.done()

    def _step(self) -> None:
        character = self._text[self._at]
        following = self._text[self._at + 1 : self._at + 2]
        if character == "\\" and "\x01" <= following <= "~":
            self._at += 1
            self._write(following)
        elif character == "\n" and self._quoting and not self._in_code() and following != ">":
            self._end_quote(at_end=False)
        elif character not in (RESERVED if not self._in_code() else "`"):
            self._write(character)
        elif self._open and self._text.startswith(self._mark(), self._at):
            self._end()
        else:
            self._begin()

    def _in_code(self) -> bool:
        return bool(self._open) and self._open[-1].name in ("Code", "Pre", "PreCode")

    def _mark(self) -> str:
        """Return what would end the innermost entity here; `_` does not end italic where `__` stands."""
        mark = self._open[-1].mark
        return "\0" if mark == "_" and self._text.startswith("__", self._at) else mark

    def _write(self, character: str) -> None:
        self._built.write(character)
        self._at += 1
        if character != "\r":
            self._line_start = character == "\n"

    def _unclosed(self) -> MarkupError:
        last = self._open[-1]
        where = byte_offset(self._text, last.begin)
        return MarkupError(f"Can't find end of {last.name} entity at byte offset {where}")

    def _begin(self) -> None:
        text, at = self._text, self._at
        if text.startswith("```", at) and (opening := fence(text, at)):
            self._push("PreCode" if opening["language"] else "Pre", "```", fence_entity(opening), len(opening[0]))
        elif text.startswith("![", at):
            self._push("CustomEmoji", "]", {}, 2)
        elif text[at] == "[":
            self._push("TextUrl", "]", {}, 1)
        elif text[at] == ">" and self._line_start:
            self._begin_quote()
        elif mark := next((mark for mark in _PAIRS if text.startswith(mark, at)), None):
            name, kind = _PAIRS[mark]
            self._push(name, mark, {"type": kind}, len(mark))
        else:
            raise MarkupError(f"Character '{text[at]}' is reserved and must be escaped with the preceding '\\'")

    def _push(self, name: str, mark: str, entity: JsonObject, size: int) -> None:
        self._open.append(_Open(name, mark, entity, self._built.length, self._at))
        self._at += size

    def _begin_quote(self) -> None:
        if self._quoting:
            self._at += 1
        else:
            self._push("BlockQuote", "\0", {"type": "blockquote"}, 1)
            self._quoting = True

    def _end(self) -> None:
        last = self._open.pop()
        self._at += len(last.mark)
        entity: JsonObject | None = last.entity
        if last.name == "TextUrl":
            target = self._target()
            entity = link_entity(self._built.since(last.start) if target is None else target)
        elif last.name == "CustomEmoji":
            entity = self._special()
        self._built.close(last.start, entity)

    def _special(self) -> JsonObject:
        target = self._target()
        if target is None:
            raise MarkupError("The entity must contain a tg://emoji or tg://time URL")
        entity = special_entity(target)
        if entity is None:
            raise MarkupError("Invalid tg://emoji or tg://time URL specified")
        return entity

    def _target(self) -> str | None:
        """Read `(url)` behind a closing bracket; None when there is none."""
        if not self._text.startswith("(", self._at):
            return None
        self._at += 1
        match = re.compile(r"(?:\\[\x01-\x7e]|[^)])*+").match(self._text, self._at)
        inside = match[0] if match else ""
        end = self._at + len(inside)
        if not self._text.startswith(")", end):
            raise MarkupError(f"Can't find end of a URL at byte offset {byte_offset(self._text, self._at)}")
        self._at = end + 1
        return re.sub(r"\\([\x01-\x7e])", r"\1", inside)

    def _end_quote(self, *, at_end: bool) -> None:
        """End the block quotation; an empty `||` right before its end makes it expandable."""
        last = self._open[-1]
        between = self._text[last.begin + 2 : self._at]
        if last.name == "Spoiler" and between in ("", "\r"):
            self._open.pop()
            self._open[-1].entity = {"type": "expandable_blockquote"}
        if self._open[-1].name != "BlockQuote":
            raise self._unclosed()
        quote = self._open.pop()
        self._quoting = False
        if not at_end:
            self._write("\n")
        self._built.close(quote.start, quote.entity)
