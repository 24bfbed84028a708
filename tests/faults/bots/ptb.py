"""A bot of python-telegram-bot, as its documentation writes one."""

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.faults.work import Journal, number_in, work

journal = Journal()


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    number = number_in(update.message.text)
    with journal.run(number):
        if update.message.text.startswith("/work"):
            await work(number)
        await update.message.reply_text(f"done {number}")


builder = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(f"{os.environ['TELEGRAM_URL']}/bot")
if "CONCURRENT" in os.environ:
    builder = builder.concurrent_updates(True)
application = builder.build()
application.add_handler(MessageHandler(filters.COMMAND, answer))

if port := os.environ.get("PORT"):
    url = f"http://127.0.0.1:{port}/ptb"
    application.run_webhook("127.0.0.1", int(port), url_path="ptb", webhook_url=url, secret_token="s3cret")
else:
    application.run_polling()
