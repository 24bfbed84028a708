"""What `pluggram check` finds."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. part: config, plugin, storage, token, webhook or telegram."""

    part: str
    level: Literal["ok", "warning", "error"]
    message: str
