"""`parse_mode=HTML`, as strict as Telegram (Bot API, HTML style)."""

import re
from dataclasses import dataclass

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.text.builder import Builder, Formatted, MarkupError
from pluggram.simulator.text.html_scanner import SPACE, Scanner
from pluggram.simulator.text.links import link_entity, time_entity

_SIMPLE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_TAGS = frozenset(_SIMPLE) | {"a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    start: int


def parse_html(text: str) -> Formatted:
    """Return the plain text and its entities. Raises MarkupError, with byte offsets as Telegram counts."""
    return _Parser(text).parse()


def escape_html(text: str) -> str:
    """Return the text so that `parse_html` gives it back unchanged."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Parser:
    def __init__(self, text: str) -> None:
        self._scan = Scanner(text)
        self._built = Builder()
        self._open: list[_Open] = []

    def parse(self) -> Formatted:
        while not self._scan.ended:
            character = self._scan.text[self._scan.at]
            if character == "&":
                self._built.write(self._scan.reference())
            elif self._scan.sees("</"):
                self._end_tag()
            elif character == "<":
                self._start_tag()
            else:
                self._built.write(self._scan.until(r"[&<]"))
        if self._open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return self._checked(self._built.done())

    @staticmethod
    def _checked(result: Formatted) -> Formatted:
        if any("\ud800" <= character <= "\udfff" for character in result.text):
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        for entity in result.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return result

    def _start_tag(self) -> None:
        begin = self._scan.at
        self._scan.at += 1
        tag = self._scan.until(rf"[{SPACE}>]").lower()
        if self._scan.ended:
            raise MarkupError(f"Unclosed start tag at byte offset {self._scan.byte(begin)}")
        if tag not in _TAGS:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {self._scan.byte(begin)}')
        attributes = self._scan.attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._scan.byte(begin)}')
        self._open.append(_Open(tag, attributes, self._built.length))

    def _end_tag(self) -> None:
        begin = self._scan.at
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {self._scan.byte(begin)}")
        self._scan.at += 2
        tag = self._scan.until(rf"[{SPACE}>]").lower()
        self._scan.spaces()
        if not self._scan.sees(">"):
            raise MarkupError(f"Unclosed end tag at byte offset {self._scan.byte(begin)}")
        self._scan.at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            place = f"Unmatched end tag at byte offset {self._scan.byte(begin)}"
            raise MarkupError(f'{place}, expected "</{opened.tag}>", found "</{tag}>"')
        if self._built.length > opened.start:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        if opened.tag in ("pre", "code") and self._merge_code(opened):
            return
        self._built.close(opened.start, self._entity(opened))

    def _merge_code(self, opened: _Open) -> bool:
        """`<pre><code class="language-x">` is one entity, whichever of the two is outside."""
        last = self._built.entities[-1] if self._built.entities else None
        language = _language(opened)
        place = {"offset": opened.start, "length": self._built.length - opened.start}
        if last is None or last["offset"] != place["offset"] or last["length"] != place["length"]:
            return False
        if opened.tag == "pre" and last["type"] == "code" and "language" in last:
            last["type"] = "pre"
            return True
        if opened.tag == "code" and last["type"] == "pre" and language:
            last["language"] = language
            return True
        return False

    def _entity(self, opened: _Open) -> JsonObject | None:
        match opened.tag:
            case "a":
                return link_entity(opened.attributes.get("href") or self._built.since(opened.start))
            case "code":
                language = _language(opened)
                return {"type": "code", "language": language} if language else {"type": "code"}
            case "blockquote":
                return {"type": "expandable_blockquote" if "expandable" in opened.attributes else "blockquote"}
            case "tg-time":
                return time_entity({name: [value] for name, value in opened.attributes.items()})
            case "tg-emoji":
                emoji = opened.attributes.get("emoji-id", "")
                if not re.fullmatch(r"[1-9][0-9]{0,18}", emoji):
                    raise MarkupError("Invalid custom emoji identifier specified")
                return {"type": "custom_emoji", "custom_emoji_id": emoji}
            case tag:
                return {"type": _SIMPLE.get(tag, tag)}


def _language(opened: _Open) -> str:
    name = opened.attributes.get("class", "")
    return name.removeprefix("language-") if name.startswith("language-") else ""
