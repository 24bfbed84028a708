"""The posts of one connection that are not answered yet."""

from collections import deque
from collections.abc import Callable

from pluggram.edge import Arrival
from pluggram.intake.webhook.answer import Answer
from pluggram.intake.webhook.door import Door


class Line:
    """Posts stand in line: one at a time goes through the door, and the answers go out in the order of the posts.

    send: writes to the connection. rests: told when all are answered. over: told when the last that there is to be is.
    """

    __slots__ = ("_door", "_over", "_posts", "_rests", "_send")

    def __init__(
        self, door: Door, send: Callable[[bytes], object], rests: Callable[[], object], over: Callable[[], object]
    ) -> None:
        self._door = door
        self._send = send
        self._rests = rests
        self._over = over
        self._posts: deque[_Standing] = deque()

    def __len__(self) -> int:
        return len(self._posts)

    def take(self, arrival: Arrival, held: int, last: bool) -> None:
        """Let an update stand in line, whose body holds so many bytes of the memory. last: none comes after it."""
        post = _Post(self._go_on, last, held, arrival)
        self._posts.append(post)
        if len(self._posts) == 1:
            self._door.take(post)

    def refuse(self, answer: Answer, last: bool) -> None:
        """Let an answer stand in line for what is not taken."""
        self._posts.append(_Standing(last, answer))
        if len(self._posts) == 1:
            self._go_on()

    def end(self) -> bool:
        """Let only the first stand, which is under way; whether there is one."""
        while len(self._posts) > 1:
            self._door.memory.give_back(self._posts.pop().held)
        for post in self._posts:
            post.last = True
        return bool(self._posts)

    def _go_on(self) -> None:
        posts = self._posts
        while posts and (answer := posts[0].answer) is not None:
            post = posts.popleft()
            self._door.memory.give_back(post.held)
            self._send(answer.last if post.last else answer.kept)
            if post.last:
                self._over()
                return
        match posts:
            case [_Post() as post, *_]:
                self._door.take(post)
            case _:
                self._rests()


class _Standing:
    __slots__ = ("answer", "held", "last")

    def __init__(self, last: bool, answer: Answer | None = None, held: int = 0) -> None:
        self.last = last
        self.answer = answer
        self.held = held


class _Post(_Standing):
    __slots__ = ("_go_on", "arrival")

    def __init__(self, go_on: Callable[[], None], last: bool, held: int, arrival: Arrival) -> None:
        super().__init__(last, None, held)
        self._go_on = go_on
        self.arrival = arrival

    def answered(self, answer: Answer) -> None:
        self.answer = answer
        self._go_on()
