"""A link as plugins share it, in the storage namespace `links`: its number, its stored form, what may be sent at all.

Not a plugin: the plugins that read or write links agree here on what one is, how it is shown and how it is found.
"""

from pluggram_plugins._link.link import Link, LinkError, clean_title
from pluggram_plugins._link.number import DIGITS, NAMESPACE, NAMESPACE_NAME, example, is_number, meant
from pluggram_plugins._link.search import Item, Wanted, pages
from pluggram_plugins._link.url import UrlError, check_url
from pluggram_plugins._link.wording import counted, line, masked, number_hint, quoted, shortened, unquoted

__all__ = [
    "DIGITS",
    "NAMESPACE",
    "NAMESPACE_NAME",
    "Item",
    "Link",
    "LinkError",
    "UrlError",
    "Wanted",
    "check_url",
    "clean_title",
    "counted",
    "example",
    "is_number",
    "line",
    "masked",
    "meant",
    "number_hint",
    "pages",
    "quoted",
    "shortened",
    "unquoted",
]
