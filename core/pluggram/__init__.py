"""A plugin-driven command framework for Telegram."""
