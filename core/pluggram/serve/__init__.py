"""Wires the rooms together and runs them: the only place where intake and telegram meet."""

from pluggram.serve.inboxes import durable_inbox
from pluggram.serve.service import KEPT_MENUS, Service
from pluggram.serve.sources import configured_source

__all__ = ["KEPT_MENUS", "Service", "configured_source", "durable_inbox"]
