"""Wires the rooms together and runs them: the only place where intake and telegram meet."""

from pluggram.serve.inboxes import durable_inbox
from pluggram.serve.service import KEPT_MENUS, Service

__all__ = ["KEPT_MENUS", "Service", "durable_inbox"]
