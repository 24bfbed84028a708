"""How recorded changes are told."""

from pluggram import Json
from pluggram_plugins._audit import ADMINS, Act, Change, Entry
from pluggram_plugins._link import Link, LinkError, counted, masked, quoted, shortened


def who(act: Act) -> str:
    """Name who did it, with the number that cannot change hands."""
    if act.by is None or act.name in ("", str(act.by)):
        return act.name or "somebody" if act.by is None else str(act.by)
    return f"{act.name} ({act.by})"


def when(entry: Entry) -> str:
    """Tell the minute, in UTC."""
    return f"{entry.at:%Y-%m-%d %H:%M}"


def line(entry: Entry, change: Change | None, key: str | None = None) -> str:
    """Tell an entry on one line; `change` is that of `key`, else of its one value, None for an entry of many."""
    return f"• {when(entry)} {who(entry.act)}: {what(entry, change, key)}"


def what(entry: Entry, change: Change | None, key: str | None = None) -> str:
    """Tell what was done: to the value under `key`, or to all."""
    begin = {"undo": "took back: ", "redo": "put back: "}.get(entry.act.did, "")
    many = f"{thing(entry)} ({counted(len(entry.keys), 'link')})"
    return begin + (changed(key or entry.keys[0], change) if change else many)


def thing(entry: Entry) -> str:
    """Name what was done to many values, or what it took back."""
    if entry.act.did in ("undo", "redo"):
        return entry.act.note
    file = f" of {quoted(entry.act.note, 60)}" if entry.act.note else ""
    return {"import": "import", "remove": "removal"}.get(entry.act.did, "change") + file


def changed(key: str, change: Change) -> str:
    """Tell what became of one value."""
    name = quoted(key, 40)
    if change.place == ADMINS:
        return f"made {name} an admin" if change.new else f"{name} is no admin any more"
    if change.old is None:
        return f"{name} added: {_shown(change.new)}"
    if change.new is None:
        return f"{name} removed, it was {_shown(change.old)}"
    return f"{name} was {_shown(change.old)}, became {_shown(change.new)}"


def now(key: str, change: Change) -> str:
    """Tell what a value is after a change."""
    name = quoted(key, 40)
    if change.place == ADMINS:
        return f"{name} is an admin" if change.new else f"{name} is no admin any more"
    return f"{name} has no link" if change.new is None else f"{name} has the link {_shown(change.new)}"


def _shown(value: Json) -> str:
    try:
        link = Link.read(value)
    except LinkError:
        return masked(value, 80)
    return shortened(link.url, 80) + (f" “{shortened(link.title, 30)}”" if link.title else "")
