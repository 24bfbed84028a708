"""A bot of python-telegram-bot, as its documentation writes one.

CONCURRENT is how many updates it handles at once; its pool of connections has as many. One handler with a regular
expression and the links in memory: the best that its users are advised.
"""

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.benchmarks.work import COMMAND, SECRET, TOKEN, read_links, reply_to

KNOWN = read_links()
CONCURRENT = int(os.environ["CONCURRENT"])


async def find(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_text(reply_to(update.message.text, KNOWN))


application = (
    Application.builder()
    .token(TOKEN)
    .base_url(f"{os.environ['TELEGRAM_URL']}/bot")
    .concurrent_updates(CONCURRENT)
    .connection_pool_size(CONCURRENT)
    .build()
)
application.add_handler(MessageHandler(filters.Regex(COMMAND), find))

if port := os.environ.get("PORT"):
    url = "https://example.org/telegram"
    application.run_webhook("127.0.0.1", int(port), url_path="telegram", webhook_url=url, secret_token=SECRET)
else:
    application.run_polling()
