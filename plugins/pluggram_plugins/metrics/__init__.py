"""Metrics: how the bot is used and how it fares, as a chart and in words, for those who look after it."""

from pluggram_plugins.metrics.plugin import Metrics

__all__ = ["Metrics"]
