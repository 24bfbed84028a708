"""A bot of pyTelegramBotAPI, the asynchronous kind, as its documentation writes one."""

import asyncio
import os

from telebot import asyncio_helper
from telebot.async_telebot import AsyncTeleBot
from telebot.types import Message

from tests.benchmarks.work import SECRET, TOKEN, read_links, reply_to

KNOWN = read_links()
asyncio_helper.API_URL = os.environ["TELEGRAM_URL"] + "/bot{0}/{1}"
bot = AsyncTeleBot(TOKEN)


@bot.message_handler(regexp=r"^/postno[0-9]{4,9}(@ourbot)?$")
async def find(message: Message) -> None:
    await bot.send_message(message.chat.id, reply_to(message.text, KNOWN))


if port := os.environ.get("PORT"):
    url = "https://example.org/telegram/"
    where = {"listen": "127.0.0.1", "port": int(port), "url_path": "telegram", "webhook_url": url}
    asyncio.run(bot.run_webhooks(**where, secret_token=SECRET))
else:
    asyncio.run(bot.infinity_polling(timeout=20))
