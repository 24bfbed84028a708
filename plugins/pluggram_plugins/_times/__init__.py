"""How long things took, in bounded memory, and how that is told to people.

Not a plugin: the plugins that measure answers share it, and it knows none of them.
"""

from pluggram_plugins._times.histogram import Times
from pluggram_plugins._times.wording import duration

__all__ = ["Times", "duration"]
