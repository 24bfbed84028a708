"""Entry: one recorded change, of one value or of many at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, Self, get_args

from pluggram import Json, Request

Did = Literal["change", "import", "remove", "undo", "redo"]
"""What was done: one value changed, many imported or removed, a change taken back, or put back."""

_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Act:
    """Who does what. by: a user id, None for the shell. name: what the person is called. note: such as a file's name.

    undoes: the id of the entry that is taken back. update: the id of the update that asked for it.
    """

    did: Did
    by: int | None = None
    name: str = "shell"
    note: str = ""
    undoes: str = ""
    update: int | None = None

    @classmethod
    def of(cls, request: Request, did: Did = "change", *, note: str = "", undoes: str = "") -> Self:
        """Name who asked."""
        user = request.user
        name = "".join(filter(str.isprintable, user.name if user else ""))[:_LONGEST_NAME]
        return cls(did, user.id if user else None, name, note, undoes, request.id)


@dataclass(frozen=True, slots=True)
class Change:
    """What one value was, and became; None is absent. place: its namespace."""

    place: str
    old: Json
    new: Json

    @classmethod
    def read(cls, value: Json) -> Self | None:
        """Read a stored row; None when it is none."""
        if not isinstance(value, Mapping) or not isinstance(place := value.get("in"), str):
            return None
        return cls(place, value.get("old"), value.get("new"))

    def stored(self) -> Json:
        """Give the row to store."""
        return {"in": self.place, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class Entry:
    """A change that was recorded. id: sorts the newest first. keys: the values that changed. place: their namespace."""

    id: str
    act: Act
    place: str
    keys: tuple[str, ...]
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def read(cls, entry_id: str, value: Json) -> Self | None:
        """Read a stored row; None when it is none, as in a file that was edited by hand."""
        if not isinstance(value, Mapping):
            return None
        did: Did | None = next((each for each in get_args(Did) if each == value.get("did")), None)
        by, place, keys, update = (value.get(part) for part in ("by", "in", "keys", "update"))
        if did is None or not isinstance(place, str) or not isinstance(keys, list) or not keys:
            return None
        name, note, undoes = (str(value.get(part) or "") for part in ("name", "note", "undoes"))
        act = Act(did, _integer(by), name, note, undoes, _integer(update))
        return cls(entry_id, act, place, tuple(map(str, keys)), _time(value.get("at")))

    def stored(self) -> Json:
        """Give the row to store."""
        fields: dict[str, Json] = {
            "did": self.act.did, "by": self.act.by, "name": self.act.name, "note": self.act.note,
            "undoes": self.act.undoes, "update": self.act.update, "at": self.at.isoformat(timespec="seconds"),
            "in": self.place, "keys": list(self.keys),
        }  # fmt: skip
        return {name: value for name, value in fields.items() if value not in (None, "")}

    def older_than(self, age: timedelta) -> bool:
        """Whether it was recorded longer ago."""
        return datetime.now(UTC) - self.at > age


def _integer(value: Json) -> int | None:
    return value if isinstance(value, int) else None


def _time(value: Json) -> datetime:
    """Read a time; one that cannot be read is long ago."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else datetime.min
    except ValueError:
        at = datetime.min
    return at if at.tzinfo else at.replace(tzinfo=UTC)
