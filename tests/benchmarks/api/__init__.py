"""A Bot API that costs next to nothing, and people who ask a bot and check each of its answers.

It runs in a process of its own (`python -m tests.benchmarks.api`), is told what to do by lines of JSON on its standard
input, and says how it went by lines of JSON on its standard output. It is no simulator: it knows getMe, getUpdates,
setWebhook and sendMessage, and says yes to everything else.
"""
