"""The old bot: a CommandHandler of python-telegram-bot for each post, the file read and written at every request."""

import json
import os

from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

from tests.benchmarks.work import TOKEN, answer, digits, links_file, read_links

POSTS = int(os.environ["POSTS"])


async def find(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    number = update.message.text.partition("@")[0].removeprefix("/postno")
    known = read_links()
    with links_file().open("w") as file:
        json.dump(known, file, indent=2)
    await update.message.reply_text(answer(number, known.get(number)))


application = Application.builder().token(TOKEN).base_url(f"{os.environ['TELEGRAM_URL']}/bot").build()
for post in range(POSTS):
    application.add_handler(CommandHandler(f"postno{post:0{digits(POSTS)}}", find))
application.run_polling()
