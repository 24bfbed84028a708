"""Plan: what an import would do, decided entry by entry before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pluggram import Json, PluggramError
from pluggram_plugins._link import Link, LinkError, clean_title, is_number, number_hint
from pluggram_plugins.links.source import Entry


class Outdated(PluggramError):
    """The links are no longer those that the plan was made for."""


def replacing(old: Mapping[str, Json], new: Mapping[str, Json], found: Mapping[str, Json]) -> Mapping[str, Json]:
    """Give `new`, to store over what is found; raises Outdated when that is not the `old` that was planned for."""
    for number, value in old.items():
        if found.get(number) != value:
            raise Outdated(f"nothing was written: {number} was changed meanwhile by somebody else; try again")
    return new


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that is not imported, and why."""

    entry: Entry
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """A link that replaces the stored value `old`."""

    old: Json
    new: Link


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be added, changed, left as it is and refused, by number. tidied: what was put right in an entry."""

    added: dict[str, Link] = field(default_factory=dict)
    changed: dict[str, Change] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    tidied: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def make(cls, entries: Iterable[Entry], stored: Mapping[str, Json], digits: int) -> "Plan":
        """Compare the entries of a file with what is stored.

        Of several good entries for one number the last counts, as it did for the old bots; the others are refused.
        """
        plan = cls()
        taken: dict[str, tuple[Entry, Link]] = {}
        for entry in entries:
            try:
                number, link = _read(entry, digits)
            except ValueError as reason:
                plan.refused.append(Refused(entry, str(reason)))
                continue
            if number in taken:
                plan.refused.append(Refused(taken[number][0], _again(taken[number][1], link, entry)))
            taken[number] = entry, link
        for number, (entry, link) in sorted(taken.items()):
            plan._place(number, link, stored.get(number))
            plan.tidied.extend((number, what) for what in _tidied(entry, link))
        return plan

    @property
    def writes(self) -> dict[str, Json]:
        """What has to be stored."""
        new = self.added | {number: change.new for number, change in self.changed.items()}
        return {number: link.stored() for number, link in new.items()}

    @property
    def overwrites(self) -> dict[str, Json]:
        """What is stored now where something has to be."""
        return dict.fromkeys(self.added) | {number: change.old for number, change in self.changed.items()}

    def _place(self, number: str, link: Link, old: Json) -> None:
        if old is None:
            self.added[number] = link
        elif _same(old, link):
            self.unchanged.append(number)
        else:
            self.changed[number] = Change(old, link if link.title else replace(link, title=_title(old)))


def _read(entry: Entry, digits: int) -> tuple[str, Link]:
    """Give the number and the link of an entry; raises ValueError with the reason when it has none."""
    if entry.problem:
        raise ValueError(entry.problem)
    number = entry.key.strip()
    if not is_number(number, digits):
        raise ValueError(number_hint(number, digits).rstrip("."))
    link = Link.read(entry.value)
    title = entry.value.get("title") if isinstance(entry.value, Mapping) else None
    if title is not None and not isinstance(title, str):
        raise ValueError("its title is no text")
    clean_title(title or "")
    return number, link


def _again(earlier: Link, later: Link, entry: Entry) -> str:
    where = f" in line {entry.line}" if entry.line else " further down"
    return f"the number stands again{where}, " + ("with the same link" if earlier == later else "and that one counts")


def _same(old: Json, link: Link) -> bool:
    """Whether a stored value already says what the file says; a file without a title says nothing of it."""
    try:
        known = Link.read(old)
    except LinkError:
        return False
    return known.url == link.url and link.title in ("", known.title)


def _title(old: Json) -> str:
    """Give the title that is stored; what a file does not say, it does not take away."""
    try:
        return Link.read(old).title
    except LinkError:
        return ""


def _tidied(entry: Entry, link: Link) -> Iterable[str]:
    value = entry.value if isinstance(entry.value, Mapping) else {"url": entry.value}
    if entry.key != entry.key.strip():
        yield "white space around the number dropped"
    url, title = value.get("url"), value.get("title")
    if isinstance(url, str) and url != link.url:
        yield "white space around the link dropped" if url.strip() == link.url else f"the link is written {link.url}"
    if title is not None and title != link.title:
        yield "the title is written on one line of visible characters"
    kept = {"url": link.url, "title": link.title, "by": link.by, "at": link.at}
    for name in value:
        if value[name] not in (None, "", kept.get(name)) and name not in ("url", "title"):
            yield f"its {name!r} is left out"
