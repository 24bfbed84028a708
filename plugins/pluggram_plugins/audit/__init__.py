"""Tell who changed what, and take back what one has changed."""

from pluggram_plugins.audit.plugin import Audit

__all__ = ["Audit"]
