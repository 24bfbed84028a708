"""An Application of python-telegram-bot that polls and has no handler: the least that a bot of it needs."""

import os

from telegram.ext import Application

from tests.benchmarks.work import TOKEN

Application.builder().token(TOKEN).base_url(f"{os.environ['TELEGRAM_URL']}/bot").build().run_polling()
