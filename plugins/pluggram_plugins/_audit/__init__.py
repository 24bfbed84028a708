"""The record of changes, as plugins share it, in the storage namespace `audit`: who changed what, when, from what.

Not a plugin: the plugins that change links or admins write their changes through it, and `audit` reads them.
"""

from pluggram_plugins._audit.entry import Act, Change, Entry
from pluggram_plugins._audit.log import ADMINS, KEPT, Log
from pluggram_plugins._audit.rows import NAMESPACE

__all__ = ["ADMINS", "KEPT", "NAMESPACE", "Act", "Change", "Entry", "Log"]
