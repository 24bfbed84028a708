"""Lengths and offsets in UTF-16 code units, in which the Bot API counts (Bot API, MessageEntity)."""


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units the text has: characters beyond U+FFFF count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the part of the text that an entity's offset and length name."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def byte_offset(text: str, index: int) -> int:
    """Return the index counted in UTF-8 bytes, as markup errors count."""
    return len(text[:index].encode("utf-8", "surrogatepass"))
