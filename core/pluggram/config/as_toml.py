"""Values as lines of TOML, each with a comment that says where it comes from."""

from collections.abc import Iterable, Sequence
from typing import Any

import tomli_w

from pluggram.config.effective import Value

_WIDEST = 60  # columns before a comment; a longer value puts its own further right


def table_lines(name: Sequence[str], notes: Iterable[str], values: Iterable[Value]) -> list[str]:
    """Write a table: its header, a comment for each line of the notes, and a line for each value."""
    header = ".".join(key(part) for part in name)
    pairs = [(_pair(value, len(name)), value.origin) for value in values]
    width = min(max((len(text) for text, _ in pairs), default=0), _WIDEST)
    lines = [f"{text:{width}}  {comment(origin)}" for text, origin in pairs]
    return [f"[{header}]", *(comment(line) for note in notes for line in note.splitlines()), *lines]


def comment(text: str) -> str:
    """Write a comment; what TOML does not allow in one is a question mark."""
    return "# " + "".join(char if char.isprintable() else "?" for char in text)


def key(name: str) -> str:
    """Write a key, in quotes where TOML asks for them."""
    return tomli_w.dumps({name: 0}).removesuffix(" = 0\n")


def _pair(value: Value, inside: int) -> str:
    name = ".".join(key(str(part)) for part in value.path[inside:])
    return comment(f"{name} is not set") if value.value is None else f"{name} = {_inline(value.value)}"


def _inline(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_inline(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{key(name)} = {_inline(inner)}" for name, inner in value.items() if inner is not None)
        return f"{{ {', '.join(pairs)} }}"
    return tomli_w.dumps({"x": value}).removeprefix("x = ").removesuffix("\n")
