"""Markup as plain text, for where Telegram does not take it: nothing that a person would have read is lost."""

import html
import re

from pluggram.parts import visible

# Only the tags that the Bot API knows: <id> in "/help <id>" is what somebody wanted to be read.
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>b|strong|i|em|u|ins|s|strike|del|span|tg-spoiler|a|tg-emoji|tg-time|code|pre|blockquote)"
    r"(?P<rest>\s[^<>]*)?>",
    re.IGNORECASE,
)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([_*\[\]()~`>#+\-=|{}.!\\])")


def plain(text: str, parse_mode: str) -> str:
    """Give a text without its markup (Bot API, Formatting options), the address of a link behind its words.

    MarkdownV2 keeps its marks, which read well, and loses its backslashes. A text that is nothing but markup stays.
    """
    words = _from_html(text) if parse_mode == "HTML" else _ESCAPED.sub(r"\1", text)
    return words if visible(words) else text


def _from_html(text: str) -> str:
    links: list[str] = []

    def words(tag: re.Match[str]) -> str:
        if tag["name"].lower() != "a":
            return ""
        if not tag["end"]:
            found = _HREF.search(tag["rest"] or "")
            links.append(next(filter(None, found.groups()), "") if found else "")
            return ""
        link = links.pop() if links else ""
        return f" ({link})" if link else ""

    return html.unescape(_TAG.sub(words, text))
