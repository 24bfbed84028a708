"""The people who write to a bot while everything around it fails, and what it owes them."""

import random
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import partial

from pluggram.simulator import Bot, Chat, Telegram, User
from pluggram.simulator.model.events import Event, MessageSent
from tests.faults.work import DIGITS, number_in

ALONE, GROUPS, IN_GROUP = 60, 10, 8
"""How many people write in private, how many groups there are, and how many write in each."""

OWNERS = 10
"""How many of those who write in private own the bot; and so does one in each group."""


@dataclass(frozen=True)
class Said:
    """Something a person has said, with a number that nothing else has."""

    number: str
    chat_id: int
    text: str


@dataclass
class Crowd:
    """People in private chats and groups, each message with a number of its own; answers are told apart by it."""

    telegram: Telegram
    bot: Bot
    rng: random.Random
    events: deque[Event]
    said: dict[str, Said] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    """The texts that answered each number, in the order in which they came."""
    strange: list[str] = field(default_factory=list)
    """What the bot has said that answers no number."""

    def __post_init__(self) -> None:
        people = [self.telegram.user(f"Person{number}") for number in range(ALONE)]
        self._places = [(self.telegram.private(person, self.bot), [person]) for person in people]
        self.owners = people[:OWNERS]
        for number in range(GROUPS):
            members = [self.telegram.user(f"Member{number}-{each}") for each in range(IN_GROUP)]
            self._places.append((self.telegram.supergroup(f"Group {number}", *members, self.bot), members))
            self.owners.append(members[0])

    def speak(self, count: int = 1) -> None:
        """Let somebody say something, so many times."""
        for _ in range(count):
            chat, people = self.rng.choice(self._places)
            person, text = self._words(chat, people, self._next)
            self._say(person, chat, text)

    def ask(self, command: str, person: int) -> str:
        """Let one of those who write in private send a command with a number, and give the number."""
        number = self._next
        chat, [someone] = self._places[person]
        self._say(someone, chat, f"{command} {number}")
        return number

    @property
    def _next(self) -> str:
        return f"{len(self.said):0{DIGITS}}"

    def _say(self, person: User, chat: Chat, text: str) -> None:
        self.said[self._next] = Said(self._next, chat.id, text)
        person.send(chat, text)

    def _words(self, chat: Chat, people: list[User], number: str) -> tuple[User, str]:
        at = "" if chat.type == "private" else f"@{self.bot.username}"
        person, dice = self.rng.choice(people), self.rng.random()
        if dice < 0.2 and people[0] in self.owners:
            return people[0], f"/addlink{at} {number} {link(number)}"
        return person, f"/work{at} {number}" if dice < 0.7 else f"/postno{number}{at}"

    def hear(self) -> int:
        """Take in what the bot has said since, and give how many numbers are answered."""
        while self.events:
            event = self.events.popleft()
            if isinstance(event, MessageSent) and event.message.author is self.bot:
                self._heard(event.message.text)
        return len(self.answers)

    def _heard(self, text: str) -> None:
        number = number_in(text)
        if number in self.said:
            self.answers.setdefault(number, []).append(text)
        else:
            self.strange.append(text)

    @property
    def unanswered(self) -> list[Said]:
        """What has no answer."""
        self.hear()
        return [said for number, said in self.said.items() if number not in self.answers]

    @property
    def doubled(self) -> Counter[str]:
        """Count the answers beyond the first, by number."""
        self.hear()
        return Counter({number: len(texts) - 1 for number, texts in self.answers.items() if len(texts) > 1})

    @property
    def out_of_order(self) -> int:
        """Count the first answers that came after one to something said later in the same chat."""
        self.hear()
        latest: dict[int, str] = {}
        late = 0
        for number in self.answers:
            chat_id = self.said[number].chat_id
            late += latest.get(chat_id, "") > number
            latest[chat_id] = max(latest.get(chat_id, ""), number)
        return late

    @property
    def confirmed_links(self) -> dict[str, str]:
        """The links that the bot says it has stored."""
        self.hear()
        asked = {number for number, said in self.said.items() if said.text.startswith("/addlink")}
        told = (number for number in asked if any(link(number) in text for text in self.answers.get(number, ())))
        return {number: link(number) for number in sorted(told)}

    async def answered(self, count: int, quiet: float) -> bool:
        """Wait until so many numbers are answered; gives up when no other was for `quiet` seconds."""
        while self.hear() < count:
            try:
                await self.telegram.until(partial(self._more_than, len(self.answers)), quiet)
            except TimeoutError:
                return False
        return True

    def _more_than(self, count: int) -> bool:
        return self.hear() > count


def link(number: str) -> str:
    """The link that is stored under a number."""
    return f"https://example.org/{number}"
