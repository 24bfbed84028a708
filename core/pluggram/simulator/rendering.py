"""What the bot does, as lines for a terminal. Nothing that a bot sends reaches the terminal raw."""

import re
from dataclasses import dataclass

from pluggram.simulator.model.content import Content, Document, Photo, Service, Text
from pluggram.simulator.model.events import (
    CallbackAnswered,
    Event,
    InlineAnswered,
    MessageDeleted,
    MessageEdited,
    MessageSent,
)
from pluggram.simulator.model.files import File
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.queries import InlineAnswer
from pluggram.simulator.text.entities import span

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """Return the text with control, direction and half characters made visible instead of obeyed."""
    return _UNSAFE.sub(lambda match: f"\\x{ord(match[0]):02x}", text.replace("\t", "    "))


@dataclass(frozen=True)
class Style:
    """How lines look: with ANSI colours or without, and what continues a message's first line."""

    colours: bool = False
    indent: str = "  "

    def paint(self, code: str, text: str) -> str:
        """Return the text in a colour (an ANSI SGR code), if there are colours."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours and text else text

    def block(self, text: str) -> str:
        """Return a message's text, further lines indented."""
        return safe(text).replace("\n", f"\n{self.indent}")

    def event(self, event: Event) -> str:
        """Return what a person sees of an event; empty when there is nothing to see."""
        match event:
            case MessageSent(message):
                return self.message(message)
            case MessageEdited(message):
                return self.paint("2", "(edited) ") + self.message(message)
            case MessageDeleted(message):
                return self.paint("2", f"(deleted) {self._words(message)}")
            case InlineAnswered(query) if query.answer is not None:
                return self._offer(query.answer)
            case CallbackAnswered(query) if query.answer is not None and query.answer.text:
                kind = "alert" if query.answer.alert else "notice"
                return self.paint("33", f"({kind}) {self.block(query.answer.text)}")
            case _:
                return ""

    def message(self, message: Message) -> str:
        """Return a message: its text with the links behind their words, its buttons numbered below."""
        lines = [self._words(message)]
        number = 0
        for row in _rows(message):
            labels = []
            for button in row:
                number += 1
                labels.append(self._button(number, button))
            lines.append(self.indent + "  ".join(labels))
        return "\n".join(lines)

    def _words(self, message: Message) -> str:
        return self.block(" ".join(filter(None, (_label(message.content), _with_links(message)))))

    def _offer(self, answer: InlineAnswer) -> str:
        """Return the results of an inline query, numbered, and the button above them."""
        lines = [] if answer.results else [self.paint("2", "(no results)")]
        if answer.button:
            start, app = answer.button.get("start_parameter"), answer.button.get("web_app")
            target = f"!start {start}" if start else f"web app {app}"
            lines.append(self.paint("36", f"({safe(str(answer.button['text']))})") + f" -> {safe(target)}")
        for number, result in enumerate(answer.results, 1):
            label = " - ".join(filter(None, (result.title, result.description))) or result.kind
            lines.append(self.paint("36", f"[{number}] ") + self.block(label))
        return f"\n{self.indent}".join(lines)

    def _button(self, number: int, button: dict[str, object]) -> str:
        target = f" -> {safe(str(button['url']))}" if "url" in button else ""
        return self.paint("36", f"[{number}] {safe(str(button['text']))}") + target


def _rows(message: Message) -> list[list[dict[str, object]]]:
    rows = message.keyboard["inline_keyboard"] if message.keyboard else []
    return rows if isinstance(rows, list) else []


def _label(content: Content) -> str:
    """Say what is sent besides words."""
    match content:
        case Photo(sizes):
            return f"[photo {sizes[-1].width}x{sizes[-1].height} {content.file.name}, {_amount(content.file)}]"
        case Document(file):
            return f"[file {file.name}, {_amount(file)}]"
        case Service(news):
            return f"({', '.join(news).replace('_', ' ')})"
        case Text():
            return ""


def _amount(file: File) -> str:
    size = len(file.content)
    if size < 1000:
        return f"{size} B"
    return f"{round(size / 1000)} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _with_links(message: Message) -> str:
    """Return the text with the address of each text link behind it, where it differs from the words."""
    units = message.text.encode("utf-16-le", "surrogatepass")
    for entity in reversed(message.entities):
        if entity["type"] == "text_link":
            end = 2 * sum(span(entity))
            units = units[:end] + f" <{entity['url']}>".encode("utf-16-le", "surrogatepass") + units[end:]
    return units.decode("utf-16-le", "surrogatepass")
