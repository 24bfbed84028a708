"""The numbers of posts: so many ASCII digits, kept as text with their zeros."""

DIGITS = {"ge": 1, "le": 9}
"""The limits of a setting that says how many digits a number has."""

NAMESPACE_NAME = {"pattern": r"^[a-z0-9][a-z0-9_.-]{0,63}$"}
"""The limits of a setting that names the shared storage namespace with the links."""

NAMESPACE = "links"
"""The namespace when none is set; the old bots' `links.json` in the JSON storage's folder is this one."""


def is_number(text: str, digits: int) -> bool:
    """Whether the text is a number of exactly so many digits, 0 to 9 and no others."""
    return len(text) == digits and text.isascii() and text.isdigit()


def meant(text: str, digits: int) -> str | None:
    """Give the number that someone means who writes 7 or 00007 for 0007; None when there is no telling."""
    if not (text.isascii() and text.isdigit()):
        return None
    shortest = text.lstrip("0")
    return shortest.zfill(digits) if len(shortest) <= digits else None


def example(digits: int) -> str:
    """Give a number to show how they are written: 0042."""
    return "42".zfill(digits)[-digits:]
