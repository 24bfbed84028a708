"""Moves: the ids that groups had before they became supergroups, and those that they have now."""

from collections.abc import Callable, Iterator

Told = Callable[[int, int], object]


class Moves:
    """Where groups went; `told` is told of each move that is new."""

    def __init__(self, told: Told = lambda old, new: None) -> None:
        self._told = told
        self._new: dict[int, int] = {}

    def __len__(self) -> int:
        """Count the groups that have moved."""
        return len(self._new)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Give the old and the new id of each."""
        return iter(tuple(self._new.items()))

    def __contains__(self, chat_id: object) -> bool:
        """Say whether this is the old or the new id of a group that has moved."""
        return chat_id in self._new or chat_id in self._new.values()

    def current(self, chat_id: int) -> int:
        """Give the id that a chat has now."""
        return self._new.get(chat_id, chat_id)

    def add(self, old: int, new: int) -> None:
        """Take note that a group has a new id; what is known, and what cannot be, is passed over."""
        if self.recall(old, new):
            self._told(old, self.current(old))

    def recall(self, old: int, new: int) -> bool:
        """Take note of what was told before, and say whether it is taken."""
        new = self.current(new)
        if not (old < 0 and new < 0) or new in (old, self.current(old)):
            return False
        self._new[old] = new
        for earlier, went in self:
            if went == old:
                self._new[earlier] = new
        return True
