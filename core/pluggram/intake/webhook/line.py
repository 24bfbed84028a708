"""The posts of one connection that are not answered yet."""

from collections import deque
from typing import Protocol

from pluggram.edge import Arrival
from pluggram.intake.webhook.answer import Answer
from pluggram.intake.webhook.door import Door


class Wire(Protocol):
    """The connection under a Line."""

    @property
    def is_open(self) -> bool:
        """Whether what is sent goes out."""

    def send(self, data: bytes) -> None:
        """Send; nothing once it is closed."""

    def rest(self) -> None:
        """Take note that all are answered."""

    def over(self) -> None:
        """Take note that the last one that there is to be is answered."""


class Line:
    """Posts stand in line: one at a time goes through the door, and the answers go out in the order of the posts."""

    __slots__ = ("_door", "_posts", "_wire")

    def __init__(self, door: Door, wire: Wire) -> None:
        self._door = door
        self._wire = wire
        self._posts: deque[_Standing] = deque()

    def __len__(self) -> int:
        return len(self._posts)

    def take(self, arrival: Arrival, held: int, last: bool) -> None:
        """Let an update stand in line, whose body holds so many bytes of the memory. last: none comes after it."""
        post = _Post(self, self._wire, last, held, arrival)
        self._posts.append(post)
        if len(self._posts) == 1:
            self._door.take(post)

    def refuse(self, answer: Answer, last: bool) -> None:
        """Let an answer stand in line for what is not taken."""
        self._posts.append(_Standing(last, answer))
        if len(self._posts) == 1:
            self.go_on()

    def end(self) -> bool:
        """Let only the first stand, which is under way; whether there is one."""
        while len(self._posts) > 1:
            self._door.memory.give_back(self._posts.pop().held)
        for post in self._posts:
            post.last = True
        return bool(self._posts)

    def go_on(self) -> None:
        """Send the answers that are there, and let the next one through the door."""
        posts = self._posts
        while posts and (answer := posts[0].answer) is not None:
            post = posts.popleft()
            self._door.memory.give_back(post.held)
            self._wire.send(answer.last if post.last else answer.kept)
            if post.last:
                self._wire.over()
                return
        match posts:
            case [_Post() as post, *_]:
                self._door.take(post)
            case _:
                self._wire.rest()


class _Standing:
    __slots__ = ("answer", "held", "last")

    def __init__(self, last: bool, answer: Answer | None = None, held: int = 0) -> None:
        self.last = last
        self.answer = answer
        self.held = held


class _Post(_Standing):
    __slots__ = ("_line", "_wire", "arrival")

    def __init__(self, line: Line, wire: Wire, last: bool, held: int, arrival: Arrival) -> None:
        super().__init__(last, None, held)
        self._line = line
        self._wire = wire
        self.arrival = arrival

    @property
    def is_open(self) -> bool:
        return self._wire.is_open

    def answered(self, answer: Answer) -> None:
        self.answer = answer
        self._line.go_on()
