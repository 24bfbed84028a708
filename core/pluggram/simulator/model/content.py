"""What a message holds: a text, a photo, a file, or the news of something that happened in the chat."""

from dataclasses import dataclass, field

from pluggram.simulator.errors import JsonObject
from pluggram.simulator.model.files import File, Sizes
from pluggram.simulator.text.builder import Formatted

NO_WORDS = Formatted("", [])
"""The caption of what has none."""


@dataclass(frozen=True)
class Text:
    """A text message."""

    words: Formatted

    def json(self) -> JsonObject:
        """Return the fields of Message that hold this content."""
        return _present({"text": self.words.text, "entities": self.words.entities})


@dataclass(frozen=True)
class Photo:
    """A photo; `words` is its caption."""

    sizes: Sizes
    words: Formatted = NO_WORDS
    spoiler: bool = False
    caption_above: bool = False

    def json(self) -> JsonObject:
        """Return the fields of Message that hold this content."""
        marks: JsonObject = {"has_media_spoiler": self.spoiler, "show_caption_above_media": self.caption_above}
        return {"photo": [size.json() for size in self.sizes]} | _caption(self.words) | _present(marks)

    @property
    def file(self) -> File:
        """The file of the largest size."""
        return self.sizes[-1].file


@dataclass(frozen=True)
class Document:
    """A file; `words` is its caption."""

    file: File
    words: Formatted = NO_WORDS

    def json(self) -> JsonObject:
        """Return the fields of Message that hold this content."""
        named: JsonObject = {"file_name": self.file.name, "mime_type": self.file.mime_type}
        return {"document": named | self.file.json()} | _caption(self.words)


@dataclass(frozen=True)
class Service:
    """Something that happened in the chat; `news` is its field of Message, as `{"pinned_message": ...}`."""

    news: JsonObject
    words: Formatted = field(default=NO_WORDS, init=False)

    def json(self) -> JsonObject:
        """Return the fields of Message that hold this content."""
        return self.news


Media = Photo | Document
Content = Text | Media | Service


def _caption(words: Formatted) -> JsonObject:
    return _present({"caption": words.text, "caption_entities": words.entities})


def _present(fields: JsonObject) -> JsonObject:
    return {name: value for name, value in fields.items() if value}
