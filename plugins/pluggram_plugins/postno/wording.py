"""How a found link is told, in the chat and inline."""

from pluggram_plugins._link import Link


def answer(number: str, link: Link) -> str:
    """Give the link of a post, its title below."""
    return f"🔗 Link for post {number}: {link.url}" + (f"\n{link.title}" if link.title else "")
