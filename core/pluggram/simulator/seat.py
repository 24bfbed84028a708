"""The seat at a terminal: who sits there, in which chat, and what he does."""

import re
from collections.abc import Callable
from pathlib import Path

from pluggram.simulator.errors import SimulatorError
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.content import Document, Photo
from pluggram.simulator.model.files import File
from pluggram.simulator.model.people import User
from pluggram.simulator.model.queries import InlineQuery
from pluggram.simulator.rendering import safe
from pluggram.simulator.telegram import Telegram


class Seat:
    """A person in a chat with a bot; `make_admin` is called with each further administrator before he speaks.

    Each act takes what was typed behind its name and returns what there is to say of it, mostly nothing.
    What cannot be done raises SimulatorError, in words for who typed it.
    """

    def __init__(self, telegram: Telegram, bot: Bot, admin: User, make_admin: Callable[[User], object]) -> None:
        self._telegram, self._bot, self._admin, self.person = telegram, bot, admin, admin
        self._make_admin = make_admin
        self._people = {("admin", admin.first_name.lower()): admin}
        self._group: Chat | None = None
        self._query: InlineQuery | None = None
        self.in_group = False

    def chat(self) -> Chat:
        """Return the chat the next line goes to; the group comes into being when somebody goes there."""
        if not self.in_group:
            return self._telegram.private(self.person, self._bot)
        if self._group is None:
            self._group = self._telegram.supergroup("Group", self._admin, self._bot)
        self._group.add(self.person)
        return self._group

    def unanswered(self) -> bool:
        """Tell, once, whether an inline query was left without an answer."""
        if self._query is None or self._query.answer is not None:
            return False
        self._query = None
        return True

    def go_on_as(self, words: str) -> str:
        """Go on as `admin NAME` or `user NAME`."""
        kind, _, name = words.partition(" ")
        kind = kind.lower()
        if kind not in ("admin", "user"):
            raise SimulatorError("Say who: !as admin [NAME] or !as user [NAME]")
        name = " ".join(name.split()) or (self._admin.first_name if kind == "admin" else "User")
        known = (kind, name.lower()) in self._people
        self.person = self._someone(kind, name)
        if kind == "admin" and not known:
            self._make_admin(self.person)
        return ""

    def go_on_anonymously(self, words: str) -> str:
        """Go on in the group as an administrator whose name nobody sees."""
        self.person, self.in_group = self._someone("anonymous", "Anonymous"), True
        self.chat().promote(self.person, anonymous=True)
        return ""

    def go_to_group(self, words: str) -> str:
        """Go on in the group."""
        self.in_group = True
        return ""

    def go_to_private(self, words: str) -> str:
        """Go on in the private chat."""
        self.in_group = False
        return ""

    def press(self, words: str) -> str:
        """Press a button by its number, in the last message that has buttons."""
        message = next((each for each in reversed(self.chat().messages.values()) if each.buttons), None)
        buttons = message.buttons if message else []
        number = _number(words)
        if message is None or not 1 <= number <= len(buttons):
            raise SimulatorError(_which("button", "!press", len(buttons)) or "No message here has buttons.")
        button = buttons[number - 1]
        if "url" in button:
            return f"Opens {safe(str(button['url']))}"
        self.person.press(message, button)
        return ""

    def menu(self, words: str) -> str:
        """Look at the command menu, as this person sees it in this chat."""
        entries = self.person.menu(self._bot, self.chat())
        lines = [safe(f"/{entry['command']} - {entry['description']}") for entry in entries]
        return "\n".join(lines) or "The bot has set no commands for this chat."

    def start(self, words: str) -> str:
        """Follow a deep link to the bot, with its payload, in the private chat."""
        self.in_group = False
        self.person.start(self._bot, words)
        return ""

    def inline(self, words: str) -> str:
        """Type the bot's name and a query."""
        self._query = self.person.inline(self._bot, words, chat=self.chat() if self.in_group else None)
        return ""

    def choose(self, words: str) -> str:
        """Send a result of the last inline query, by its number."""
        results = self._query.answer.results if self._query and self._query.answer else ()
        number = _number(words)
        if self._query is None or not 1 <= number <= len(results):
            raise SimulatorError(
                _which("result", "!choose", len(results)) or "There is nothing to choose from: ask with !inline QUERY"
            )
        self.person.choose(self._query, results[number - 1].id, self.chat())
        return ""

    def send_file(self, words: str) -> str:
        """Send a file, with the caption behind its path."""
        path, caption = _path(words, "Say which file: !file PATH [CAPTION]")
        self.person.send_document(self.chat(), path.name, _read(path), caption=caption)
        return ""

    def send_photo(self, words: str) -> str:
        """Send a picture as a photo, with the caption behind its path."""
        path, caption = _path(words, "Say which picture: !photo PATH [CAPTION]")
        self.person.send_photo(self.chat(), path.name, _read(path), caption=caption)
        return ""

    def save(self, words: str) -> str:
        """Save the last photo or file of this chat, by default here and under its own name."""
        contents = (message.content for message in reversed(self.chat().messages.values()))
        file = next((each.file for each in contents if isinstance(each, Photo | Document)), None)
        if file is None:
            raise SimulatorError("No message here has a photo or a file.")
        path = _path(words, "")[0] if words else Path()
        return f"Saved as {safe(str(_write(path / file.name if path.is_dir() else path, file)))}"

    def _someone(self, kind: str, name: str) -> User:
        if (kind, name.lower()) not in self._people:
            self._people[kind, name.lower()] = self._telegram.user(name)
        return self._people[kind, name.lower()]


def _number(words: str) -> int:
    return int(words) if re.fullmatch("[0-9]{1,4}", words) else 0


def _which(what: str, command: str, count: int) -> str:
    """Say which numbers there are; nothing when there are none."""
    if count > 1:
        return f"There are {what}s 1 to {count}: {command} 1"
    return f"There is {what} 1: {command} 1" if count else ""


def _path(words: str, usage: str) -> tuple[Path, str]:
    """Return the path that words begin with, in quotes if it has spaces, and what stands behind it."""
    match = re.match(r'(?:"([^"]+)"|(\S+))\s*', words)
    if match is None:
        raise SimulatorError(usage)
    return Path(match[1] or match[2]).expanduser(), words[match.end() :]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise SimulatorError(_trouble(path, error)) from None


def _write(path: Path, file: File) -> Path:
    """Write a file where none is yet."""
    try:
        with path.open("xb") as target:
            target.write(file.content)
    except FileExistsError:
        raise SimulatorError(f"{safe(str(path))} is there already: say another name, !save PATH") from None
    except (OSError, ValueError) as error:
        raise SimulatorError(_trouble(path, error)) from None
    return path


def _trouble(path: Path, error: OSError | ValueError) -> str:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{safe(str(path))}: {safe(why)}"
