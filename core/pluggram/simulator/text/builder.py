"""What all markup parsers share: the plain text they build and the entities they close."""

from dataclasses import dataclass, field

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.text.entities import order
from pluggram.simulator.text.utf16 import utf16_length


class MarkupError(Exception):
    """The markup cannot be parsed; the message is Telegram's, without its prefix `can't parse entities`."""


@dataclass(frozen=True)
class Formatted:
    """A plain text and its entities (Bot API, MessageEntity), offsets in UTF-16 code units."""

    text: str
    entities: list[JsonObject]


@dataclass
class Builder:
    """Plain text that grows, with its length in UTF-16 code units."""

    length: int = 0
    entities: list[JsonObject] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Append plain text."""
        self._parts.append(text)
        self.length += utf16_length(text)

    def close(self, start: int, entity: JsonObject | None) -> None:
        """Add an entity that began at `start` and ends here; an empty or missing one is dropped."""
        if entity is not None and self.length > start:
            self.entities.append({"type": entity["type"], "offset": start, "length": self.length - start} | entity)

    def since(self, start: int) -> str:
        """Return what was written from UTF-16 offset `start` on."""
        units = self.text().encode("utf-16-le", "surrogatepass")
        return units[2 * start :].decode("utf-16-le", "surrogatepass")

    def text(self) -> str:
        """Return all that was written."""
        return "".join(self._parts)

    def done(self) -> Formatted:
        """Return text and entities in Telegram's order."""
        return Formatted(self.text(), order(self.entities))
