"""What an import tells: lines for people, or JSON for programs."""

from collections.abc import Iterator
from dataclasses import dataclass

from pluggram import Json
from pluggram_plugins._link import Link, LinkError, masked, quoted, shortened
from pluggram_plugins.links.plan import Plan, Refused

_NAMED = 10
_IN_CHAT = {"added": 5, "changed": 5, "unchanged": 0, "refused": 10, "put right": 3}
_LONGEST_IN_CHAT = 150


@dataclass(frozen=True, slots=True)
class Section:
    """What happens to some entries, in a word, how many they are, and a line for each that is worth one."""

    word: str
    count: int
    lines: list[str]


def sections(plan: Plan) -> Iterator[Section]:
    """Tell the whole plan; what was put right only where something was."""
    added = [f"{number}  {_shown(link)}" for number, link in plan.added.items()]
    changed = [f"{n}  {_stored(c.old)} -> {_shown(c.new)}" for n, c in plan.changed.items()]
    yield Section("added", len(added), added)
    yield Section("changed", len(changed), changed)
    yield Section("unchanged", len(plan.unchanged), [])
    yield Section("refused", len(plan.refused), [_refused(refused) for refused in plan.refused])
    if plan.tidied:
        yield Section("put right", len(plan.tidied), [f"{number}  {what}" for number, what in plan.tidied])


def lines(plan: Plan, applied: bool, everything: bool = True) -> Iterator[str]:
    """Tell people in a column of text; only a few of the added and changed links unless everything is wanted."""
    for section in sections(plan):
        yield f"{section.count:>7,} {_would(section, applied)}{section.word}"
        few = section.word in ("added", "changed") and not everything
        shown = section.lines[:_NAMED] if few else section.lines
        yield from (f"          {line}" for line in shown)
        if len(shown) < len(section.lines):
            yield f"          and {len(section.lines) - len(shown):,} more; --all names them"


def in_chat(plan: Plan) -> tuple[list[str], bool]:
    """Tell people in chat, in lines that fit into one message; and whether that is everything."""
    told, everything = [], True
    for section in sections(plan):
        shown = section.lines[: _IN_CHAT[section.word]]
        if section.count:
            told.append(f"{section.count:,} {_would(section, applied=False)}{section.word}")
        told += [f"• {shortened(line, _LONGEST_IN_CHAT)}" for line in shown]
        if len(shown) < len(section.lines):
            told.append(f"and {len(section.lines) - len(shown):,} more")
        everything &= len(shown) == len(section.lines) and all(len(line) <= _LONGEST_IN_CHAT for line in shown)
    return told, everything


def _would(section: Section, applied: bool) -> str:
    return "would be " if section.word in ("added", "changed") and not applied else ""


def as_json(plan: Plan, applied: bool) -> Json:
    """Tell programs, everything."""
    return {
        "applied": applied,
        "counts": {
            "added": len(plan.added),
            "changed": len(plan.changed),
            "unchanged": len(plan.unchanged),
            "refused": len(plan.refused),
        },
        "added": {number: link.stored() for number, link in plan.added.items()},
        "changed": {number: {"old": c.old, "new": c.new.stored()} for number, c in plan.changed.items()},
        "unchanged": list(plan.unchanged),
        "refused": [_refused_json(refused) for refused in plan.refused],
        "tidied": [{"number": number, "what": what} for number, what in plan.tidied],
    }


def _shown(link: Link) -> str:
    return shortened(link.url, 80) + (f" — {shortened(link.title, 40)}" if link.title else "")


def _stored(value: Json) -> str:
    try:
        return _shown(Link.read(value))
    except LinkError:
        return masked(value, 80)


def _refused(refused: Refused) -> str:
    entry = refused.entry
    where = f"line {entry.line}: " if entry.line else ""
    return f"{where}{quoted(entry.key, 40)}  {masked(entry.value, 60)}: {refused.reason}"


def _refused_json(refused: Refused) -> Json:
    entry = refused.entry
    return {"number": entry.key, "value": entry.value, "line": entry.line, "reason": refused.reason}
