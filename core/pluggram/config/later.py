"""What the design of bot.toml has and this version does not: when it comes, its line here goes."""

from pluggram.config.problem import KeyPath

LATER_KEYS: dict[KeyPath, str] = {
    ("telegram", "webhook"): "updates come by polling; leave the table out",
}
"""Keys, with what to do until they exist."""

LATER_VALUES: dict[tuple[KeyPath, str], str] = {
    (("telegram", "updates"), "webhook"): 'webhooks come in a later version; write updates = "polling" or leave it out',
}
"""Values, with what to do until they exist."""
