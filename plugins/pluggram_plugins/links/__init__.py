"""Keep the links of posts: commands for admins in chat, import and export in the shell."""

from pluggram_plugins.links.plugin import Links

__all__ = ["Links"]
