"""What an import tells: lines for people, or JSON for programs."""

from collections.abc import Iterator

from pluggram import Json
from pluggram_plugins._link import Link, LinkError, counted, masked, quoted, shortened
from pluggram_plugins.links.plan import Plan, Refused

_NAMED = 10


def lines(plan: Plan, applied: bool, everything: bool) -> Iterator[str]:
    """Tell people; only a few of the added and changed links are named unless everything is wanted."""
    would = "" if applied else "would be "
    yield f"{len(plan.added):>7,} {would}added"
    yield from _few([f"{number}  {_shown(link)}" for number, link in plan.added.items()], everything)
    yield f"{len(plan.changed):>7,} {would}changed"
    yield from _few([f"{n}  {_stored(c.old)} -> {_shown(c.new)}" for n, c in plan.changed.items()], everything)
    yield f"{len(plan.unchanged):>7,} unchanged"
    yield f"{len(plan.refused):>7,} refused"
    yield from _few([_refused(refused) for refused in plan.refused], everything=True)
    if plan.tidied:
        yield f"{len(plan.tidied):>7,} put right"
        yield from _few([f"{number}  {what}" for number, what in plan.tidied], everything=True)
    if not applied:
        yield "Nothing is written yet; --apply writes it."
    elif plan.writes:
        yield f"{counted(len(plan.writes), 'link')} written."


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


def _few(texts: list[str], everything: bool) -> Iterator[str]:
    shown = texts if everything else texts[:_NAMED]
    yield from (f"          {text}" for text in shown)
    if len(shown) < len(texts):
        yield f"          and {len(texts) - len(shown):,} more; --all names them"


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
