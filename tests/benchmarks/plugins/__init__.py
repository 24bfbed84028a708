"""Plugins that a measured bot of ours has besides."""
