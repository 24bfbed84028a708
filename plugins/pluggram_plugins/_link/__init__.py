"""A link as plugins share it, in the storage namespace `links`: its number, its stored form, what may be sent at all.

Not a plugin: the plugins that read or write links agree here on what one is, and on nothing else.
"""

from pluggram_plugins._link.link import Link, LinkError, clean_title
from pluggram_plugins._link.number import NAMESPACE, Digits, Namespace, example, is_number, meant
from pluggram_plugins._link.url import UrlError, check_url

__all__ = [
    "NAMESPACE",
    "Digits",
    "Link",
    "LinkError",
    "Namespace",
    "UrlError",
    "check_url",
    "clean_title",
    "example",
    "is_number",
    "meant",
]
