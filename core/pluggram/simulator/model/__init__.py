"""The one model of Telegram behind all doors: who is there, what was said, what each bot has yet to hear."""
